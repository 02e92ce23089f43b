import { deflateRawSync, gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import type { ImageFormat } from '../../src/facts/facts.ts'
import { TAIL } from '../../src/facts/gzip.ts'
import { HEAD, imageFormat } from '../../src/facts/image-format.ts'
import { bytes } from '../../src/units/quantities.ts'
import { cpuTimer } from '../support/cpu-time.ts'
import { armImage, legacyImage, zImage } from '../support/facts/images.ts'

/** What is found in a file with this content, looked at as the disk reader does. */
const formatOf = (content: Uint8Array): ImageFormat => {
  const data = Buffer.from(content)
  return imageFormat({ size: bytes(data.length), head: data.subarray(0, HEAD), tail: data.subarray(-TAIL) }, () => data)
}

/** One entry of a newc archive. */
const entry = (name: string, mode = 0o100644, content = ''): Buffer => {
  const field = (value: number) => value.toString(16).padStart(8, '0')
  const fields = [0, mode, 0, 0, 1, 0, content.length, 0, 0, 0, 0, name.length + 1, 0].map(field).join('')
  const padded = (part: string) => part.padEnd(Math.ceil(part.length / 4) * 4, '\0')
  return Buffer.from(padded(padded(`070701${fields}${name}\0`) + content), 'latin1')
}

const ARM_IMAGE = {
  kind: 'arm64-image',
  textOffset: 0x8_0000n,
  imageSize: 0x123_4567n,
  anywhere: true,
  bigEndian: false,
  headerComplete: true,
  efi: true,
}

describe('imageFormat', () => {
  const image = armImage({ textOffset: 0x8_0000n, imageSize: 0x123_4567n, flags: 0xan })

  it('reads the arm64 header', () => expect(formatOf(image)).toEqual(ARM_IMAGE))

  it('reads its flags', () => {
    expect(formatOf(armImage({ flags: 1n }))).toMatchObject({ anywhere: false, bigEndian: true })
  })

  it('takes the branch of old images for a header, and says when the header is cut short', () => {
    const old = armImage({ imageSize: 5n, magic: 0, code: 0x1400_0008 })
    expect(formatOf(old)).toMatchObject({ kind: 'arm64-image', imageSize: 5n, headerComplete: true })
    expect(formatOf(old.subarray(0, 63))).toMatchObject({ kind: 'arm64-image', imageSize: 0n, headerComplete: false })
  })

  it('takes an image with an EFI stub for an arm64 image, and a compressed EFI one for what it is', () => {
    const efi = armImage({ imageSize: 5n, code: 0x5a4d })
    expect(formatOf(efi)).toMatchObject({ kind: 'arm64-image' })
    const zboot = Buffer.alloc(64)
    zboot.write('MZ\0\0zimg', 'latin1')
    expect(formatOf(zboot)).toMatchObject({ kind: 'unknown', looksLike: expect.stringContaining('zboot') })
  })

  it('reads zImage and legacy headers, and takes neither when they are cut short', () => {
    const z = zImage(0x4000_8000, 0x4040_0000)
    expect(formatOf(z)).toEqual({ kind: 'zimage', start: 0x4000_8000n, end: 0x4040_0000n })
    expect(formatOf(z.subarray(0, 47))).toMatchObject({ kind: 'unknown' })
    const u = legacyImage({ arch: 22, compression: 1, load: 0x4008_0000, entry: 0x4008_0040, dataSize: 77 })
    const expected = {
      os: 5,
      arch: 22,
      type: 2,
      compression: 1,
      load: 0x4008_0000n,
      entry: 0x4008_0040n,
      dataSize: 77n,
    }
    expect(formatOf(u)).toEqual({ kind: 'uimage', ...expected })
    expect(formatOf(u.subarray(0, 63))).toMatchObject({ kind: 'unknown' })
  })

  it("of what is nobody's kernel looks only into gzip that it has whole", () => {
    const other = (data: Buffer) =>
      imageFormat(
        { size: bytes(data.length), head: data.subarray(0, HEAD), tail: data.subarray(-TAIL) },
        () => data,
        false,
      )
    const short = gzipSync(entry('TRAILER!!!'))
    expect(other(short)).toMatchObject({ content: { kind: 'cpio', holdsNoFile: true } })
    const long = gzipSync(Buffer.concat([image, Buffer.alloc(HEAD)]), { level: 0 })
    expect(other(long)).toEqual({ kind: 'gzip', uncompressedSize: BigInt(HEAD + 64) })
  })

  it('looks into a legacy image that is not compressed', () => {
    const header = { arch: 22, load: 0x4008_0000, entry: 0x4008_0000, dataSize: 64 }
    const inside = (compression: number) => formatOf(Buffer.concat([legacyImage({ ...header, compression }), image]))
    expect(inside(0)).toMatchObject({ kind: 'uimage', content: ARM_IMAGE })
    expect(inside(1)).not.toHaveProperty('content')
  })

  it('knows a bitstream by the letter before the name of its design', () => {
    const bit = (letter: string) =>
      Buffer.from(`\0\x09\x0f\xf0\x0f\xf0\x0f\xf0\x0f\xf0\0\0\x01${letter}\0\x05top\0`, 'latin1')
    expect(formatOf(bit('a'))).toEqual({ kind: 'xilinx-bit' })
    expect(formatOf(bit('b'))).toMatchObject({ kind: 'unknown' })
  })

  it('looks into gzip, however long the file', () => {
    const long = Buffer.concat([image, Buffer.from(Array.from({ length: 50_000 }, (_, i) => (i * 7919) & 255))])
    const gzip = formatOf(gzipSync(long))
    const size = BigInt(long.length)
    expect(gzip).toEqual({ kind: 'gzip', uncompressedSize: size, content: ARM_IMAGE, unpacked: { size } })
  })

  it('unpacks a kernel to the end of the stream, and nothing else', () => {
    const kernel = gzipSync(Buffer.concat([image, Buffer.alloc(10_000, 'ab')]), { level: 0 })
    const damaged = Buffer.from(kernel)
    damaged.writeUInt8(0, 8000)
    expect(formatOf(damaged)).toMatchObject({ unpacked: { fault: 'is damaged' } })
    expect(formatOf(kernel.subarray(0, 8000))).toMatchObject({ unpacked: { fault: 'ends too early' } })
    const padded = Buffer.concat([kernel, Buffer.alloc(8)])
    expect(formatOf(padded)).toMatchObject({ uncompressedSize: 0n, unpacked: { size: 10_064n } })
    const two = Buffer.concat([kernel, gzipSync('more')])
    expect(formatOf(two)).toMatchObject({ uncompressedSize: 4n, unpacked: { size: 10_068n } })
    expect(formatOf(gzipSync(entry('init')))).not.toHaveProperty('unpacked')
  })

  it('looks into a legacy image that is compressed with gzip', () => {
    const stream = gzipSync(image)
    const header = legacyImage({ arch: 22, compression: 1, load: 0, entry: 0, dataSize: stream.length })
    const content = { kind: 'gzip', uncompressedSize: 64n, content: ARM_IMAGE, unpacked: { size: 64n } }
    expect(formatOf(Buffer.concat([header, stream]))).toMatchObject({ kind: 'uimage', content })
  })

  it('sees a checksum of the gzip header', () => {
    const stream = gzipSync(image)
    expect(formatOf(stream)).not.toHaveProperty('headerChecksum')
    stream.writeUInt8(2, 3)
    expect(formatOf(stream)).toMatchObject({ headerChecksum: true })
  })

  it('sees an archive with nothing but directories to its end', () => {
    const end = entry('TRAILER!!!', 0)
    const folder = entry('.', 0o040755)
    const empty = Buffer.concat([folder, entry('dev', 0o040755), end, Buffer.alloc(100)])
    expect(formatOf(empty)).toEqual({ kind: 'cpio', holdsNoFile: true })
    expect(formatOf(gzipSync(empty))).toMatchObject({ content: { kind: 'cpio', holdsNoFile: true } })
    for (const more of [
      [folder, entry('init', 0o100755, '#!/bin/sh'), end],
      [folder, end, entry('init'), end],
      [folder, end, Buffer.alloc(4096)],
      [folder],
    ])
      expect(formatOf(Buffer.concat(more))).toEqual({ kind: 'cpio' })
  })

  it('survives gzip that does not inflate', () => {
    const broken = gzipSync(image)
    broken.fill(0xff, 10, 30)
    expect(formatOf(broken)).toEqual({ kind: 'gzip', uncompressedSize: BigInt(image.length) })
    expect(formatOf(Buffer.from([0x1f, 0x8b]))).toEqual({ kind: 'gzip', uncompressedSize: 0n })
    expect(formatOf(Buffer.from([0x1f]))).toEqual({ kind: 'unknown' })
  })

  it('inflates no more than the beginning of a bomb', () => {
    const bomb = gzipSync(Buffer.alloc(16 * 1024 * 1024))
    const elapsed = cpuTimer()
    expect(formatOf(bomb)).toMatchObject({ kind: 'gzip', content: { kind: 'unknown' } })
    expect(elapsed()).toBeLessThan(1000)
  })

  it('does not take gzip inside gzip for a kernel', () => {
    expect(formatOf(gzipSync(gzipSync(image)))).toMatchObject({
      content: { kind: 'unknown', looksLike: 'gzip-compressed' },
    })
  })

  it.each([
    ['070701', 'cpio'],
    ['070702', 'cpio'],
    ['070707', 'cpio'],
    ['070703', 'unknown'],
  ])('tells archives by %s', (magic, kind) => expect(formatOf(Buffer.from(`${magic}00000000`))).toMatchObject({ kind }))

  it.each([
    ['an ELF file', Buffer.from('\x7fELF\x02\x01', 'latin1')],
    ['xz-compressed', Buffer.from('\xfd7zXZ\0\0\x04', 'latin1')],
    ['zstd-compressed', Buffer.from('28b52ffd2488', 'hex')],
    ['lz4-compressed', Buffer.from('02214c1800', 'hex')],
    ['lz4-compressed', Buffer.from('04224d1864', 'hex')],
    ['bzip2-compressed', Buffer.from('BZh91AY')],
    ['lzma-compressed', Buffer.from('5d00008000', 'hex')],
    ['a device tree blob', Buffer.from('d00dfeed00000100', 'hex')],
    ['a FIT image', Buffer.concat([Buffer.from('d00dfeed00000100', 'hex'), Buffer.from('\0\0\0\x01images\0\0')])],
    ['text', Buffer.from('#!/bin/sh\n# grüß\n')],
  ])('names what else it finds: %s', (looksLike, content) => {
    expect(formatOf(content)).toEqual({ kind: 'unknown', looksLike })
  })

  it('names nothing for other bytes', () => {
    expect(formatOf(Buffer.from([0, 1, 2, 3]))).toEqual({ kind: 'unknown' })
    expect(formatOf(deflateRawSync(image))).toMatchObject({ kind: 'unknown' })
    expect(formatOf(Buffer.alloc(0))).toEqual({ kind: 'empty' })
  })
})
