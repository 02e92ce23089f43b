/** Whatever the user writes: findings with places, never an exception; integers to the last bit; pointers at their place. */
import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { stringify } from 'yaml'
import { atKey, atValue, member } from '../../src/diagnostics/diagnostic.ts'
import { Findings } from '../../src/diagnostics/findings.ts'
import { nowhere } from '../../src/diagnostics/render/arrange.ts'
import { renderJson } from '../../src/diagnostics/render/json.ts'
import { renderText } from '../../src/diagnostics/render/text.ts'
import { validManifests } from '../../src/manifest/validate.ts'
import { buildModel } from '../../src/model/build.ts'
import { sourceOf } from '../../src/source/read.ts'
import { SourceText } from '../../src/source/text.ts'

vi.setConfig({ testTimeout: 60_000 })

const MANIFEST = `api-version: domforge/v1
name: test
platform:
  device-tree: board.dtb
  reserved: { firmware: { start: 0x7fe0_0000, size: 2MiB } }
xen: { release: "4.20", image: xen, config: .config, bootargs: console=dtuart }
boot:
  load: { from: virtio, device: "0:1", prefix: /boot/ }
  device-tree: merged
  command: booti
  load-window: { start: 0x4000_0000, size: 1GiB }
domains:
  dom0: &d
    boot: dom0
    kernel: { image: Image, bootargs: console=hvc0 }
    memory: 512MiB
    files-at: /boot/guests
  camera:
    boot: dom0less
    kernel: { image: Image }
    ramdisk: camera.cpio.gz
    memory: 0xc000000
    vcpus: 1
    enhanced: enabled
    extra-properties: { a: true, b: [1, 2], c: x }
  viewer:
    boot: xl
    kernel: { image: Image }
    memory: 128MiB
    p2m-mem: 4MiB
    extra-xl: { on_crash: preserve }
x-copy: *d
`

/** Everything that reads a manifest; returns the codes, after rendering each finding both ways. */
function read(text: string): { readonly codes: readonly string[]; readonly modelled: boolean } {
  const findings = new Findings()
  const source = sourceOf(new SourceText('system.yaml', text), '/folder', findings.report)
  const [manifest] = source ? validManifests(source, findings.report) : []
  const model = source && manifest && buildModel(manifest, source, findings.report)
  const locate = source?.locate ?? nowhere
  const rendered = renderText(findings.all, locate, { colour: false })
  expect(rendered).not.toMatch(/\p{Cc}(?<!\n)/u)
  for (const { at } of JSON.parse(renderJson(findings.all, locate)).diagnostics) {
    const lines = text.split('\n')
    if (at.line === undefined) continue
    expect(lines[at.line - 1]).toBeDefined()
    expect(at.column).toBeLessThanOrEqual((lines[at.line - 1]?.length ?? 0) + 1)
    expect(at.endColumn).toBeGreaterThan(at.column)
  }
  return { codes: findings.all.map(({ code }) => code), modelled: model !== undefined }
}

/** Pieces that YAML and the schema care about. */
const piece = fc.oneof(
  fc.constantFrom(
    ...[
      ': ',
      '- ',
      '\n',
      '  ',
      '\t',
      '{',
      '}',
      '[',
      ']',
      '"',
      "'",
      '#',
      '&d ',
      '*d',
      '*e',
      '!x ',
      '!!str ',
      '<<: ',
      '? ',
    ],
    ...[
      '|',
      '>',
      '---\n',
      '...\n',
      '%YAML 1.1\n',
      'null',
      '~',
      '4.20',
      '-1',
      '0x',
      '99999999999999999999',
      '64MB',
      '1e999',
    ],
    ...[
      'boot',
      'memory',
      'domains:',
      '__proto__',
      'constructor',
      'toString: ',
      '\ufeff',
      '\0',
      '\x1b[2J',
      '\u202e',
      '\ud800',
    ],
  ),
  fc.string({ unit: 'binary', maxLength: 4 }),
)

/** Cuts a stretch out and puts a piece there. */
const edit = fc.record({ at: fc.nat(), cut: fc.nat(12), insert: piece })

const mangled = fc.array(edit, { minLength: 1, maxLength: 4 }).map((edits) =>
  edits.reduce((text, { at, cut, insert }) => {
    const from = at % (text.length + 1)
    return text.slice(0, from) + insert + text.slice(from + cut)
  }, MANIFEST),
)

/** Any value in any place of the manifest. */
const anyValue = fc.oneof(
  { depthSize: 'small' },
  fc.constantFrom(null, true, false, '', '64MB', '-1', 'null', '4.20', -1, 1.5, 0, 2 ** 53, [], {}, [[]], { 'x-a': 1 }),
  fc.integer(),
  fc.bigInt({ min: -(1n << 70n), max: 1n << 70n }),
  fc.string(),
  fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 3 }),
)

type Json = Record<string, unknown>
const parsed = (): Json =>
  JSON.parse(
    JSON.stringify(sourceOf(new SourceText('f', MANIFEST), '/', () => expect.fail('the manifest is valid'))?.value),
  )

function pointers(value: unknown, at = ''): string[] {
  if (typeof value !== 'object' || value === null) return [at]
  return [at, ...Object.entries(value).flatMap(([key, inner]) => pointers(inner, member(at, key)))]
}

