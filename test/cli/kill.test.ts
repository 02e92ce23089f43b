/**
 * The real process, killed at 200 random moments of a build over the output of another system: what it leaves is the old set, the new
 * set, or says of itself that it is unfinished; the next build makes exactly its own set of it. The seed is printed; DOMFORGE_SEED sets it.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { Findings } from '../../src/diagnostics/findings.ts'
import { encode } from '../../src/emit/encode.ts'
import { LOCK_END } from '../../src/facts/lock.ts'
import { wasCutOff } from '../../src/output/journal.ts'
import { writeOutputs } from '../../src/output/write.ts'
import { runPipeline } from '../../src/pipeline.ts'
import { domforge, type Workplace, workplace } from '../support/cli/tool.ts'
import { SEED } from '../support/seed.ts'

const KILLS = 200
const launcher = resolve(import.meta.dirname, '../../bin/domforge.js')

type Files = ReadonlyMap<string, string>
interface Variant {
  readonly manifest: string
  readonly files: Files
  readonly build: () => void
}

let place: Workplace
let out = ''
let variants: readonly [Variant, Variant]

const sha256 = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex')

beforeAll(async () => {
  place = await workplace('dom0-and-two')
  out = join(place.folder, 'out')
  const original = place.read()
  const other = original.slice(0, original.indexOf('  viewer:')).replace('name: dom0-and-two', 'name: another')
  variants = [variant('first.yaml', original), variant('second.yaml', other)]
})
afterAll(() => place.remove())

function variant(name: string, text: string): Variant {
  const manifest = join(place.folder, name)
  writeFileSync(manifest, text)
  const { assembly } = runPipeline(manifest)
  if (!assembly) throw new Error(`${name} gives nothing`)
  const { artifacts, record } = encode(assembly)
  const files = new Map([...artifacts, record].map(({ path, contents }) => [path, sha256(contents)]))
  const build = (): void => {
    const findings = new Findings()
    writeOutputs({ folder: out, artifacts, record, inputs: [] }, findings.report)
    expect(findings.all).toEqual([])
  }
  return { manifest: name, files, build }
}

/** Contents by path, without claims of killed builds. */
const found = (): Files =>
  new Map(
    readdirSync(out, { recursive: true, encoding: 'utf8' })
      .filter((path) => !path.startsWith('.domforge-') && statSync(join(out, path)).isFile())
      .map((path) => [path, sha256(readFileSync(join(out, path)))]),
  )

const isSame = (a: Files, b: Files): boolean =>
  a.size === b.size && [...a].every(([path, hash]) => b.get(path) === hash)

/** Whether every file that `build.json` lists is there as it says. */
function agreesWithRecord(files: Files): boolean {
  const text = existsSync(join(out, 'build.json')) ? readFileSync(join(out, 'build.json'), 'utf8') : '{"outputs":[{}]}'
  const { outputs } = JSON.parse(text) as { outputs: { path: string; sha256: string }[] }
  return outputs.every(({ path, sha256: hash }) => files.get(path) === hash)
}

/** mulberry32: a small generator whose whole state is its seed. */
function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const start = (manifest: string): ChildProcess =>
  spawn(process.execPath, [launcher, 'build', manifest, '-o', 'out', '-q'], { cwd: place.folder, stdio: 'ignore' })

const ended = (child: ChildProcess): Promise<void> => new Promise((done) => child.once('close', () => done()))

const hasClaim = (): boolean => readdirSync(out).some((name) => name.startsWith('.domforge-'))

const hasJournal = (): boolean =>
  readdirSync(out).some((name) => name.startsWith('.domforge-') && existsSync(join(out, name, 'journal.json')))

/** Looks often, and leaves the processor to the other process meanwhile. Milliseconds waited. */
function waitUntil(condition: () => boolean, limit = 10_000): number {
  const begin = performance.now()
  while (!condition() && performance.now() - begin < limit)
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 0.1)
  return performance.now() - begin
}

/** How long each part of a build takes, in milliseconds. */
async function measure(manifest: string): Promise<{ before: number; staging: number; moving: number }> {
  const child = start(manifest)
  const closed = ended(child)
  const times = { before: waitUntil(hasClaim), staging: waitUntil(hasJournal), moving: waitUntil(() => !hasClaim()) }
  await closed
  return times
}

it(`survives ${KILLS} kills`, { timeout: 400_000 }, async () => {
  const next = random(SEED)
  const [first, second] = variants
  first.build()
  const { before, staging, moving } = await measure(second.manifest)
  /** The whole run, and the two parts of it that matter most: from when on, and how long. */
  const moments = [
    { since: () => true, span: before + staging + moving },
    { since: hasClaim, span: staging + moving },
    { since: hasJournal, span: moving },
  ] as const
  const counts = { old: 0, new: 0, unfinished: 0 }
  for (let kill = 0; kill < KILLS; kill++) {
    const [old, fresh] = kill % 2 === 0 ? [first, second] : [second, first]
    old.build()
    const lock = join(place.folder, fresh.manifest.replace('.yaml', '.lock.yaml'))
    rmSync(lock, { force: true })
    const child = start(fresh.manifest)
    const closed = ended(child)
    const { since, span } = moments[kill % 3] ?? moments[0]
    waitUntil(since)
    waitUntil(() => false, next() * span)
    child.kill('SIGKILL')
    await closed
    const files = found()
    const message = `seed ${SEED}, kill ${kill}: ${[...files.keys()].join(' ')}`
    // The lock comes after the outputs and whole, and a build without it is unfinished.
    const locked = existsSync(lock) ? readFileSync(lock, 'utf8') : undefined
    if (locked !== undefined) {
      expect(isSame(files, fresh.files), message).toBe(true)
      expect(locked.endsWith(`${LOCK_END}\n`), message).toBe(true)
    } else if (!isSame(files, old.files)) expect(wasCutOff(out), message).toBe(true)
    if (isSame(files, old.files)) counts.old++
    else if (isSame(files, fresh.files)) counts.new++
    else {
      counts.unfinished++
      expect(wasCutOff(out), message).toBe(true)
      expect(agreesWithRecord(files) && files.get('build.json') === fresh.files.get('build.json'), message).toBe(false)
    }
    if (kill % 10 === 0) {
      expect(domforge(['build', fresh.manifest, '-o', 'out'], place.folder).status).toBe(0)
      const beside = `.${fresh.manifest.replace('.yaml', '')}`
      expect(readdirSync(place.folder).filter((name) => name.startsWith(beside))).toEqual([])
    } else fresh.build()
    expect(found(), message).toEqual(fresh.files)
    expect(
      readdirSync(out).filter((name) => name.startsWith('.')),
      message,
    ).toEqual([])
  }
  const parts = Object.entries({ before, staging, moving }).map(([name, time]) => `${name} ${time.toFixed(1)} ms`)
  process.stderr.write(`seed ${SEED}: ${JSON.stringify(counts)}; ${parts.join(', ')}\n`)
  expect(counts.old).toBeGreaterThan(5)
  expect(counts.unfinished).toBeGreaterThan(5)
})
