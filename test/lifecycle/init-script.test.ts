/** The script for sysvinit, in the shells that it is for, with a supervisor that does nothing. */
import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { templates } from '../../src/emit/templates.ts'

const work = mkdtempSync(join(tmpdir(), 'domforge-init-'))
afterAll(() => rmSync(work, { recursive: true }))

describe.each(['dash', 'busybox ash'])('the script for sysvinit, in %s', (shell) => {
  const folder = join(work, shell.replaceAll(' ', '-'))
  const states = join(folder, 'run')
  const script = join(folder, 'domforge')
  const supervisor = join(folder, 'supervisor')
  mkdirSync(states, { recursive: true })
  const places = { '/usr/lib/domforge': folder, '/run/domforge': states, '/var/log': folder }
  const text = Object.entries(places).reduce(
    (all, [from, to]) => all.replaceAll(from, to),
    templates.supervisorInit({}),
  )
  writeFileSync(script, text.replace('#!/bin/sh', `#!/usr/bin/env -S ${shell}`))
  writeFileSync(
    supervisor,
    `#!/bin/sh\ncase \${1-} in prepare) exit $(cat ${folder}/broken 2>/dev/null || echo 0) ;; esac\necho $$ >>${folder}/started\n[ ! -e ${folder}/slow ] || sleep 0.5\necho $$ >${states}/pid\nwhile sleep 0.1; do :; done\n`,
  )
  for (const path of [script, supervisor]) chmodSync(path, 0o755)

  const call = (verb: string): number | null => spawnSync(script, [verb], { timeout: 10_000 }).status
  const processOf = (file: string): number => Number(readFileSync(join(states, file), 'utf8'))
  const lives = (id: number): boolean => {
    try {
      process.kill(id, 0)
      return true
    } catch {
      return false
    }
  }

  it('starts once, is stopped, and says in which state it is, by the codes of LSB', async () => {
    expect([call('status'), call('stop'), call('other')]).toEqual([3, 0, 2])
    expect([call('start'), call('status')]).toEqual([0, 0])
    const respawn = processOf('respawn.pid')
    expect([call('start'), processOf('respawn.pid')]).toEqual([0, respawn])
    await expect.poll(() => readFileSync(join(states, 'pid'), 'utf8').trim(), { timeout: 5000 }).toMatch(/^\d+$/)
    const supervised = processOf('pid')
    process.kill(respawn, 'SIGKILL')
    await expect.poll(() => lives(respawn), { timeout: 5000 }).toBe(false)
    expect([call('status'), lives(supervised), call('restart'), call('status')]).toEqual([1, true, 0, 0])
    await expect.poll(() => lives(supervised), { timeout: 5000 }).toBe(false)
    await expect.poll(() => processOf('pid'), { timeout: 5000 }).not.toBe(supervised)
    expect([call('stop'), call('status')]).toEqual([0, 3])
  }, 60_000)

  it('leaves nothing behind when it is stopped right after it was started', async () => {
    writeFileSync(join(folder, 'slow'), '')
    for (const _ of Array(5)) expect([call('start'), call('stop')]).toEqual([0, 0])
    rmSync(join(folder, 'slow'))
    const started = readFileSync(join(folder, 'started'), 'utf8').trim().split('\n').map(Number)
    await expect.poll(() => started.filter(lives), { timeout: 5000 }).toEqual([])
  }, 60_000)

  it('does not start what cannot be prepared', () => {
    writeFileSync(join(folder, 'broken'), '1')
    expect([call('start'), call('status')]).toEqual([1, 3])
    rmSync(join(folder, 'broken'))
  })

  it('ends no process that has the number of one of its own', async () => {
    const other = spawn('sleep', ['60'])
    const { pid = 0 } = other
    for (const file of ['respawn.pid', 'pid']) writeFileSync(join(states, file), `${pid}\n`)
    expect([call('status'), call('stop'), lives(pid)]).toEqual([1, 0, true])
    other.kill()
  })
})
