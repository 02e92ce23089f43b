/** A build that is cut off at any single operation on the disk, and what the next build makes of it. */
import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Findings } from '../../src/diagnostics/findings.ts'
import { type OutputDisk, realDisk } from '../../src/output/disk.ts'
import { wasCutOff } from '../../src/output/journal.ts'
import { writeOutputs } from '../../src/output/write.ts'

let out = ''
beforeEach(() => {
  out = mkdtempSync(join(tmpdir(), 'domforge-cut-'))
})
afterEach(() => rmSync(out, { recursive: true, force: true }))

type Files = Readonly<Record<string, string>>

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

function recordOf(files: Files): string {
  const outputs = Object.entries(files).map(([path, text]) => ({ path, sha256: sha256(text) }))
  return JSON.stringify({ tool: { name: 'domforge' }, outputs })
}

function write(files: Files, disk: OutputDisk = realDisk, replace = false) {
  const artifacts = Object.entries(files).map(([path, contents]) => ({ path, contents }))
  const record = { path: 'build.json', contents: recordOf(files) }
  return writeOutputs({ folder: out, artifacts, record, inputs: [], replace }, new Findings().report, disk)
}

/** The process ends here; what the code does about it reaches no disk. */
class Cut extends Error {}

/** A disk that does `count` operations and then nothing any more; of the one that it dies in, a write leaves half. */
function dyingAfter(count: number): OutputDisk {
  let left = count
  const mortal =
    <A extends readonly unknown[]>(operation: (...words: A) => void, half = (..._: A): void => {}) =>
    (...words: A): void => {
      if (left > 0) {
        left--
        operation(...words)
        return
      }
      if (left === 0) {
        left--
        half(...words)
      }
      throw new Cut('killed')
    }
  return {
    makeFolder: mortal(realDisk.makeFolder),
    makeFolders: mortal(realDisk.makeFolders),
    write: mortal(realDisk.write, (place, contents) => {
      writeFileSync(place, contents.slice(0, contents.length >> 1))
    }),
    move: mortal(realDisk.move),
    removeFile: mortal(realDisk.removeFile),
    removeFolder: mortal(realDisk.removeFolder),
    removeAll: mortal(realDisk.removeAll),
    flushFolder: mortal(realDisk.flushFolder),
  }
}

/** Whether it was killed. */
function writeUntil(files: Files, count: number, replace = false): boolean {
  try {
    write(files, dyingAfter(count), replace)
    return false
  } catch (error) {
    if (error instanceof Cut) return true
    throw error
  }
}

/** Everything below the output folder but claims: files with contents, folders with `/`. */
const found = (): Record<string, string> =>
  Object.fromEntries(
    readdirSync(out, { recursive: true, encoding: 'utf8' })
      .filter((path) => !path.startsWith('.domforge-'))
      .sort()
      .map((path) => [path, statSync(join(out, path)).isFile() ? readFileSync(join(out, path), 'utf8') : '/']),
  )

/** The folder's record, by itself, calls the folder whole. */
function looksWhole(): boolean {
  if (!existsSync(join(out, 'build.json'))) return false
  const { outputs } = JSON.parse(readFileSync(join(out, 'build.json'), 'utf8')) as { outputs: Record<string, string>[] }
  return outputs.every(({ path = '', sha256: hash }) => {
    const place = join(out, path)
    return existsSync(place) && sha256(readFileSync(place, 'utf8')) === hash
  })
}

const OLD: Files = { a: 'old a', 'domains/x/x.cfg': 'old x', 'domains/y/y.cfg': 'y', same: 'same' }
const NEW: Files = { a: 'new a', 'domains/y/y.cfg': 'new y', 'domains/z/deep/z.cfg': 'z', same: 'same', b: 'b' }
const THIRD: Files = { a: 'third', c: 'c' }

const folders = (files: Files): string[] => [
  ...new Set(
    Object.keys(files).flatMap((path) => {
      const parts = path.split('/').slice(0, -1)
      return parts.map((_, index) => parts.slice(0, index + 1).join('/'))
    }),
  ),
]

const exactly = (files: Files): Record<string, string> =>
  Object.fromEntries(
    [...Object.entries(files), ['build.json', recordOf(files)], ...folders(files).map((path) => [path, '/'])].sort(
      ([a = ''], [b = '']) => (a < b ? -1 : 1),
    ),
  )

/** How many operations a build of NEW over OLD needs. */
function operations(): number {
  write(OLD)
  for (let count = 0; ; count++) {
    if (!writeUntil(NEW, count)) return count
    for (const path of readdirSync(out)) rmSync(join(out, path), { recursive: true })
    write(OLD)
  }
}

