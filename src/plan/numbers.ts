/**
 * Every number of the plan in one list, which the lock, `plan.json`, the report, `plan` and `explain` are written from. A new
 * kind of number is a member of `PlannedNumber` and a line of `plannedNumbers`; the compiler finds who must say something of it.
 */
import { isHardwareDomain } from '../model/system-model.ts'
import type { Address, GuestPhys, HostPhys, RegionOffset } from '../units/quantities.ts'
import type { Range } from '../units/range.ts'
import { regionsOf } from './by-domain.ts'
import { colorsKey } from './cpus/domain-colors.ts'
import { guestKey } from './guest-memory/regions.ts'
import { argoPortKey } from './links/argo.ts'
import { portKey } from './links/channels.ts'
import { idKey } from './links/shm-ids.ts'
import { loadedFiles } from './loaded-files.ts'
import { orderKey } from './lock/order.ts'
import { rangesText } from './lock/values.ts'
import { hostKey, staticMemKey } from './memory.ts'
import { deviceKey, spanText } from './passthrough/planned-device.ts'
import type { Planned, Provenance } from './provenance.ts'
import type { SystemPlan } from './system-plan.ts'
import { offsetKey } from './virtio/devices.ts'
import { interruptKey, qemuKey, windowKey } from './virtio/mmio.ts'
import { mmioOf, staticShmOf } from './virtio/planned-virtio.ts'

/** A number with what it is. Which space it counts in follows from its kind. */
export type PlannedNumber =
  /** A file in memory, with all room that it needs: host-physical. */
  | Numbered<'file', Range<HostPhys>>
  /** Host-physical memory that is given out for good; several ranges of one domain have one key. `whose`: domains, or Xen. */
  | (Numbered<'memory', Range<HostPhys>> & { readonly whose: string })
  /** Where `domain` sees a region: guest-physical. */
  | (Numbered<'region-view', Range<GuestPhys>> & { readonly domain: string })
  /** Where `domain` sees a register or a window of a device of the host: whole pages, guest-physical. */
  | (Numbered<'device-view', Range<GuestPhys>> & { readonly domain: string })
  /** A device's part of `region`: offsets from the region's start. */
  | (Numbered<'device-place', Range<RegionOffset>> & { readonly region: string })
  /** Registers of a virtio device in `domain`, or all those of its QEMU: guest-physical. */
  | (Numbered<'device-window', Range<GuestPhys>> & { readonly domain: string })
  /** INTID of a virtio device in `domain`. */
  | (Numbered<'device-interrupt', number> & { readonly domain: string })
  /** Xen's number of a boot-time domain. */
  | Numbered<'domain-id', number>
  /** `domain`'s number of a channel. */
  | (Numbered<'port', number> & { readonly domain: string })
  /** Argo's port of both ends of a link. */
  | Numbered<'argo-port', number>
  /** What the guests find a region by. */
  | Numbered<'region-id', string>
  /** Colours of the last-level cache, in Xen's syntax. */
  | Numbered<'colors', string>

interface Numbered<Kind extends string, Value> {
  readonly kind: Kind
  /** Path of the number in the system; where the lock keeps it, its entry there. */
  readonly key: string
  /** Of the domain, region, channel, device or file that it is about, as the manifest has it. */
  readonly name: string
  /** For people: `RAM of sensor`, `shared memory 'samples'`. */
  readonly what: string
  readonly value: Value
  readonly source: Provenance
  /** Guests or their peers see it: what domforge chose stays from build to build. */
  readonly isKept: boolean
}

/** By kind; within a kind in the order of nodes or of the document, files as they are loaded. */
export const plannedNumbers = (plan: SystemPlan): readonly PlannedNumber[] => [
  ...files(plan),
  ...domainIds(plan),
  ...memory(plan),
  ...regionIds(plan),
  ...regionViews(plan),
  ...deviceViews(plan),
  ...ports(plan),
  ...argoPorts(plan),
  ...devicePlaces(plan),
  ...deviceWindows(plan),
  ...deviceInterrupts(plan),
  ...colors(plan),
]

