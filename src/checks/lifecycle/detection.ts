/** LIF: ends of domains that would go unnoticed, or be taken for other ends. */
import { atValue, member } from '../../diagnostics/diagnostic.ts'
import { lifecycleOf, type ManagedDomain } from '../../lifecycle/managed.ts'
import { findsXen, hasXenstore } from '../../lifecycle/sees-xen.ts'
import { type Domain, dom0Of, isGiven, originOf } from '../../model/system-model.ts'
import type { SystemPlan } from '../../plan/system-plan.ts'
import type { Rule } from '../rule.ts'
import { placeOf, saidAction } from './place.ts'

/** The last `panic=N` of the kernel's arguments, which end at `--`: the rest is for init (init/main.c: start_kernel). */
function panicOf({ kernel }: Domain): string | undefined {
  const words = kernel.bootargs.split(/\s+/)
  const end = words.indexOf('--')
  return words.slice(0, end < 0 ? words.length : end).findLast((word) => word.startsWith('panic='))
}

/** Whether Linux resets itself after a panic: if N is not 0 (kernel/panic.c). */
function resetsOnPanic(domain: Domain): boolean {
  const value = Number(panicOf(domain)?.slice('panic='.length) ?? 0)
  return Number.isInteger(value) && value !== 0
}

/** Whether the watchdog at least ends a guest that panics, and does the same as for a crash. */
const isCaught = ({ lifecycle, actions }: ManagedDomain): boolean =>
  lifecycle.watchdog !== undefined && actions.hang === actions.crash

/** The first of the faults that Zephyr does not report by itself for which something is to be done. */
const treatedFault = (actions: ManagedDomain['actions']): 'crash' | 'hang' | undefined =>
  (['crash', 'hang'] as const).find((each) => actions[each] !== 'stop')

/**
 * Why nothing that domforge writes arms a domain's watchdog; `undefined`: something does, or there is none. A Linux that xl starts has the program installed.
 * In Zephyr the handler feeds the watchdog that LIF-014 asks for wherever something is to be done about a fault.
 */
function neverArmed(
  { metadata }: SystemPlan,
  { domain, lifecycle, actions }: ManagedDomain,
): { readonly reason: string; readonly help: string } | undefined {
  if (lifecycle.watchdog === undefined || !findsXen(domain)) return undefined
  switch (domain.os) {
    case 'zephyr':
      return lifecycle['reboot-told-by'] === 'module' || treatedFault(actions) !== undefined
        ? undefined
        : {
            reason: 'Zephyr itself does not',
            help: "build it with examples/guest-panic, which feeds it, too, and set 'reboot-told-by: module'; or accept this with the reason",
          }
    case 'linux':
      return domain.boot === 'xl' || metadata.has(domain.name)
        ? undefined
        : {
            reason: 'without a ramdisk there is no metadata.cpio that does',
            help: `give it a ramdisk, or install domains/${domain.name}/watchdog in its root file system (domforge install) and accept this with the reason`,
          }
    default:
      return {
        reason: `domforge knows no way for 'os: ${domain.os}'`,
        help: `let the guest call SCHEDOP_watchdog, and accept this with the reason; or remove 'watchdog'`,
      }
  }
}

/** The key of a lifecycle that depends on what the guest writes into xenstore. */
const awaiting = ({ lifecycle }: ManagedDomain): 'boot-limit' | 'reboot-told-by' | undefined => {
  if (lifecycle['boot-limit'] !== undefined) return 'boot-limit'
  return lifecycle['reboot-told-by'] === 'mark' ? 'reboot-told-by' : undefined
}

