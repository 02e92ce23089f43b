/** Manifests of several files: what is merged, where each value stands, and what is refused. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { atKey, atValue } from '../../src/diagnostics/diagnostic.ts'
import type { SourceDocument } from '../../src/source/document.ts'
import { type Read, readManifest } from './stages.ts'

const root = mkdtempSync(join(tmpdir(), 'domforge-extends-'))
afterAll(() => rmSync(root, { recursive: true }))

let count = 0

/** Reads `system.yaml` of a folder with these files. */
function read(files: Readonly<Record<string, string>>): Read & { readonly folder: string } {
  const folder = join(root, `${count++}`)
  for (const [name, text] of Object.entries({ ...files })) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  return { ...readManifest(join(folder, 'system.yaml')), folder }
}

function merged(files: Readonly<Record<string, string>>): SourceDocument & { readonly plain: unknown } {
  const { source } = read(files)
  if (!source) throw new Error('nothing was read')
  return { ...source, plain: JSON.parse(JSON.stringify(source.value)) }
}

/** `base.yaml:3:5` of the first finding with `code`. */
function placeOf({ placed, folder }: ReturnType<typeof read>, code: string): string | undefined {
  const at = placed.find(({ diagnostic }) => diagnostic.code === code)?.at
  return at && `${at.file.replace(`${folder}/`, '')}:${at.line}:${at.column}`
}

describe('extends', () => {
  it('merges maps, replaces lists and scalars, removes with $delete', () => {
    const { plain } = merged({
      'base.yaml': 'a: { b: 1, c: [1, 2], d: x, e: { f: 1, g: 2 } }\nh: 3\n',
      'system.yaml': 'extends: base.yaml\na: { b: 2, c: [3], d: $delete, e: { g: $delete, i: 4 } }\nj: 5\n',
    })
    expect(plain).toEqual({ extends: 'base.yaml', a: { b: 2, c: [3], e: { f: 1, i: 4 } }, h: 3, j: 5 })
  })

  it('keeps the order of the base, and appends', () => {
    const { value } = merged({
      'base.yaml': 'domains: { c: 1, a: 2, b: 3 }\n',
      'system.yaml': 'extends: base.yaml\ndomains: { z: 0, b: 4, a: $delete, y: 5 }\n',
    })
    const { domains } = value as { domains: object }
    expect(Object.entries(domains)).toEqual([
      ['c', 1],
      ['b', 4],
      ['z', 0],
      ['y', 5],
    ])
  })

  it.each([
    ['a map over a scalar', 'a: 1', 'a: { b: 2 }', { b: 2 }],
    ['a scalar over a map', 'a: { b: 2 }', 'a: 1', 1],
    ['a list over a map', 'a: { b: 2 }', 'a: [1]', [1]],
    ['a map over a list', 'a: [1]', 'a: { b: 2 }', { b: 2 }],
    ['nothing over a map', 'a: { b: 2 }', 'a:', null],
    ['an empty map over a map', 'a: { b: 2 }', 'a: {}', { b: 2 }],
    [
      'a key named __proto__',
      'a: { __proto__: { b: 1 } }',
      'a: { __proto__: { c: 2 } }',
      JSON.parse('{"__proto__":{"b":1,"c":2}}'),
    ],
  ])('puts %s', (_, base, top, expected) => {
    const { plain } = merged({ 'base.yaml': `${base}\n`, 'system.yaml': `extends: base.yaml\n${top}\n` })
    expect(plain).toHaveProperty('a', expected)
  })

  it('applies a list in its order, and each file once, before whatever extends it', () => {
    const { plain, files } = merged({
      'common.yaml': 'a: common\nb: common\nc: common\nd: common\n',
      'board.yaml': 'extends: common.yaml\na: board\nb: board\nc: board\n',
      'product.yaml': 'extends: ./common.yaml\na: product\nb: product\n',
      'system.yaml': 'extends: [board.yaml, product.yaml]\na: system\n',
    })
    expect(plain).toMatchObject({ a: 'system', b: 'product', c: 'board', d: 'common' })
    expect(files.map(({ path }) => path)).toEqual(['common.yaml', 'board.yaml', 'product.yaml', 'system.yaml'])
  })

  it('satisfies every list that can be satisfied', () => {
    const { files } = merged({
      'c.yaml': '{}',
      'd.yaml': '{}',
      'b1.yaml': 'extends: c.yaml',
      'b2.yaml': 'extends: [d.yaml, c.yaml]',
      'system.yaml': 'extends: [b1.yaml, b2.yaml]',
    })
    expect(files.map(({ path }) => path)).toEqual(['d.yaml', 'c.yaml', 'b1.yaml', 'b2.yaml', 'system.yaml'])
  })

  it('lists the files with their bytes, relative to the folder of the manifest', () => {
    const base = '\ufeffa: 1\n'
    const { files } = merged({ 'below/base.yaml': base, 'system.yaml': 'extends: below/base.yaml\n' })
    expect(files).toEqual([
      { path: 'below/base.yaml', data: Buffer.from(base) },
      { path: 'system.yaml', data: Buffer.from('extends: below/base.yaml\n') },
    ])
  })

  it('knows the folder of the file that says a path', () => {
    const { folderOf, folder } = merged({
      'boards/zcu.yaml': 'platform: { device-tree: zcu.dtb, overlays: [a.dtbo] }\nxen: { image: xen }\n',
      'system.yaml': 'extends: boards/zcu.yaml\nxen: { config: .config }\n',
    })
    expect(folderOf('/platform/device-tree')).toBe(join(folder, 'boards'))
    expect(folderOf('/platform/overlays/0')).toBe(join(folder, 'boards'))
    expect(folderOf('/xen/image')).toBe(join(folder, 'boards'))
    expect(folderOf('/xen/config')).toBe(folder)
  })
})

