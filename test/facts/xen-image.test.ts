import { describe, expect, it } from 'vitest'
import { Findings } from '../../src/diagnostics/findings.ts'
import { checkBitstream } from '../../src/facts/bitstream.ts'
import type { Arm64Image, ImageFormat, Uimage } from '../../src/facts/facts.ts'
import { checkXenImage } from '../../src/facts/xen-image.ts'
import type { BootCommandName } from '../../src/model/system-model.ts'
import { bytes } from '../../src/units/quantities.ts'
import { arm64, gzip } from '../support/facts/builder.ts'
import { systemOf } from '../support/model/builder.ts'

/** What is said of `format` as the image that `command` starts. */
function said(command: BootCommandName, format: ImageFormat): string {
  const findings = new Findings()
  checkXenImage(systemOf([], { boot: { command } }), { path: 'xen', size: bytes(4096), format }, findings.report)
  return findings.all.map(({ code, message }) => `${code} ${message}`).join('\n')
}

const plain = arm64(4096n)
const efi = arm64(4096n, { efi: true })

const uimage = (changes: Partial<Uimage> = {}): Uimage => ({
  kind: 'uimage',
  os: 5,
  arch: 22,
  type: 2,
  compression: 0,
  load: 0x5000_0000n,
  entry: 0x5000_0000n,
  dataSize: bytes(4096),
  ...(plain.kind === 'arm64-image' ? { content: plain } : {}),
  ...changes,
})

describe("Xen's image", () => {
  it('fits the command that starts it', () => {
    expect([said('booti', plain), said('booti', efi), said('bootefi', efi), said('bootm', uimage())]).toEqual(
      Array(4).fill(''),
    )
    for (const format of [plain, uimage(), gzip()]) expect(said('none', format)).toBe('')
  })

  it('is refused by the command for another format', () => {
    for (const command of ['booti', 'bootefi'] as const) expect(said(command, uimage())).toMatch(/^REF-016/)
    for (const format of [plain, gzip()]) expect(said('bootm', format)).toMatch(/^REF-016/)
    expect(said('bootefi', plain)).toContain('not an EFI program')
  })

  it('is named for what it is', () => {
    expect(said('bootm', plain)).toContain('xen is an arm64 Image')
    expect(said('booti', arm64(0n, { headerComplete: false }))).toContain('xen is truncated')
  })

  it('must be there for bootm, since only its header says where it runs', () => {
    const judge = (command: BootCommandName) => {
      const model = systemOf([], { boot: { command } })
      const image = { ...model.xen.image, declared: { pointer: '/xen/image/size', size: bytes(4096) } }
      const findings = new Findings()
      const file = { path: 'xen', size: bytes(4096), format: { kind: 'missing' } } as const
      checkXenImage({ ...model, xen: { ...model.xen, image } }, file, findings.report)
      return findings.all.map(({ code }) => code)
    }
    expect([judge('booti'), judge('bootm')]).toEqual([[], ['REF-016']])
  })

  it('is what bootm starts where it says', () => {
    const wrong: readonly [Partial<Uimage>, string][] = [
      [{ type: 14 }, 'not of type kernel for Linux on arm64'],
      [{ os: 17 }, 'not of type kernel for Linux on arm64'],
      [{ arch: 2 }, 'not of type kernel for Linux on arm64'],
      [{ compression: 1 }, 'compressed'],
      [{ entry: 0x5000_0040n }, 'entered at 0x50000040'],
      [{ load: 0x5008_0800n, entry: 0x5008_0800n }, 'not 0x0 past a multiple of 4 KiB'],
    ]
    for (const [changes, message] of wrong) expect(said('bootm', uimage(changes))).toContain(message)
    const { content, ...empty } = uimage()
    expect(said('bootm', empty)).toContain('does not contain an arm64 Image')
    const at = (load: bigint, changes: Partial<Arm64Image>) =>
      said(
        'bootm',
        uimage({
          load,
          entry: load,
          ...(content?.kind === 'arm64-image' ? { content: { ...content, ...changes } } : {}),
        }),
      )
    expect(at(0x5008_0000n, { textOffset: 0x8_0000n })).toBe('')
    expect(at(0x5008_1000n, {})).toBe('')
    // U-Boot moves what must lie at the start of RAM, or does not say how large it is.
    for (const fixed of [{ anywhere: false }, { imageSize: bytes(0) }])
      expect([at(0x5008_0000n, fixed), at(0x5020_0000n, fixed)]).toEqual([
        expect.stringContaining('not 0x0 past a multiple of 2 MiB'),
        '',
      ])
  })
})

it('a bitstream is anything that is not something else', () => {
  const image = { pointer: '/boot/bitstream/image', path: 'top.bin', folder: '/nowhere' }
  const judge = (format: ImageFormat): number => {
    const findings = new Findings()
    checkBitstream(
      { pointer: '/boot/bitstream', image, device: 0 },
      { path: 'top.bin', size: bytes(1), format },
      findings.report,
    )
    return findings.all.length
  }
  const fine: readonly ImageFormat[] = [{ kind: 'xilinx-bit' }, { kind: 'unknown' }, { kind: 'missing' }]
  expect(fine.map(judge)).toEqual([0, 0, 0])
  expect([gzip(), plain, uimage(), { kind: 'unknown', looksLike: 'an ELF file' } as const].map(judge)).toEqual([
    1, 1, 1, 1,
  ])
})
