/** Writes device tree blobs (DTB). */
import type { DeviceTree, Reservation } from '../model.ts'
import type { DtProblem, DtResult } from '../problem.ts'
import { FDT_MAGIC } from '../read/header.ts'
import { resolve } from './resolve.ts'
import { flatten } from './structure.ts'

export interface WriteOptions {
  /** Zero bytes after the blob that `totalsize` counts, which give a boot loader room to edit it in place (`dtc -p`). Default 0. */
  readonly padding?: number
}

/** Bytes of the header of version 17, and of one memory reservation. */
const HEADER = 40
const RESERVATION = 16

/**
 * The blob of a tree in version 17: byte for byte what dtc makes of the same source or blob, but that a redundant `name` property, which
 * dtc drops, stays. References are resolved first (see `resolve`). Problems: what `resolve` finds, names that are unusable or
 * occur twice, numbers that do not fit, more than 64 levels; nothing is written then.
 */
export function writeDtb(tree: DeviceTree, options: WriteOptions = {}): DtResult<Uint8Array> {
  const resolved = resolve(tree)
  if (!resolved.ok) return resolved
  const { structure, strings, problems } = flatten(resolved.value.root)
  const reservationFaults = checkReservations(tree.reservations)
  if (problems.length + reservationFaults.length > 0)
    return { ok: false, problems: [...problems, ...reservationFaults] }
  const reservationsSize = RESERVATION * (tree.reservations.length + 1)
  const structureAt = HEADER + reservationsSize
  const stringsAt = structureAt + structure.length
  const total = stringsAt + strings.length + (options.padding ?? 0)
  const blob = new Uint8Array(total)
  const view = new DataView(blob.buffer)
  const header = [
    FDT_MAGIC,
    total,
    structureAt,
    stringsAt,
    HEADER,
    17,
    16,
    tree.bootCpuid,
    strings.length,
    structure.length,
  ]
  header.forEach((word, index) => {
    view.setUint32(4 * index, word)
  })
  tree.reservations.forEach(({ address, size }, index) => {
    view.setBigUint64(HEADER + RESERVATION * index, address)
    view.setBigUint64(HEADER + RESERVATION * index + 8, size)
  })
  blob.set(structure, structureAt)
  blob.set(strings, stringsAt)
  return { ok: true, value: blob }
}

/** An entry of size 0 ends the list for every reader: what follows it would be lost. */
function checkReservations(reservations: readonly Reservation[]): DtProblem[] {
  const problems: DtProblem[] = []
  const end = reservations.findIndex(({ size }) => size === 0n)
  if (end >= 0 && reservations.slice(end).some(({ size }) => size !== 0n)) {
    problems.push({ message: `memory reservation ${end + 1} has size 0 and would end the list before the last entry` })
  }
  const misfit = reservations.find(({ address, size }) => !isU64(address) || !isU64(size))
  if (misfit) problems.push({ message: `memory reservation 0x${misfit.address.toString(16)}: number out of range` })
  return problems
}

const isU64 = (value: bigint): boolean => BigInt.asUintN(64, value) === value
