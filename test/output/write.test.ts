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
import { type OutputDisk, realDisk } from '../../src/output/disk.ts'
import { wasCutOff } from '../../src/output/journal.ts'
import { isInput, placesOfInputs } from '../../src/output/places.ts'
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

interface Given {
  readonly inputs?: readonly string[]
  readonly disk?: OutputDisk
  readonly lock?: StagedFile
  readonly replace?: boolean
}

const recordOf = (outputs: readonly object[]): string => JSON.stringify({ tool: { name: 'domforge' }, outputs })

function write(files: Files, { inputs = [], disk = realDisk, ...given }: Given = {}) {
  const findings = new Findings()
  const artifacts = Object.entries(files).map(([path, contents]) => ({ path, contents }))
  const outputs = artifacts.map(({ path, contents }) => ({ path, size: contents.length, sha256: sha256(contents) }))
  const record = { path: 'build.json', contents: recordOf(outputs) }
  const result = writeOutputs({ folder: out, artifacts, record, inputs, ...given }, findings.report, disk)
  return { result, codes: findings.all.map(({ code }) => code), findings: findings.all }
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
    expect(write({ 'a.txt': 'a', 'domains/x/x.cfg': 'x' })).toMatchObject({
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
    ['of another tool', (record) => writeFileSync(record, `{"outputs": [{"path": "b", "sha256": "${sha256('b')}"}]}`)],
    ['not JSON', (record) => writeFileSync(record, 'a note')],
  ])('replaces a record that is %s only when told so, and says that stale files stay', (_, spoil) => {
    write({ a: 'a', b: 'b' })
    spoil(join(out, 'build.json'))
    const { size } = statSync(join(out, 'build.json'))
    expect(write({ a: 'a' })).toMatchObject({ result: undefined, codes: ['OUT-023'] })
    expect(statSync(join(out, 'build.json')).size).toBe(size)
    expect(write({ a: 'a' }, { replace: true })).toMatchObject({ result: { removed: [] }, codes: ['OUT-009'] })
    expect(found()).toEqual({ a: 'a', b: 'b' })
    expect(write({ a: 'a' })).toMatchObject({ codes: [] })
  })

  it('leaves no folder that it made and could not fill', () => {
    const disk = { ...realDisk, write: () => fullDisk() }
    expect(write({ a: 'a' }, { disk }).codes).toEqual(['OUT-001'])
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
    write({ a: 'b', c: 'c' }, { lock })
    write({ a: 'c' }, { disk: { ...realDisk, write: () => fullDisk() }, lock })
    expect(seen).toEqual([{ a: 'b', c: 'c' }])
    expect(found()).toEqual({ a: 'b', c: 'c' })
  })

  it('is unfinished while its lock is not in place', () => {
    write({ a: 'a' })
    const lock = { commit: () => false, abandon: () => {} }
    expect(write({ a: 'b' }, { lock }).result).toBeUndefined()
    expect(wasCutOff(out)).toBe(true)
    write({ a: 'b' })
    expect(wasCutOff(out)).toBe(false)
  })

  it.each(['../victim', '/etc/hostname', 'x/../../victim', 'a\\b', ''])(
    'never removes what a forged record names: %s',
    (path) => {
      writeFileSync(join(base, 'victim'), 'precious')
      mkdirSync(out)
      writeFileSync(join(out, 'build.json'), recordOf([{ path, sha256: sha256('precious') }]))
      expect(write({ a: 'a' }).result?.removed).toEqual([])
      expect(readFileSync(join(base, 'victim'), 'utf8')).toBe('precious')
    },
  )

  it('never removes through a link', () => {
    mkdirSync(join(base, 'elsewhere'))
    writeFileSync(join(base, 'elsewhere/victim'), 'precious')
    mkdirSync(out)
    symlinkSync(join(base, 'elsewhere'), join(out, 'link'))
    writeFileSync(join(out, 'build.json'), recordOf([{ path: 'link/victim', sha256: sha256('precious') }]))
    expect(write({ a: 'a' }).result?.removed).toEqual([])
    expect(existsSync(join(base, 'elsewhere/victim'))).toBe(true)
  })

  it.each(['', '{', '[]', '{"outputs": 3}', '{"tool": null, "outputs": []}', '{"tool": 3, "outputs": []}'])(
    'lives with a damaged record: %s',
    (text) => {
      mkdirSync(out)
      writeFileSync(join(out, 'build.json'), text)
      expect(write({ a: 'a' })).toMatchObject({ result: undefined, codes: ['OUT-023'] })
      expect(write({ a: 'a' }, { replace: true })).toMatchObject({ result: { removed: [] } })
    },
  )

  it('lives with damaged entries of a record', () => {
    mkdirSync(out)
    writeFileSync(join(out, 'build.json'), JSON.stringify({ tool: { name: 'domforge' }, outputs: DAMAGED }))
    expect(write({ a: 'a' })).toMatchObject({ result: { removed: [] }, codes: [] })
  })

  it('never removes an input that an earlier run listed', () => {
    write({ a: 'a', 'board.dtb': 'tree' })
    expect(write({ a: 'a' }, { inputs: [join(out, 'board.dtb')] }).result?.removed).toEqual([])
    expect(found()).toHaveProperty('board.dtb')
  })
})

const DAMAGED = [null, 3, {}, { path: 3, sha256: '' }, { path: 'a' }]

