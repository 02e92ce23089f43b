/** Every emitted file, judged by the tools that it is made for. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { assemble } from '../../src/assemble/assemble.ts'
import { cells, node, property, text } from '../../src/devicetree/build.ts'
import { type DtNode, walk } from '../../src/devicetree/model.ts'
import { readDtb } from '../../src/devicetree/read/read-dtb.ts'
import { phandleOfNode } from '../../src/devicetree/readings/node.ts'
import { cellsOf } from '../../src/devicetree/readings/values.ts'
import { writeDtb } from '../../src/devicetree/write/write-dtb.ts'
import { Findings } from '../../src/diagnostics/findings.ts'
import { bytesOf } from '../../src/emit/build-record.ts'
import { scriptImage } from '../../src/emit/legacy-image.ts'
import { emitAll } from '../../src/emit/registry.ts'
import { xlConfigText } from '../../src/emit/xl-config.ts'
import { planSystem } from '../../src/load/plan-system.ts'
import type { SystemPlan } from '../../src/plan/system-plan.ts'
import { hostPhys, MiB, times } from '../../src/units/quantities.ts'
import { range } from '../../src/units/range.ts'
import { boardTrees } from '../debian/boards.ts'
import { boardRoot, dom0, dom0less, makePlan, xlDomain } from '../plan/builder.ts'
import { factsFor } from '../support/facts/builder.ts'
import { partitionModel } from '../support/plan/partition-systems.ts'
import { compiled } from './dtc.ts'
import { compileReader, readConfig } from './xl-config.ts'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'domforge-oracle-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const reserved = [{ name: 'fw', pointer: '/platform/reserved/fw', range: range(hostPhys(0xb000_0000n), times(1, MiB)) }]
const extra = [{ name: 'vendor,note', value: ['a "b" \\c', "it's"], pointer: '/x' }]
const systems: readonly (readonly [string, () => SystemPlan])[] = [
  ['two guests', () => makePlan()],
  [
    'dom0 and guests',
    () =>
      makePlan({
        release: '4.20',
        domains: [
          dom0(),
          dom0less('a', { enhanced: 'enabled', 'extra-properties': extra }),
          dom0less('b'),
          dom0less('c'),
          xlDomain('v'),
        ],
        reserved,
      }),
  ],
  ['dom0 alone', () => makePlan({ domains: [dom0()], bootargs: '' })],
  ['partitions', partitions],
]

/** Everything that refers to nodes of the board and of domforge by their phandles. */
function partitions(): SystemPlan {
  const guest = { 'static-mem': 'auto', enhanced: 'no-xenstore', cpupool: 'fast' } as const
  const words = {
    domains: { a: guest, b: { ...guest, 'direct-map': true }, c: {} },
    regions: { frames: { by: ['a', 'b'] }, log: { by: ['b', 'c'] } },
    channels: { kick: ['a', 'b'], wake: ['b', 'c'] },
  } as const
  const model = partitionModel(words)
  const pools = [{ pointer: '/xen/cpupools/fast', name: 'fast', cpus: ['cpu@1', 'cpu@0'], scheduler: 'null' as const }]
  const cpu = (number: number, phandle: number | undefined): DtNode =>
    node(`cpu@${number}`, {
      properties: [
        property('device_type', [text('cpu')]),
        property('reg', [cells([BigInt(number)])]),
        ...(phandle === undefined ? [] : [property('phandle', [cells([BigInt(phandle)])])]),
      ],
    })
  const size = [property('#address-cells', [cells([1])]), property('#size-cells', [cells([0])])]
  const cpus = node('cpus', { properties: size, children: [cpu(0, 7), cpu(1, undefined)] })
  const root = { ...boardRoot, children: [...boardRoot.children, cpus] }
  const { board: bare } = makePlan({ root })
  const system = { ...model, xen: { ...model.xen, cpupools: pools } }
  const findings = new Findings()
  const plan = planSystem(system, factsFor(system, bare, {}), findings.report)
  if (!plan) throw new Error('no plan')
  expect(findings.all).toEqual([])
  return plan
}

/** Writes what a system emits below a folder of its own, and gives that folder. */
function emit(name: string, plan: SystemPlan): string {
  const out = join(folder, name.replaceAll(' ', '-'))
  for (const { path, contents } of emitAll(assemble(plan))) {
    mkdirSync(dirname(join(out, path)), { recursive: true })
    writeFileSync(join(out, path), contents)
  }
  return out
}