describe('places', () => {
  const files = {
    'base.yaml': 'a:\n  b: 1\n  c: { d: 2 }\ngone: { x: 1 }\nbig: 0xffffffffffffffff\n',
    'system.yaml': 'extends: base.yaml\n\na:\n  e: 5\n  c: { f: 6 }\ngone: $delete\nlist: [0x8000000000000000]\n',
  }
  const source = merged(files)
  const shown = (origin: ReturnType<typeof atKey>): string => {
    const { file, line, column } = source.locate(origin)
    return `${file.split('/').at(-1)}:${line}:${column}`
  }

  it.each([
    ['/a/b', 'base.yaml:2:6', 'base.yaml:2:3'],
    ['/a/c/d', 'base.yaml:3:11', 'base.yaml:3:8'],
    ['/a/c/f', 'system.yaml:5:11', 'system.yaml:5:8'],
    ['/a/e', 'system.yaml:4:6', 'system.yaml:4:3'],
    // A merged map, and what is missing in it: the last file that says the map; what was removed: where.
    ['/a/c', 'system.yaml:5:6', 'system.yaml:5:3'],
    ['/a', 'system.yaml:3:1', 'system.yaml:3:1'],
    ['/a/missing', 'system.yaml:3:1', 'system.yaml:3:1'],
    ['/gone/x', 'system.yaml:6:1', 'system.yaml:6:1'],
    ['/big', 'base.yaml:5:6', 'base.yaml:5:1'],
    ['/list/0', 'system.yaml:7:8', 'system.yaml:7:8'],
  ])('of %s are %s and %s', (pointer, value, key) => {
    expect([shown(atValue(pointer)), shown(atKey(pointer))]).toEqual([value, key])
  })

  it('go with what is written, and integers stay exact', () => {
    expect(source.written('/a/b')).toBe('1')
    expect(source.written('/gone')).toBeUndefined()
    expect(source.wideIntegers).toEqual(
      new Map([
        ['/big', 0xffff_ffff_ffff_ffffn],
        ['/list/0', 0x8000_0000_0000_0000n],
      ]),
    )
  })

  it('forget integers that are replaced', () => {
    const { wideIntegers, value } = merged({
      'base.yaml': 'a: 0xffffffffffffffff\nb: [0xffffffffffffffff]\nc: { d: 0xffffffffffffffff }\n',
      'system.yaml': 'extends: base.yaml\na: 1\nb: [2]\nc: $delete\n',
    })
    expect(wideIntegers.size).toBe(0)
    expect(value).toMatchObject({ a: 1, b: [2] })
  })

  it('are shown in the file that holds the value', () => {
    const result = read({
      'boards/base.yaml': 'platform: { device-tree: 12 }\nxen:\n  image: xen\n  relase: "4.20"\n',
      'system.yaml': 'extends: boards/base.yaml\napi-version: domforge/v1\nname: x\n',
    })
    expect(placeOf(result, 'MAN-012')).toBe('boards/base.yaml:1:26')
    expect(placeOf(result, 'MAN-010')).toBe('boards/base.yaml:4:3')
  })
})

