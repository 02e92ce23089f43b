/** From a bus's addresses to the CPU's, through `ranges` of every bus on the way (Devicetree Specification 0.4 §2.3.8). */
import type { DtNode } from '../model.ts'
import { addressCells, baseName, deviceType, sizeCells } from './node.ts'
import { type Reading, read, unread } from './reading.ts'
import { MAX_CELLS, type RangeEntry, type RegEntry, rangeEntries, regEntries } from './reg.ts'
import type { Place } from './tree-index.ts'

/**
 * `reg` of a node in host addresses. Only the first address of an entry is looked up, as Linux and Xen do: a region may
 * leave its window. No reading: a bus without `ranges` or without sizes (I2C, CPUs), an address in no window. A node without `reg`: no entries. The root's `reg` says nothing.
 */
export function translatedReg(place: Place): Reading<readonly RegEntry[]> {
  const { parent } = place
  if (!parent) return unread('the root node is on no bus')
  const entries = regEntries(place.node, parent.node)
  if (!entries.ok) return unread(`${place.path}: ${entries.reason}`)
  const translated: RegEntry[] = []
  for (const entry of entries.value) {
    const host = translate(parent, entry)
    if (!host.ok) return host
    translated.push(host.value)
  }
  return read(translated)
}

/** `entry`, in addresses of `bus`'s children, in host addresses. */
export function translate(bus: Place, entry: RegEntry): Reading<RegEntry> {
  let { address } = entry
  for (let place = bus; place.parent; place = place.parent) {
    const up = throughBus(place, place.parent.node, { address, size: entry.size })
    if (!up.ok) return up
    address = up.value
  }
  return read({ address, size: entry.size })
}

function throughBus(bus: Place, parent: DtNode, entry: RegEntry): Reading<bigint> {
  const counts = [addressCells(bus.node), sizeCells(bus.node)]
  if (counts.some((count) => count < 1 || count > MAX_CELLS)) {
    return unread(
      `${bus.path} has ${counts[0]} address cells and ${counts[1]} size cells, so no addresses to translate`,
    )
  }
  const ranges = rangeEntries(bus.node, parent)
  if (!ranges.ok) return unread(`${bus.path}: ${ranges.reason}`)
  if (ranges.value.length === 0) return read(entry.address)
  const space = spaceOf(bus.node)
  for (const range of ranges.value) {
    const offset = offsetIn(range, entry.address, space)
    if (offset !== undefined) return read(range.parentAddress + offset)
  }
  return unread(`${bus.path}: 0x${entry.address.toString(16)} is in no window of 'ranges'`)
}

/** How addresses of a bus divide into a space, which must be equal, and a number within it. */
interface AddressSpace {
  readonly numberBits: bigint
  readonly key: (space: bigint) => bigint
}

const PCI_TYPES = new Set(['pci', 'pciex', 'vci', 'ht'])

/**
 * PCI buses put the kind of space into the top cell, and the two kinds of memory space count as one (Xen's and Linux's PCI translators).
 * On any other bus with more than two address cells an address is an identifier that must be equal in all but its number (Linux: the
 * first cell).
 */
function spaceOf(bus: DtNode): AddressSpace {
  const isPci = PCI_TYPES.has(deviceType(bus) ?? '') || ['pci', 'pcie'].includes(baseName(bus))
  if (isPci) return { numberBits: 64n, key: (space) => pciSpace(space) }
  return { numberBits: addressCells(bus) > 2 ? 64n : 128n, key: (space) => space }
}

/** 0 configuration, 1 I/O, 2 memory (IEEE 1275 PCI binding: 3 is 64-bit memory). */
function pciSpace(high: bigint): bigint {
  const code = (high >> 24n) & 3n
  return code === 3n ? 2n : code
}

function offsetIn(range: RangeEntry, address: bigint, { numberBits, key }: AddressSpace): bigint | undefined {
  if (key(address >> numberBits) !== key(range.childAddress >> numberBits)) return undefined
  const offset = BigInt.asUintN(Number(numberBits), address) - BigInt.asUintN(Number(numberBits), range.childAddress)
  return offset >= 0n && offset < range.size ? offset : undefined
}
