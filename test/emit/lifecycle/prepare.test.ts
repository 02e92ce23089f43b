/** What prepares the domains that Xen has started, run with programs that write down how they are called. */
import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { emitAll } from '../../../src/emit/registry.ts'
import { Bench, DOM0, manifestOf } from '../../support/checks/systems.ts'

const bench = new Bench()
const folder = mkdtempSync(join(tmpdir(), 'domforge-prepare-'))
afterAll(() => {
  bench.remove()
  rmSync(folder, { recursive: true, force: true })
})

const filesOf = (domains: readonly string[], end: readonly string[] = []): ReadonlyMap<string, string> => {
  const { assembly, findings } = bench.outcomeOf(manifestOf({ config: 'ioreq.config', domains, end }))
  if (!assembly) throw new Error(findings.all.map(({ message }) => message).join('\n'))
  return new Map(emitAll(assembly).map(({ path, contents }) => [path, String(contents)]))
}

const guest = (name: string, more: string): string =>
  `${name}: { boot: dom0less, kernel: { image: Image, config: modules.config, bootargs: modprobe.blacklist=virtio_mmio }, ramdisk: ramdisk, memory: 64MiB, ${more} }`

const files = filesOf(
  [
    DOM0,
    guest('one', 'enhanced: enabled, disks: { root: { target: /srv/one } }'),
    guest('two', 'enhanced: no-xenstore'),
    guest('three', 'enhanced: enabled'),
  ],
  [
    'virtio:',
    '  random: { type: entropy, transport: mmio, frontend: three, backend: dom0, backend-program: { command: [/bin/random, "{ready}"] } }',
  ],
)

const SHELLS = ['dash', 'busybox ash'] as const
const calls = (): readonly string[] => readFileSync(join(folder, 'calls'), 'utf8').trim().split('\n')
const program = (name: string, script: string): void => {
  const path = join(folder, 'bin', name)
  writeFileSync(path, `#!/bin/sh\n${script}\n`)
  chmodSync(path, 0o755)
}

const say = (words: string): string => `echo "${words}" >>${folder}/calls`

/** Ended, though perhaps not waited for. */
const isAlive = (id: string): boolean =>
  existsSync(`/proc/${id}`) && !/^State:\tZ/m.test(readFileSync(`/proc/${id}/status`, 'utf8'))