const PLACES = pointers(parsed()).filter((pointer) => pointer !== '')

describe('a manifest', () => {
  it('is valid to begin with', () => {
    expect(read(MANIFEST)).toEqual({ codes: [], modelled: true })
  })

  it('of random text makes findings, never an exception', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const { codes, modelled } = read(pieces.join(''))
        expect(codes.length > 0 || modelled).toBe(true)
      }),
      { numRuns: 500 },
    )
  })

  it('with a few edits makes findings, never an exception', () => {
    fc.assert(
      fc.property(mangled, (text) => {
        const { codes, modelled } = read(text)
        expect(codes.length > 0 || modelled).toBe(true)
      }),
      { numRuns: 500 },
    )
  })

  it('with any value in any place makes findings, never an exception', () => {
    fc.assert(
      fc.property(fc.constantFrom(...PLACES), anyValue, (pointer, value) => {
        const manifest = parsed()
        const keys = pointer.split('/').slice(1)
        const last = keys.pop() ?? ''
        const parent = keys.reduce<Json>((node, key) => node[key] as Json, manifest)
        parent[last] = value
        const { codes, modelled } = read(stringify(manifest))
        expect(codes.length > 0 || modelled).toBe(true)
      }),
      { numRuns: 500 },
    )
  })

  it('without any one key makes findings or a model', () => {
    for (const pointer of PLACES) {
      const manifest = parsed()
      const keys = pointer.split('/').slice(1)
      const last = keys.pop() ?? ''
      const parent = keys.reduce<Json>((node, key) => node[key] as Json, manifest)
      if (Array.isArray(parent)) continue
      delete parent[last]
      const { codes, modelled } = read(stringify(manifest))
      expect([pointer, codes.length > 0 || modelled]).toEqual([pointer, true])
    }
  })
})

describe('integers', () => {
  it('arrive to the last bit, however they are written', () => {
    const u64 = fc.bigInt({ min: 0n, max: (1n << 64n) - 2n })
    const write = fc.constantFrom(
      (n: bigint) => `${n}`,
      (n: bigint) => `0x${n.toString(16)}`,
      (n: bigint) => `0x${n.toString(16).replaceAll(/\B(?=(.{4})+$)/g, '_')}`,
      (n: bigint) => `"${n}"`,
    )
    fc.assert(
      fc.property(u64, write, (value, written) => {
        // Less than a page of memory lacks its unit, and is refused like what is not a whole number of pages.
        const memory = (value & ~0xfffn) | 0x1000n
        const text = MANIFEST.replace('start: 0x7fe0_0000, size: 2MiB', `start: ${written(value)}, size: 1`).replace(
          'memory: 512MiB',
          `memory: ${written(memory)}`,
        )
        const findings = new Findings()
        const source = sourceOf(new SourceText('f', text), '/', findings.report)
        const [manifest] = source ? validManifests(source, findings.report) : []
        const model = source && manifest && buildModel(manifest, source, findings.report)
        expect(findings.all).toEqual([])
        expect(model?.platform.reserved[0]?.range.base).toBe(value)
        expect(model?.domains[0]?.memory).toBe(memory)
      }),
      { numRuns: 300 },
    )
  })
})

describe('places', () => {
  const key = fc.oneof(fc.string({ minLength: 1, maxLength: 6 }), fc.constantFrom('a/b', 'c~d', '~1', '', '0', 'x: y'))
  const leaf = fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
    .filter((text) => !/[\p{C}\p{Z}]/u.test(text))
  const tree = fc.letrec((tie) => ({
    node: fc.oneof({ depthSize: 'small', withCrossShrink: true }, leaf, tie('list'), tie('map')),
    list: fc.array(tie('node'), { maxLength: 3 }),
    map: fc.dictionary(key, tie('node'), { maxKeys: 4 }),
  })).map

  it('of values are where the text has them, and of keys too', () => {
    fc.assert(
      fc.property(tree, fc.boolean(), (value, flow) => {
        fc.pre(Object.keys(value).length > 0)
        const text = stringify(value, {
          collectionStyle: flow ? 'flow' : 'block',
          defaultStringType: 'QUOTE_DOUBLE',
          lineWidth: 0,
        })
        const source = sourceOf(new SourceText('f', text), '/', (code, { message }) =>
          expect.fail(`${code} ${message}`),
        )
        expect(source?.value).toEqual(value)
        for (const pointer of pointers(value)) {
          if (pointer === '') continue
          const quoted = (on: 'key' | 'value'): string => {
            const at = source?.locate(on === 'key' ? atKey(pointer) : atValue(pointer))
            return at?.text?.slice((at.column ?? 0) - 1, (at.endColumn ?? 0) - 1) ?? ''
          }
          const tokens = pointer
            .split('/')
            .slice(1)
            .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'))
          const found = tokens.reduce<unknown>((node, token) => (node as Json)[token], value)
          if (typeof found === 'string') expect(JSON.parse(quoted('value'))).toBe(found)
          const parent = tokens.slice(0, -1).reduce<unknown>((node, token) => (node as Json)[token], value)
          if (!Array.isArray(parent)) expect(JSON.parse(quoted('key'))).toBe(tokens.at(-1))
        }
      }),
      { numRuns: 300 },
    )
  })
})
