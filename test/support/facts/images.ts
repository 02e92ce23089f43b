/** Headers of kernels as bytes, for tests. */

export interface ArmImageWords {
  readonly code?: number
  readonly textOffset?: bigint
  readonly imageSize?: bigint
  readonly flags?: bigint
  readonly magic?: number
}

/** The 64 bytes of an arm64 Image header. */
export function armImage(words: ArmImageWords = {}): Buffer {
  const header = Buffer.alloc(64)
  header.writeUInt32LE(words.code ?? 0x9100_5a4d, 0)
  header.writeBigUInt64LE(words.textOffset ?? 0n, 8)
  header.writeBigUInt64LE(words.imageSize ?? 0n, 16)
  header.writeBigUInt64LE(words.flags ?? 0xan, 24)
  header.writeUInt32LE(words.magic ?? 0x644d_5241, 56)
  return header
}

export function zImage(start: number, end: number): Buffer {
  const header = Buffer.alloc(48)
  header.writeUInt32LE(0x016f_2818, 36)
  header.writeUInt32LE(start, 40)
  header.writeUInt32LE(end, 44)
  return header
}

export interface LegacyImageWords {
  readonly arch: number
  readonly compression: number
  readonly load: number
  readonly entry: number
  readonly dataSize: number
}

export function legacyImage(words: LegacyImageWords): Buffer {
  const header = Buffer.alloc(64)
  header.writeUInt32BE(0x2705_1956, 0)
  header.writeUInt32BE(words.dataSize, 12)
  header.writeUInt32BE(words.load, 16)
  header.writeUInt32BE(words.entry, 20)
  header.writeUInt8(5, 28)
  header.writeUInt8(words.arch, 29)
  header.writeUInt8(2, 30)
  header.writeUInt8(words.compression, 31)
  return header
}
