/** What the supervisor calls when a domain is made, run by real shells: programs start, and the guest waits until they serve. */
import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { emitAll } from '../../../src/emit/registry.ts'
import { created } from '../../lifecycle/lives.ts'
import { Bench, manifestOf } from '../../support/checks/systems.ts'

const bench = new Bench()
const folder = mkdtempSync(join(tmpdir(), 'domforge-hook-'))
afterAll(() => {
  bench.remove()
  rmSync(folder, { recursive: true, force: true })
})

const device = (name: string): string =>
  `  ${name}: { type: entropy, transport: mmio, frontend: app, backend: dom0, backend-program: { command: [/bin/${name}, "{ready}"] } }`
const { assembly } = bench.outcomeOf(
  manifestOf({
    config: 'ioreq.config',
    domains: [
      'dom0: { boot: dom0, kernel: { image: Image, bootargs: panic=5 }, memory: 256MiB, files-at: /boot/guests }',
      created('app', '{}'),
      created('bare', '{}'),
    ],
    end: ['virtio:', device('first'), device('other')],
  }),
)
const hook = assembly ? String(emitAll(assembly).find(({ path }) => path === 'control/hook')?.contents) : ''

const program = (name: string, script: string): void => {
  writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`)
  chmodSync(join(folder, name), 0o755)
}

beforeEach(() => {
  program('prepare', `echo "$*" >>${folder}/calls`)
  program('xenstore-read', `[ -e "${folder}/store$1" ]`)
  program('sleep', '/bin/sleep 0.05')
  writeFileSync(join(folder, 'calls'), '')
  rmSync(join(folder, 'store'), { recursive: true, force: true })
  writeFileSync(join(folder, 'hook'), hook.replaceAll(/\/usr\/lib\/domforge|\/var\/log|\/run\/systemd/g, folder))
})

const env = { PATH: `${folder}:${process.env['PATH']}` }
const serve = (name: string): void => {
  mkdirSync(join(folder, 'store/local/domain/7/domforge/virtio'), { recursive: true })
  writeFileSync(join(folder, 'store/local/domain/7/domforge/virtio', name), '')
}
const calls = (): readonly string[] => readFileSync(join(folder, 'calls'), 'utf8').trim().split('\n').toSorted()

describe.each(['dash', 'busybox ash'])('in %s', (shell) => {
  const words = (...own: readonly string[]): string[] => [...shell.split(' '), join(folder, 'hook'), ...own]

  it('a guest goes on when all its devices are served', async () => {
    const running = spawn('env', words('start', 'app', '7'), { env })
    const ended = new Promise((resolve) => running.on('exit', resolve))
    serve('first')
    expect(await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 300, 'waits'))])).toBe('waits')
    serve('other')
    expect(await ended).toBe(0)
    // Programs start beside the hook, which does not wait for them: they may come to write after its end.
    await expect.poll(calls, { timeout: 10_000 }).toEqual(['keep virtio-first 7', 'keep virtio-other 7'])
  })

  it('what is never served is told, with another status', () => {
    serve('first')
    const { status, stderr } = spawnSync('env', words('start', 'app', '7'), { env, encoding: 'utf8' })
    expect([status, stderr]).toEqual([1, 'hook: nothing serves domforge/virtio/other of id 7\n'])
  })

  it('a guest that nothing serves waits for nothing', () => {
    expect(spawnSync('env', words('start', 'bare', '7'), { env, encoding: 'utf8' })).toMatchObject({
      status: 0,
      stderr: '',
    })
    expect(calls()).toEqual([''])
  })
})
