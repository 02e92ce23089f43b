/** What an image is, by its first bytes, the way Xen decides (`kernel_probe` in xen/arch/arm/kernel.c). */
import { constants, gunzipSync } from 'node:zlib'
import { bytes } from '../units/quantities.ts'
import { arm64Image, uimage, zimage } from './arm-image.ts'
import type { Ends } from './disk.ts'
import type { GzipFile, ImageFormat } from './facts.ts'
import { looksLike } from './looks-like.ts'

/** First bytes of a file that are looked at: headers, and enough of a gzip stream to see what is inside. */
export const HEAD = 4096
/** Last bytes: where gzip says how long its content is. */
export const TAIL = 4

export function imageFormat({ size, head, tail }: Omit<Ends, 'ok'>): ImageFormat {
  if (size === 0n) return { kind: 'empty' }
  return isGzip(head) ? gzipFile(head, tail) : plainFormat(head)
}

type PlainFormat = Exclude<ImageFormat, GzipFile>

function plainFormat(head: Buffer): PlainFormat {
  const found = uimage(head) ?? arm64Image(head) ?? zimage(head)
  if (found) return found
  if (isCpio(head)) return { kind: 'cpio' }
  if (isXsmPolicy(head)) return { kind: 'xsm-policy' }
  if (isXilinxBit(head)) return { kind: 'xilinx-bit' }
  const name = looksLike(head)
  return name === undefined ? { kind: 'unknown' } : { kind: 'unknown', looksLike: name }
}

/** Some bytes of unknown meaning with their length before them, two more, and the letter `a` before the design's name (U-Boot drivers/fpga/xilinx.c: fpga_loadbitstream). */
const isXilinxBit = (head: Buffer): boolean =>
  head.length > 16 && head.readUInt16BE(0) === 9 && head.readUInt16BE(11) === 1 && head.readUInt8(13) === 0x61

/** In the byte order of the machine (xen/include/xsm/xsm.h: XSM_MAGIC). */
const isXsmPolicy = (head: Buffer): boolean => head.length >= 4 && head.readUInt32LE(0) === 0xf97c_ff8c

const isGzip = (head: Buffer): boolean => head.length >= 2 && head.readUInt16BE(0) === 0x1f8b

/** Archives that Linux unpacks as an initramfs: newc with and without checksums (init/initramfs.c); and the older `odc`. */
const isCpio = (head: Buffer): boolean => /^07070[127]$/.test(head.toString('latin1', 0, 6))

function gzipFile(head: Buffer, tail: Buffer): GzipFile {
  const uncompressedSize = bytes(tail.length === TAIL ? tail.readUInt32LE(0) : 0)
  const inside = inflatedHead(head)
  return { kind: 'gzip', uncompressedSize, ...(inside ? { content: plainFormat(inside) } : {}) }
}

/** What the stream that begins with `head` inflates to, as far as `head` reaches: at most a thousand times its length. */
function inflatedHead(head: Buffer): Buffer | undefined {
  try {
    const inflated = gunzipSync(head, { finishFlush: constants.Z_SYNC_FLUSH })
    return inflated.length > 0 ? inflated.subarray(0, HEAD) : undefined
  } catch (error) {
    if (error instanceof Error && 'code' in error) return undefined
    throw error
  }
}
