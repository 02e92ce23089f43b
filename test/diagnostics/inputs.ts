/** The files that fixtures name, made on the spot: stand-ins that never run, with what a rule wants to see in their headers. */
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { arm64Image, emptyCpio, gzip } from '../../scripts/stand-ins.mjs'

const MiB = 1 << 20

const OPTIONS = [
  'ARM64_SVE',
  'ARM_SMMU',
  'DOM0LESS_BOOT',
  'GICV3',
  'GRANT_TABLE',
  'SBSA_VUART_CONSOLE',
  'SCHED_CREDIT',
  'SCHED_CREDIT2',
]

const config = (...without: readonly string[]): string =>
  OPTIONS.map((name) => (without.includes(name) ? `# CONFIG_${name} is not set\n` : `CONFIG_${name}=y\n`)).join('')

/** U-Boot's legacy header and 4096 zeros, which it `claims` to be so many. */
function uimage(
  header: { arch?: number; compression?: number; load?: number; entry?: number; claims?: number } = {},
): Buffer {
  const { arch = 22, compression = 0, load = 0, entry = 0, claims = 4096 } = header
  const image = Buffer.alloc(64 + 4096)
  image.writeUInt32BE(0x2705_1956, 0)
  image.writeUInt32BE(claims, 12)
  image.writeUInt32BE(load, 16)
  image.writeUInt32BE(entry, 20)
  image.writeUInt8(5, 28)
  image.writeUInt8(arch, 29)
  image.writeUInt8(2, 30)
  image.writeUInt8(compression, 31)
  return image
}

function zimage(size: number, end = size): Buffer {
  const image = Buffer.alloc(size)
  image.writeUInt32LE(0x016f_2818, 36)
  image.writeUInt32LE(end, 44)
  return image
}

/** The first instruction that Xen takes for an arm64 Image, and not much more. */
function cutImage(): Buffer {
  const image = Buffer.alloc(32)
  image.writeUInt32LE(0x1400_0008, 0)
  return image
}

/** `count` ranges of `size` bytes, each two cells wide, `step` bytes apart. */
function ranges(count: number, base: bigint, step: bigint, size: bigint): Buffer {
  const data = Buffer.alloc(count * 16)
  for (let index = 0; index < count; index++) {
    data.writeBigUInt64BE(base + BigInt(index) * step, index * 16)
    data.writeBigUInt64BE(size, index * 16 + 8)
  }
  return data
}

/** The board with 257 memory reservations, which a source must name before its nodes. */
function reservedBoard(): string {
  const reservation = (_: unknown, index: number) =>
    `/memreserve/ 0x${(0x7000_0000 + index * 0x2000).toString(16)} 0x1000;\n`
  const board = readFileSync(join(import.meta.dirname, 'board.dts'), 'utf8')
  return board.replace('/dts-v1/;\n', `/dts-v1/;\n${Array.from({ length: 257 }, reservation).join('')}`)
}

const FILES: Readonly<Record<string, () => string | Buffer>> = {
  xen: () => arm64Image({ size: MiB, imageSize: MiB }),
  'xen.config': () => config(),
  'no-vpl011.config': () => config('SBSA_VUART_CONSOLE'),
  'no-sve.config': () => config('ARM64_SVE'),
  'no-dom0less.config': () => config('DOM0LESS_BOOT'),
  Image: () => arm64Image({ size: 2 * MiB }),
  'Image.gz': () => gzip(arm64Image({ size: MiB })),
  'Image-large-bss': () => arm64Image({ size: 2 * MiB, imageSize: 15 * MiB }),
  'Image-cut': cutImage,
  'Image-elf': () => Buffer.concat([Buffer.from('\x7fELF\x02\x01\x01', 'latin1'), Buffer.alloc(4096)]),
  'Image-broken.gz': () => Buffer.concat([Buffer.from([0x1f, 0x8b, 8, 0]), Buffer.alloc(4096, 0xff)]),
  zImage: () => zimage(4096),
  'zImage-cut': () => zimage(4096, 8192),
  'zImage-8MiB': () => zimage(8 * MiB),
  uImage: () => uimage(),
  'uImage-cut': () => uimage({ claims: 8192 }),
  'uImage-lzma': () => uimage({ compression: 3 }),
  'uImage-x86': () => uimage({ arch: 3 }),
  'uImage-entry': () => uimage({ entry: 0x4008_0000 }),
  'uImage-low': () => uimage({ load: 0x8_0000, entry: 0x8_0000 }),
  'uImage-fixed': () => uimage({ load: 0x4008_0000, entry: 0x4008_0000 }),
  ramdisk: () => emptyCpio(),
  empty: () => '',
  '3MiB': () => Buffer.alloc(3 * MiB),
  '257-ranges': () => ranges(257, 0x7000_0000n, 0x2000n, 0x1000n),
  '257-banks': () => ranges(257, 0x8000_0000n, 0x20_0000n, 0x10_0000n),
  '257-reservations.dts': reservedBoard,
}

/** Fills `folder` with these files, and with the boards that are committed here. */
export function makeInputs(folder: string): void {
  mkdirSync(folder, { recursive: true })
  for (const [name, make] of Object.entries(FILES)) writeFileSync(join(folder, name), make())
  for (const name of readdirSync(import.meta.dirname))
    if (name.endsWith('.dts')) copyFileSync(join(import.meta.dirname, name), join(folder, name))
}