describe.each(systems)('%s', (name, planOf) => {
  const plan = planOf()
  let out = ''
  beforeAll(() => {
    out = emit(name, plan)
  })
  const file = (path: string): Buffer => readFileSync(join(out, path))

  it('xen.dts is xen.dtb for dtc', async () => {
    expect((await compiled(file('xen.dts').toString())).equals(file('xen.dtb'))).toBe(true)
  })

  it('xen-chosen.dts is xen-chosen.dtbo for dtc', async () => {
    expect((await compiled(file('xen-chosen.dts').toString())).equals(file('xen-chosen.dtbo'))).toBe(true)
  })

  it('fdtdump shows both blobs', () => {
    for (const blob of ['xen.dtb', 'xen-chosen.dtbo']) {
      expect(
        execFileSync('fdtdump', [join(out, blob)], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }),
      ).toContain('/dts-v1/;')
    }
  })

  it("the board's tree with the overlay is xen.dtb", () => {
    expect(overlaid(plan.board.tree.root, join(out, 'xen-chosen.dtbo'))).toEqual(meaningOf(file('xen.dtb')))
  })

  it('boot.scr is what mkimage makes of boot.cmd', () => {
    expect(mkimage(join(out, 'boot.cmd'), plan.model.name, 0).equals(file('boot.scr'))).toBe(true)
    expect(execFileSync('mkimage', ['-l', join(out, 'boot.scr')], { encoding: 'utf8' })).toContain(
      'AArch64 Linux Script (uncompressed)',
    )
  })

  it('xl reads its configurations as they were meant', () => {
    const program = compileReader(folder)
    for (const config of assemble(plan).xl) {
      const path = join(out, 'domains', config.domain, `${config.domain}.cfg`)
      const read = readConfig(
        program,
        path,
        config.entries.map(({ key }) => key),
      )
      expect([...read]).toEqual(
        config.entries.map(({ key, value }) => [key, typeof value === 'bigint' ? String(value) : value]),
      )
    }
  })
})

function mkimage(script: string, name: string, time: number): Buffer {
  const image = join(folder, 'mkimage.scr')
  const env = { ...process.env, SOURCE_DATE_EPOCH: String(time) }
  execFileSync('mkimage', ['-A', 'arm64', '-T', 'script', '-C', 'none', '-n', name, '-d', script, image], {
    env,
    stdio: 'ignore',
  })
  return readFileSync(image)
}

/** What fdtoverlay makes of `base` and the overlay in the file. */
function overlaid(base: DtNode, overlay: string): unknown {
  const blob = writeDtb({ root: base, reservations: [], bootCpuid: 0 })
  if (!blob.ok) throw new Error('no base')
  writeFileSync(join(folder, 'base.dtb'), blob.value)
  execFileSync('fdtoverlay', ['-i', join(folder, 'base.dtb'), '-o', join(folder, 'merged.dtb'), overlay])
  return meaningOf(readFileSync(join(folder, 'merged.dtb')))
}

/** A blob's tree; properties by name, children in order where order means something: domains among themselves; phandles as what they mean. */
function meaningOf(blob: Uint8Array): unknown {
  const tree = readDtb(blob)
  if (!tree.ok) throw new Error(tree.problems[0]?.message)
  const { root } = tree.value
  const paths = new Map([...walk(root)].map(({ node: own, path }) => [phandleOfNode(own), path]))
  return meaning(root, (phandle) => paths.get(phandle))
}

const isDomain = ({ properties }: DtNode): boolean => properties.some(({ name }) => name === 'cpus')

/** Cells that are phandles, of properties that domforge writes: an overlay's are renumbered when it is applied. */
const POINTERS: Readonly<Record<string, readonly number[]>> = {
  phandle: [0],
  'domain-cpupool': [0],
  'cpupool-cpus': [0, 1],
  'xen,evtchn': [1],
}

function meaning(tree: DtNode, pathOf: (phandle: number) => string | undefined): unknown {
  return {
    properties: Object.fromEntries(
      tree.properties.map((own) => {
        const pointers = POINTERS[own.name]
        const read = cellsOf(own)
        return [
          own.name,
          pointers && read ? read.map((cell, at) => (pointers.includes(at) ? pathOf(cell) : cell)) : own.value,
        ]
      }),
    ),
    children: Object.fromEntries(tree.children.map((child) => [child.name, meaning(child, pathOf)])),
    domains: tree.children.filter(isDomain).map(({ name }) => name),
  }
}

