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
  return { staged: stageSideFile(side, findings.report, disk), codes: findings.all.map(({ code }) => code) }
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
    expect(stage('lock', 'half', disk)).toEqual({ staged: undefined, codes: ['OUT-001'] })
    expect([readdirSync(folder), readFileSync(join(folder, 'lock'), 'utf8')]).toEqual([['lock'], 'old'])
  })

  it('is refused where a folder or a loop of links is', () => {
    symlinkSync('loop', join(folder, 'loop'))
    mkdirSync(join(folder, 'dir'))
    expect(stage('loop/lock', 'a').codes).toEqual(['OUT-001'])
    writeFileSync(join(folder, 'file'), '')
    expect(stage('file/lock', 'a').codes).toEqual(['OUT-001'])
  })
})

const startOf = (pid: number): string => {
  const text = readFileSync(`/proc/${pid}/stat`, 'latin1')
  return text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? '0'
}
