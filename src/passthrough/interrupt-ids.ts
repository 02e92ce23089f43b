/** Numbers of interrupts, as Xen, xl and guests count them. */
import type { InterruptSpecifier } from '../devicetree/readings/interrupt-specifier.ts'
import type { HostDevice } from './host-device.ts'

/** First number of each kind that devices share (Linux Documentation/devicetree/bindings/interrupt-controller/arm,gic-v3.yaml: SPI, ESPI). */
const FIRST_OF_KIND: Readonly<Record<number, number>> = { 0: 32, 2: 4096 }

/** INTID of a shared interrupt at a GIC; `undefined`: it is private to each CPU. */
function sharedInterrupt({ cells: [kind = 0, number = 0] }: InterruptSpecifier): number | undefined {
  const first = FIRST_OF_KIND[kind]
  return first === undefined ? undefined : first + number
}

/** INTIDs of a device at the GIC, each once, in its order. */
export const interruptIds = ({ interrupts }: HostDevice): readonly number[] =>
  interrupts.kind === 'stopped' ? [] : [...new Set(interrupts.atGic.flatMap((own) => sharedInterrupt(own) ?? []))]
