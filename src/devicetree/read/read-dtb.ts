/** Reads device tree blobs (DTB), as firmware and `dtc -O dtb` make them. */
import { inFile } from '../../diagnostics/diagnostic.ts'
import type { DeviceTree } from '../model.ts'
import type { DtProblem, DtResult } from '../problem.ts'
import { BlobDamage } from './damage.ts'
import { readHeader } from './header.ts'
import { StringsBlock } from './names.ts'
import { readReservations } from './reservations.ts'
import { StructureReader } from './structure.ts'

/**
 * The tree in a blob of version 17 or 16 (Devicetree Specification 0.4 §5). Every value is one `bytes` part, or none when it is
 * empty. `data` may be longer than the blob; it is copied. `file` is the name that nodes' origins and problems carry.
 *
 * What cannot be expressed as a tree with unique names, or in DTS source, is a problem: damage of any kind, a property after a child
 * node, two nodes or properties of one name, names with other characters than dtc allows, more than 64 levels. Never throws.
 */
export function readDtb(data: Uint8Array, file?: string): DtResult<DeviceTree> {
  try {
    const input = new DataView(data.buffer, data.byteOffset, data.byteLength)
    const header = readHeader(input)
    const blob = Buffer.allocUnsafeSlow(header.totalSize)
    blob.set(data.subarray(0, header.totalSize))
    const view = new DataView(blob.buffer, blob.byteOffset, blob.byteLength)
    const reservations = readReservations(view, header.reservations)
    const strings = new StringsBlock(blob, header.strings)
    const root = new StructureReader(blob, view, header.structure, strings, file).read()
    return { ok: true, value: { root, reservations, bootCpuid: header.bootCpuid } }
  } catch (error) {
    if (error instanceof BlobDamage) return { ok: false, problems: [located(error.problem, file)] }
    throw error
  }
}

const located = (problem: DtProblem, file: string | undefined): DtProblem =>
  file === undefined ? problem : { ...problem, at: inFile(file) }
