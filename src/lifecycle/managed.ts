/** What happens to each domain that has a lifecycle, with all defaults resolved. */

import type { Death, Lifecycle, LifecycleAction, PlatformResets } from '../model/lifecycle/policy.ts'
import type { Quiesce } from '../model/passthrough/device.ts'
import type { Guest } from '../model/system-model.ts'
import type { HostDevice } from '../passthrough/host-device.ts'
import { bootedGuest, plannedGuest } from '../plan/by-domain.ts'
import { pathInDom0 } from '../plan/in-dom0.ts'
import type { PlannedDevice } from '../plan/passthrough/planned-device.ts'
import { type AddressedWrite, addressedWrites, writesText } from '../plan/passthrough/register-writes.ts'
import type { SystemPlan } from '../plan/system-plan.ts'
import { type Dependence, dependencesOf, dependentsOf, guestsOf, inStartOrder } from './dependences.ts'
import { type EndingDomain, endLevels } from './ends.ts'
import { isJoined } from './joined-ramdisk.ts'
import { type NotRestartable, notRestartable } from './restartability.ts'

export interface ManagedDomain {
  readonly domain: Guest
  readonly lifecycle: Lifecycle
  /** Its domain id at boot; absent: dom0 creates it. */
  readonly bootId?: number
  readonly actions: Readonly<Record<Death, LifecycleAction>>
  /** Why it cannot be created again; empty: it can. */
  readonly notRestartable: readonly NotRestartable[]
  /** Whether a hang is noticed: by a watchdog, or by a limit on the time to come up. */
  readonly seesHang: boolean
  /** Host devices that may still do DMA after the domain has ended. */
  readonly masters: readonly BusMaster[]
  /** Path in dom0 of the ramdisk to which metadata.cpio is appended before the domain is created; absent: the ramdisk is used as it is, or there is none. */
  readonly ramdisk?: string
  /** Whether it keeps host devices until it is removed completely. */
  readonly holdsDevices: boolean
  /** Managed domains that must be running before it is created; in start order. */
  readonly needs: readonly string[]
  /** Managed domains that need it, directly or through others; in start order. */
  readonly dependents: readonly string[]
}

/** A device that does DMA: its name in messages, and the JSON pointer of the key that gives it to the domain. */
export interface BusMaster {
  readonly what: string
  readonly pointer: string
  /** Its name in the manifest; absent: it is one that `dtdev` names. */
  readonly device?: string
  /** Absent: nothing stops its DMA. */
  readonly quiesce?: Silencing
}

/** What stops the DMA of a device; addresses of registers are resolved. */
export type Silencing =
  | Exclude<Quiesce, { readonly by: 'write' }>
  | { readonly by: 'write'; readonly writes: readonly AddressedWrite[] }

/** Path in dom0 of the program that writes registers (examples/quiesce-write). */
export const REGISTER_WRITER = '/usr/lib/domforge/quiesce-write'

/** A program that dom0 calls for a device. */
export interface SilencingCall {
  readonly device: string
  readonly program: string
  /** Its third argument, after the names of domain and device: `ADDRESS=VALUE,ADDRESS=VALUE`. */
  readonly writes?: string
}

/** The programs that are called before the domain is created, each with its device; in the order of the manifest. */
export const hooksOf = ({ masters }: ManagedDomain): readonly SilencingCall[] =>
  masters.flatMap(({ device, quiesce }): readonly SilencingCall[] => {
    if (device === undefined) return []
    if (quiesce?.by === 'hook') return [{ device, program: quiesce.program }]
    return quiesce?.by === 'write' ? [{ device, program: REGISTER_WRITER, writes: writesText(quiesce.writes) }] : []
  })

export interface PlannedLifecycle {
  /** In start order: a domain comes after those it needs. */
  readonly domains: readonly ManagedDomain[]
  readonly dependences: readonly Dependence[]
  /** All domains but dom0, supervised or not, in the order in which they end when dom0 goes down, level by level. */
  readonly ends: readonly (readonly [EndingDomain, ...EndingDomain[]])[]
  /** Absent: the supervisor never resets the machine. */
  readonly resets?: PlatformResets
  /** Whether there is a dom0, in which the supervisor runs. */
  readonly supervised: boolean
}

const known = new WeakMap<SystemPlan, PlannedLifecycle>()