describe('what cannot be merged', () => {
  it.each([
    ['a base that is missing', 'MAN-001', 'system.yaml:1:10', { 'system.yaml': 'extends: nowhere.yaml\n' }],
    [
      'a missing base of a base',
      'MAN-001',
      'base.yaml:2:12',
      { 'system.yaml': 'extends: base.yaml\n', 'base.yaml': 'a: 1\nextends: [ nowhere.yaml ]\n' },
    ],
    ['a folder as a base', 'MAN-001', 'system.yaml:1:10', { 'system.yaml': 'extends: below\n', 'below/x': '' }],
    ['a device as a base', 'MAN-001', 'system.yaml:1:10', { 'system.yaml': 'extends: /dev/zero\n' }],
    [
      'a base that is no YAML',
      'MAN-003',
      'base.yaml:2:1',
      { 'system.yaml': 'extends: base.yaml\n', 'base.yaml': 'a: [1\n' },
    ],
    [
      'a base that is no map',
      'MAN-007',
      'base.yaml:1:1',
      { 'system.yaml': 'extends: base.yaml\n', 'base.yaml': '- 1\n' },
    ],
    [
      'a base that is empty',
      'MAN-007',
      'base.yaml:undefined:undefined',
      { 'system.yaml': 'extends: base.yaml\n', 'base.yaml': '' },
    ],
    ['a number', 'MAN-012', 'system.yaml:1:10', { 'system.yaml': 'extends: 12\n' }],
    ['a map', 'MAN-012', 'system.yaml:1:10', { 'system.yaml': 'extends: { a: b }\n' }],
    ['nothing', 'MAN-012', 'system.yaml:1:1', { 'system.yaml': 'extends:\n' }],
    ['a list of lists', 'MAN-012', 'system.yaml:1:11', { 'system.yaml': 'extends: [[a]]\n' }],
    ['an empty path', 'MAN-022', 'system.yaml:1:10', { 'system.yaml': 'extends: ""\n' }],
    ['a path of a folder', 'MAN-022', 'system.yaml:1:10', { 'system.yaml': 'extends: ../\n' }],
    ['a path with a NUL', 'MAN-022', 'system.yaml:1:10', { 'system.yaml': 'extends: "a\\0b"\n' }],
    ['itself', 'MAN-026', 'system.yaml:1:10', { 'system.yaml': 'extends: ./system.yaml\n' }],
    [
      'a circle',
      'MAN-026',
      'b/b.yaml:1:10',
      { 'system.yaml': 'extends: a.yaml', 'a.yaml': 'extends: b/b.yaml', 'b/b.yaml': 'extends: ../a.yaml' },
    ],
    ['a file twice', 'MAN-026', 'system.yaml:1:19', { 'system.yaml': 'extends: [a.yaml, a.yaml]', 'a.yaml': '{}' }],
    [
      'a file behind what extends it',
      'MAN-026',
      'system.yaml:1:19',
      { 'system.yaml': 'extends: [a.yaml, b.yaml]', 'a.yaml': 'extends: b.yaml', 'b.yaml': '{}' },
    ],
    [
      'two lists of opposite order',
      'MAN-026',
      'a.yaml:1:19',
      {
        'system.yaml': 'extends: [a.yaml, b.yaml]',
        'a.yaml': 'extends: [c.yaml, d.yaml]',
        'b.yaml': 'extends: [d.yaml, c.yaml]',
        'c.yaml': '{}',
        'd.yaml': '{}',
      },
    ],
  ])('is %s: %s at %s', (_, code, place, files) => {
    const result = read(files as unknown as Record<string, string>)
    expect(result.findings.map((finding) => finding.code)).toEqual([code])
    expect(result.findings[0]?.help).toBeTruthy()
    expect(placeOf(result, code)).toBe(place)
    expect(result.source).toBeUndefined()
  })

  it.each([
    ['what no base has', 'a: { c: $delete }', '2:9'],
    ['what a base removed already', 'gone: $delete', '2:7'],
    ['an item of a list', 'a: { b: [1, $delete] }', '2:13'],
    ['inside of what is new', 'new: { x: $delete }', '2:11'],
    ['inside of what replaces a scalar', 'z: { b: $delete }', '2:9'],
  ])('$delete of %s is reported', (_, line, place) => {
    const result = read({
      'system.yaml': `extends: base.yaml\n${line}\n`,
      'base.yaml': 'extends: base2.yaml\ngone: $delete\nz: 1\n',
      'base2.yaml': 'a: { b: [1] }\ngone: 1\n',
    })
    expect(placeOf(result, 'MAN-027')).toBe(`system.yaml:${place}`)
  })

  it('is found through links, too', () => {
    const folder = join(root, 'links')
    mkdirSync(join(folder, 'a'), { recursive: true })
    symlinkSync('.', join(folder, 'a', 'loop'))
    writeFileSync(join(folder, 'a', 'x.yaml'), 'extends: loop/x.yaml\n')
    const { findings } = readManifest(join(folder, 'a', 'x.yaml'))
    expect(findings.map(({ code }) => code)).toEqual(['MAN-026'])
  })

  it('is everything that is wrong, in one run', () => {
    const { findings } = read({
      'system.yaml': 'extends: [a.yaml, b.yaml, c.yaml]',
      'b.yaml': 'x: [',
      'c.yaml': 'x: {',
    })
    expect(findings.map(({ code }) => code)).toEqual(['MAN-001', 'MAN-003', 'MAN-003'])
  })
})

