/** Merging: equal to a plain model of it, every value with its place, and no input that throws. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { atKey, atValue, type FileOrigin, member } from '../../src/diagnostics/diagnostic.ts'
import { nowhere } from '../../src/diagnostics/render/arrange.ts'
import { renderJson } from '../../src/diagnostics/render/json.ts'
import { renderText } from '../../src/diagnostics/render/text.ts'
import type { SourceDocument } from '../../src/source/document.ts'
import { readManifest } from '../source/stages.ts'

const folder = mkdtempSync(join(tmpdir(), 'domforge-merging-'))
afterAll(() => rmSync(folder, { recursive: true }))

type Json = Record<string, unknown>

const isMap = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)

/** A value and the number of the file that says it; `members` in order. */
type Model =
  | { readonly file: number; readonly value: unknown }
  | { readonly file: number; readonly members: [string, Model][] }

/** As the words of the schema say it; counts what removes nothing. */
function put(below: Model | undefined, value: unknown, file: number, removedNothing: () => void): Model | undefined {
  if (value === '$delete') {
    if (!below) removedNothing()
    return undefined
  }
  if (!isMap(value)) {
    for (const _ of JSON.stringify(value).match(/"\$delete"/g) ?? []) removedNothing()
    return { file, value }
  }
  let members: [string, Model][] = below && 'members' in below ? below.members : []
  for (const [key, inner] of Object.entries(value)) {
    const known = members.find(([name]) => name === key)
    const next = put(known?.[1], inner, file, removedNothing)
    if (!next) members = members.filter(([name]) => name !== key)
    else if (known) members = members.map((entry) => (entry === known ? [key, next] : entry))
    else members = [...members, [key, next]]
  }
  return { file, members }
}

/** In the order of the members, as text: engines move keys that are numbers. */
const written = (model: Model): string =>
  'members' in model
    ? `{${model.members.map(([key, inner]) => `${JSON.stringify(key)}:${written(inner)}`).join()}}`
    : JSON.stringify(model.value)

function places(model: Model, pointer: string): { readonly pointer: string; readonly model: Model }[] {
  const inside = 'members' in model ? model.members : []
  return [{ pointer, model }, ...inside.flatMap(([key, inner]) => places(inner, member(pointer, key)))]
}

const key = fc.constantFrom('a', 'b', 'c', 'd', 'x/y', '~', '__proto__')
const leaf = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 0, max: 99_999 }).map((number) => `text ${number}`) },
  { weight: 1, arbitrary: fc.constant('$delete') },
)
const map = fc.letrec((tie) => ({
  node: fc.oneof({ depthSize: 'small' }, leaf, fc.array(leaf, { maxLength: 2 }), tie('map')),
  map: fc.uniqueArray(fc.tuple(key, tie('node')), { selector: ([name]) => name, maxLength: 5 }).map((entries) =>
    entries.reduce<Json>((value, [name, inner]) => {
      Object.defineProperty(value, name, { value: inner, enumerable: true, configurable: true, writable: true })
      return value
    }, {}),
  ),
})).map as fc.Arbitrary<Json>

const fileName = (index: number): string => `${index}.yaml`

/** Writes the layers; the last is the manifest. `chained`: each extends the one before it, else the last extends all. */
function write(layers: readonly Json[], chained: boolean, flow: boolean): string {
  for (const [index, layer] of layers.entries()) {
    const isTop = index === layers.length - 1
    const bases = chained
      ? index > 0
        ? [fileName(index - 1)]
        : []
      : isTop
        ? layers.slice(0, -1).map((_, i) => fileName(i))
        : []
    const text = stringify(layer, {
      collectionStyle: flow ? 'flow' : 'block',
      defaultStringType: 'QUOTE_DOUBLE',
      lineWidth: 0,
    })
    const body =
      flow || Object.keys(layer).length === 0 ? `rest: ${text}` : `rest:\n${text.replaceAll(/^/gm, '  ').trimEnd()}\n`
    writeFileSync(join(folder, fileName(index)), bases.length > 0 ? `extends: ${JSON.stringify(bases)}\n${body}` : body)
  }
  return join(folder, fileName(layers.length - 1))
}

const quoted = ({ text = '', column = 0, endColumn = 0 }: FileOrigin): string => text.slice(column - 1, endColumn - 1)

