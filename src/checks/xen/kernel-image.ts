/** What Xen makes of a kernel file (arch/arm/kernel.c: kernel_probe and what it calls). */
import type { FileFacts, ImageFormat } from '../../facts/facts.ts'
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
  /** With BSS, as the header says; absent: unknown. */
  readonly runtime?: Bytes
}

/** The image inside a file, unpacked as Xen unpacks it; `undefined` where Xen refuses it or its header is not known. */
export function placedImage(file: FileFacts, release: Release): PlacedImage | undefined {
  const { format } = file
  if (format.kind === 'uimage') {
    if (format.compression !== 0) return undefined
    const start = isAtLeast(release, '4.18') ? format.load : 0n
    return { length: format.dataSize, textOffset: 0n, start, bits: format.arch === 2 ? 32 : 64 }
  }
  if (format.kind === 'gzip') return format.content && plainImage(format.content, format.uncompressedSize)
  return plainImage(format, file.size)
}

function plainImage(format: ImageFormat, size: Bytes): PlacedImage | undefined {
  if (format.kind === 'arm64-image') {
    const runtime = format.imageSize > 0n ? { runtime: format.imageSize } : {}
    return { length: size, textOffset: format.textOffset, start: 0n, bits: 64, ...runtime }
  }
  if (format.kind !== 'zimage' || format.end < format.start) return undefined
  return { length: bytes(format.end - format.start), textOffset: 0n, start: format.start, bits: 32 }
}
