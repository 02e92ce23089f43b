/** How Xen reads a kernel file (arch/arm/kernel.c: kernel_probe and what it calls). */
import type { FileFacts, GzipFile, ImageFormat, Uimage } from '../../facts/facts.ts'
import { type Bytes, bytes } from '../../units/quantities.ts'
import { isAtLeast, type Release } from '../../xen/releases.ts'

/** Bytes of a U-Boot legacy header. */
export const UIMAGE_HEADER: Bytes = bytes(64)

/** An image that Xen can place. */
export interface PlacedImage {
  /** How many bytes Xen copies into the guest. */
  readonly length: Bytes
  /** Offset from the start of RAM (arm64), 0 where none applies. */
  readonly textOffset: bigint
  /** Fixed guest address; 0: position independent. */
  readonly start: bigint
  readonly bits: 32 | 64
  /** Memory that the kernel needs when it runs, BSS included, as its header says; absent: not known. */
  readonly runtime?: Bytes
}

/** IH_COMP_GZIP of U-Boot's include/image.h. */
const GZIP = 1

/** Whether Xen unpacks what is in a uImage, and takes no uImage out of a gzip stream: from 4.18 on. Before, it does the opposite. */
const looksIntoUimage = (release: Release): boolean => isAtLeast(release, '4.18')

/** The gzip stream that Xen unpacks (`kernel_decompress`): the whole file, or what is in its uImage. */
export function gzipIn({ format }: FileFacts, release: Release): GzipFile | undefined {
  if (format.kind === 'gzip') return format
  const isUnpacked = format.kind === 'uimage' && format.compression === GZIP && looksIntoUimage(release)
  return isUnpacked && format.content?.kind === 'gzip' ? format.content : undefined
}

/** The format that Xen looks at after it has unpacked a file that is all gzip, and the size of that. `undefined`: what the stream holds is not known. */
export function probed({
  format,
  size,
}: FileFacts): { readonly format: ImageFormat; readonly size: Bytes } | undefined {
  if (format.kind !== 'gzip') return { format, size }
  return format.content && { format: format.content, size: format.uncompressedSize }
}

/** The uImage that Xen finds: the file itself, or before 4.18 in the gzip stream that the file is. */
export function uimageIn(file: FileFacts, release: Release): Uimage | undefined {
  const found = probed(file)?.format
  return found?.kind === 'uimage' && (file.format === found || !looksIntoUimage(release)) ? found : undefined
}

/** The image inside a file, unpacked as Xen unpacks it; `undefined` where Xen refuses it or its header is not known. */
export function placedImage(file: FileFacts, release: Release): PlacedImage | undefined {
  const legacy = uimageIn(file, release)
  if (legacy) return imageOfUimage(legacy, gzipIn({ ...file, format: legacy }, release), release)
  const found = probed(file)
  const size = file.format.kind === 'gzip' ? unpackedSize(file.format) : file.size
  return found && size !== undefined ? plainImage(found.format, size) : undefined
}

/** Size of what a stream holds; `undefined`: Xen fails to unpack it, or what it holds is not known. */
function unpackedSize({ content, unpacked, uncompressedSize }: GzipFile): Bytes | undefined {
  const fails = !content || (unpacked && ('fault' in unpacked || unpacked.size !== uncompressedSize))
  return fails ? undefined : uncompressedSize
}

/** Xen reads no header but the uImage's. The kernel in it still needs the room that its own header asks for. */
function imageOfUimage(image: Uimage, stream: GzipFile | undefined, release: Release): PlacedImage | undefined {
  const length = stream ? unpackedSize(stream) : image.compression === 0 ? image.dataSize : undefined
  if (length === undefined) return undefined
  const content = stream ? stream.content : image.content
  const runtime = content?.kind === 'arm64-image' && content.imageSize > 0n ? { runtime: content.imageSize } : {}
  return {
    length,
    textOffset: 0n,
    start: looksIntoUimage(release) ? image.load : 0n,
    bits: image.arch === 2 ? 32 : 64,
    ...runtime,
  }
}

function plainImage(format: ImageFormat, size: Bytes): PlacedImage | undefined {
  if (format.kind === 'arm64-image') {
    const runtime = format.imageSize > 0n ? { runtime: format.imageSize } : {}
    return { length: size, textOffset: format.textOffset, start: 0n, bits: 64, ...runtime }
  }
  if (format.kind !== 'zimage' || format.end < format.start) return undefined
  return { length: bytes(format.end - format.start), textOffset: 0n, start: format.start, bits: 32 }
}
