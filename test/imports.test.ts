/** Dependencies point one way: command line → pipeline → stages, and a stage knows only the types of what it is handed. */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'

const src = resolve(import.meta.dirname, '../src')

/** Everybody may use these. */
const BASE = ['units', 'diagnostics', 'xen', 'devicetree', 'devices', 'iommu', 'passthrough']

/** What a folder may import, beside itself and `BASE`; `types` only as types (the data it is handed). */
const ALLOWED: Readonly<Record<string, { readonly types: readonly string[]; readonly values: readonly string[] }>> = {
  source: { types: [], values: [] },
  manifest: { types: ['source'], values: [] },
  model: { types: ['manifest', 'source'], values: [] },
  facts: { types: ['model'], values: [] },
  'u-boot': { types: ['model', 'facts'], values: ['model', 'facts'] },
  plan: { types: ['model', 'facts', 'u-boot'], values: ['model', 'facts', 'u-boot'] },
  guests: { types: ['model', 'facts', 'plan'], values: ['model', 'facts', 'plan'] },
  load: {
    types: ['model', 'facts', 'plan', 'guests', 'u-boot'],
    values: ['model', 'facts', 'plan', 'guests', 'u-boot'],
  },
  assemble: { types: ['model', 'plan', 'facts'], values: ['model', 'plan', 'lifecycle'] },
  lifecycle: { types: ['model', 'plan', 'guests'], values: ['model', 'plan', 'guests'] },
  backends: { types: ['model', 'plan'], values: ['plan'] },
  isolation: { types: ['model', 'plan'], values: ['model', 'plan'] },
  checks: {
    types: ['model', 'plan', 'assemble', 'facts', 'lifecycle', 'backends'],
    values: ['model', 'plan', 'assemble', 'facts', 'isolation', 'guests', 'lifecycle', 'u-boot', 'backends'],
  },
  emit: {
    types: ['assemble', 'plan', 'model', 'isolation', 'guests', 'lifecycle', 'backends'],
    values: ['assemble', 'plan', 'model', 'isolation', 'guests', 'lifecycle', 'u-boot', 'backends'],
  },
  lint: { types: ['facts', 'checks'], values: ['facts', 'checks'] },
  inventory: { types: ['facts'], values: ['facts'] },
  install: { types: [], values: ['output'] },
  diff: { types: [], values: [] },
  init: { types: ['facts', 'model', 'inventory'], values: ['facts', 'inventory'] },
  output: { types: ['emit'], values: [] },
}

/** The bottom of the house: nothing above, and `units` nothing at all. */
const BOTTOM: Readonly<Record<string, readonly string[]>> = {
  units: [],
  diagnostics: ['units'],
  devicetree: ['units', 'diagnostics'],
  xen: ['units'],
  devices: ['units', 'diagnostics', 'devicetree', 'xen'],
  iommu: ['units', 'diagnostics', 'devicetree', 'xen'],
  passthrough: ['units', 'diagnostics', 'devicetree', 'xen', 'iommu'],
}

interface Import {
  readonly file: string
  /** Path below `src` of what is imported. */
  readonly path: string
  readonly from: string
  readonly to: string
  readonly typeOnly: boolean
}

const files = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return files(path)
    return path.endsWith('.ts') && !path.includes('.gen.') ? [path] : []
  })

const roomOf = (path: string): string => relative(src, path).split('/')[0]?.replace(/\.ts$/, '') ?? ''

function importsOf(file: string): Import[] {
  const text = readFileSync(file, 'utf8')
  const statements = text.matchAll(/^(?:import|export)\s+(type\s+)?[^'"]*?from '(\.[^']+)'|import\('(\.[^']+)'\)/gm)
  return [...statements].map(([, type, path, lazy]) => ({
    file: relative(src, file),
    path: relative(src, resolve(dirname(file), path ?? lazy ?? '')),
    from: roomOf(file),
    to: roomOf(resolve(dirname(file), path ?? lazy ?? '')),
    typeOnly: type !== undefined,
  }))
}

/** The files of a circle of imports, in their order; `undefined` where there is none. */
function circleIn(all: readonly Import[]): readonly string[] | undefined {
  const done = new Set<string>()
  const visit = (file: string, way: readonly string[]): readonly string[] | undefined => {
    if (way.includes(file)) return [...way.slice(way.indexOf(file)), file]
    if (done.has(file)) return undefined
    for (const { path } of all.filter((own) => own.file === file)) {
      const circle = visit(path, [...way, file])
      if (circle) return circle
    }
    done.add(file)
    return undefined
  }
  for (const { file } of all) {
    const circle = visit(file, [])
    if (circle) return circle
  }
  return undefined
}

const imports = files(src).flatMap(importsOf)
/** What lies beside `src` are schemas: data. */
const crossing = imports.filter(({ from, to }) => from !== to && to !== '..')

describe('imports', () => {
  it('are found', () => {
    expect(crossing.length).toBeGreaterThan(50)
  })

  it('go down only: nobody imports the command line, only the command line imports the pipeline, and only that the attempts', () => {
    expect(crossing.filter(({ to }) => to === 'cli')).toEqual([])
    expect(crossing.filter(({ from, to }) => to === 'pipeline' && from !== 'cli')).toEqual([])
    expect(crossing.filter(({ from, to }) => to === 'attempts' && from !== 'pipeline')).toEqual([])
  })

  it('of a stage reach only what it is handed', () => {
    const wrong = crossing.filter(({ from, to, typeOnly }) => {
      const allowed = ALLOWED[from]
      if (!allowed || BASE.includes(to)) return false
      return !(typeOnly ? allowed.types : allowed.values).includes(to)
    })
    expect(wrong).toEqual([])
  })

  it('leave Xen to read partial trees by itself', () => {
    const wrong = crossing.filter(({ file, to }) => to === 'passthrough' && file.startsWith('checks/xen/'))
    expect(wrong).toEqual([])
  })

  it('of the foundations reach only what lies below them', () => {
    const wrong = crossing.filter(({ from, to, typeOnly }) => {
      const below = BOTTOM[from]
      return below !== undefined && !below.includes(to) && !(typeOnly && from === 'xen' && to === 'diagnostics')
    })
    expect(wrong).toEqual([])
  })

  it('leave no folder without a rule', () => {
    const known = [...Object.keys(ALLOWED), ...Object.keys(BOTTOM), 'cli', 'pipeline', 'attempts']
    expect([...new Set(imports.map(({ from }) => from))].filter((room) => !known.includes(room))).toEqual([])
  })

  it('are seen to make a circle where they do', () => {
    const to = (file: string, path: string): Import => ({ file, path, from: '', to: '', typeOnly: true })
    expect(circleIn([to('a', 'b'), to('b', 'c'), to('c', 'b')])).toEqual(['b', 'c', 'b'])
    expect(circleIn([to('a', 'b'), to('a', 'c'), to('b', 'c')])).toBeUndefined()
  })

  it('make no circle, not even of types', () => {
    expect(circleIn(imports)).toBeUndefined()
  })
})
