/** What the buses above a device make of the addresses that it says: `dma-ranges`, Devicetree Specification 0.4 §2.3.9. */
import { hasProperty } from '../../devicetree/model.ts'
import { rangeEntries } from '../../devicetree/readings/reg.ts'
import { isPciBus } from '../../devicetree/readings/translate.ts'
import type { Place } from '../../devicetree/readings/tree-index.ts'
import { bytes, type HostPhys, hostPhys } from '../../units/quantities.ts'
import { type Range, range } from '../../units/range.ts'
import type { DeviceDma } from '../host-device.ts'

/** As long as one bus is not looked through: `first` on the device's, `out` on the one that is reached, `size` of both. */
interface Piece {
  readonly first: bigint
  readonly space: bigint
  readonly out: bigint
  readonly size: bigint
}

const EVERYTHING: readonly Piece[] = [{ first: 0n, space: 0n, out: 0n, size: 1n << 64n }]

/** A bus without `dma-ranges` passes addresses on as they are (Linux drivers/of/address.c: of_dma_get_range). */
export function translationOf(place: Place): Pick<DeviceDma, 'translated' | 'windows'> {
  let pieces: readonly Piece[] | undefined = EVERYTHING
  for (
    let bus: Place | undefined = isPciBus(place.node) ? place : place.parent;
    bus?.parent && pieces;
    bus = bus.parent
  )
    if (hasProperty(bus.node, 'dma-ranges')) pieces = through(bus, bus.parent, pieces)
  if (!pieces) return { translated: true, windows: [] }
  if (pieces.length > 0 && pieces.every(({ first, out }) => first === out)) return { translated: false, windows: [] }
  return {
    translated: true,
    windows: pieces.map(({ first, space, out, size }) => ({
      bus: first,
      space,
      host: range(hostPhys(out), bytes(size)),
    })),
  }
}

/** Where a device gets to at most, on the host's side of the buses above it: their windows, moved or not. Absent: no bus says a limit that can be read. */
export function reachOf(place: Place): readonly Range<HostPhys>[] | undefined {
  let pieces = EVERYTHING
  for (let bus: Place | undefined = isPciBus(place.node) ? place : place.parent; bus?.parent; bus = bus.parent) {
    const windows = hasProperty(bus.node, 'dma-ranges') ? windowsOf(bus, bus.parent) : []
    if (!windows) return undefined
    if (windows.length > 0) pieces = pieces.flatMap((piece) => windows.flatMap((window) => composed(piece, window)))
  }
  return pieces === EVERYTHING ? undefined : pieces.map(({ out, size }) => range(hostPhys(out), bytes(size)))
}

/** What comes out above `bus`, the same where it moves nothing; `undefined`: its property cannot be read. */
function through(bus: Place, parent: Place, pieces: readonly Piece[]): readonly Piece[] | undefined {
  const windows = windowsOf(bus, parent)
  if (!windows) return undefined
  if (windows.every(({ first, out }) => first === out)) return pieces
  return pieces.flatMap((piece) => windows.flatMap((window) => composed(piece, window)))
}

/** Of `dma-ranges`: none where it is empty, and every address passes. */
function windowsOf(bus: Place, parent: Place): readonly Piece[] | undefined {
  const entries = rangeEntries(bus.node, parent.node, 'dma-ranges')
  return entries.ok
    ? entries.value.map(({ childAddress, parentAddress, size }) => ({
        first: low(childAddress),
        space: childAddress >> 64n,
        out: low(parentAddress),
        size,
      }))
    : undefined
}

/** The part of `piece` that `window` lets on. */
function composed(piece: Piece, window: Piece): readonly Piece[] {
  const from = piece.out > window.first ? piece.out : window.first
  const [pieceEnd, windowEnd] = [piece.out + piece.size, window.first + window.size]
  const limit = pieceEnd < windowEnd ? pieceEnd : windowEnd
  if (from >= limit) return []
  const space = piece.space | window.space
  return [{ first: piece.first + from - piece.out, space, out: window.out + from - window.first, size: limit - from }]
}

/** What a PCI address has above is the kind of space. */
const low = (address: bigint): bigint => BigInt.asUintN(64, address)