/** A number of that kind. */
export type OfKind<Kind extends PlannedNumber['kind']> = Extract<PlannedNumber, { readonly kind: Kind }>

/** Those of one kind. */
export const numbersOf = <Kind extends PlannedNumber['kind']>(plan: SystemPlan, kind: Kind): readonly OfKind<Kind>[] =>
  plannedNumbers(plan).filter((own): own is OfKind<Kind> => own.kind === kind)

/** Where one domain sees its shared memory; dom0 as well. */
export const regionViewsOf = (plan: SystemPlan, name: string): readonly OfKind<'region-view'>[] =>
  regionViews({ regions: regionsOf(plan, name) }).filter(({ domain }) => domain === name)

/** The value as the lock says it. */
export function lockedText({ value }: PlannedNumber): string {
  return typeof value === 'object' ? rangesText<Address>([value]) : String(value)
}

/** Whether domforge chose it, now or in an earlier build: what the manifest says needs no second place. */
export const isChosen = ({ by }: Provenance): boolean => by === 'allocated' || by === 'lock'

/** Xen's heap; the lock does not keep it. */
export const HEAP_KEY = 'xen/static-heap'

/** Colours of Xen itself and of dom0; the lock does not keep them. */
export const coloringKey = (who: 'Xen' | 'dom0'): string => `xen/cache-coloring/${who.toLowerCase()}`

const files = ({ load }: SystemPlan): readonly PlannedNumber[] =>
  loadedFiles(load).map(({ id, path, room, address: { value: _, ...source } }) => ({
    kind: 'file',
    key: id,
    name: path,
    what: path,
    value: room,
    source,
    isKept: false,
  }))

const domainIds = ({ dom0less }: SystemPlan): readonly PlannedNumber[] =>
  dom0less.map(({ domain: { name }, id }) => ({
    kind: 'domain-id',
    key: orderKey(name),
    name,
    what: `id of ${name}`,
    ...split(id),
    isKept: true,
  }))

const memory = ({ staticHeap, dom0less, regions }: SystemPlan): readonly PlannedNumber[] => [
  ...staticHeap.map(
    (place): PlannedNumber => ({
      kind: 'memory',
      key: HEAP_KEY,
      name: "Xen's heap",
      what: "Xen's heap",
      whose: 'Xen',
      ...split(place),
      isKept: false,
    }),
  ),
  ...dom0less.flatMap(({ domain, domain: { name }, staticMem = [] }) =>
    staticMem.map(
      (place): PlannedNumber => ({
        kind: 'memory',
        key: staticMemKey(name),
        name,
        what: isHardwareDomain(domain) ? `static memory of ${name}, beside its RAM` : `RAM of ${name}`,
        whose: name,
        ...split(place),
        isKept: true,
      }),
    ),
  ),
  ...regions.map(
    ({ region: { name }, host, parties }): PlannedNumber => ({
      kind: 'memory',
      key: hostKey(name),
      name,
      what: `shared memory '${name}'`,
      whose: parties.map(({ access }) => access.domain).join(', '),
      ...split(host),
      isKept: true,
    }),
  ),
]

const regionIds = ({ regions }: SystemPlan): readonly PlannedNumber[] =>
  regions.map(({ region: { name }, id }) => ({
    kind: 'region-id',
    key: idKey(name),
    name,
    what: `id of shared memory '${name}'`,
    ...split(id),
    isKept: true,
  }))

const regionViews = ({ regions }: Pick<SystemPlan, 'regions'>): readonly OfKind<'region-view'>[] =>
  regions.flatMap(({ region: { name }, parties }) =>
    parties.map(({ access: { domain }, guest }) => ({
      kind: 'region-view',
      key: guestKey(name, domain),
      name,
      what: `shared memory '${name}'`,
      domain,
      ...split(guest),
      isKept: true,
    })),
  )