describe('a file that is not as a build left it', () => {
  const lie = (files: Files): void => {
    for (const [path, contents] of Object.entries(files)) {
      mkdirSync(join(out, path, '..'), { recursive: true })
      writeFileSync(join(out, path), contents)
    }
  }

  it('stops the first build into its folder, which names all of them and changes nothing', () => {
    const mine = { 'boot.scr': 'of another tool', 'domains/x/x.cfg': 'by hand', 'notes.txt': 'mine' }
    lie(mine)
    const { result, findings } = write({ 'boot.scr': 'a', 'domains/x/x.cfg': 'x', new: 'new' })
    expect(result).toBeUndefined()
    expect(findings).toMatchObject([
      {
        code: 'OUT-023',
        message: expect.stringMatching(/^2 files in .*\/out would be replaced/),
        help: expect.stringContaining('--replace'),
        related: [
          { at: { file: join(out, 'boot.scr') }, message: 'there is no build.json that lists it as an output' },
          { at: { file: join(out, 'domains/x/x.cfg') }, message: 'there is no build.json that lists it as an output' },
        ],
      },
    ])
    expect(found()).toEqual(mine)
    expect(readdirSync(out).sort()).toEqual(['boot.scr', 'domains', 'notes.txt'])
  })

  it('stops a later build, too: one that is in the way of a new output, and one that was edited', () => {
    write({ a: 'a', b: 'b', c: 'c' })
    lie({ b: 'x', c: 'edited', d: 'mine' })
    const { result, findings } = write({ a: 'new', b: 'new', c: 'c', d: 'd' })
    expect(result).toBeUndefined()
    expect(findings[0]?.related?.map(({ message }) => message)).toEqual([
      'it was changed since a build wrote it',
      'it was changed since a build wrote it',
      'build.json does not list it as an output',
    ])
    expect(found()).toEqual({ a: 'a', b: 'x', c: 'edited', d: 'mine' })
  })

  it('is where the finding is, if it is the only one', () => {
    write({ a: 'a', b: 'b' })
    lie({ b: 'edited' })
    const place = join(out, 'b')
    const message = `${place} would be replaced, but it was changed since a build wrote it`
    const [finding, ...others] = write({ a: 'new', b: 'new' }).findings
    expect(others).toEqual([])
    expect(finding).toMatchObject({ code: 'OUT-023', at: { file: place }, message })
    expect(finding?.related).toBeUndefined()
  })

  it('is replaced when told so, and no other', () => {
    lie({ a: 'mine', other: 'mine' })
    const replaced = { written: ['a', 'build.json'], unchanged: [], removed: [] }
    expect(write({ a: 'a' }, { replace: true })).toMatchObject({ result: replaced, codes: [] })
    expect(found()).toEqual({ a: 'a', other: 'mine' })
  })

  it('is taken over without a word where it has the contents of the output already', () => {
    lie({ a: 'a', 'domains/x/x.cfg': 'x' })
    expect(write({ a: 'a', 'domains/x/x.cfg': 'x' })).toMatchObject({ result: { written: ['build.json'] }, codes: [] })
    expect(write({ a: 'b', 'domains/x/x.cfg': 'x' })).toMatchObject({ result: { written: ['a', 'build.json'] } })
  })

  it('is reported in the same run as what no option replaces', () => {
    lie({ a: 'mine', domains: 'mine' })
    symlinkSync('nowhere', join(out, 'b'))
    const files = { a: 'a', b: 'b', 'domains/x': 'x' }
    const { codes, findings } = write(files)
    expect(codes).toEqual(['OUT-003', 'OUT-001', 'OUT-023'])
    expect(findings[2]?.at).toMatchObject({ file: join(out, 'a') })
    expect(write(files, { replace: true }).codes).toEqual(['OUT-003', 'OUT-001'])
    rmSync(join(out, 'b'))
    expect(found()).toEqual({ a: 'mine', domains: 'mine' })
  })

  it('may be gone: an output that somebody removed is written again', () => {
    write({ a: 'a', b: 'b' })
    rmSync(join(out, 'a'))
    expect(write({ a: 'a', b: 'b' })).toMatchObject({ result: { written: ['a'] }, codes: [] })
  })
})

describe('refusing to write', () => {
  const untouched = (files: Files, code: string, inputs: readonly string[] = []) => {
    expect(write(files, { inputs, replace: true })).toMatchObject({ result: undefined, codes: [code] })
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

  it('where an input will be that is made later, however it is named', () => {
    mkdirSync(out)
    untouched({ 'images/Image': 'x' }, 'OUT-002', [join(out, 'images/Image')])
    symlinkSync(out, join(base, 'alias'))
    untouched({ 'images/Image': 'x' }, 'OUT-002', [join(base, 'alias/images/Image')])
    expect(found()).toEqual({})
    expect(isInput(join(base, 'alias/images/Image'), placesOfInputs([join(out, 'images/Image')]))).toBe(true)
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
    expect(write({ a: 'a' })).toMatchObject({ result: undefined, codes: ['OUT-001'] })
    expect(readFileSync(out, 'utf8')).toBe('a file')
  })

  it('into a folder where nothing can be made', () => {
    out = '/proc/self'
    expect(write({ a: 'a' })).toMatchObject({ result: undefined, codes: ['OUT-001'] })
  })

  it('an artefact outside of the folder: that is a bug', () => {
    expect(() => write({ '../a': 'a' })).toThrow(InternalError)
  })
})