function checkPlaces(source: SourceDocument, root: Model): void {
  for (const { pointer, model } of places(root, '/rest')) {
    const [atName, atIt] = [source.locate(atKey(pointer)), source.locate(atValue(pointer))]
    const file = join(folder, fileName(model.file))
    expect([pointer, atName.file, atIt.file]).toEqual([pointer, file, file])
    expect(source.folderOf(pointer)).toBe(folder)
    const name = (pointer.split('/').at(-1) ?? '').replaceAll('~1', '/').replaceAll('~0', '~')
    if (pointer !== '/rest') expect(JSON.parse(quoted(atName))).toBe(name)
    if ('value' in model && typeof model.value === 'string') {
      expect(JSON.parse(quoted(atIt))).toBe(model.value)
      expect(source.written(pointer)).toBe(model.value)
    }
  }
}

describe('files of a manifest', () => {
  it('merge as a plain model of merging does, and every value keeps its place', { timeout: 60_000 }, () => {
    const layers = fc.array(map, { minLength: 1, maxLength: 4 })
    fc.assert(
      fc.property(layers, fc.boolean(), fc.boolean(), (values, chained, flow) => {
        let removedNothing = 0
        const count = () => removedNothing++
        const model = values.reduce<Model | undefined>(
          (below, value, file) => put(below, value, file, count),
          undefined,
        )
        const { source, findings } = readManifest(write(values, chained, flow))
        const found = findings.filter(({ code }) => code === 'MAN-027')
        expect(found).toHaveLength(removedNothing)
        for (const { at } of found) expect(at.kind === 'file' && JSON.parse(quoted(at))).toBe('$delete')
        if (!source || !model) throw new Error('nothing was read')
        const { rest } = source.value as { rest: unknown }
        expect(JSON.stringify(rest)).toBe(JSON.stringify(JSON.parse(written(model))))
        checkPlaces(source, model)
      }),
      { numRuns: 200 },
    )
  })
})

const BASE = `api-version: domforge/v1
name: board
platform:
  device-tree: board.dtb
  overlays: [a.dtbo]
  enable: [serial0]
  memory: { low: { start: 0x4000_0000, size: 1GiB } }
xen: { release: "4.20", image: xen }
boot: { load: { from: tftp } }
domains:
  dom0: { boot: dom0, kernel: { image: Image }, memory: 512MiB }
  spare: { boot: dom0less, kernel: { image: Image }, memory: 64MiB }
`
const TOP = `extends: base.yaml
name: product
platform:
  memory: { low: $delete, all: { start: 0x8000000000000000, size: 2GiB } }
domains:
  spare: $delete
  camera: { boot: dom0less, kernel: { image: Image }, memory: 128MiB }
`

const piece = fc.oneof(
  fc.constantFrom(
    ': ',
    '\n',
    '  ',
    '{',
    '}',
    '[',
    ']',
    '$delete',
    'extends: ',
    'base.yaml',
    'system.yaml',
    '~',
    '&a ',
    '*a',
    '"',
    '- ',
    '0x1_',
    'ä',
  ),
  fc.string({ maxLength: 3 }),
)
const edit = fc.record({ at: fc.nat(), length: fc.nat({ max: 12 }), piece, inBase: fc.boolean() })

describe('files of a manifest with a few edits', () => {
  it('make findings in one of them, or a model; never an exception', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) => {
        let [base, top] = [BASE, TOP]
        for (const { at, length, piece: inserted, inBase } of edits) {
          const text = inBase ? base : top
          const from = at % (text.length + 1)
          const changed = text.slice(0, from) + inserted + text.slice(from + length)
          if (inBase) base = changed
          else top = changed
        }
        writeFileSync(join(folder, 'base.yaml'), base)
        writeFileSync(join(folder, 'system.yaml'), top)
        const { findings, source, model } = readManifest(join(folder, 'system.yaml'))
        expect(findings.length > 0 || model !== undefined).toBe(true)
        const locate = source?.locate ?? nowhere
        renderText(findings, locate, { colour: false })
        const texts: Record<string, string> = { 'base.yaml': base, 'system.yaml': top }
        for (const { at } of JSON.parse(renderJson(findings, locate)).diagnostics) {
          if (at.line === undefined) continue
          const lines = texts[at.file.slice(folder.length + 1)]?.split('\n')
          expect(at.column).toBeLessThanOrEqual((lines?.[at.line - 1]?.length ?? -1) + 1)
        }
      }),
      { numRuns: 300 },
    )
  })

  it('are a manifest to begin with', () => {
    writeFileSync(join(folder, 'base.yaml'), BASE)
    writeFileSync(join(folder, 'system.yaml'), TOP)
    const { findings, model } = readManifest(join(folder, 'system.yaml'))
    expect(findings).toEqual([])
    expect(model?.name).toBe('product')
    expect(model?.domains.map(({ name }) => name)).toEqual(['dom0', 'camera'])
    expect(model?.platform.memory.map(({ range: { base } }) => base)).toEqual([1n << 63n])
  })
})
