/** Where the interrupts of a device end: at the controller that Xen drives, or not. */
import { propertyNamed } from '../../devicetree/model.ts'
import { interruptParent } from '../../devicetree/readings/interrupt-parent.ts'
import type { InterruptSpecifier } from '../../devicetree/readings/interrupt-specifier.ts'
import { arrivalsOf } from '../../devicetree/readings/interrupts.ts'
import type { Reading } from '../../devicetree/readings/reading.ts'
import type { Place, TreeIndex } from '../../devicetree/readings/tree-index.ts'
import { stringList } from '../../devicetree/readings/values.ts'
import type { DeviceInterrupts, LostInterrupt } from '../host-device.ts'
import { handsOn } from './forwarders.ts'
import { pinsOf } from './pins.ts'

/** One interrupt, followed as far as it goes. */
export type Arrival =
  | { readonly kind: 'at-gic'; readonly specifier: InterruptSpecifier; readonly forwarder?: Place }
  | { readonly kind: 'lost'; readonly controller?: string; readonly why: string }

/** `gic`: the interrupt controller that Xen drives; without one nothing arrives. */
export function deviceInterrupts(index: TreeIndex, gic: Place | undefined, place: Place): DeviceInterrupts {
  const arrivals = arrivalsOf(index, place)
  if (!arrivals.ok) return { kind: 'stopped', why: arrivals.reason }
  const own = arrivals.value.map((arrival) => arrivalAt(index, gic, arrival))
  const [first] = own
  if (first?.kind === 'lost') return { ...first, kind: 'stopped' }
  const lost = lostOf(place, own)
  const reached = own.filter((arrival) => arrival.kind === 'at-gic')
  const atGic = reached.map(({ specifier }) => specifier)
  const mapped = pinsOf(index, place).map((pin) => arrivalAt(index, gic, pin))
  const more = distinct(
    mapped.flatMap((arrival) => (arrival.kind === 'at-gic' ? [arrival.specifier] : [])),
    atGic,
  )
  const lostPin = mapped.find((arrival) => arrival.kind === 'lost')
  const allLost = lostPin ? [...lost, { why: lostPin.why }] : lost
  if (more.length > 0)
    return {
      kind: 'rewrite',
      via: 'interrupt-map',
      through: place.path,
      own: atGic,
      atGic: [...atGic, ...more],
      lost: allLost,
    }
  const forwarder = reached.find((arrival) => arrival.forwarder)?.forwarder
  if (forwarder) return { kind: 'rewrite', via: 'forwarder', through: forwarder.path, own: atGic, atGic, lost: allLost }
  return { kind: 'direct', own: atGic, atGic, lost: allLost }
}

function lostOf(place: Place, own: readonly Arrival[]): readonly LostInterrupt[] {
  const names = stringList(propertyNamed(place.node, 'interrupt-names')) ?? []
  return own.flatMap((arrival, index) => {
    const name = names[index]
    return arrival.kind === 'lost' ? [{ index, ...(name === undefined ? {} : { name }), why: arrival.why }] : []
  })
}

const MAX_FORWARDERS = 8

/** Through controllers that hand on what they are given. */
export function arrivalAt(index: TreeIndex, gic: Place | undefined, arrival: Reading<InterruptSpecifier>): Arrival {
  if (!arrival.ok) return { kind: 'lost', why: arrival.reason }
  const { cells } = arrival.value
  let { controller } = arrival.value
  let forwarder: Place | undefined
  for (let hops = 0; controller !== gic && hops < MAX_FORWARDERS && handsOn(controller.node, arrival.value); hops++) {
    forwarder ??= controller
    controller = interruptParent(index, controller) ?? controller
  }
  if (!gic || controller !== gic)
    return { kind: 'lost', controller: controller.path, why: `it ends at ${controller.path}, not at the GIC` }
  const number = privateInterrupt(cells)
  if (number !== undefined)
    return { kind: 'lost', controller: gic.path, why: `interrupt ${number} is private to each CPU` }
  return { kind: 'at-gic', specifier: { controller: gic, cells }, ...(forwarder ? { forwarder } : {}) }
}

const PRIVATE = 1
const FIRST_PRIVATE = 16

/** Its number, where the first cell calls it private (Linux Documentation/devicetree/bindings/interrupt-controller/arm,gic.yaml). */
const privateInterrupt = ([kind, number = 0]: readonly number[]): number | undefined =>
  kind === PRIVATE ? FIRST_PRIVATE + number : undefined

/** Each once, without those in `known`. */
function distinct(
  specifiers: readonly InterruptSpecifier[],
  known: readonly InterruptSpecifier[],
): readonly InterruptSpecifier[] {
  const seen = new Set(known.map(({ cells }) => cells.join()))
  return specifiers.filter(({ cells }) => !seen.has(cells.join()) && seen.add(cells.join()))
}
