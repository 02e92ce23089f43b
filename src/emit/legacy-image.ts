/** U-Boot's legacy image format (include/image.h, `struct legacy_img_hdr`), the part that scripts need. All numbers are big-endian. */
import { crc32 } from '../units/crc32.ts'

const HEADER = 64
const MAGIC = 0x2705_1956
/** Codes of include/image.h: Linux (what mkimage writes unless told otherwise), arm64, script, not compressed. */
const OS_LINUX = 5
const ARCH_ARM64 = 22
const TYPE_SCRIPT = 6
const COMPRESSION_NONE = 0
const NAME_LENGTH = 32

/** A script for U-Boot. */
export interface ScriptImage {
  readonly script: string
  /** Shown by U-Boot; cut to 32 bytes. */
  readonly name: string
  /** Seconds since 1970, 0 ≤ t < 2^32. */
  readonly timestamp: number
}

/** The image, byte for byte as `mkimage -A arm64 -T script -C none -n NAME -d SCRIPT` writes it. */
export function scriptImage({ script, name, timestamp }: ScriptImage): Uint8Array {
  const payload = withLengthTable(new TextEncoder().encode(script))
  const header = new Uint8Array(HEADER)
  const view = new DataView(header.buffer)
  view.setUint32(0, MAGIC)
  view.setUint32(8, timestamp)
  view.setUint32(12, payload.length)
  view.setUint32(24, crc32(payload))
  header.set([OS_LINUX, ARCH_ARM64, TYPE_SCRIPT, COMPRESSION_NONE], 28)
  header.set(new TextEncoder().encode(name).subarray(0, NAME_LENGTH), 32)
  view.setUint32(4, crc32(header))
  const image = new Uint8Array(HEADER + payload.length)
  image.set(header)
  image.set(payload, HEADER)
  return image
}

/** Data of the image, which has the form for several files although there is one: its length, a 0, its contents. */
function withLengthTable(contents: Uint8Array): Uint8Array {
  const payload = new Uint8Array(8 + contents.length)
  new DataView(payload.buffer).setUint32(0, contents.length)
  payload.set(contents, 8)
  return payload
}
