/** What a device answers at, in addresses of the host: its registers, and the windows of a PCI bridge. */
import { propertyNamed } from '../../devicetree/model.ts'
import { addressCells } from '../../devicetree/readings/node.ts'
import { type Reading, read, unread } from '../../devicetree/readings/reading.ts'
import { type RegEntry, rangeEntries } from '../../devicetree/readings/reg.ts'
import { isPciBus, translate, translatedReg } from '../../devicetree/readings/translate.ts'
import type { Place } from '../../devicetree/readings/tree-index.ts'
import { stringList } from '../../devicetree/readings/values.ts'
import { hex } from '../../units/format.ts'
import { alignDown, alignUp, bytes, type HostPhys, hostPhys, PAGE } from '../../units/quantities.ts'
import { end, merge, type Range, range, rangeBetween } from '../../units/range.ts'
import type { DeviceSpan } from '../host-device.ts'

/** No reading: it has no registers that a CPU reaches, or not all of them can be told. Empty entries of `reg` are left out. */
export function spansOf(place: Place): Reading<readonly DeviceSpan[]> {
  const { path, parent } = place
  if (!propertyNamed(place.node, 'reg')) return unread(`${path} has no registers`)
  if (parent && isPciBus(parent.node)) return unread(`${path} is a function of the PCI bridge ${parent.path}`)
  const entries = translatedReg(place)
  if (!entries.ok) return unread(`no CPU reaches the registers of ${path}: ${entries.reason}`)
  const names = stringList(propertyNamed(place.node, 'reg-names')) ?? []
  const registers: DeviceSpan[] = []
  for (const [index, entry] of entries.value.entries()) {
    if (entry.size === 0n) continue
    const host = hostRange(entry)
    if (!host) return unread(`registers ${index} of ${path} go past 64 bits`)
    const name = names[index]
    registers.push({ kind: 'register', index, ...(name === undefined ? {} : { name }), host })
  }
  if (registers.length === 0) return unread(`the registers of ${path} are empty`)
  if (!parent || !isPciBus(place.node)) return read(registers)
  const windows = windowsOf(place, parent)
  return windows.ok ? read([...registers, ...windows.value]) : windows
}

const LIMIT = 1n << 64n

const hostRange = ({ address, size }: RegEntry): Range<HostPhys> | undefined =>
  address + size > LIMIT ? undefined : range(hostPhys(address), bytes(size))

/** The windows of a PCI bridge. A bridge without any has none of its own: those above let through what it asks for. */
function windowsOf(bridge: Place, parent: Place): Reading<readonly DeviceSpan[]> {
  const { node, path } = bridge
  const property = propertyNamed(node, 'ranges')
  const entries = property ? rangeEntries(node, parent.node) : read([])
  if (!entries.ok) return unread(`${path}: ${entries.reason}`)
  const windows: DeviceSpan[] = []
  for (const [index, { childAddress, parentAddress, size }] of entries.value.entries()) {
    if (size === 0n) continue
    const translated = translate(parent, { address: parentAddress, size })
    if (!translated.ok) return unread(`${path}: ${translated.reason}`)
    const host = hostRange(translated.value)
    if (!host) return unread(`the window of ${path} at ${hex(translated.value.address)} goes past 64 bits`)
    const child = cellsOf(childAddress, addressCells(node))
    windows.push({ kind: 'window', index, child, space: spaceOf(child[0] ?? 0), host })
  }
  return read(windows)
}

/** Most significant first. */
const cellsOf = (address: bigint, count: number): readonly number[] =>
  Array.from({ length: count }, (_, at) => Number((address >> BigInt(32 * (count - 1 - at))) & 0xffff_ffffn))

const PREFETCHABLE = 1 << 30

/** By the first cell of an address (IEEE 1275 PCI binding, §2.2.1.1). */
function spaceOf(high: number): Extract<DeviceSpan, { kind: 'window' }>['space'] {
  const isPrefetchable = (high & PREFETCHABLE) !== 0
  switch ((high >>> 24) & 3) {
    case 1:
      return 'io'
    case 2:
      return isPrefetchable ? 'memory-32-prefetchable' : 'memory-32'
    case 3:
      return isPrefetchable ? 'memory-64-prefetchable' : 'memory-64'
    default:
      return 'bus'
  }
}

/** The whole pages of all of them: what Xen can map. Ascending and disjoint. */
export const pagesOf = (spans: readonly DeviceSpan[]): readonly Range<HostPhys>[] =>
  merge(spans.map(({ host }) => rangeBetween(alignDown(host.base, PAGE), alignUp(end(host), PAGE))))
