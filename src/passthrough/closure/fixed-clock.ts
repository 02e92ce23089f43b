/** Clocks whose rate never changes. */
import { cells, node, property, strings } from '../../devicetree/build.ts'
import { type DtNode, propertyNamed } from '../../devicetree/model.ts'
import { isCompatible } from '../../devicetree/readings/node.ts'
import { specifiersOf } from '../../devicetree/readings/phandle-list.ts'
import type { Place, TreeIndex } from '../../devicetree/readings/tree-index.ts'
import { u32 } from '../../devicetree/readings/values.ts'

/** Longest chain of factors that is followed; a cycle ends here. */
const MAX_FACTORS = 16

/** In Hz, of a `fixed-clock`, or of factors of one as whole numbers divide; `undefined`: the tree does not say it, or it is 0. */
export function fixedRate(index: TreeIndex, provider: Place, factors = 0): bigint | undefined {
  const { node: own } = provider
  if (isCompatible(own, 'fixed-clock')) {
    const rate = u32(propertyNamed(own, 'clock-frequency'))
    return rate ? BigInt(rate) : undefined
  }
  if (!isCompatible(own, 'fixed-factor-clock') || factors === MAX_FACTORS) return undefined
  const [parent] = specifiersOf(index, own, 'clocks', '#clock-cells')
  const input = parent && fixedRate(index, parent.provider, factors + 1)
  const multiplier = u32(propertyNamed(own, 'clock-mult')) ?? 1
  const divisor = u32(propertyNamed(own, 'clock-div'))
  return input === undefined || !divisor ? undefined : (input * BigInt(multiplier)) / BigInt(divisor) || undefined
}

export const clockLabel = (rate: bigint): string => `clock_${rate}`

/** Linux Documentation/devicetree/bindings/clock/fixed-clock.yaml. */
export const fixedClock = (rate: bigint): DtNode =>
  node(`clock-${rate}`, {
    labels: [clockLabel(rate)],
    properties: [
      property('compatible', strings(['fixed-clock'])),
      property('#clock-cells', [cells([0])]),
      property('clock-frequency', [cells([rate])]),
    ],
  })