async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; !holds(); tries++) {
    if (tries > 200) throw new Error(`not seen: ${holds}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

/** The usual machine: xenstored answers, and init-dom0less works. */
beforeEach(() => {
  for (const name of ['bin', 'run', 'sys', 'logs']) {
    rmSync(join(folder, name), { recursive: true, force: true })
    mkdirSync(join(folder, name))
  }
  writeFileSync(join(folder, 'calls'), '')
  writeFileSync(join(folder, 'prepare'), files.get('control/prepare') ?? '')
  program('xl', say('xl $*'))
  program('xenstore-read', `${say('read $1')}; [ -e ${folder}/run/init-dom0less/ended ] || [ "$1" = / ]`)
  program('init-dom0less', say('init'))
  program('pv-attach-one', say('attach one'))
  program('virtio-random', `${say('random')}; exec sleep 60`)
})

const environment = (more: Readonly<Record<string, string>> = {}) => ({
  PATH: `${folder}/bin:${process.env['PATH']}`,
  DOMFORGE_STATES: `${folder}/run`,
  DOMFORGE_PROGRAMS: `${folder}/bin`,
  DOMFORGE_LOGS: `${folder}/logs`,
  DOMFORGE_SYS: `${folder}/sys`,
  DOMFORGE_SLEEP: 'true',
  DOMFORGE_DEFAULTS: `${folder}/defaults`,
  DOMFORGE_INIT: `${folder}/bin/init-dom0less`,
  ...more,
})

const run = (shell: string, words: readonly string[] = [], more: Readonly<Record<string, string>> = {}) =>
  spawnSync('env', [...shell.split(' '), join(folder, 'prepare'), ...words], {
    env: environment(more),
    encoding: 'utf8',
  })

const NAMED = [
  'read /',
  'init',
  'read /local/domain/1/domid',
  'xl rename 1 one',
  'xl rename 2 two',
  'read /local/domain/3/domid',
  'xl rename 3 three',
]

describe.each(SHELLS)('in %s', (shell) => {
  it('asks xenstored, introduces, names, once', () => {
    expect(run(shell)).toMatchObject({ status: 0, stderr: '' })
    expect(calls()).toEqual(NAMED)
    expect(run(shell)).toMatchObject({ status: 0, stderr: '' })
    expect(calls()).toEqual(NAMED)
  })

  it('starts what serves after the names, each once, and stops the programs', async () => {
    for (let again = 0; again < 2; again++) expect(run(shell, ['devices'])).toMatchObject({ status: 0, stderr: '' })
    const id = readFileSync(join(folder, 'run/virtio-random.process'), 'utf8').trim()
    await until(() => calls().includes('random'))
    expect(calls().slice(0, NAMED.length)).toEqual(NAMED)
    expect(calls().slice(NAMED.length).toSorted()).toEqual(['attach one', 'random'])
    expect(isAlive(id)).toBe(true)
    expect(run(shell, ['stop']).status).toBe(0)
    await until(() => !isAlive(id))
  })

  it('starts a program again that has ended, keeps the words of the last two runs, and has none left behind when it is stopped', async () => {
    program('virtio-random', `echo $$ >${folder}/run/own; echo "run of $$"; ${say('random $1')}; exec sleep 60`)
    const own = () => (existsSync(join(folder, 'run/own')) ? readFileSync(join(folder, 'run/own'), 'utf8').trim() : '')
    const words = ['keep', 'virtio-random', '7']
    const keeper = spawn('env', [...shell.split(' '), join(folder, 'prepare'), ...words], { env: environment() })
    await until(() => own() !== '')
    const first = own()
    process.kill(Number(first), 'SIGKILL')
    await until(() => own() !== first && own() !== '')
    expect(calls().filter((call) => call.startsWith('random'))).toEqual(['random 7', 'random'])
    const said = (name: string) => readFileSync(join(folder, 'logs', name), 'utf8')
    expect([said('virtio-random.log.old'), said('virtio-random.log')]).toEqual([
      `run of ${first}\n`,
      `run of ${own()}\n`,
    ])
    const ended = new Promise((resolve) => keeper.on('exit', resolve))
    keeper.kill()
    expect(await ended).toBe(0)
    await until(() => !isAlive(own()))
  })

  it('never runs init-dom0less again after one that was ended early', () => {
    // Its parent is timeout, and that one's the script.
    const kill = 'read -r _ _ _ script _ </proc/$PPID/stat; kill -9 $script'
    program('init-dom0less', `echo init >>${folder}/calls; ${kill}`)
    expect(run(shell).signal ?? 'SIGKILL').toBe('SIGKILL')
    const again = run(shell)
    expect(again.status).toBe(1)
    expect(again.stderr).toContain('init-dom0less was begun and has not ended')
    expect(calls().filter((call) => call === 'init')).toHaveLength(1)
  })

  it('waits for another that does it', async () => {
    program('init-dom0less', `echo init >>${folder}/calls; sleep 1`)
    const first = spawn('env', [...shell.split(' '), join(folder, 'prepare')], { env: environment() })
    const ended = new Promise((resolve) => first.on('exit', resolve))
    while (!existsSync(join(folder, 'run/init-dom0less'))) await new Promise((resolve) => setTimeout(resolve, 20))
    expect(run(shell, [], { DOMFORGE_SLEEP: 'sleep' })).toMatchObject({ status: 0, stderr: '' })
    expect(await ended).toBe(0)
    expect(calls().filter((call) => call === 'init')).toHaveLength(1)
  })

  it('says which domain init-dom0less has left out, and names the others', () => {
    program('xenstore-read', '[ "$1" != /local/domain/3/domid ]')
    const { status, stderr } = run(shell)
    expect([status, stderr]).toEqual([1, 'domforge: three (id 3) is not in xenstore\n'])
    expect(calls()).toContain('xl rename 3 three')
  })

  it('says when xenstored does not answer, and runs nothing', () => {
    program('xenstore-read', 'false')
    const { status, stderr } = run(shell)
    expect([status, stderr, calls()]).toEqual([1, 'domforge: xenstored does not answer\n', ['']])
  })

  it('finds the program where /etc/default/domforge says, and says where to say it', () => {
    writeFileSync(join(folder, 'defaults'), `DOMFORGE_INIT=${folder}/bin/other\n`)
    program('other', `echo other >>${folder}/calls`)
    expect(run(shell).status).toBe(0)
    expect(calls()[1]).toBe('other')
    rmSync(join(folder, 'defaults'))
    rmSync(join(folder, 'run'), { recursive: true })
    const lost = run(shell, [], { DOMFORGE_INIT: '/nowhere' })
    expect([lost.status, lost.stderr]).toEqual([
      1,
      expect.stringContaining('set DOMFORGE_INIT in /etc/default/domforge'),
    ])
    // Once it is there it runs.
    expect(run(shell).status).toBe(0)
  })

  it('takes the program of the Xen that runs', () => {
    const places = ['4.17', '4.20'].map((release) => join(folder, `xen-${release}`, 'bin'))
    for (const place of places) {
      mkdirSync(place, { recursive: true })
      writeFileSync(join(place, 'init-dom0less'), `#!/bin/sh\necho ${place} >>${folder}/calls\n`, { mode: 0o755 })
    }
    const here = (files.get('control/prepare') ?? '').replaceAll(/\/usr(\/local)?\/lib(exec)?/g, folder)
    writeFileSync(join(folder, 'prepare'), here)
    writeFileSync(join(folder, 'sys/major'), '4\n')
    for (const [index, minor] of ['17', '20'].entries()) {
      writeFileSync(join(folder, 'sys/minor'), `${minor}\n`)
      rmSync(join(folder, 'run'), { recursive: true })
      writeFileSync(join(folder, 'calls'), '')
      expect(run(shell, [], { DOMFORGE_INIT: '' }).status).toBe(0)
      expect(calls()[1]).toBe(places[index])
    }
  })
})

