/** Files beside the output folder: staged before anything changes, through links, without leaving anything. */
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Findings } from '../../src/diagnostics/findings.ts'
import { realDisk } from '../../src/output/disk.ts'
import { ownIdentity } from '../../src/output/process-identity.ts'
import { stageSideFile } from '../../src/output/side-file.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'domforge-side-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

function stage(name: string, text: string, disk = realDisk) {
  const findings = new Findings()
  const side = { file: join(folder, name), text, what: 'lock file', help: 'name another' }
  const staged = stageSideFile(side, findings.report, disk)
  const said = () => findings.all.map(({ code, message }) => `${code}: ${message}`)
  return { staged, codes: findings.all.map(({ code }) => code), findings: said }
}

describe('a file that is staged', () => {
  it('is not there before its last step', () => {
    const { staged } = stage('lock', 'a')
    expect(existsSync(join(folder, 'lock'))).toBe(false)
    staged?.commit()
    expect([readFileSync(join(folder, 'lock'), 'utf8'), readdirSync(folder)]).toEqual(['a', ['lock']])
  })

  it('replaces what a link leads to, through links, and where nothing is yet', () => {
    mkdirSync(join(folder, 'real'))
    symlinkSync('second', join(folder, 'first'))
    symlinkSync('real/lock', join(folder, 'second'))
    for (const text of ['a', 'b']) {
      stage('first', text).staged?.commit()
      expect(readFileSync(join(folder, 'real/lock'), 'utf8')).toBe(text)
    }
    expect(lstatSync(join(folder, 'first')).isSymbolicLink()).toBe(true)
    expect(readdirSync(join(folder, 'real'))).toEqual(['lock'])
  })

  it('is never written through something that was put where it is staged', () => {
    const { pid, start } = ownIdentity()
    writeFileSync(join(folder, 'victim'), 'precious')
    symlinkSync('victim', join(folder, `.lock.domforge-${pid}-${start}`))
    stage('lock', 'a').staged?.commit()
    expect(readFileSync(join(folder, 'victim'), 'utf8')).toBe('precious')
    expect(readFileSync(join(folder, 'lock'), 'utf8')).toBe('a')
  })

  it('takes away what killed builds left, and nothing of living ones or of others', () => {
    const kept = [
      '.lock.domforge-1-notes',
      '.lock.domforge-x-1',
      '.other.domforge-999999999-1',
      `.lock.domforge-1-${startOf(1)}`,
    ]
    for (const name of [...kept, '.lock.domforge-999999999-1']) writeFileSync(join(folder, name), '')
    stage('lock', 'a').staged?.commit()
    expect(readdirSync(folder).sort()).toEqual([...kept, 'lock'].sort())
  })

  it('leaves nothing when the disk is full', () => {
    writeFileSync(join(folder, 'lock'), 'old')
    const disk = {
      ...realDisk,
      write: (place: string) => {
        writeFileSync(place, 'ha')
        throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC', syscall: 'write' })
      },
    }
    expect(stage('lock', 'half', disk)).toMatchObject({ staged: undefined, codes: ['OUT-001'] })
    expect([readdirSync(folder), readFileSync(join(folder, 'lock'), 'utf8')]).toEqual([['lock'], 'old'])
  })

  it('that cannot be put in place is said so, and taken back', () => {
    writeFileSync(join(folder, 'lock'), 'old')
    const move = () => {
      throw Object.assign(new Error('EXDEV'), { code: 'EXDEV', syscall: 'rename' })
    }
    const { staged, findings } = stage('lock', 'new', { ...realDisk, move })
    expect(staged?.commit()).toBe(false)
    expect(findings()).toEqual(['OUT-001: the lock file cannot be written: EXDEV'])
    expect([readdirSync(folder), readFileSync(join(folder, 'lock'), 'utf8')]).toEqual([['lock'], 'old'])
  })

  it('is refused where something else than a file is', () => {
    mkdirSync(join(folder, 'dir'))
    const { staged, findings } = stage('dir', 'a')
    expect(staged).toBeUndefined()
    expect(findings()).toEqual(['OUT-001: the lock file cannot be written: it is there already, and not a file'])
    expect(readdirSync(folder)).toEqual(['dir'])
  })

  it('is refused below a loop of links and below a file', () => {
    symlinkSync('loop', join(folder, 'loop'))
    expect(stage('loop/lock', 'a').codes).toEqual(['OUT-001'])
    writeFileSync(join(folder, 'file'), '')
    expect(stage('file/lock', 'a').codes).toEqual(['OUT-001'])
  })
})

const startOf = (pid: number): string => {
  const text = readFileSync(`/proc/${pid}/stat`, 'latin1')
  return text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? '0'
}
