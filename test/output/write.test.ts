import { createHash } from 'node:crypto'
import {
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Findings } from '../../src/diagnostics/findings.ts'
import { InternalError } from '../../src/diagnostics/internal-error.ts'
import { realDisk } from '../../src/output/disk.ts'
import { wasCutOff } from '../../src/output/journal.ts'
import type { StagedFile } from '../../src/output/side-file.ts'
import { writeOutputs } from '../../src/output/write.ts'

let base = ''
let out = ''

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'domforge-output-'))
  out = join(base, 'out')
})

afterEach(() => rmSync(base, { recursive: true, force: true }))

type Files = Readonly<Record<string, string>>

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

function fullDisk(): never {
  throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC', syscall: 'write' })
}

function write(files: Files, inputs: readonly string[] = [], disk = realDisk, lock?: StagedFile) {
  const findings = new Findings()
  const artifacts = Object.entries(files).map(([path, contents]) => ({ path, contents }))
  const outputs = artifacts.map(({ path, contents }) => ({ path, size: contents.length, sha256: sha256(contents) }))
  const record = { path: 'build.json', contents: JSON.stringify({ outputs }) }
  const request = { folder: out, artifacts, record, inputs, ...(lock ? { lock } : {}) }
  const result = writeOutputs(request, findings.report, disk)
  return { result, codes: findings.all.map(({ code }) => code) }
}

/** Every file below the output folder with its contents. */
const found = (): Files =>
  Object.fromEntries(
    readdirSync(out, { recursive: true, encoding: 'utf8' })
      .filter((path) => path !== 'build.json' && statSync(join(out, path)).isFile())
      .sort()
      .map((path) => [path, readFileSync(join(out, path), 'utf8')]),
  )

describe('writing outputs', () => {
  it('makes folders and leaves nothing else behind', () => {
    expect(write({ 'a.txt': 'a', 'domains/x/x.cfg': 'x' })).toEqual({
      result: { written: ['a.txt', 'domains/x/x.cfg', 'build.json'], unchanged: [], removed: [] },
      codes: [],
    })
    expect(found()).toEqual({ 'a.txt': 'a', 'domains/x/x.cfg': 'x' })
    expect(readdirSync(out).sort()).toEqual(['a.txt', 'build.json', 'domains'])
  })

  it('leaves equal files alone, time stamps included', () => {
    write({ a: 'a', b: 'b' })
    const past = new Date('2020-01-01T00:00:00Z')
    utimesSync(join(out, 'a'), past, past)
    expect(write({ a: 'a', b: 'c' }).result).toEqual({ written: ['b', 'build.json'], unchanged: ['a'], removed: [] })
    expect(statSync(join(out, 'a')).mtime).toEqual(past)
    expect(write({ a: 'a', b: 'c' }).result).toEqual({ written: [], unchanged: ['a', 'b', 'build.json'], removed: [] })
  })

  it('removes outputs of an earlier run, and folders that they leave empty', () => {
    write({ a: 'a', 'domains/x/x.cfg': 'x', 'domains/y/y.cfg': 'y' })
    writeFileSync(join(out, 'mine.txt'), 'mine')
    expect(write({ a: 'a', 'domains/y/y.cfg': 'y' }).result?.removed).toEqual(['domains/x/x.cfg'])
    expect(found()).toEqual({ a: 'a', 'domains/y/y.cfg': 'y', 'mine.txt': 'mine' })
    expect(existsSync(join(out, 'domains/x'))).toBe(false)
  })

  it('keeps a stale output that somebody changed, and says so', () => {
    write({ a: 'a', b: 'b' })
    writeFileSync(join(out, 'b'), 'edited')
    expect(write({ a: 'a' })).toMatchObject({ result: { removed: [] }, codes: ['OUT-004'] })
    expect(found()).toEqual({ a: 'a', b: 'edited' })
  })

  it('takes no long look at a stale output that has become large', () => {
    write({ a: 'a', b: 'b' })
    truncateSync(join(out, 'b'), 3 * 2 ** 30)
    expect(write({ a: 'a' })).toMatchObject({ result: { removed: [] }, codes: ['OUT-004'] })
  })

  it.each<[string, (record: string) => void]>([
    ['larger than any', (record) => truncateSync(record, 600 * 2 ** 20)],
    ['something else', (record) => writeFileSync(record, '{"name": "somebody else"}')],
    ['not JSON', (record) => writeFileSync(record, 'a note')],
  ])('replaces a record that is %s, and says that stale files stay', (_, spoil) => {
    write({ a: 'a', b: 'b' })
    spoil(join(out, 'build.json'))
    expect(write({ a: 'a' })).toMatchObject({ result: { removed: [] }, codes: ['OUT-009'] })
    expect(found()).toEqual({ a: 'a', b: 'b' })
    expect(write({ a: 'a' })).toMatchObject({ codes: [] })
  })

  it('leaves no folder that it made and could not fill', () => {
    const disk = { ...realDisk, write: () => fullDisk() }
    expect(write({ a: 'a' }, [], disk).codes).toEqual(['OUT-001'])
    expect(existsSync(out)).toBe(false)
  })

  it('puts the lock in its place after the last output, and not at all when nothing can be written', () => {
    const seen: Files[] = []
    const commit = (): boolean => {
      seen.push(Object.fromEntries(Object.entries(found()).filter(([path]) => !path.startsWith('.'))))
      return true
    }
    const lock = { commit, abandon: () => {} }
    write({ a: 'a' })
    write({ a: 'b', c: 'c' }, [], realDisk, lock)
    write({ a: 'c' }, [], { ...realDisk, write: () => fullDisk() }, lock)
    expect(seen).toEqual([{ a: 'b', c: 'c' }])
    expect(found()).toEqual({ a: 'b', c: 'c' })
  })

  it('is unfinished while its lock is not in place', () => {
    write({ a: 'a' })
    const lock = { commit: () => false, abandon: () => {} }
    expect(write({ a: 'b' }, [], realDisk, lock).result).toBeUndefined()
    expect(wasCutOff(out)).toBe(true)
    write({ a: 'b' })
    expect(wasCutOff(out)).toBe(false)
  })

  it('replaces a file that somebody changed', () => {
    write({ a: 'a' })
    writeFileSync(join(out, 'a'), 'edited')
    expect(write({ a: 'a' }).result?.written).toEqual(['a'])
    expect(found()).toEqual({ a: 'a' })
  })

  it.each(['../victim', '/etc/hostname', 'x/../../victim', 'a\\b', ''])(
    'never removes what a forged record names: %s',
    (path) => {
      writeFileSync(join(base, 'victim'), 'precious')
      mkdirSync(out)
      writeFileSync(join(out, 'build.json'), JSON.stringify({ outputs: [{ path, sha256: sha256('precious') }] }))
      expect(write({ a: 'a' }).result?.removed).toEqual([])
      expect(readFileSync(join(base, 'victim'), 'utf8')).toBe('precious')
    },
  )

  it('never removes through a link', () => {
    mkdirSync(join(base, 'elsewhere'))
    writeFileSync(join(base, 'elsewhere/victim'), 'precious')
    mkdirSync(out)
    symlinkSync(join(base, 'elsewhere'), join(out, 'link'))
    writeFileSync(
      join(out, 'build.json'),
      JSON.stringify({ outputs: [{ path: 'link/victim', sha256: sha256('precious') }] }),
    )
    expect(write({ a: 'a' }).result?.removed).toEqual([])
    expect(existsSync(join(base, 'elsewhere/victim'))).toBe(true)
  })

  it.each(['', '{', '[]', '{"outputs": 3}', '{"outputs": [null, 3, {}, {"path": 3, "sha256": ""}]}'])(
    'lives with a damaged record: %s',
    (text) => {
      mkdirSync(out)
      writeFileSync(join(out, 'build.json'), text)
      expect(write({ a: 'a' })).toMatchObject({ result: { removed: [] } })
    },
  )

  it('never removes an input that an earlier run listed', () => {
    write({ a: 'a', 'board.dtb': 'tree' })
    expect(write({ a: 'a' }, [join(out, 'board.dtb')]).result?.removed).toEqual([])
    expect(found()).toHaveProperty('board.dtb')
  })
})

