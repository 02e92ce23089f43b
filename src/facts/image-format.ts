/** What an image is, by its first bytes, the way Xen decides (`kernel_probe` in xen/arch/arm/kernel.c). */
import type { Bytes } from '../units/quantities.ts'
import { arm64Image, uimage, zimage } from './arm-image.ts'
import { holdsNoFile, isCpio } from './cpio.ts'
import type { Ends } from './disk.ts'
import type { GzipFile, ImageFormat, Uimage } from './facts.ts'
import { gzipFile, isGzip } from './gzip.ts'
import { looksLike } from './looks-like.ts'

/** First bytes of a file that are looked at: headers, and enough of a gzip stream to see what is inside. */
export const HEAD = 4096

/** Length of U-Boot's legacy header: the content of such an image begins after it. */
const UIMAGE_HEADER = 64
/** IH_COMP_GZIP of U-Boot's include/image.h. */
const GZIP = 1

/**
 * `all` reads the whole file, where its ends do not suffice; `undefined` where that cannot be. A gzip stream that is no kernel is opened only
 * if all of it is in `head`: that tells an archive without files.
 */
export function imageFormat(
  { size, head, tail }: Omit<Ends, 'ok'>,
  all: () => Buffer | undefined = () => undefined,
  isKernel = true,
): ImageFormat {
  if (size === 0n) return { kind: 'empty' }
  const looksInside = isKernel || size <= BigInt(head.length)
  if (isGzip(head)) return gzipFile({ head, tail, looksInside, all }, plainFormat)
  const format = plainFormat(head, size)
  const content = head.subarray(UIMAGE_HEADER)
  if (format.kind !== 'uimage' || format.compression !== GZIP || !isGzip(content)) return format
  const inside = { head: content, tail, looksInside, all: () => all()?.subarray(UIMAGE_HEADER) }
  return { ...format, content: gzipFile(inside, plainFormat) }
}

/** `size`: of all that begins with `head`. */
function plainFormat(head: Buffer, size: Bytes): Exclude<ImageFormat, GzipFile> {
  const legacy = uimage(head)
  if (legacy) return legacy.compression === 0 ? { ...legacy, content: insideOf(legacy, head) } : legacy
  const kernel = arm64Image(head) ?? zimage(head)
  if (kernel) return kernel
  if (isCpio(head))
    return { kind: 'cpio', ...(size <= BigInt(head.length) && holdsNoFile(head) ? { holdsNoFile: true } : {}) }
  if (isXsmPolicy(head)) return { kind: 'xsm-policy' }
  if (isXilinxBit(head)) return { kind: 'xilinx-bit' }
  const name = looksLike(head)
  return name === undefined ? { kind: 'unknown' } : { kind: 'unknown', looksLike: name }
}

const insideOf = ({ dataSize }: Uimage, head: Buffer): ImageFormat =>
  plainFormat(head.subarray(UIMAGE_HEADER), dataSize)

/** Some bytes of unknown meaning with their length before them, two more, and the letter `a` before the design's name (U-Boot drivers/fpga/xilinx.c: fpga_loadbitstream). */
const isXilinxBit = (head: Buffer): boolean =>
  head.length > 16 && head.readUInt16BE(0) === 9 && head.readUInt16BE(11) === 1 && head.readUInt8(13) === 0x61

/** In the byte order of the machine (xen/include/xsm/xsm.h: XSM_MAGIC). */
const isXsmPolicy = (head: Buffer): boolean => head.length >= 4 && head.readUInt32LE(0) === 0xf97c_ff8c
