/** The header of a flattened device tree: Devicetree Specification 0.4 §5.2. */
import { damaged } from './damage.ts'

/** First word of every blob. */
export const FDT_MAGIC = 0xd00dfeed

/** libfdt's offsets are signed 32-bit numbers. */
const MAX_SIZE = 0x7fff_ffff

/** What the rest of the reader needs of the header. Offsets are from the blob's start; limits lie inside the blob. */
export interface BlobHeader {
  /** First and one past the last byte of the blocks. */
  readonly reservations: Extent
  readonly structure: Extent
  readonly strings: Extent
  /** All that the header says of the blob's length, in bytes; data after it is not the blob's. */
  readonly totalSize: number
  readonly bootCpuid: number
}

/** Half-open, in bytes from the blob's start. */
export interface Extent {
  readonly from: number
  readonly to: number
}

const hex = (value: number): string => `0x${value.toString(16)}`

/** Reads and checks the header against the data that is really there; throws BlobDamage. */
export function readHeader(view: DataView): BlobHeader {
  const word = (index: number): number => view.getUint32(4 * index)
  if (view.byteLength < 4) damaged(`${view.byteLength} bytes are not a device tree blob`)
  if (word(0) !== FDT_MAGIC) {
    damaged(`starts with ${hex(word(0))} and not with ${hex(FDT_MAGIC)}: not a device tree blob`)
  }
  if (view.byteLength < 36) damaged(`ends after ${view.byteLength} bytes, within the header`)
  const totalSize = word(1)
  const version = checkVersion(word(5), word(6))
  const headerSize = version >= 17 ? 40 : 36
  if (totalSize < headerSize) damaged(`its header says ${totalSize} bytes, less than the header has`)
  if (totalSize > view.byteLength) {
    damaged(`its header says ${totalSize} bytes, but the data ends after ${view.byteLength}`, 'copy the file again')
  }
  if (totalSize > MAX_SIZE) damaged(`its header says ${totalSize} bytes, more than any reader accepts`)
  return {
    totalSize,
    bootCpuid: word(7),
    reservations: extent('memory reservation block', word(4), undefined, totalSize),
    structure: extent('structure block', word(2), version >= 17 ? word(9) : undefined, totalSize),
    strings: extent('strings block', word(3), word(8), totalSize),
  }
}

function checkVersion(version: number, lastCompatible: number): number {
  if (version < 16) {
    damaged(`has version ${version}; versions 16 and 17 can be read`, 'convert it: dtc -I dtb -O dtb -V 17')
  }
  if (lastCompatible > 17) damaged(`can be read from version ${lastCompatible} on; this is a reader of version 17`)
  return version
}

/** A block with a size must fit wholly; one without ends with the blob. */
function extent(block: string, from: number, size: number | undefined, totalSize: number): Extent {
  const to = size === undefined ? totalSize : from + size
  if (from > totalSize || to > totalSize) {
    damaged(`the ${block} [${hex(from)}..${hex(to)}) exceeds the blob of ${hex(totalSize)} bytes`)
  }
  return { from, to }
}