describe('refusing to write', () => {
  const untouched = (files: Files, code: string, inputs: readonly string[] = []) => {
    expect(write(files, inputs)).toEqual({ result: undefined, codes: [code] })
    expect(existsSync(join(out, 'build.json'))).toBe(false)
    expect(readdirSync(out).filter((name) => name.startsWith('.'))).toEqual([])
  }

  it('over an input, however it is named', () => {
    mkdirSync(out)
    writeFileSync(join(out, 'Image'), 'kernel')
    untouched({ Image: 'x' }, 'OUT-002', [join(out, 'Image')])
    linkSync(join(out, 'Image'), join(base, 'kernel'))
    untouched({ Image: 'x' }, 'OUT-002', [join(base, 'kernel')])
    symlinkSync(join(out, 'Image'), join(base, 'alias'))
    untouched({ Image: 'x' }, 'OUT-002', [join(base, 'alias')])
    expect(found()).toEqual({ Image: 'kernel' })
  })

  it('through a link to a folder, or over a link', () => {
    mkdirSync(join(base, 'elsewhere'))
    mkdirSync(out)
    symlinkSync(join(base, 'elsewhere'), join(out, 'domains'))
    untouched({ a: 'a', 'domains/x/x.cfg': 'x' }, 'OUT-003')
    expect(readdirSync(join(base, 'elsewhere'))).toEqual([])
    rmSync(join(out, 'domains'))
    symlinkSync(join(base, 'nowhere'), join(out, 'a'))
    untouched({ a: 'a' }, 'OUT-003')
  })

  it('where a folder should be a file, or a file a folder', () => {
    mkdirSync(join(out, 'a'), { recursive: true })
    untouched({ a: 'a' }, 'OUT-001')
    rmSync(join(out, 'a'), { recursive: true })
    writeFileSync(join(out, 'domains'), '')
    untouched({ 'domains/x': 'x' }, 'OUT-001')
  })

  it('into a place that is no folder', () => {
    writeFileSync(out, 'a file')
    expect(write({ a: 'a' })).toEqual({ result: undefined, codes: ['OUT-001'] })
    expect(readFileSync(out, 'utf8')).toBe('a file')
  })

  it('into a folder where nothing can be made', () => {
    out = '/proc/self'
    expect(write({ a: 'a' })).toEqual({ result: undefined, codes: ['OUT-001'] })
  })

  it('an artefact outside of the folder: that is a bug', () => {
    expect(() => write({ '../a': 'a' })).toThrow(InternalError)
  })
})
