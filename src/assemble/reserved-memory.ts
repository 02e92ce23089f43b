/**
 * `/reserved-memory` for ranges that the manifest takes out of RAM. A shorter `/memory` would not do: U-Boot writes that node anew from what it knows of the
 * banks.
 */
import { cells, node, property, wideCells } from '../devicetree/build.ts'
import { childNamed, type DtNode, propertyNamed } from '../devicetree/model.ts'
import { type NamedRange, originOf } from '../model/system-model.ts'
import { numbersOf } from '../plan/numbers.ts'
import type { SystemPlan } from '../plan/system-plan.ts'
import { hex } from '../units/format.ts'
import { subtract } from '../units/range.ts'
import { owner } from './origins.ts'

const NAME = 'reserved-memory'

/** Cells of an address and of a size in `reg` of a node's children. */
interface CellCounts {
  readonly address: 1 | 2
  readonly size: 1 | 2
}

/** Memory that is to be reserved. */
interface ReservedArea extends NamedRange {
  /** It must not even be mapped. */
  readonly noMap?: true
}

/**
 * Ranges that the manifest takes out of RAM, and those that firmware keeps. TF-A's node has the name that U-Boot gives it on some boards, so that U-Boot
 * replaces it there instead of adding one that overlaps it (arch/arm/mach-k3/common_fdt.c: fdt_fixup_reserved).
 */
export const reservedAreas = (plan: SystemPlan): readonly ReservedArea[] => [
  ...plan.model.platform.reserved,
  ...plan.board.unused,
  ...firmwareAreas(plan),
]

/** Ranges that firmware keeps, less those where the manifest places something all the same, which RES-012 reports. */
function firmwareAreas(plan: SystemPlan): readonly ReservedArea[] {
  const { model, board } = plan
  if (board.firmware.length === 0) return []
  const kept = subtract(
    board.firmware.map(({ range }) => range),
    numbersOf(plan, 'memory').map(({ value }) => value),
  )
  return kept.map((range) => ({ pointer: `${model.platform.pointer}/firmware`, name: 'tfa', range, noMap: true }))
}

/** The node to be merged below the board's root; `undefined`: nothing is reserved. */
export function reservedMemoryNode(plan: SystemPlan): DtNode | undefined {
  const areas = reservedAreas(plan)
  if (areas.length === 0) return undefined
  const host = plan.board.tree.root
  const { platform } = plan.model
  const existing = childNamed(host, NAME)
  const counts = cellCounts(host, existing)
  const origin = originOf(platform, originOfAll(plan))
  const children = areas.filter((area) => fits(area, counts)).map((area) => areaNode(area, counts))
  const properties = existing
    ? []
    : [
        property('#address-cells', [cells([counts.address], origin)], origin),
        property('#size-cells', [cells([counts.size], origin)], origin),
        property('ranges', [], origin),
      ]
  return node(NAME, { properties, children }, origin)
}

/** The key of `platform` because of which there is a /reserved-memory. */
function originOfAll({ model, board }: SystemPlan): 'reserved' | 'memory' | 'firmware' {
  if (model.platform.reserved.length > 0) return 'reserved'
  return board.unused.length > 0 ? 'memory' : 'firmware'
}

/** Whether `/reserved-memory` of `host` can have `area`: with one cell for addresses it ends at 4 GiB. */
export const canHold = (host: DtNode, area: NamedRange): boolean => fits(area, cellCounts(host, childNamed(host, NAME)))

/** A range's node. Those of the manifest have no `no-map`: Xen may map what it gives to no domain. */
function areaNode(area: ReservedArea, counts: CellCounts): DtNode {
  const origin = owner(area)
  const { base, size } = area.range
  const reg = [wideCells(base, counts.address, origin), wideCells(size, counts.size, origin)]
  const properties = [property('reg', reg, origin), ...(area.noMap ? [property('no-map', [], origin)] : [])]
  return node(`${area.name}@${hex(base).slice(2)}`, { properties }, origin)
}

function fits({ range: { base, size } }: NamedRange, counts: CellCounts): boolean {
  const limit = 1n << 32n
  return (counts.address === 2 || base < limit) && (counts.size === 2 || size < limit)
}

/** Cells for children of `existing`, itself a child of the root `host`, as Xen reads them: the node's own, else the root's, whose defaults are 2 and 1 (Devicetree Specification 2.3.5). */
export function cellCounts(host: DtNode, existing: DtNode | undefined): CellCounts {
  const read = (name: string, fallback: 1 | 2): 1 | 2 =>
    (existing && cellCount(existing, name)) ?? cellCount(host, name) ?? fallback
  return { address: read('#address-cells', 2), size: read('#size-cells', 1) }
}

/** The property's number if it is 1 or 2, the only ones that Xen accepts. */
function cellCount(of: DtNode, name: string): 1 | 2 | undefined {
  const part = propertyNamed(of, name)?.value[0]
  const value = part?.kind === 'cells' ? part.cells[0] : part?.kind === 'bytes' ? bigEndian(part.data) : undefined
  return value === 1n ? 1 : value === 2n ? 2 : undefined
}

const bigEndian = (data: Uint8Array): bigint | undefined =>
  data.length === 4 ? BigInt(new DataView(data.buffer, data.byteOffset, 4).getUint32(0)) : undefined
