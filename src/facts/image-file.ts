/** Image files on disk: judged by their ends, and read as a whole only where those do not suffice. */
import { readEnds, readWhole, type Unreadable } from './disk.ts'
import type { FileFacts, ImageFormat, InputFile } from './facts.ts'
import { LARGEST_KERNEL, TAIL } from './gzip.ts'
import { HEAD, imageFormat } from './image-format.ts'

export interface ImageFile {
  readonly ok: true
  readonly size: FileFacts['size']
  readonly format: ImageFormat
  /** The first bytes. */
  readonly head: Buffer
  /** What the format was judged by. */
  readonly read: InputFile['read']
  /** The bytes that were, in order. */
  readonly judged: readonly Uint8Array[]
}

/** `isKernel`: whether somebody boots from it, or might. */
export function readImageFile(place: string, isKernel = true): ImageFile | Unreadable {
  const ends = readEnds(place, HEAD, TAIL)
  if (!ends.ok) return ends
  const { size, head, tail } = ends
  let whole: Buffer | undefined
  const all = (): Buffer | undefined => {
    const file = readWhole(place, LARGEST_KERNEL)
    whole = file.ok ? file.data : undefined
    return whole
  }
  const format = imageFormat(ends, all, isKernel)
  if (whole) return { ok: true, size, format, head, read: 'whole', judged: [whole] }
  const hasTrailer = format.kind === 'gzip' || (format.kind === 'uimage' && format.content?.kind === 'gzip')
  return hasTrailer
    ? { ok: true, size, format, head, read: 'header-and-trailer', judged: [head, tail] }
    : { ok: true, size, format, head, read: 'header', judged: [head] }
}