const deviceViews = ({ dom0less, xl }: SystemPlan): readonly OfKind<'device-view'>[] =>
  [...dom0less, ...xl].flatMap(({ domain, devices }) =>
    devices.flatMap(({ entry: { name }, nodes }) =>
      nodes.flatMap(({ device, parts }, order) =>
        parts.map(({ span, guest }) => ({
          kind: 'device-view',
          key: deviceKey(domain.name, name, order, span),
          name,
          what: `${spanText(span)} of device '${name}'${order === 0 ? '' : `, ${device.place.path}`}`,
          domain: domain.name,
          ...split(guest),
          isKept: true,
        })),
      ),
    ),
  )

const ports = ({ channels }: SystemPlan): readonly PlannedNumber[] =>
  channels.flatMap(({ channel: { name }, ends }) =>
    ends.map(({ end: { domain }, port }) => ({
      kind: 'port',
      key: portKey(name, domain),
      name,
      what: `port of ${domain} for '${name}'`,
      domain,
      ...split(port),
      isKept: true,
    })),
  )

const argoPorts = ({ argo }: SystemPlan): readonly PlannedNumber[] =>
  argo.map(({ link: { name }, port }) => ({
    kind: 'argo-port',
    key: argoPortKey(name),
    name,
    what: `Argo port of '${name}'`,
    ...split(port),
    isKept: true,
  }))

const devicePlaces = ({ virtio }: SystemPlan): readonly PlannedNumber[] =>
  staticShmOf(virtio).map(({ device: { name }, place, region: { region } }) => ({
    kind: 'device-place',
    key: offsetKey(name),
    name,
    what: `place of '${name}' in '${region.name}'`,
    region: region.name,
    ...split(place),
    isKept: true,
  }))

function deviceWindows({ virtio }: SystemPlan): readonly PlannedNumber[] {
  const devices = mmioOf(virtio)
  const servers = new Map(devices.flatMap(({ device, qemu }) => (qemu ? [[device.frontend, qemu] as const] : [])))
  return [
    ...[...servers].map(
      ([domain, windows]): PlannedNumber => ({
        kind: 'device-window',
        key: qemuKey(domain),
        name: `QEMU of ${domain}`,
        what: `registers of the QEMU of ${domain}`,
        domain,
        ...split(windows),
        isKept: true,
      }),
    ),
    ...devices.map(
      ({ device: { name, frontend }, window, qemu }): PlannedNumber => ({
        kind: 'device-window',
        key: windowKey(name),
        name,
        what: `registers of '${name}'`,
        domain: frontend,
        ...split(window),
        isKept: qemu === undefined,
      }),
    ),
  ]
}

const deviceInterrupts = ({ virtio }: SystemPlan): readonly PlannedNumber[] =>
  mmioOf(virtio).map(({ device: { name, frontend }, interrupt }) => ({
    kind: 'device-interrupt',
    key: interruptKey(name),
    name,
    what: `interrupt of '${name}' in ${frontend}`,
    domain: frontend,
    ...split(interrupt),
    isKept: true,
  }))

function colors({ coloring, dom0less, xl }: SystemPlan): readonly PlannedNumber[] {
  const own = [['Xen', coloring?.xen] as const, ['dom0', coloring?.dom0] as const].map(
    ([name, chosen]) => [name, coloringKey(name), chosen, false] as const,
  )
  const guests = [...dom0less, ...xl].map(
    ({ domain: { name }, colors: chosen }) => [name, colorsKey(name), chosen, true] as const,
  )
  return [...own, ...guests].flatMap(([name, key, chosen, isKept]): readonly PlannedNumber[] =>
    chosen ? [{ kind: 'colors', key, name, what: `colours of ${name}`, ...split(chosen), isKept }] : [],
  )
}

const split = <T>({ value, ...source }: Planned<T>): { readonly value: T; readonly source: Provenance } => ({
  value,
  source,
})