describe('the overlay', () => {
  it('orders domains as the merged tree does, on boards that have children in /chosen and areas in /reserved-memory', () => {
    const root: DtNode = {
      ...boardRoot,
      children: [
        ...boardRoot.children.filter(({ name }) => name !== 'chosen'),
        node('chosen', { properties: [property('bootargs', [text('old')])], children: [node('framebuffer', {})] }),
        node('reserved-memory', {
          properties: [
            property('#address-cells', [cells([2])]),
            property('#size-cells', [cells([2])]),
            property('ranges', []),
          ],
          children: [node('optee', { properties: [property('no-map', [])] })],
        }),
      ],
    }
    const options = { root, reserved, domains: ['z', 'a', 'm', 'b'].map((name) => dom0less(name)) }
    const out = emit('board with left-overs', makePlan(options))
    expect(overlaid(root, join(out, 'xen-chosen.dtbo'))).toEqual(meaningOf(readFileSync(join(out, 'xen.dtb'))))
  })

  it('merges on real boards', async () => {
    const directory = await boardTrees('bookworm')
    const boards = readdirSync(directory, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.dtb'))
      .sort()
    const sample = boards.filter((_, index) => index % 20 === 0)
    expect(sample.length).toBeGreaterThan(20)
    const different: string[] = []
    for (const board of sample) {
      const blob = readFileSync(join(directory, board))
      const tree = readDtb(blob)
      if (!tree.ok) throw new Error(board)
      const plan = makePlan({ root: tree.value.root, reserved })
      const artifacts = emitAll(assemble({ ...plan, board: { ...plan.board, tree: tree.value } }))
      const bytes = (path: string) => bytesOf(artifacts.find((artifact) => artifact.path === path)?.contents ?? '')
      writeFileSync(join(folder, 'board.dtbo'), bytes('xen-chosen.dtbo'))
      writeFileSync(join(folder, 'board.dtb'), blob)
      execFileSync('fdtoverlay', [
        '-i',
        join(folder, 'board.dtb'),
        '-o',
        join(folder, 'board-merged.dtb'),
        join(folder, 'board.dtbo'),
      ])
      const merged = JSON.stringify(meaningOf(readFileSync(join(folder, 'board-merged.dtb'))), sortedKeys)
      if (merged !== JSON.stringify(meaningOf(bytes('xen.dtb')), sortedKeys)) different.push(board)
    }
    expect(different).toEqual([])
  })
})

/** For JSON.stringify: objects with their keys in order, so that texts can be compared. */
const sortedKeys = (_key: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value

describe("a script's image", () => {
  it('is what mkimage makes of any script, name and time', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1, maxLength: 200 }),
        fc.stringMatching(/^[ -~]{1,40}$/),
        fc.nat({ max: 0x7fff_ffff }),
        (script, name, timestamp) => {
          const path = join(folder, 'any.cmd')
          writeFileSync(path, script)
          expect(Buffer.from(scriptImage({ script, name, timestamp })).equals(mkimage(path, name, timestamp))).toBe(
            true,
          )
        },
      ),
      { numRuns: 60, endOnFailure: true },
    )
  })
})

describe('an xl configuration', () => {
  const value = fc.oneof(
    fc.string({
      unit: fc.constantFrom('"', "'", '\\', '\n', '\t', '#', ';', '=', '[', ']', ',', ' ', 'a', '0', '\x01', 'é'),
    }),
    fc.string({ unit: 'binary' }).filter((text) => !text.includes('\0')),
    fc.bigInt({ min: -(1n << 63n), max: (1n << 63n) - 1n }),
    fc.array(fc.string(), { maxLength: 4 }),
  )

  it('holds hostile values as xl reads them back', () => {
    const program = compileReader(folder)
    const path = join(folder, 'hostile.cfg')
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 12 }), (values) => {
        const origin = { kind: 'manifest' as const, pointer: '', on: 'value' as const }
        const entries = values.map((item, index) => ({ key: `key${index}`, value: item, origin }))
        writeFileSync(path, xlConfigText({ domain: 'd', pointer: '', entries }))
        const read = readConfig(
          program,
          path,
          entries.map(({ key }) => key),
        )
        expect([...read.values()]).toEqual(values.map((item) => (typeof item === 'bigint' ? String(item) : item)))
      }),
      { numRuns: 300, endOnFailure: true },
    )
  })
})

describe('xen-options.config', () => {
  it('is a fragment of a .config: assignments, comments and empty lines', () => {
    const out = emit('options', makePlan({ release: '4.20' }))
    const lines = readFileSync(join(out, 'xen-options.config'), 'utf8').trimEnd().split('\n')
    const isFragmentLine = /^(?:|#.*|CONFIG_[A-Z0-9_]+=(?:y|"(?:[^"\\]|\\.)*"|(?:0x)?[0-9a-fA-F]+))$/
    expect(lines.filter((line) => !isFragmentLine.test(line))).toEqual([])
    expect(lines.filter((line) => line.startsWith('CONFIG_'))).toHaveLength(3)
  })
})