describe('a build that is killed at any operation', { timeout: 60_000 }, () => {
  const reset = (files: Files): void => {
    for (const path of readdirSync(out)) rmSync(join(out, path), { recursive: true })
    write(files)
  }

  it('leaves the old set, the new set, or a folder that says that it is neither; the next build finishes it', () => {
    const total = operations()
    expect(total).toBeGreaterThan(15)
    let untouched = 0
    let unfinished = 0
    for (let count = 0; count < total; count++) {
      reset(OLD)
      expect(writeUntil(NEW, count), `operation ${count}`).toBe(true)
      const state = JSON.stringify(found())
      const isOld = state === JSON.stringify(exactly(OLD))
      const isNew = state === JSON.stringify(exactly(NEW))
      if (isOld) untouched++
      else if (!isNew) {
        unfinished++
        expect(wasCutOff(out), `operation ${count}`).toBe(true)
        expect(looksWhole() && found()['build.json'] === recordOf(NEW), `operation ${count}`).toBe(false)
      }
      expect(write(NEW)).toBeDefined()
      expect(found(), `operation ${count}`).toEqual(exactly(NEW))
      expect(readdirSync(out).filter((name) => name.startsWith('.'))).toEqual([])
      expect(wasCutOff(out)).toBe(false)
    }
    expect(untouched).toBeGreaterThan(5)
    expect(unfinished).toBeGreaterThan(5)
  })

  it('leaves what nobody else may replace to a build that may', () => {
    const total = operations()
    let mine = 0
    for (let count = 0; count < total; count++) {
      reset(OLD)
      writeFileSync(join(out, 'b'), 'mine')
      writeUntil(NEW, count, true)
      const isMine = readFileSync(join(out, 'b'), 'utf8') === 'mine'
      if (isMine) mine++
      const before = JSON.stringify(found())
      expect(write(NEW) === undefined, `operation ${count}`).toBe(isMine)
      if (isMine) expect(JSON.stringify(found()), `operation ${count}`).toBe(before)
      expect(write(NEW, realDisk, true)).toBeDefined()
      expect(found(), `operation ${count}`).toEqual(exactly(NEW))
    }
    expect(mine).toBeGreaterThan(10)
    expect(mine).toBeLessThan(total)
  })

  it('and then another at any operation, leaves nothing of either to a third', () => {
    const total = operations()
    for (let first = 0; first < total; first += 4) {
      for (let second = 0; ; second += 3) {
        reset(OLD)
        writeUntil(NEW, first)
        const killed = writeUntil(THIRD, second)
        write(OLD)
        expect(found(), `${first}, ${second}`).toEqual(exactly(OLD))
        expect(readdirSync(out).filter((name) => name.startsWith('.'))).toEqual([])
        if (!killed) break
      }
    }
  })
})

it('a disk that fails in the middle leaves the journal, and the next build finishes', () => {
  write(OLD)
  const full = Object.assign(new Error('EIO: i/o error'), { code: 'EIO', syscall: 'rename' })
  let moves = 0
  const failing: OutputDisk = {
    ...realDisk,
    move: (from, to) => {
      if (++moves > 1) throw full
      realDisk.move(from, to)
    },
  }
  expect(write(NEW, failing)).toBeUndefined()
  expect(wasCutOff(out)).toBe(true)
  write(NEW)
  expect(found()).toEqual(exactly(NEW))
})

it('a disk that is full while staging leaves everything as it was', () => {
  write(OLD)
  const full = Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC', syscall: 'write' })
  let writes = 0
  const failing: OutputDisk = {
    ...realDisk,
    write: (place, contents) => {
      if (++writes > 2) throw full
      realDisk.write(place, contents)
    },
  }
  expect(write(NEW, failing)).toBeUndefined()
  expect(found()).toEqual(exactly(OLD))
  expect(readdirSync(out).filter((name) => name.startsWith('.'))).toEqual([])
})

it('edited leftovers of a killed build are kept', () => {
  write(OLD)
  for (let count = 0; !existsSync(join(out, 'b')); count++) {
    for (const path of readdirSync(out)) rmSync(join(out, path), { recursive: true })
    write(OLD)
    writeUntil(NEW, count)
  }
  writeFileSync(join(out, 'b'), 'mine')
  write(OLD)
  expect(found()).toEqual(
    Object.fromEntries(Object.entries({ ...exactly(OLD), b: 'mine' }).sort(([a], [b]) => (a < b ? -1 : 1))),
  )
})
