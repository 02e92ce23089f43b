/** gzip files (RFC 1952), as Xen and libxl see them: one stream, with the size of its content in the file's last four bytes. */
import { type Bytes, bytes } from '../units/quantities.ts'
import { zlib } from '../units/zlib.ts'
import type { GzipFile, ImageFormat } from './facts.ts'

/** Last bytes of a file: where gzip says how long its content is. */
export const TAIL = 4

/** Where kernels end for domforge: neither a file above this, nor what unpacks to more, is unpacked. */
export const LARGEST_KERNEL = 256 * 1024 * 1024

export const isGzip = (head: Buffer): boolean => head.length >= 2 && head.readUInt16BE(0) === 0x1f8b

/** FHCRC of RFC 1952; for Xen's gunzip.c the bit says that there are more parts. */
const HEADER_CHECKSUM = 2

export interface Compressed {
  readonly head: Buffer
  readonly tail: Buffer
  /** Whether it is asked what is inside; else that is not known. */
  readonly looksInside: boolean
  /** All of it; `undefined`: too large, or gone meanwhile. Called only where head and tail do not suffice. */
  readonly all: () => Buffer | undefined
}

/** `judge` says what begins with the first bytes of the content, of which there are `size`. */
export function gzipFile(
  { head, tail, looksInside, all }: Compressed,
  judge: (content: Buffer, size: Bytes) => Exclude<ImageFormat, GzipFile>,
): GzipFile {
  const uncompressedSize = bytes(tail.length === TAIL ? tail.readUInt32LE(0) : 0)
  const beginning = looksInside ? inflatedHead(head) : undefined
  const content = beginning && judge(beginning, uncompressedSize)
  const unpacked = content && KERNELS.includes(content.kind) ? unpack(all()) : undefined
  const marked = head.length > 3 && (head.readUInt8(3) & HEADER_CHECKSUM) !== 0
  return {
    kind: 'gzip',
    uncompressedSize,
    ...(content ? { content } : {}),
    ...(unpacked ? { unpacked } : {}),
    ...(marked ? { headerChecksum: true } : {}),
  }
}

/** Only kernels are unpacked by Xen and by libxl. */
const KERNELS: readonly ImageFormat['kind'][] = ['arm64-image', 'zimage', 'uimage']

/** What the stream that begins with `head` inflates to, as far as `head` reaches: at most a thousand times its length. */
function inflatedHead(head: Buffer): Buffer | undefined {
  try {
    const { constants, gunzipSync } = zlib()
    const inflated = gunzipSync(head, { finishFlush: constants.Z_SYNC_FLUSH })
    return inflated.length > 0 ? inflated : undefined
  } catch (error) {
    if (error instanceof Error && 'code' in error) return undefined
    throw error
  }
}

/** Checks the stream to its end; `undefined`: not known. Takes at most twice `LARGEST_KERNEL` of memory, for a moment. */
function unpack(file: Buffer | undefined): GzipFile['unpacked'] {
  if (!file) return undefined
  try {
    return { size: bytes(zlib().gunzipSync(file, { maxOutputLength: LARGEST_KERNEL }).length) }
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error
    if (error.code === 'ERR_BUFFER_TOO_LARGE') return undefined
    return { fault: error.code === 'Z_BUF_ERROR' ? 'ends too early' : 'is damaged' }
  }
}
