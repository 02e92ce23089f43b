/** LIF: programs that are to quiesce devices, but are never called. */
import { atValue, member } from '../../diagnostics/diagnostic.ts'
import { guestsOf } from '../../lifecycle/dependences.ts'
import { hooksOf, lifecycleOf, type ManagedDomain, REGISTER_WRITER } from '../../lifecycle/managed.ts'
import { notRestartableText } from '../../lifecycle/restartability.ts'
import type { Guest } from '../../model/system-model.ts'
import { plannedGuest } from '../../plan/by-domain.ts'
import type { SystemPlan } from '../../plan/system-plan.ts'
import type { Rule } from '../rule.ts'

/** Why the program of a device is not called, and what to do about it. */
interface Idle {
  readonly why: string
  readonly help: string
}

export const hookRules: readonly Rule<SystemPlan>[] = [
  {
    code: 'LIF-023',
    check(plan, { violated }) {
      for (const domain of guestsOf(plan.model))
        for (const { name, pointer, quiesce } of domain.passthrough) {
          if (!quiesce || quiesce.by === 'reason') continue
          const idle = whyIdle(plan, domain, name)
          if (!idle) continue
          violated({
            at: atValue(member(pointer, 'quiesce')),
            message: `nothing calls ${quiesce.by === 'hook' ? quiesce.program : REGISTER_WRITER} for '${name}' of '${domain.name}': ${idle.why}`,
            help: idle.help,
          })
        }
    },
  },
]

/**
 * Why the program is not called; `undefined`: the supervisor calls it, or the device could not be given to the domain, which was reported. A policy that only
 * stops the domain is no reason: the supervisor starts it again when asked to.
 */
function whyIdle(plan: SystemPlan, domain: Guest, name: string): Idle | undefined {
  const device = plannedGuest(plan, domain.name)?.devices.find(({ entry }) => entry.name === name)
  const { domains, supervised } = lifecycleOf(plan)
  const managed = domains.find((other) => other.domain === domain)
  if (!device || (supervised && managed && isCalled(managed, name))) return undefined
  const { path } = device.closure.device.place
  if (device.closure.device.dma.does === 'no') return { why: `${path} does no DMA`, help: "remove 'quiesce'" }
  if (!supervised)
    return {
      why: 'it is a program of dom0, and there is none',
      help: "remove 'quiesce', or add a domain with 'boot: dom0'",
    }
  if (!managed)
    return {
      why: 'the domain has no lifecycle, so the supervisor does not manage it',
      help: `give '${domain.name}' a 'lifecycle', or remove 'quiesce'`,
    }
  return {
    why: `the domain cannot come back: ${managed.notRestartable.map(notRestartableText).join('; ')}`,
    help: "remove 'quiesce', or what keeps the domain from coming back",
  }
}

/** Whether the supervisor calls the program of device `name`: it does so before it creates the domain again. */
const isCalled = (managed: ManagedDomain, name: string): boolean =>
  managed.notRestartable.length === 0 && hooksOf(managed).some(({ device }) => device === name)
