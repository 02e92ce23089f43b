import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { parseDts } from '../../src/devicetree/parse/parse-dts.ts'
import { writeDtb } from '../../src/devicetree/write/write-dtb.ts'
import { Findings } from '../../src/diagnostics/findings.ts'
import { collectFacts } from '../../src/facts/collect.ts'
import type { Facts } from '../../src/facts/facts.ts'
import { formatRange } from '../../src/units/format.ts'
import { armImage } from '../support/facts/images.ts'
import { dom0, dom0less, type ModelWords, systemOf } from '../support/model/builder.ts'

const TREE = `/dts-v1/; / { #address-cells = <1>; #size-cells = <1>;
  memory@40000000 { device_type = "memory"; reg = <0x40000000 0x1000>; }; };`

const folders: string[] = []
let folder = ''

const put = (name: string, data: string | Uint8Array): string => {
  writeFileSync(join(folder, name), data)
  return name
}

/** What is found with these files; `board.dts`, `xen` and `Image` are there unless a test removes them. */
function collected(words: ModelWords & { readonly kernel?: string; readonly ramdisk?: string } = {}) {
  const findings = new Findings()
  const { kernel = 'Image', ramdisk } = words
  const domain = { kernel, ...(ramdisk === undefined ? {} : { ramdisk }) }
  const model = systemOf([dom0(domain), dom0less('a', domain)], { folder, tree: 'board.dts', ...words })
  return { facts: collectFacts(model, findings.report), codes: findings.all.map(({ code }) => code), all: findings.all }
}

const fileOf = (facts: Facts | undefined, path: string) => facts?.files.get(`${folder}\n${path}`)

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'domforge-facts-'))
  folders.push(folder)
  put('board.dts', TREE)
  put('xen', armImage({ imageSize: 0x10_0000n }))
  put('Image', armImage({ imageSize: 0x200_0000n }))
})

afterAll(() => {
  for (const path of folders) rmSync(path, { recursive: true, force: true })
})

