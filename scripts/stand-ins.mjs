/**
 * Files that stand in for real images where only headers and sizes matter: for examples, which must build on a machine without a kernel, and for tests. They
 * cannot boot. Equal arguments give equal bytes.
 */
import { crc32, deflateRawSync } from 'node:zlib'

const MiB = 1 << 20

/** An arm64 Image (Documentation/arch/arm64/booting.rst): header, then zeros up to `size` bytes. */
export function arm64Image({ size = 2 * MiB, imageSize = size, textOffset = 0, flags = 0xa, code0 = 0x91005a4d } = {}) {
  const image = Buffer.alloc(size)
  image.writeUInt32LE(code0, 0)
  image.writeUInt32LE(0x14000000 | ((size >> 2) & 0x3ffffff), 4)
  image.writeBigUInt64LE(BigInt(textOffset), 8)
  image.writeBigUInt64LE(BigInt(imageSize), 16)
  image.writeBigUInt64LE(BigInt(flags), 24)
  image.write('ARM\x64', 56, 'latin1')
  return image
}

/** A gzip file without name or time stamp and with stored blocks, so that its bytes depend on `data` alone, not on zlib. */
export function gzip(data) {
  const header = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255])
  const trailer = Buffer.alloc(8)
  trailer.writeUInt32LE(crc32(data), 0)
  trailer.writeUInt32LE(data.length >>> 0, 4)
  return Buffer.concat([header, deflateRawSync(data, { level: 0 }), trailer])
}

/** A cpio archive (newc) that holds `init`, an empty file, of `size` bytes, or as many as that takes. */
export function cpio(size = 512) {
  const entries = newcEntry('init', 0o100755) + newcEntry('TRAILER!!!', 0)
  const archive = Buffer.alloc(Math.max(size, entries.length))
  archive.write(entries, 'latin1')
  return archive
}

/** A cpio archive (newc) of a folder without a file. */
export const emptyCpio = () =>
  Buffer.from((newcEntry('.', 0o040755) + newcEntry('TRAILER!!!', 0)).padEnd(512, '\0'), 'latin1')

function newcEntry(name, mode) {
  const field = (value) => value.toString(16).padStart(8, '0')
  const fields = [0, mode, 0, 0, 1, 0, 0, 0, 0, 0, 0, name.length + 1, 0].map(field).join('')
  const entry = `070701${fields}${name}\0`
  return entry.padEnd(Math.ceil(entry.length / 4) * 4, '\0')
}
