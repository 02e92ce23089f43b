/**
 * CRC-32 as Ethernet, gzip and U-Boot's images have it (reversed polynomial 0xedb88320). Node's own is part of its zlib, which takes longer to
 * load than the few kilobytes of a boot script to sum up.
 */

const POLYNOMIAL = 0xedb8_8320

/** For each byte what it does to a sum. */
function byteTable(): Uint32Array {
  const table = new Uint32Array(256)
  for (let byte = 0; byte < 256; byte += 1) {
    let sum = byte
    for (let bit = 0; bit < 8; bit += 1) sum = sum & 1 ? (sum >>> 1) ^ POLYNOMIAL : sum >>> 1
    table[byte] = sum
  }
  return table
}

let table: Uint32Array | undefined

/** From 0 to 2^32 - 1. */
export function crc32(data: Uint8Array): number {
  table ??= byteTable()
  let sum = 0xffff_ffff
  for (let at = 0; at < data.length; at += 1) sum = (sum >>> 8) ^ (table[(sum ^ (data[at] ?? 0)) & 0xff] ?? 0)
  return (sum ^ 0xffff_ffff) >>> 0
}
