/** LIF: which domains need which others, and who starts them. */
import { atKey, atValue, type Finding } from '../../diagnostics/diagnostic.ts'
import { circlesIn, type Dependence } from '../../lifecycle/dependences.ts'
import { DEATHS, lifecycleOf, type ManagedDomain, type PlannedLifecycle } from '../../lifecycle/managed.ts'
import { notRestartableText } from '../../lifecycle/restartability.ts'
import { originOf } from '../../model/system-model.ts'
import type { SystemPlan } from '../../plan/system-plan.ts'
import type { Rule } from '../rule.ts'
import { placeOf } from './place.ts'

export const orderRules: readonly Rule<SystemPlan>[] = [
  {
    code: 'LIF-009',
    check(plan, { violated }) {
      for (const { domain, lifecycle, bootId } of lifecycleOf(plan).domains) {
        if (bootId === undefined) continue
        const message = `Xen starts '${domain.name}' together with all other boot-time domains`
        const help = "set 'boot: xl', so that dom0 creates it, or remove this"
        if (lifecycle.after.length > 0) violated({ at: originOf(lifecycle, 'after'), message, help })
        if (lifecycle.start === 'manual') violated({ at: originOf(lifecycle, 'start'), message, help })
      }
    },
  },
  {
    code: 'LIF-010',
    check(plan, { violated }) {
      for (const [first, ...others] of circlesIn(lifecycleOf(plan).dependences))
        violated({
          at: atValue(first.pointer),
          message: `domains need each other in a cycle: ${[first, ...others, first].map(({ dependent }) => dependent).join(' → ')}`,
          help: others.length === 0 ? 'remove it' : 'remove one of these',
          related: others.map(({ pointer, dependent, on }) => ({
            at: atValue(pointer),
            message: `'${dependent}' needs '${on}' here`,
          })),
        })
    },
  },
  {
    code: 'LIF-012',
    check(plan, { violated }) {
      const lifecycle = lifecycleOf(plan)
      for (const managed of lifecycle.domains)
        for (const death of DEATHS.filter((each) => managed.actions[each] === 'restart')) {
          const [device] = frontendsOf(lifecycle, managed)
          if (!device) continue
          violated({
            at: placeOf(plan.model, managed.lifecycle, `on-${death}`),
            message: `'${managed.domain.name}' serves a device of '${device.dependent}', which would not find it again when it comes back alone (on-${death}: restart)`,
            help: `set 'on-${death}: restart-dependents', so that '${device.dependent}' comes back with it`,
            related: [{ at: atKey(device.pointer), message: `the device is here` }],
          })
        }
    },
  },
  {
    code: 'LIF-013',
    check(plan, { violated }) {
      const lifecycle = lifecycleOf(plan)
      for (const managed of lifecycle.domains)
        for (const death of DEATHS.filter((each) => managed.actions[each] === 'restart-dependents')) {
          const at = placeOf(plan.model, managed.lifecycle, `on-${death}`)
          for (const finding of lostDependents(lifecycle, managed)) violated({ at, ...finding })
        }
    },
  },
  {
    code: 'LIF-020',
    check(plan, { violated }) {
      const { domains, dependences } = lifecycleOf(plan)
      for (const { dependent, on, pointer } of dependences) {
        const needing = domains.find(({ domain }) => domain.name === dependent)
        const needed = plan.xl.find(({ domain }) => domain.name === on)?.domain
        if (!needing || needing.lifecycle.start === 'manual' || !needed) continue
        if (needed.lifecycle?.start === 'auto') continue
        violated({
          at: atValue(pointer),
          message: `'${dependent}' waits for '${on}', which ${needed.lifecycle ? "is started on demand ('start: manual')" : 'nothing starts: it has no lifecycle'}`,
          help: `set 'lifecycle: { start: auto }' of '${on}', or 'start: manual' of '${dependent}'`,
        })
      }
    },
  },
  {
    code: 'LIF-021',
    check(plan, { violated }) {
      const { domains } = lifecycleOf(plan)
      for (const { domain, bootId } of domains) {
        if (bootId === undefined) continue
        const written = new RegExp(`(?:^|,)\\s*backend\\s*=\\s*(dom0less-${bootId}|${bootId})\\s*(?:,|$)`)
        for (const guest of [...plan.xl, ...plan.dom0less].map((planned) => planned.domain))
          for (const entry of guest['extra-xl']) {
            const items = typeof entry.value === 'object' ? entry.value : [String(entry.value)]
            const found = items.flatMap((item) => written.exec(item)?.[1] ?? [])[0]
            if (found === undefined) continue
            violated({
              at: atValue(entry.pointer),
              message: `'${entry.name}' of '${guest.name}' names the backend '${found}', which is called '${domain.name}' once it has a lifecycle, and gets a new id each time it is created`,
              help: `write backend=${domain.name}`,
            })
          }
      }
    },
  },
]

/** Dependences of other domains on this one, which serves them something. */
const frontendsOf = ({ dependences }: PlannedLifecycle, { domain }: ManagedDomain): readonly Dependence[] =>
  dependences.filter(({ on, by }) => on === domain.name && by.kind !== 'after')

/** A finding for each domain that needs this one, and cannot be started again with it. */
function lostDependents({ domains, dependences }: PlannedLifecycle, { domain }: ManagedDomain): Omit<Finding, 'at'>[] {
  const direct = dependences.filter(({ on }) => on === domain.name)
  return direct.flatMap(({ dependent, pointer }): Omit<Finding, 'at'>[] => {
    const managed = domains.find((each) => each.domain.name === dependent)
    const related = [{ at: atValue(pointer), message: `'${dependent}' needs '${domain.name}' here` }]
    if (!managed)
      return [
        {
          message: `'${dependent}' should come back with '${domain.name}', but has no lifecycle`,
          help: `give '${dependent}' a lifecycle`,
          related,
        },
      ]
    return managed.notRestartable.length === 0
      ? []
      : [
          {
            message: `'${dependent}' should come back with '${domain.name}', but cannot: ${managed.notRestartable.map(notRestartableText).join('; ')}`,
            help: `remove what prevents that, or what makes '${dependent}' need '${domain.name}'`,
            related,
          },
        ]
  })
}
