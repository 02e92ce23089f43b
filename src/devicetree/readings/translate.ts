/** From a bus's addresses to the CPU's, through `ranges` of every bus on the way (Devicetree Specification 0.4 §2.3.8). */
import type { DtNode } from '../model.ts'
import { addressCells, baseName, deviceType, sizeCells } from './node.ts'
import { type Reading, read, unread } from './reading.ts'
import { MAX_CELLS, type RegEntry, rangeEntries, regEntries } from './reg.ts'
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
    const up = throughBus(place, place.parent.node, address)
    if (!up.ok) return up
    address = up.value
  }
  return read({ address, size: entry.size })
}

function throughBus(bus: Place, parent: DtNode, address: bigint): Reading<bigint> {
  const known = decodedBuses.get(bus) ?? decodeBus(bus, parent)
  decodedBuses.set(bus, known)
  if (!known.ok) return known
  const { windows, space } = known.value
  if (windows.length === 0) return read(address)
  const key = space.key(address)
  const number = space.number(address)
  for (const window of windows) {
    if (number >= window.first && number < window.limit && key === window.key) {
      return read(window.parentAddress + number - window.first)
    }
  }
  return unread(`${bus.path}: 0x${address.toString(16)} is in no window of 'ranges'`)
}

/** What a bus lets through; no windows: everything. */
interface Bus {
  readonly windows: readonly Window[]
  readonly space: AddressSpace
}

/** Half-open in numbers of the bus's children: [first, limit). */
interface Window {
  readonly key: bigint
  readonly first: bigint
  readonly limit: bigint
  readonly parentAddress: bigint
}

/** Decoded once per bus, since every device behind it asks. */
const decodedBuses = new WeakMap<Place, Reading<Bus>>()

function decodeBus({ node, path }: Place, parent: DtNode): Reading<Bus> {
  const [address, size] = [addressCells(node), sizeCells(node)]
  if ([address, size].some((count) => count < 1 || count > MAX_CELLS)) {
    return unread(`${path} has ${address} address cells and ${size} size cells, so no addresses to translate`)
  }
  const ranges = rangeEntries(node, parent)
  if (!ranges.ok) return unread(`${path}: ${ranges.reason}`)
  const space = spaceOf(node)
  const windows = ranges.value.map(({ childAddress, parentAddress, size: length }) => {
    const first = space.number(childAddress)
    return { key: space.key(childAddress), first, limit: first + length, parentAddress }
  })
  return read({ windows, space })
}

/** How addresses of a bus divide into a space, which must be equal, and a number within it. */
interface AddressSpace {
  readonly key: (address: bigint) => bigint
  readonly number: (address: bigint) => bigint
}

const low64 = (address: bigint): bigint => BigInt.asUintN(64, address)
const PCI: AddressSpace = { key: (address) => pciSpace(address >> 64n), number: low64 }
const TAGGED: AddressSpace = { key: (address) => address >> 64n, number: low64 }
const PLAIN: AddressSpace = { key: () => 0n, number: (address) => address }

const PCI_TYPES = new Set(['pci', 'pciex', 'vci', 'ht'])

/** Whether addresses of the node's children are those of PCI, as Linux and Xen tell it. */
export const isPciBus = (node: DtNode): boolean =>
  PCI_TYPES.has(deviceType(node) ?? '') || ['pci', 'pcie'].includes(baseName(node))

/**
 * PCI buses put the kind of space into the top cell, and the two kinds of memory space count as one (Xen's and Linux's PCI translators).
 * On any other bus with more than two address cells, what stands above the last two must be equal (Linux: the first cell).
 */
function spaceOf(bus: DtNode): AddressSpace {
  if (isPciBus(bus)) return PCI
  return addressCells(bus) > 2 ? TAGGED : PLAIN
}

/** 0 configuration, 1 I/O, 2 memory (IEEE 1275 PCI binding: 3 is 64-bit memory). */
function pciSpace(high: bigint): bigint {
  const code = (high >> 24n) & 3n
  return code === 3n ? 2n : code
}
