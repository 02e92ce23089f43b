/** Whether one device can be given to a domain, and what stands in the way. */
import { compatibles } from '../devicetree/readings/node.ts'
import type { Place, TreeIndex } from '../devicetree/readings/tree-index.ts'
import type { XenIommus } from '../iommu/xen-iommus.ts'
import { closureOf } from '../passthrough/closure/closure-of.ts'
import type { Closure } from '../passthrough/closure.ts'
import { type Consumer, consumersOf } from '../passthrough/consumers.ts'
import { isBelow } from '../passthrough/host/below.ts'
import { hostDevice } from '../passthrough/host/read-host-device.ts'
import type { HostDevice } from '../passthrough/host-device.ts'
import { sharersOf } from '../passthrough/sharers.ts'

/**
 * `free`: nothing to decide. `rates`: only rates of clocks are to be given. `decisions`: something is missed, or to be included or dropped. `shared`: only together
 * with others that lie on its pages. `no`: it cannot be given.
 */
export type Verdict = 'free' | 'rates' | 'decisions' | 'shared' | 'no'

export type JudgedDevice = GivableDevice | RefusedDevice

interface Named {
  readonly path: string
  /** In `/aliases`. */
  readonly name?: string
  readonly compatible: string
  /** Neither it nor a bus above is disabled. */
  readonly isEnabled: boolean
}

export interface RefusedDevice extends Named {
  readonly verdict: 'no'
  /** A clause. */
  readonly why: string
}

export interface GivableDevice extends Named {
  readonly verdict: Exclude<Verdict, 'no'>
  readonly device: HostDevice
  readonly closure: Closure
  /** Paths of enabled devices on its pages. */
  readonly sharers: readonly string[]
  /** Who on the host loses something. */
  readonly consumers: readonly Consumer[]
  /** It, or what goes with it, reads and writes memory, or may, and no enabled IOMMU that Xen drives stands before it: only to a direct-mapped domain, with a reason. */
  readonly mustForce: boolean
}

export interface Known {
  readonly index: TreeIndex
  readonly gic: string | undefined
  readonly enabled: ReadonlySet<Place>
  readonly names: ReadonlyMap<Place, string>
  readonly console: Place | undefined
  readonly iommus: XenIommus
}

export function judgeDevice(place: Place, known: Known): JudgedDevice {
  const name = known.names.get(place)
  const named = {
    path: place.path,
    ...(name === undefined ? {} : { name }),
    compatible: compatibles(place.node)[0] ?? '',
    isEnabled: known.enabled.has(place),
  }
  const device = hostDevice(known.index, known.gic, place.path)
  const why = whyNot(place, known) ?? (device.ok ? stopped(device.value) : withBus(place, known, device.reason))
  if (why !== undefined || !device.ok) return { ...named, verdict: 'no', why: why ?? '' }
  return { ...named, ...givable(device.value, known) }
}

/** What Xen keeps for itself. */
function whyNot(place: Place, { index, gic, console, iommus }: Known): string | undefined {
  const controller = gic === undefined ? undefined : index.at(gic)
  if (controller && (place === controller || isBelow(place, controller))) return 'Xen drives the interrupt controller'
  if (iommus.hasDriver(place.path)) return 'Xen drives the IOMMUs'
  return place === console ? "it is the tree's console, which Xen takes unless dtuart names another" : undefined
}

const stopped = ({ interrupts }: HostDevice): string | undefined =>
  interrupts.kind === 'stopped' ? `its interrupt cannot be given: ${interrupts.why}` : undefined

/** A device on a bus that no CPU sees goes with the nearest one above it that a CPU does see. */
function withBus(place: Place, { index, gic }: Known, reason: string): string {
  for (let up = place.parent; up?.parent; up = up.parent)
    if (hostDevice(index, gic, up.path).ok) return `it goes with ${up.path}`
  return reason
}

function givable(
  device: HostDevice,
  { index, gic, iommus }: Known,
): Pick<GivableDevice, 'verdict' | 'device' | 'closure' | 'sharers' | 'consumers' | 'mustForce'> {
  const closure = closureOf(index, device, { clocks: new Map(), include: [], drop: [] }, iommus)
  const sharers = sharersOf(index, device).filter(({ path }) => path !== gic)
  const together = [device, ...closure.also.map((other) => other.device)]
  const given = new Set(together.map(({ place }) => place))
  return {
    verdict: verdictOf(closure, sharers),
    device,
    closure,
    sharers: sharers.map(({ path }) => path),
    consumers: consumersOf(index, given),
    mustForce: together.some((one) => mustForce(one, iommus)),
  }
}

function verdictOf({ obstacles, choices }: Closure, sharers: readonly Place[]): Exclude<Verdict, 'no'> {
  if (sharers.length > 0) return 'shared'
  const decides = obstacles.some(({ code }) => code !== 'DEV-001') || choices.some(({ weight }) => weight === 'warning')
  if (decides) return 'decisions'
  return obstacles.length > 0 ? 'rates' : 'free'
}

function mustForce({ dma }: HostDevice, iommus: XenIommus): boolean {
  const before = [...dma.iommus, ...dma.functions]
  const isHeld = before.some(({ path, isEnabled }) => isEnabled && iommus.hasDriver(path))
  return dma.does !== 'no' && !isHeld
}