describe('collectFacts', () => {
  it('reads every file once and lists it for the build record', () => {
    put('r.cpio.gz', gzipSync(Buffer.from('070701')))
    put('.config', 'CONFIG_ARM_64=y\n')
    const { facts, codes } = collected({ ramdisk: 'r.cpio.gz', config: '.config' })
    expect(codes).toEqual([])
    expect(facts?.inputs.map(({ path, read }) => [path, read])).toEqual([
      ['board.dts', 'whole'],
      ['.config', 'whole'],
      ['xen', 'whole'],
      ['Image', 'header'],
      ['r.cpio.gz', 'header-and-trailer'],
    ])
    expect(facts?.inputs[0]?.sha256).toBe(createHash('sha256').update(TREE).digest('hex'))
    expect(facts?.kconfig?.options.get('ARM_64')).toBe('y')
    expect(fileOf(facts, 'Image')).toMatchObject({ size: 64n, format: { kind: 'arm64-image', imageSize: 0x200_0000n } })
  })

  it('looks at the ends of a large file only, whose size is the whole', () => {
    truncateSync(join(folder, 'Image'), 5 * 2 ** 30)
    const { facts } = collected()
    expect(fileOf(facts, 'Image')?.size).toBe(5n << 30n)
  })

  it('reports missing and unusable files all at once, each once, and puts placeholders', () => {
    mkdirSync(join(folder, 'folder'))
    put('empty', '')
    const { facts, all } = collected({ kernel: 'nowhere', ramdisk: 'folder', image: 'empty', config: 'no.config' })
    expect(all.map(({ code, at }) => [code, 'pointer' in at && at.pointer])).toEqual([
      ['REF-010', '/xen/config'],
      ['REF-012', '/xen/image'],
      ['REF-010', '/domains/dom0/kernel/image'],
      ['REF-011', '/domains/dom0/ramdisk'],
    ])
    expect(all[2]?.related).toHaveLength(1)
    expect(fileOf(facts, 'nowhere')).toEqual({ path: 'nowhere', size: 4096n, format: { kind: 'missing' } })
    expect(fileOf(facts, 'folder')?.format).toEqual({ kind: 'missing' })
    expect(fileOf(facts, 'empty')).toEqual({ path: 'empty', size: 0n, format: { kind: 'empty' } })
  })

  it.each([
    ['image', 'image does not exist, but Image does', "write 'Image'"],
    ['GUEST/kernels/linux', 'GUEST/kernels/linux does not exist, but guest/Kernels/Linux does', 'write'],
    ['guest/Kernels/../kernels/LINUX', 'does not exist, but guest/Kernels/Linux does', 'write'],
  ])("says of a missing '%s' what is there in other case", (kernel, message, help) => {
    mkdirSync(join(folder, 'guest/Kernels'), { recursive: true })
    put('guest/Kernels/Linux', armImage({ imageSize: 0x1000n }))
    const { codes, all } = collected({ kernel })
    expect(codes).toEqual(['REF-010'])
    expect(all[0]?.message).toContain(message)
    expect(all[0]?.help).toContain(help)
    const absolute = collected({ kernel: join(folder, kernel) }).all[0]?.message
    expect(absolute).toContain(`but ${folder}/`)
  })

  it.each(['nowhere', 'guest/none', 'none/Image', 'xen/Image'])("says nothing of other names for '%s'", (kernel) => {
    mkdirSync(join(folder, 'guest'))
    expect(collected({ kernel }).all[0]?.message).not.toContain('but')
  })

  it.each([
    ['a pipe', (path: string) => execFileSync('mkfifo', [path]), 'REF-011'],
    ['a device', (path: string) => symlinkSync('/dev/zero', path), 'REF-011'],
    ['a link to itself', (path: string) => symlinkSync(path, path), 'REF-010'],
    ['a link to nowhere', (path: string) => symlinkSync('/nowhere/at/all', path), 'REF-010'],
    ['a file as a folder', () => {}, 'REF-010'],
  ])('never waits for %s', (name, make, code) => {
    make(join(folder, 'odd'))
    const path = name === 'a file as a folder' ? 'xen/odd' : 'odd'
    expect(collected({ kernel: path }).codes).toEqual([code])
    expect(collected({ tree: path }).codes).toEqual([code])
    expect(collected({ config: path }).codes).toEqual([code])
  })

  it('survives a path that no system takes', () => {
    expect(collected({ kernel: 'a\0b' }).codes).toEqual(['REF-010'])
    expect(collected({ kernel: 'x'.repeat(5000) }).codes).toEqual(['REF-010'])
  })

  it('takes a tree for what it is, not for what it is called', () => {
    const parsed = parseDts(TREE, { file: 'board.dts' })
    const blob = parsed.ok ? writeDtb(parsed.value) : parsed
    if (!blob.ok) throw new Error('the tree of this test is wrong')
    put('blob.dts', blob.value)
    for (const tree of ['board.dts', 'blob.dts'])
      expect(collected({ tree }).facts?.board.ram.map(formatRange)).toEqual(['[0x40000000..0x40001000)'])
  })

  it('follows inclusions beside the file that asks', () => {
    mkdirSync(join(folder, 'soc'))
    put('with.dts', '/dts-v1/; /include/ "soc/a.dtsi"')
    put('soc/a.dtsi', '/include/ "b.dtsi"\n/ { logo = /incbin/("logo.bin"); };')
    put('soc/b.dtsi', TREE.replace('/dts-v1/;', ''))
    put('soc/logo.bin', 'x')
    const { facts, codes } = collected({ tree: 'with.dts' })
    expect(codes).toEqual([])
    expect(facts?.board.ram).toHaveLength(1)
    expect(facts?.inputs.slice(0, 4).map(({ path }) => path)).toEqual([
      'with.dts',
      'soc/a.dtsi',
      'soc/b.dtsi',
      'soc/logo.bin',
    ])
  })

  it('gives references of a source their phandles', () => {
    const source = TREE.replace('1000>; };', '1000>; }; a: a { }; b { to = <&a>; };')
    const { facts } = collected({ tree: put('labels.dts', source) })
    const b = facts?.board.tree.root.children.at(-1)?.properties[0]?.value[0]
    expect(b).toMatchObject({ kind: 'cells', cells: [1n] })
  })

  it.each([
    ['a blob cut short', Buffer.from('d00dfeed0000', 'hex')],
    ['source with a mistake', '/dts-v1/; / { a = <1> };'],
    ['source that includes itself', '/dts-v1/; /include/ "tree"'],
    ['source that asks for a file that is not there', '/dts-v1/; /include/ "gone.dtsi"'],
    ['something else', armImage()],
  ])('reports %s in the tree, with the file, and the other findings too', (_name, content) => {
    put('tree', content)
    const { facts, all } = collected({ tree: 'tree', kernel: 'gone' })
    expect(facts).toBeUndefined()
    expect(new Set(all.map(({ code }) => code))).toEqual(new Set(['REF-013', 'REF-010']))
    expect(all.find(({ code }) => code === 'REF-013')?.at).toMatchObject({ kind: 'file', file: 'tree' })
  })

  it('reports an empty tree and an empty configuration', () => {
    put('empty', '')
    expect(collected({ tree: 'empty', config: 'empty' }).codes).toEqual(['REF-012', 'REF-012'])
  })

  it('reports a configuration that is none, at its line', () => {
    const { facts, all } = collected({ config: put('c', 'CONFIG_A=y\nwhat\n') })
    expect(all.map(({ code, at }) => [code, at])).toEqual([['REF-014', { kind: 'file', file: 'c', line: 2 }]])
    expect(facts).not.toHaveProperty('kconfig')
  })
})
