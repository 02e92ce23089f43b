import { spawn, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { Findings } from '../../src/diagnostics/findings.ts'
import { claimFolder, claimMade } from '../../src/output/claim.ts'
import { type OutputDisk, realDisk } from '../../src/output/disk.ts'
import { writeOutputs } from '../../src/output/write.ts'

let out = ''
beforeEach(() => {
  out = mkdtempSync(join(tmpdir(), 'domforge-claim-'))
})
afterEach(() => rmSync(out, { recursive: true, force: true }))

const startOf = (pid: number): string =>
  readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1)?.split(' ')[19] ?? ''

const claimOf = (pid: number, start: string): string => `.domforge-${pid}-${start}-0`

it('of a process that lives keeps others waiting, and only as long as it is there', () => {
  const sleeper = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)'])
  try {
    const pid = sleeper.pid ?? 0
    const name = claimOf(pid, startOf(pid))
    mkdirSync(join(out, name))
    expect(claimFolder(out, realDisk, 100)).toEqual({ by: name, pid })
    expect(readdirSync(out)).toEqual([name])
    rmSync(join(out, name), { recursive: true })
    expect(claimFolder(out, realDisk, 100)).toMatchObject({ abandoned: [] })
  } finally {
    sleeper.kill('SIGKILL')
  }
})

it('of a process that is dead, or of one before it with the same number, is abandoned', () => {
  const { pid } = spawnSync(process.execPath, ['-e', '0'])
  const names = [claimOf(pid, '1'), claimOf(1, '999999999999')]
  for (const name of names) mkdirSync(join(out, name))
  const claim = claimFolder(out, realDisk, 0)
  expect('abandoned' in claim && [...claim.abandoned].sort()).toEqual(names.sort())
})

it('is refused with the name of the folder to remove', () => {
  mkdirSync(join(out, claimOf(1, startOf(1))))
  const findings = new Findings()
  const request = { folder: out, artifacts: [], record: { path: 'build.json', contents: '{}' }, inputs: [] }
  expect(writeOutputs(request, findings.report)).toBeUndefined()
  expect(findings.all).toMatchObject([{ code: 'OUT-005', help: expect.stringContaining('.domforge-1-') }])
  expect(readdirSync(out)).toEqual([claimOf(1, startOf(1))])
}, 15_000)

it('makes the folder again that a failing build removed meanwhile, and gives up where it never stays', () => {
  const root = join(out, 'made')
  let removals = 0
  const beside = (times: number): OutputDisk => ({
    ...realDisk,
    makeFolders: (place) => {
      realDisk.makeFolders(place)
      if (removals++ < times) rmSync(place, { recursive: true })
    },
  })
  expect(claimMade(root, beside(3)).claim).toMatchObject({ abandoned: [] })
  expect(removals).toBe(4)
  expect(() => claimMade(join(out, 'never'), beside(Infinity))).toThrow('ENOENT')
})
