/** Numbers of interrupts, as Xen, xl and guests count them. */
import { mapTargets } from '../devicetree/readings/interrupt-map.ts'
import type { InterruptSpecifier } from '../devicetree/readings/interrupt-specifier.ts'
import { interruptsOf } from '../devicetree/readings/interrupts.ts'
import type { Place, TreeIndex } from '../devicetree/readings/tree-index.ts'
import { placesBelow } from './host/below.ts'
import type { HostDevice } from './host-device.ts'

/** First number of each kind that devices share (Linux Documentation/devicetree/bindings/interrupt-controller/arm,gic-v3.yaml: SPI, ESPI). */
const FIRST_OF_KIND: Readonly<Record<number, number>> = { 0: 32, 2: 4096 }

/** INTID of a shared interrupt at a GIC; `undefined`: it is private to each CPU. */
function sharedInterrupt({ cells: [kind = 0, number = 0] }: InterruptSpecifier): number | undefined {
  const first = FIRST_OF_KIND[kind]
  return first === undefined ? undefined : first + number
}

/** INTIDs of what a device is given at the GIC, each once, in its order. */
export const interruptIds = ({ interrupts }: Pick<HostDevice, 'interrupts'>): readonly number[] =>
  interrupts.kind === 'stopped' ? [] : idsOf(interrupts.atGic)

/** The same of specifiers at the GIC. */
export const idsOf = (atGic: readonly InterruptSpecifier[]): readonly number[] => [
  ...new Set(atGic.flatMap((own) => sharedInterrupt(own) ?? [])),
]

/**
 * Nodes below a device that have interrupts of those which it is given, by their own properties or by maps: Xen would route them to the domain with the
 * rest of the hardware, whatever their status (arch/arm/device.c: handle_device, map_device_children). `index`: of the host's tree.
 */
export function claimantsBelow(
  index: TreeIndex,
  device: Pick<HostDevice, 'place' | 'gic' | 'interrupts'>,
): readonly Place[] {
  const [gic, place] = [device.gic && index.at(device.gic.path), index.at(device.place.path)]
  const given = new Set(interruptIds(device))
  if (!gic || !place || given.size === 0) return []
  return placesBelow(index, place).filter((below) => {
    const [own, pins] = [interruptsOf(index, below), mapTargets(index, below)]
    const all = [...(own.ok ? own.value : []), ...(pins.ok ? pins.value : [])]
    return idsOf(all.filter(({ controller }) => controller === gic)).some((id) => given.has(id))
  })
}
