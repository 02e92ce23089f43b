/** Headers of kernels as bytes, for tests. */

/** Fields that differ from those of a usual Image. */
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

/** The header of a 32-bit zImage. */
export function zImage(start: number, end: number): Buffer {
  const header = Buffer.alloc(48)
  header.writeUInt32LE(0x016f_2818, 36)
  header.writeUInt32LE(start, 40)
  header.writeUInt32LE(end, 44)
  return header
}

/** Fields of U-Boot's legacy header. */
export interface LegacyImageWords {
  readonly arch: number
  readonly compression: number
  readonly load: number
  readonly entry: number
  readonly dataSize: number
}

/** U-Boot's legacy header. */
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

/** Xen's banner, as figlet draws it with tools/xen.flf, for 4.20.4. */
const DRAWN = [
  ' __  __            _  _    ____   ___   _  _   ',
  ' \\ \\/ /___ _ __   | || |  |___ \\ / _ \\ | || |  ',
  "  \\  // _ \\ '_ \\  | || |_   __) | | | || || |_ ",
  '  /  \\  __/ | | | |__   _| / __/| |_| ||__   _|',
  ' /_/\\_\\___|_| |_|    |_|(_)_____|\\___(_)  |_|  ',
  '',
].join('\n')

/** What an image of Xen says about itself. */
export interface XenImageWords {
  /** Two numbers; absent: no Xen. */
  readonly branch?: string
  /** XEN_EXTRAVERSION, which follows them. */
  readonly extra?: string
  /** How the banner says the version: figlet drew it, it is plain text, or there is none, as in Debian's Xen. */
  readonly banner?: 'drawn' | 'written' | 'none'
}

/** An arm64 Image with the strings of Xen's common/version.c and of a guest's /hypervisor, in their order. */
export function xenImage({ branch, extra = '', banner = 'written' }: XenImageWords = {}): Buffer {
  if (branch === undefined) return Buffer.concat([armImage({ imageSize: 0x10_0000n }), Buffer.from('\0<denied>\0')])
  const banners = { drawn: DRAWN, written: ` Xen ${branch}${extra}\n`, none: '' }
  const strings = ['Debian', '[unknown]', 'gcc (Debian 12.2.0-14) 12.2.0', extra, banners[banner], '<denied>']
  const aligned = strings
    .filter((text) => text !== '')
    .map((text) => text.padEnd(Math.ceil((text.length + 1) / 8) * 8, '\0'))
  const compatible = `\0xen,xen-${branch}\0xen,xen\0`
  return Buffer.concat([
    armImage({ imageSize: 0x10_0000n }),
    Buffer.from(`${aligned.join('')}GNU\0${compatible}`, 'latin1'),
  ])
}
