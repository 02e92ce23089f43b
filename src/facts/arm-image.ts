/** Headers of the kernels that Xen on Arm starts, and of Xen itself. */
import { bytes } from '../units/quantities.ts'
import type { Arm64Image, Uimage, Zimage } from './facts.ts'

/** Length of the arm64 Image header (Linux Documentation/arch/arm64/booting.rst). */
const IMAGE_HEADER = 64
const IMAGE_MAGIC = 0x644d_5241
/** First instruction of old Images; Xen takes it for one even without the magic (`kernel_image64_probe`). */
const IMAGE_BRANCH = 0x1400_0008
const PLACE_ANYWHERE = 1n << 3n

/** The arm64 Image that begins with `head`, by the two marks that Xen looks for. A header cut short has zeros in what is missing. */
export function arm64Image(head: Buffer): Arm64Image | undefined {
  const headerComplete = head.length >= IMAGE_HEADER
  const marked = headerComplete && head.readUInt32LE(56) === IMAGE_MAGIC
  if (!marked && !(head.length >= 4 && head.readUInt32LE(0) === IMAGE_BRANCH)) return undefined
  const field = (at: number): bigint => (headerComplete ? head.readBigUInt64LE(at) : 0n)
  const flags = field(24)
  return {
    kind: 'arm64-image',
    textOffset: field(8),
    imageSize: bytes(field(16)),
    anywhere: (flags & PLACE_ANYWHERE) !== 0n,
    bigEndian: (flags & 1n) !== 0n,
    headerComplete,
    ...(head.toString('latin1', 0, 2) === 'MZ' ? { efi: true } : {}),
  }
}

/** Up to and with `end` of the 32-bit zImage header (`ZIMAGE32_HEADER_LEN` and offsets in xen/arch/arm/kernel.c). */
const ZIMAGE_HEADER = 48
const ZIMAGE_MAGIC = 0x016f_2818

export function zimage(head: Buffer): Zimage | undefined {
  if (head.length < ZIMAGE_HEADER || head.readUInt32LE(36) !== ZIMAGE_MAGIC) return undefined
  return { kind: 'zimage', start: BigInt(head.readUInt32LE(40)), end: BigInt(head.readUInt32LE(44)) }
}

/** Length of U-Boot's legacy image header (include/image.h: `struct legacy_img_hdr`); its numbers are big-endian. */
const UIMAGE_HEADER = 64
const UIMAGE_MAGIC = 0x2705_1956

export function uimage(head: Buffer): Uimage | undefined {
  if (head.length < UIMAGE_HEADER || head.readUInt32BE(0) !== UIMAGE_MAGIC) return undefined
  return {
    kind: 'uimage',
    dataSize: bytes(head.readUInt32BE(12)),
    load: BigInt(head.readUInt32BE(16)),
    entry: BigInt(head.readUInt32BE(20)),
    os: head.readUInt8(28),
    arch: head.readUInt8(29),
    type: head.readUInt8(30),
    compression: head.readUInt8(31),
  }
}
