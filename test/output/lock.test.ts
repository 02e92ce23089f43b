/** The lock file: what is read of it, and what is said when it cannot be read (OUT-006). */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Findings } from '../../src/diagnostics/findings.ts'
import { LOCK_END, lockBeside, readLock } from '../../src/facts/lock.ts'
import { compareLock, stageLock } from '../../src/output/lock-file.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'domforge-lock-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

/** `text` is all but the end. */
function read(text: string, end = `\n${LOCK_END}\n`) {
  const findings = new Findings()
  writeFileSync(join(folder, 'lock'), `${text}${end}`)
  const lock = readLock(join(folder, 'lock'), findings.report)
  return {
    entries: lock && [...lock.entries],
    found: findings.all.map(({ code, at }) => [code, 'line' in at ? at.line : 0]),
  }
}

describe('reading', () => {
  it('takes what a build writes', () => {
    const text = '# heading\ndomains/a.b-c_D/order: 2\n\ndomains/z/order: 1\r\n'
    expect(read(text)).toEqual({
      entries: [
        ['domains/a.b-c_D/order', '2'],
        ['domains/z/order', '1'],
      ],
      found: [],
    })
  })

  it.each([
    'domains/a/static-mem: 0x60000000+0x8000000,0x50000000+0x200000',
    'domains/a/llc-colors: 4-7,9',
    'shared-memory/r/id: r',
    'shared-memory/r/host-address: 0x70000000+0x1000',
    'shared-memory/r/access/a/guest-address: 0x3a000000+0x1000',
    'event-channels/c/ends/a/port: 8',
  ])('takes %s', (line) => expect(read(line)).toEqual({ entries: [line.split(': ')], found: [] }))

  it.each([
    ['a value that is none', 'domains/a/order: x', 1],
    ['another entity', '# x\nregions/a/order: 1', 2],
    ['another field', 'domains/a/ordre: 1', 1],
    ['an entry twice', 'domains/a/order: 1\ndomains/a/order: 2', 2],
    ['YAML of another kind', 'domains:\n  a: 1', 1],
    ['no place', 'domains/a/order: 0', 1],
    ['a range without a size', 'domains/a/static-mem: 0x60000000', 1],
    ['a place beyond 64 bits', 'shared-memory/r/host-address: 0x10000000000000000+0x1000', 1],
    ['an id that is too long', 'shared-memory/r/id: abcdefghijklmnop', 1],
    ['a port of five digits', 'event-channels/c/ends/a/port: 10000', 1],
    ['a conflict of version control', '<<<<<<< HEAD\n', 1],
  ])('refuses %s in its line', (_, text, line) => {
    expect(read(text)).toEqual({ entries: undefined, found: [['OUT-006', line]] })
  })

  it('says what may be behind a line that it does not know, and what is there twice', () => {
    const said = (line: string): string => {
      const findings = new Findings()
      const file = join(folder, 'said')
      writeFileSync(file, `${line}\n${LOCK_END}\n`)
      readLock(file, findings.report)
      return findings.all.map(({ message }) => message).join()
    }
    expect(said('domains/a/new-field: 0x1')).toContain('a newer one may have written it')
    expect(said('domains/a/order: 1\ndomains/a/order: 2')).toBe("'domains/a/order' is there twice")
    expect(said('=======')).toContain('both sides of a conflict')
  })

  it.each([
    ['empty', '', ''],
    ['cut off at a line', '# heading\ndomains/a/order: 1\n', ''],
    ['cut off in its end', 'domains/a/order: 1', `\n${LOCK_END.slice(0, -1)}`],
    ['cut off in a value', 'domains/a/order: 1', ''],
    ['followed by another', `domains/a/order: 1\n${LOCK_END}\ndomains/b/order: 2`, '\n'],
  ])('refuses one that is %s', (_, text, end) => {
    expect(read(text, end)).toEqual({ entries: undefined, found: [['OUT-006', 0]] })
  })

  it('is empty where there is none, and refuses what is no file', () => {
    const findings = new Findings()
    expect(readLock(join(folder, 'none'), findings.report)?.entries.size).toBe(0)
    mkdirSync(join(folder, 'dir'))
    expect(readLock(join(folder, 'dir'), findings.report)).toBeUndefined()
    expect(findings.all.map(({ code }) => code)).toEqual(['OUT-006'])
  })

  it.each([
    ['system.yaml', 'system.lock.yaml'],
    ['a.b/system.yml', 'a.b/system.lock.yaml'],
    ['system', 'system.lock.yaml'],
  ])('of %s is at %s', (manifest, lock) => expect(lockBeside(manifest)).toBe(lock))
})

it('is staged, put in place in one step, and compared byte for byte', () => {
  const file = join(folder, 'lock')
  const findings = new Findings()
  expect(compareLock(file, 'a')).toBe('missing')
  const staged = stageLock(file, 'a', findings.report)
  expect(compareLock(file, 'a')).toBe('missing')
  staged?.commit()
  expect([compareLock(file, 'a'), compareLock(file, 'b')]).toEqual(['same', 'different'])
  expect(stageLock(join(folder, 'lock/below'), 'a', findings.report)).toBeUndefined()
  expect(findings.all).toMatchObject([{ code: 'OUT-001', help: expect.stringContaining('--lock') }])
  stageLock(file, 'c', findings.report)?.abandon()
  expect(readFileSync(file, 'utf8')).toBe('a')
  expect(readdirSync(folder)).toEqual(['lock'])
})
