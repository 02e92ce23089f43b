/** The example `two-guests` on every board tree of Debian's kernel package: built where there is RAM, or when RAM is given. */
import { copyFileSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { makeInputs } from '../../scripts/example-inputs.mjs'
import { childNamed } from '../../src/devicetree/model.ts'
import { readDtb } from '../../src/devicetree/read/read-dtb.ts'
import { regEntries } from '../../src/devicetree/readings/reg.ts'
import type { Diagnostic } from '../../src/diagnostics/diagnostic.ts'
import { encode } from '../../src/emit/encode.ts'
import type { Board } from '../../src/facts/facts.ts'
import { runPipeline } from '../../src/pipeline.ts'
import { hex } from '../../src/units/format.ts'
import { halfOf, hostPhys, MiB, times } from '../../src/units/quantities.ts'
import { range, subtract } from '../../src/units/range.ts'
import { boardTrees } from '../debian/boards.ts'

const GUESTS = join(import.meta.dirname, '../../examples/two-guests/two-guests.yaml')

let folder = ''
let trees = ''

beforeAll(async () => {
  trees = await boardTrees('bookworm')
  folder = mkdtempSync(join(tmpdir(), 'domforge-builds-'))
  await makeInputs('two-guests', folder)
  copyFileSync(GUESTS, join(folder, 'two-guests.yaml'))
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

interface Built {
  readonly board: Board | undefined
  readonly findings: readonly Diagnostic[]
  readonly errors: readonly string[]
  /** Every file of the output; absent after an error. */
  readonly files: ReadonlyMap<string, string | Uint8Array> | undefined
}

/** The whole way from a manifest that puts the example on a board to the bytes of its output. */
function build(tree: string, memory = ''): Built {
  const lines = [
    'extends: two-guests.yaml',
    // Not every board has an alias serial0 for the console.
    'xen: { bootargs: bootscrub=0 }',
    'platform:',
    `  device-tree: ${relative(folder, join(trees, tree))}`,
    ...(memory === '' ? [] : [`  memory: ${memory}`]),
  ]
  const file = join(folder, 'board.yaml')
  writeFileSync(file, `${lines.join('\n')}\n`)
  const { assembly, plan, findings } = runPipeline(file)
  const output = assembly && !findings.hasErrors ? encode(assembly) : undefined
  return {
    board: plan?.board,
    findings: findings.all,
    errors: findings.all.filter(({ severity }) => severity === 'error').map(({ code }) => code),
    files: output && new Map([...output.artifacts, output.record].map(({ path, contents }) => [path, contents])),
  }
}

const isBuilt = ({ errors, files }: Built): boolean =>
  errors.length === 0 && ['boot.scr', 'xen.dtb', 'report/report.txt', 'build.json'].every((path) => files?.has(path))

/** Boards that Xen does not start on: other interrupt controllers, or descriptions without the registers for guests. */
const WITHOUT_GIC = /^FDT-0(?:16|23)$/

/** Boards whose stdout-path names a node that they do not have. */
const NO_CONSOLE = 'D0-013'

const NO_RAM = 'RES-003'

type Verdict = 'built' | 'without RAM' | 'without room' | 'without GIC' | 'without console'

/** Anything else is a mistake of ours. */
function verdictOf(name: string, built: Built): Verdict {
  if (isBuilt(built)) return 'built'
  expect([name, built.files]).toEqual([name, undefined])
  if (built.errors.includes(NO_RAM)) return 'without RAM'
  const [code = '', ...others] = [...new Set(built.errors)].sort()
  // A tree may lack both; D0 sorts before FDT.
  const allowed = code === NO_CONSOLE ? others.filter((other) => WITHOUT_GIC.test(other)) : []
  expect([name, code, others]).toEqual([name, code, allowed])
  if (others.length > 0 || WITHOUT_GIC.test(code)) return 'without GIC'
  if (code === NO_CONSOLE) return 'without console'
  expect([name, code]).toEqual([name, expect.stringMatching(/^(?:DOM-009|RES-00[12])$/)])
  return 'without room'
}

const counted = (verdicts: Iterable<Verdict>): Record<Verdict, number> => {
  const count = { built: 0, 'without RAM': 0, 'without room': 0, 'without GIC': 0, 'without console': 0 }
  for (const verdict of verdicts) count[verdict]++
  return count
}

/** What a blob has below `/reserved-memory` of the name that stands for RAM left out. */
function unusedIn(blob: string | Uint8Array | undefined): unknown {
  const tree = readDtb(Buffer.from(blob ?? ''), 'xen.dtb')
  const parent = tree.ok ? childNamed(tree.value.root, 'reserved-memory') : undefined
  return parent?.children
    .filter(({ name }) => name.startsWith('unused@'))
    .map((child) => {
      const entries = regEntries(child, parent)
      return entries.ok ? entries.value : entries.reason
    })
}

it('build two guests, ask for RAM, or cannot run Xen', { timeout: 240_000 }, () => {
  const names = readdirSync(trees, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.dtb'))
  const first = new Map<string, Verdict>()
  const given = new Map<string, Verdict>()
  const restricted = new Map<string, Verdict>()
  for (const [index, name] of names.entries()) {
    const built = build(name)
    first.set(name, verdictOf(name, built))
    if (first.get(name) === 'without RAM') {
      expect(built.findings.find(({ code }) => code === NO_RAM)?.help).toContain('platform.memory')
      const again = build(
        name,
        '{ low: { start: 0x4000_0000, size: 768MiB }, next: { start: 0x7000_0000, size: 256MiB } }',
      )
      given.set(name, verdictOf(name, again))
      // What was found without knowing its RAM is true of it.
      const known = built.errors.filter((code) => code !== NO_RAM)
      expect([name, again.errors]).toEqual([name, expect.arrayContaining(known)])
      const expected = [range(hostPhys(0x4000_0000n), times(768, MiB)), range(hostPhys(0x7000_0000n), times(256, MiB))]
      if (again.board) expect([name, again.board.ram, again.board.unused]).toEqual([name, expected, []])
    } else if (first.get(name) === 'built' && index % 3 === 0) restricted.set(name, checkRestricted(name, built))
  }
  const count = {
    boards: names.length,
    'as they are': counted(first.values()),
    'with RAM given': counted(given.values()),
    'every third with half of its first bank': counted(restricted.values()),
  }
  process.stdout.write(`${JSON.stringify(count, null, 2)}\n`)
  const total = (counts: Record<Verdict, number>): number =>
    Object.values(counts).reduce((sum, value) => sum + value, 0)
  expect(total(count['as they are'])).toBe(names.length)
  expect(total(count['with RAM given'])).toBe(count['as they are']['without RAM'])
  expect(count['as they are'].built).toBeGreaterThan(200)
  // At most 128 MiB of RAM; and chips with interrupt controllers that Xen does not drive.
  expect(count['as they are']['without room']).toBeLessThan(10)
  expect(count['as they are']['without GIC']).toBeLessThan(20)
  const { built, 'without GIC': withoutGic, 'without console': withoutConsole } = count['with RAM given']
  expect(built).toBeGreaterThan(250)
  expect(built + withoutGic + withoutConsole).toBe(given.size)
  expect(count['every third with half of its first bank'].built).toBeGreaterThan(50)
})

/** With half of the first bank the rest of RAM is reserved once, and `/memory` stays what U-Boot will write. */
function checkRestricted(name: string, { board }: Built): Verdict {
  const [bank] = board?.ram ?? []
  if (!board || !bank) throw new Error(`${name} was built without RAM`)
  const half = range(bank.base, halfOf(bank.size))
  const again = build(name, `{ half: { start: ${hex(half.base)}, size: ${half.size} } }`)
  const verdict = verdictOf(name, again)
  if (verdict !== 'built') return verdict
  const rest = subtract(board.ram, [half, ...board.owned.map(({ range: owned }) => owned)])
  expect([name, again.board?.ram]).toEqual([name, board.ram])
  expect([name, unusedIn(again.files?.get('xen.dtb'))]).toEqual([
    name,
    rest.map(({ base, size }) => [{ address: base, size }]),
  ])
  return verdict
}