/** The domains that have a lifecycle; empty: nothing is supervised. */
export function lifecycleOf(plan: SystemPlan): PlannedLifecycle {
  const before = known.get(plan)
  if (before) return before
  const dependences = dependencesOf(plan)
  const managed = guestsOf(plan.model).filter(({ lifecycle }) => lifecycle !== undefined)
  const order = inStartOrder(
    managed.map(({ name }) => name),
    dependences,
  )
  const domains = order.flatMap((name) =>
    managed.filter((guest) => guest.name === name).flatMap((guest) => managedDomain(plan, guest, dependences, order)),
  )
  const resets = plan.model['platform-resets']
  const found = {
    domains,
    dependences,
    ends: endLevels(plan, dependences),
    ...(resets ? { resets } : {}),
    supervised: plan.dom0 !== undefined,
  }
  known.set(plan, found)
  return found
}

function managedDomain(
  plan: SystemPlan,
  domain: Guest,
  dependences: readonly Dependence[],
  order: readonly string[],
): readonly ManagedDomain[] {
  const { lifecycle, name } = domain
  if (!lifecycle) return []
  const why = notRestartable(plan, name)
  const id = bootedGuest(plan, name)?.id.value
  const devices = plannedGuest(plan, name)?.devices ?? []
  const needed = new Set(dependences.flatMap(({ dependent, on }) => (dependent === name ? [on] : [])))
  const dependents = dependentsOf(dependences, name)
  return [
    {
      domain,
      lifecycle,
      ...(id === undefined ? {} : { bootId: id }),
      actions: actionsOf(lifecycle, why.length === 0),
      notRestartable: why,
      seesHang: seesHang(lifecycle),
      masters: mastersOf(domain, devices),
      ...(plan.dom0 && domain.ramdisk && isJoined(plan, domain) ? { ramdisk: pathInDom0(plan, domain.ramdisk) } : {}),
      holdsDevices:
        devices.length > 0 || domain['extra-xl'].some((entry) => entry.name === 'dtdev' || entry.name === 'irqs'),
      needs: order.filter((other) => needed.has(other)),
      dependents: order.filter((other) => dependents.has(other)),
    },
  ]
}

/** A device in `dtdev` counts as doing DMA: the key has no other use. */
const mastersOf = (domain: Guest, devices: readonly PlannedDevice[]): readonly BusMaster[] => [
  ...devices
    .filter(({ closure }) => closure.device.dma.does !== 'no')
    .map(({ entry: { pointer, name, quiesce }, closure }) => ({
      what: closure.device.place.path,
      pointer,
      device: name,
      ...(quiesce && { quiesce: silencing(quiesce, closure.device) }),
    })),
  ...domain['extra-xl']
    .filter(({ name }) => name === 'dtdev')
    .map(({ pointer }) => ({ what: 'what dtdev names', pointer })),
]

const silencing = (quiesce: Quiesce, device: HostDevice): Silencing =>
  quiesce.by === 'write' ? { by: 'write', writes: addressedWrites(quiesce.writes, device) } : quiesce

const seesHang = (lifecycle: Lifecycle): boolean =>
  lifecycle.watchdog !== undefined || lifecycle['boot-limit'] !== undefined

function actionsOf(lifecycle: Lifecycle, canComeBack: boolean): Readonly<Record<Death, LifecycleAction>> {
  const usual = canComeBack ? 'restart' : 'stop'
  return {
    poweroff: lifecycle['on-poweroff'],
    reboot: lifecycle['on-reboot'] ?? lifecycle['on-crash'] ?? usual,
    crash: lifecycle['on-crash'] ?? usual,
    hang: lifecycle['on-hang'] ?? (seesHang(lifecycle) ? usual : 'stop'),
  }
}

export const DEATHS: readonly Death[] = ['poweroff', 'reboot', 'crash', 'hang']

export const isRestart = (action: LifecycleAction): boolean => action === 'restart' || action === 'restart-dependents'

/**
 * Whether its attempts are counted: after ends from which it is created again, and while the remains of it keep its devices, which also happens if it is
 * created on demand or together with a domain that it needs.
 */
export const usesAttempts = ({ actions, holdsDevices, notRestartable }: ManagedDomain): boolean =>
  DEATHS.some((death) => isRestart(actions[death])) || (holdsDevices && notRestartable.length === 0)

/** The keys of a lifecycle that can reset the machine, each with its JSON pointer. */
export function resettingKeys(managed: ManagedDomain): readonly { key: string; pointer: string }[] {
  const { lifecycle, actions } = managed
  const deaths = DEATHS.filter((death) => actions[death] === 'reset-platform').map((death) => `on-${death}`)
  const { attempts } = lifecycle
  return [
    ...deaths.map((key) => ({ key, pointer: `${lifecycle.pointer}/${key}` })),
    ...(attempts.then === 'reset-platform' && usesAttempts(managed)
      ? [{ key: 'attempts.then', pointer: `${attempts.pointer}/then` }]
      : []),
  ]
}