describe('a hostile manifest', () => {
  const chain = (length: number): Record<string, string> => {
    const names = Array.from({ length }, (_, index) => (index === 0 ? 'system.yaml' : `${index}.yaml`))
    return Object.fromEntries(
      names.map((name, index) => [name, index + 1 < length ? `extends: ${names[index + 1]}` : '{}']),
    )
  }

  it('has at most 32 files', () => {
    expect(read(chain(32)).source).toBeDefined()
    expect(read(chain(33)).findings.map(({ code }) => code)).toEqual(['MAN-009'])
  })

  it('does not grow by naming bases again and again', () => {
    const list = (name: string): string =>
      `extends: [${[1, 2, 3, 4, 5].map((index) => `${name}${index}.yaml`).join(', ')}]\n`
    const level = (name: string, below: string): [string, string][] =>
      [1, 2, 3, 4, 5].map((index) => [`${name}${index}.yaml`, below])
    const { source } = read(
      Object.fromEntries([
        ['system.yaml', list('a')],
        ...level('a', list('b')),
        ...level('b', list('c')),
        ...level('c', list('d')),
        ...level('d', list('e')),
        ...level('e', 'a: 1\n'),
      ]),
    )
    expect(source?.files).toHaveLength(26)
  })

  it('has values and bytes for all files together', () => {
    const values = `a: &a [${'0,'.repeat(200)}]\nb: [${'*a,'.repeat(300)}]\n`
    const result = read({ 'system.yaml': 'extends: [b.yaml, c.yaml]', 'b.yaml': values, 'c.yaml': values })
    expect(result.findings.map(({ code }) => code)).toEqual(['MAN-009'])
    const bytes = `a: ${'x'.repeat(600_000)}\n`
    const large = read({ 'system.yaml': 'extends: [b.yaml, c.yaml]', 'b.yaml': bytes, 'c.yaml': bytes })
    expect(large.findings.map(({ code }) => code)).toEqual(['MAN-002'])
  })
})
