/** LIF: policies that cannot be carried out. */
import { atKey, atValue, member } from '../../diagnostics/diagnostic.ts'
import {
  DEATHS,
  isRestart,
  lifecycleOf,
  type ManagedDomain,
  resettingKeys,
  usesAttempts,
} from '../../lifecycle/managed.ts'
import { notRestartableText } from '../../lifecycle/restartability.ts'
import { dom0Of, isGiven, originOf } from '../../model/system-model.ts'
import type { SystemPlan } from '../../plan/system-plan.ts'
import { doubled, formatDuration, sumOf } from '../../units/duration.ts'
import type { Rule } from '../rule.ts'
import { placeOf } from './place.ts'

/** The deaths after which a domain is to be started again. */
const restartsAfter = ({ actions }: ManagedDomain) => DEATHS.filter((death) => isRestart(actions[death]))

export const policyRules: readonly Rule<SystemPlan>[] = [
  {
    code: 'LIF-001',
    check(plan, { violated }) {
      for (const managed of lifecycleOf(plan).domains) {
        const { domain, lifecycle, notRestartable } = managed
        if (notRestartable.length === 0) continue
        for (const death of restartsAfter(managed))
          violated({
            at: placeOf(plan.model, lifecycle, `on-${death}`),
            message: `'${domain.name}' is to come back (on-${death}: ${managed.actions[death]}), but cannot: ${notRestartable.map(notRestartableText).join('; ')}`,
            help: plan.dom0
              ? `set 'on-${death}: stop' or 'on-${death}: reset-platform', or remove what prevents that`
              : `set 'on-${death}: stop', or add a domain with 'boot: dom0'`,
          })
      }
    },
  },
  {
    code: 'LIF-006',
    check(plan, { violated }) {
      const dom0 = dom0Of(plan.model)
      if (!dom0 || isGiven(plan.model, dom0, 'files-at')) return
      for (const managed of lifecycleOf(plan).domains) {
        const deaths = restartsAfter(managed)
        const death = deaths.find((each) => isGiven(plan.model, managed.lifecycle, `on-${each}`)) ?? deaths[0]
        if (managed.bootId === undefined || managed.notRestartable.length > 0 || !death) continue
        violated({
          at: placeOf(plan.model, managed.lifecycle, `on-${death}`),
          message: `'${managed.domain.name}' is to come back, for which dom0 needs its images, and nothing says where they are`,
          help: `set 'files-at' of '${dom0.name}' to the folder in which its file system has them (${dom0['files-at']} by default)`,
        })
      }
    },
  },
  {
    code: 'LIF-011',
    check(plan, { violated }) {
      const { domains, resets, supervised } = lifecycleOf(plan)
      if (resets || !supervised) return
      for (const managed of domains)
        for (const { key, pointer } of resettingKeys(managed))
          violated({
            at: atValue(pointer),
            message: `'${managed.domain.name}' is to reset the machine (${key}), and nothing says how often it may be reset`,
            help: "set 'platform-resets: { max: 3 }': without a limit a machine with a fault resets forever",
          })
    },
  },
  {
    code: 'LIF-015',
    check(plan, { violated }) {
      const { domains, supervised } = lifecycleOf(plan)
      if (!supervised) return
      for (const managed of domains) {
        const { domain, lifecycle } = managed
        const keys = resettingKeys(managed)
        const [first] = keys
        const others = plan.model.domains.filter((other) => other !== domain && other.boot !== 'dom0')
        if (!first || others.length === 0 || lifecycle['may-reset-platform'] !== undefined) continue
        violated({
          at: atValue(first.pointer),
          message: `'${domain.name}' can reset the machine by ending (${keys.map(({ key }) => key).join(', ')}), and with it ${others.map(({ name }) => name).join(', ')}`,
          help: "if that is intended, say why: 'may-reset-platform: reason'",
        })
      }
    },
  },
  {
    code: 'LIF-016',
    check(plan, { violated }) {
      const { domains, supervised } = lifecycleOf(plan)
      if (supervised) return
      for (const managed of domains)
        for (const { key, pointer } of resettingKeys(managed))
          violated({
            at: atValue(pointer),
            message: `'${managed.domain.name}' is to reset the machine (${key}), but without dom0 nothing can`,
            help: "set 'stop', or add a domain with 'boot: dom0'; a watchdog of the board can reset it, too",
          })
    },
  },
  {
    code: 'LIF-018',
    check(plan, { violated }) {
      for (const managed of lifecycleOf(plan).domains) {
        const { attempts } = managed.lifecycle
        const waited = waitedFor(managed)
        if (waited < attempts.window || restartsAfter(managed).length === 0) continue
        violated({
          at: placeOf(plan.model, attempts, isGiven(plan.model, attempts, 'window') ? 'window' : 'max'),
          unless: [attempts.pointer, managed.lifecycle.backoff.pointer],
          message: `'${managed.domain.name}' never uses up its ${attempts.max} attempts in ${formatDuration(attempts.window)}: the delays before them alone take ${formatDuration(waited)}`,
          help: 'give a longer window, fewer attempts or shorter delays',
        })
      }
    },
  },
  {
    code: 'LIF-026',
    check(plan, { violated }) {
      const { domains, supervised } = lifecycleOf(plan)
      if (!supervised) return
      for (const managed of domains) {
        const { attempts } = managed.lifecycle
        if (attempts.then !== 'reset-platform' || usesAttempts(managed)) continue
        violated({
          at: atValue(member(attempts.pointer, 'then')),
          message: `'${managed.domain.name}' never uses up its attempts: it stays down however it ends, and no attempt is counted`,
          help: `set ${managed.notRestartable.length > 0 ? '' : "'on-crash: restart' or "}'on-crash: reset-platform', or remove this`,
        })
      }
    },
  },
  {
    code: 'LIF-022',
    check(plan, { violated }) {
      for (const { domain, lifecycle } of lifecycleOf(plan).domains) {
        const { backoff } = lifecycle
        if (backoff.first <= backoff.max) continue
        violated({
          at: placeOf(plan.model, backoff, isGiven(plan.model, backoff, 'first') ? 'first' : 'max'),
          message: `the first delay of '${domain.name}', ${formatDuration(backoff.first)}, is longer than its longest, ${formatDuration(backoff.max)}`,
          help: "raise 'max', or lower 'first'",
        })
      }
    },
  },
  {
    code: 'LIF-017',
    check(plan, { violated }) {
      for (const { domain, lifecycle } of lifecycleOf(plan).domains)
        for (const entry of domain['extra-xl'].filter(({ name }) => ON_DEATH.test(name)))
          violated({
            at: atKey(entry.pointer),
            message: `'${entry.name}' tells xl what to do when '${domain.name}' ends, and so does its lifecycle`,
            help: `remove one of the two: with a lifecycle xl must leave a dead domain as it is`,
            related: [{ at: atKey(lifecycle.pointer), message: 'the lifecycle is here' }],
          })
    },
  },
  {
    code: 'LIF-019',
    check(plan, { violated }) {
      for (const managed of lifecycleOf(plan).domains) {
        if (managed.notRestartable.length > 0 || restartsAfter(managed).length === 0) continue
        for (const { what, pointer, device, quiesce } of managed.masters)
          if (quiesce === undefined)
            violated({
              at: atKey(pointer),
              unless: [member(pointer, 'quiesce')],
              message: `${what} may still do DMA when '${managed.domain.name}' has ended, and the domain comes back`,
              help:
                device === undefined
                  ? 'let the hook of the supervisor stop it (hook stop NAME ID), and accept this with the reason; or do not bring the domain back'
                  : "write its registers, 'quiesce: { write: { offset: value } }', name a program in dom0 that stops it, 'quiesce: { hook: /path }', or say why none is needed, 'quiesce: { reason: text }'; or do not bring the domain back",
              related: [{ at: originOf(managed.domain, 'lifecycle'), message: 'this brings it back' }],
            })
      }
    },
  },
]

const ON_DEATH = /^on_(poweroff|reboot|crash|watchdog|soft_reset)$/

/** Sum of the delays before all attempts. */
const waitedFor = ({ lifecycle: { attempts, backoff } }: ManagedDomain) =>
  sumOf(Array.from({ length: attempts.max }, (_, index) => doubled(backoff.first, index, backoff.max)))