export const detectionRules: readonly Rule<SystemPlan>[] = [
  {
    code: 'LIF-002',
    check(plan, { violated }) {
      for (const { domain, lifecycle, seesHang } of lifecycleOf(plan).domains) {
        const action = lifecycle['on-hang']
        if (action === undefined || action === 'stop' || seesHang) continue
        violated({
          at: originOf(lifecycle, 'on-hang'),
          message: `'on-hang: ${action}' of '${domain.name}' never happens: nothing detects that it hangs`,
          help: "set 'watchdog', which the guest arms and feeds, or remove 'on-hang'",
        })
      }
    },
  },
  {
    code: 'LIF-003',
    check(plan, { violated }) {
      for (const { domain, lifecycle } of lifecycleOf(plan).domains) {
        if (findsXen(domain)) continue
        const help = "set 'enhanced: no-xenstore' or 'enhanced: enabled'"
        const why = "a guest with 'enhanced: disabled' does not detect Xen: no Xen driver loads there"
        if (lifecycle.watchdog !== undefined)
          violated({
            at: originOf(lifecycle, 'watchdog'),
            message: `'${domain.name}' cannot arm a watchdog: ${why}`,
            help,
          })
        if (lifecycle['reboot-told-by'] === 'module')
          violated({
            at: originOf(lifecycle, 'reboot-told-by'),
            message: `'${domain.name}' cannot report a panic: ${why}`,
            help,
          })
      }
    },
  },
  {
    code: 'LIF-004',
    check(plan, { violated }) {
      for (const { domain, lifecycle } of lifecycleOf(plan).domains) {
        if (hasXenstore(domain)) continue
        if (lifecycle['reboot-told-by'] === 'mark')
          violated({
            at: originOf(lifecycle, 'reboot-told-by'),
            message: `'${domain.name}' has no xenstore to write its mark to`,
            help: "set 'enhanced: enabled', or 'reboot-told-by: module'",
          })
        if (lifecycle['boot-limit'] !== undefined)
          violated({
            at: originOf(lifecycle, 'boot-limit'),
            message: `'${domain.name}' has no xenstore to report in that it is up`,
            help: "set 'enhanced: enabled', or remove 'boot-limit'",
          })
      }
    },
  },
  {
    code: 'LIF-005',
    check(plan, { violated }) {
      const { model } = plan
      for (const managed of lifecycleOf(plan).domains) {
        const { domain, lifecycle, actions } = managed
        if (lifecycle['reboot-told-by'] !== 'none' || actions.crash === actions.reboot) continue
        violated({
          at: placeOf(model, lifecycle, isGiven(model, lifecycle, 'on-reboot') ? 'on-reboot' : 'on-crash'),
          message: `nothing tells a reboot of '${domain.name}' apart from a crash, and they are treated differently (${saidAction(model, managed, 'reboot')}; ${saidAction(model, managed, 'crash')})`,
          help: "give both the same action, or set 'reboot-told-by: module' or 'reboot-told-by: mark'",
        })
      }
    },
  },
  {
    code: 'LIF-007',
    check(plan, { violated }) {
      for (const managed of lifecycleOf(plan).domains) {
        const { domain, lifecycle, actions } = managed
        if (domain.os !== 'linux' || lifecycle['reboot-told-by'] === 'module' || actions.crash === 'stop') continue
        if (resetsOnPanic(domain) || isCaught(managed)) continue
        violated({
          at: originOf(domain.kernel, 'bootargs'),
          message: `a panic of '${domain.name}' is never seen: with ${panicOf(domain) ?? 'no panic=N'} Linux spins forever, and Xen does not notice`,
          help: "add panic=5 to its kernel.bootargs, or set 'reboot-told-by: module'; for a system other than Linux set os",
          related: [
            { at: placeOf(plan.model, lifecycle, 'on-crash'), message: `${saidAction(plan.model, managed, 'crash')}` },
          ],
        })
      }
    },
  },
  {
    code: 'LIF-008',
    check(plan, { violated }) {
      const dom0 = dom0Of(plan.model)
      if (dom0?.os !== 'linux' || lifecycleOf(plan).domains.length === 0 || resetsOnPanic(dom0)) return
      violated({
        at: originOf(dom0.kernel, 'bootargs'),
        message: `after a panic of '${dom0.name}', nothing would supervise the other domains: it has ${panicOf(dom0) ?? 'no panic=N'}`,
        help: 'add panic=5 to its kernel.bootargs: it then resets the machine',
      })
    },
  },
  {
    code: 'LIF-024',
    check(plan, { violated }) {
      for (const managed of lifecycleOf(plan).domains) {
        const { domain, lifecycle } = managed
        const why = neverArmed(plan, managed)
        if (why === undefined) continue
        violated({
          at: originOf(lifecycle, 'watchdog'),
          message: `nothing known arms the watchdog of '${domain.name}': ${why.reason}`,
          help: why.help,
        })
      }
    },
  },
  {
    code: 'LIF-025',
    check(plan, { violated }) {
      for (const managed of lifecycleOf(plan).domains) {
        const { domain, lifecycle } = managed
        const key = awaiting(managed)
        if (key === undefined || !hasXenstore(domain)) continue
        if (domain.os === 'linux' && (domain.boot === 'xl' || plan.metadata.has(domain.name))) continue
        const words = key === 'boot-limit' ? 'is up' : 'reboots on purpose'
        violated({
          at: originOf(lifecycle, key),
          message: `nothing known reports that '${domain.name}' ${words}: ${domain.os === 'linux' ? 'without a ramdisk there is no metadata.cpio that does' : `domforge knows no way for 'os: ${domain.os}'`}`,
          help:
            domain.os === 'linux'
              ? `give it a ramdisk, or install domains/${domain.name}/mark in its root file system (domforge install) and accept this with the reason`
              : `let the guest write data/domforge in its xenstore, and accept this with the reason; or remove '${key}'`,
        })
      }
    },
  },
  {
    code: 'LIF-014',
    check(plan, { violated }) {
      for (const managed of lifecycleOf(plan).domains) {
        const { domain, lifecycle, actions } = managed
        if (domain.os !== 'zephyr' || lifecycle['reboot-told-by'] === 'module') continue
        const death = treatedFault(actions)
        if (!death) continue
        violated({
          at: atValue(member(domain.pointer, 'os')),
          message: `a fault of '${domain.name}' is never seen: Zephyr's own handler spins forever (${saidAction(plan.model, managed, death)})`,
          help: "build it with the handler of examples/guest-panic, and set 'reboot-told-by: module'",
        })
      }
    },
  },
]
