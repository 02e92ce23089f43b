/** `platform.memory`: which RAM may be used, or which there is. */
import { node, property, text, wideCells } from '../devicetree/build.ts'
import { removeProperty, replaceNodeAt, setProperty } from '../devicetree/edit.ts'
import type { DeviceTree, DtNode, DtValue } from '../devicetree/model.ts'
import { addressCells, baseName, deviceType, sizeCells } from '../devicetree/readings/node.ts'
import type { TreeIndex } from '../devicetree/readings/tree-index.ts'
import { atKey, atValue, member, type Report } from '../diagnostics/diagnostic.ts'
import type { NamedRange, Platform } from '../model/system-model.ts'
import { formatRange, hex } from '../units/format.ts'
import { type HostPhys, hostPhys } from '../units/quantities.ts'
import { end, overlaps, type Range, subtract } from '../units/range.ts'
import { ramToFillIn } from './board-memory.ts'
import type { OwnedMemory } from './facts.ts'

const pointerOf = (platform: Platform): string => member(platform.pointer, 'memory')

/**
 * `tree`, whose own RAM is none or a placeholder, with the manifest's ranges as its RAM: in the node that U-Boot would fill in, which is the first child of
 * the root that is named `memory` (`fdt_fixup_memory_banks`), or else in a new one; other memory nodes list none any more. Ranges wider than the tree's cells are reported and
 * left out.
 */
export function withMemory(tree: DeviceTree, platform: Platform, report: Report): DeviceTree {
  const { root } = tree
  const counts = { address: addressCells(root), size: sizeCells(root) }
  const [address, size] = [cellCount(counts.address), cellCount(counts.size)]
  const fits = ({ range }: NamedRange): boolean =>
    range.base < 1n << (32n * BigInt(address ?? 0)) && range.size < 1n << (32n * BigInt(size ?? 0))
  for (const { pointer, range } of platform.memory.filter((given) => !fits(given)))
    report('RES-007', {
      at: atValue(pointer),
      message: `${formatRange(range)} does not fit into the tree, whose root has #address-cells ${counts.address} and #size-cells ${counts.size}`,
      help: 'give ranges that fit, or use a tree whose root has 2 of each',
    })
  const fitting = platform.memory.filter(fits)
  if (fitting.length === 0 || !address || !size) return tree
  const reg = fitting.flatMap(({ range, pointer }) => [
    wideCells(range.base, address, atValue(pointer)),
    wideCells(range.size, size, atValue(pointer)),
  ])
  return { ...tree, root: withBanks(root, reg, platform, fitting[0]) }
}

const cellCount = (count: number): 1 | 2 | undefined => (count === 1 || count === 2 ? count : undefined)

function withBanks(root: DtNode, reg: DtValue, platform: Platform, first: NamedRange | undefined): DtNode {
  const origin = atKey(pointerOf(platform))
  const filled = (memory: DtNode): DtNode =>
    setProperty(
      setProperty(removeProperty(memory, 'status'), property('device_type', [text('memory', origin)], origin)),
      property('reg', reg, origin),
    )
  const existing = root.children.find((child) => baseName(child) === 'memory')
  if (existing) {
    const emptied = root.children.map((child) => (child !== existing && isRam(child) ? withoutRanges(child) : child))
    return replaceNodeAt({ ...root, children: emptied }, `/${existing.name}`, filled) ?? root
  }
  const added = filled(node(`memory@${hex(first?.range.base ?? 0n).slice(2)}`, {}, origin))
  return { ...root, children: [...root.children, added] }
}

/** What a manifest may say of RAM that the tree leaves to the firmware. */
export const memoryExample = (tree: TreeIndex): string =>
  `memory: { ram: { start: ${inGroups(ramToFillIn(tree) ?? hostPhys(0x8000_0000n))}, size: 2GiB } }`

const inGroups = (address: HostPhys): string => hex(address).replace(/(?<=[0-9a-f])(?=(?:[0-9a-f]{4})+$)/g, '_')

const isRam = (child: DtNode): boolean => baseName(child) === 'memory' && deviceType(child) === 'memory'

/** An empty `reg` is no bank for Xen and Linux. */
const withoutRanges = (memory: DtNode): DtNode => setProperty(memory, property('reg', [], memory.origin))

/** Each range that is also part of one before it. */
export function reportOverlaps(memory: readonly NamedRange[], report: Report): void {
  for (const [index, area] of memory.entries()) {
    const other = memory.slice(0, index).find(({ range }) => overlaps(range, area.range))
    if (!other) continue
    report('RES-006', {
      at: atValue(area.pointer),
      message: `'${area.name}' ${formatRange(area.range)} overlaps '${other.name}' ${formatRange(other.range)}`,
      help: `begin '${area.name}' at ${hex(end(other.range))}, or merge the two`,
      related: [{ at: atValue(other.pointer), message: `'${other.name}' is here` }],
    })
  }
}

/**
 * The tree's RAM, `ram`, that the manifest leaves out, to be written as reserved: U-Boot rewrites `/memory` from its own knowledge, so
 * that a shorter one would not last. Without what is `owned` already, which Xen does not allow to be reserved twice. A range of the
 * manifest that is not RAM is reported; where none is, all RAM stays.
 */
export function leftOut(
  platform: Platform,
  ram: readonly Range<HostPhys>[],
  owned: readonly OwnedMemory[],
  report: Report,
): NamedRange[] {
  const { memory } = platform
  for (const { name, range, pointer } of memory) {
    const [outside] = subtract([range], ram)
    if (!outside) continue
    report('RES-005', {
      at: atValue(pointer),
      message: `'${name}' ${formatRange(range)} is not entirely RAM: the device tree lists none at ${formatRange(outside)}`,
      help: `the board has RAM at ${ram.map(formatRange).join(', ')}; if that is a placeholder, set 'memory-from: manifest'`,
    })
  }
  if (!memory.some(({ range }) => ram.some((bank) => overlaps(bank, range)))) return []
  const holes = subtract(
    ram,
    [...memory, ...owned].map(({ range }) => range),
  )
  return holes.map((range) => ({ pointer: pointerOf(platform), name: 'unused', range }))
}