describe('its files', () => {
  const control = (domains: readonly string[]): readonly string[] =>
    [...filesOf(domains).keys()].filter((path) => path.startsWith('control/'))

  it('are there where Xen starts a domain with xenstore beside a dom0', () => {
    const all = ['prepare', 'domforge-prepare.service', 'domforge-prepare.init', 'domforge-prepare.openrc']
    expect(control([DOM0, guest('one', 'enhanced: enabled')])).toEqual(all.map((name) => `control/${name}`))
  })

  it('are not where nothing has xenstore, or xl creates it', () => {
    expect(control([DOM0, guest('one', 'enhanced: no-xenstore')])).toEqual([])
    expect(control([DOM0, 'one: { boot: xl, kernel: { image: Image }, ramdisk: ramdisk, memory: 64MiB }'])).toEqual([])
  })
})

it('starts what serves a guest of xl where Xen starts none, and introduces none', () => {
  const program = 'backend-program: { command: [/bin/random, "{ready}"] }'
  const own = filesOf(
    [DOM0, 'late: { boot: xl, kernel: { image: Image }, memory: 64MiB }'],
    ['virtio:', `  random: { type: entropy, transport: mmio, frontend: late, backend: dom0, ${program} }`],
  )
  expect(own.get('control/domforge-prepare.init')).toContain('prepare devices')
  writeFileSync(join(folder, 'prepare'), own.get('control/prepare') ?? '')
  expect(run('dash', ['devices'], { DOMFORGE_INIT: '' })).toMatchObject({ status: 0, stderr: '' })
  expect(existsSync(join(folder, 'run/virtio-random.process'))).toBe(true)
  expect(run('dash', ['stop']).status).toBe(0)
  expect(calls()).not.toContain('init')
})
