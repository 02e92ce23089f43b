/** What arms a guest's watchdog: its files, and the script itself in two shells, with a named pipe for the device. */
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { Artifact } from '../../../src/emit/artifact.ts'
import { booted, created, DOM0 } from '../../lifecycle/lives.ts'
import { Bench } from '../../support/checks/systems.ts'
import { livesOf } from '../../support/emit/lives.ts'

const bench = new Bench()
const work = mkdtempSync(join(tmpdir(), 'domforge-watchdog-'))
afterAll(() => {
  bench.remove()
  rmSync(work, { recursive: true, force: true })
})

const { artifacts } = livesOf(bench, [
  DOM0,
  booted('one', '{ watchdog: 30s }', 'ramdisk: ramdisk'),
  booted('calm', '{}', 'ramdisk: ramdisk'),
  booted('rtos', '{ watchdog: 5s, reboot-told-by: module }', 'os: zephyr'),
  created('two', '{ watchdog: 2s }'),
])
const found = (path: string): Artifact | undefined => artifacts.find((artifact) => artifact.path === path)
const textOf = (path: string): string => String(found(path)?.contents)

describe('the files', () => {
  it('are those of Linux guests with a watchdog, each with its place', () => {
    const own = artifacts.filter(({ path }) => /\/(watchdog[^/]*|metadata\.cpio)$/.test(path))
    expect(own.map(({ path, install = [] }) => [path, ...install.map(({ at, mode }) => `${mode} ${at}`)])).toEqual([
      ['domains/one/metadata.cpio', '0644 /etc/domforge/domains/one.cpio'],
      ...['one', 'two'].flatMap((name) => [
        [`domains/${name}/watchdog`, '0755 /etc/domforge/watchdog'],
        [`domains/${name}/watchdog.conf`, '0644 /etc/systemd/system.conf.d/domforge-watchdog.conf'],
        [`domains/${name}/watchdog-module.conf`, '0644 /etc/modules-load.d/domforge-watchdog.conf'],
      ]),
    ])
    expect(textOf('domains/one/watchdog.conf')).toBe('[Manager]\nRuntimeWatchdogSec=30\n')
    expect(textOf('domains/one/watchdog-module.conf')).toBe('xen_wdt\n')
  })

  it('are in the archive behind the ramdisk, started by whatever starts there, as cpio unpacks it', () => {
    const root = join(work, 'unpacked')
    mkdirSync(root)
    execFileSync('busybox', ['cpio', '-id'], {
      cwd: root,
      input: found('domains/one/metadata.cpio')?.contents ?? '',
      stdio: ['pipe', 'ignore', 'ignore'],
    })
    const listed = execFileSync('find', ['.', '!', '-type', 'd', '-printf', '%P %#m %l\n'], { cwd: root })
    expect(String(listed).trim().split(/ *\n/).toSorted()).toEqual([
      'conf/conf.d/domforge-watchdog 0644',
      'etc/domforge/watchdog 0755',
      'etc/init.d/S99domforge-watchdog 0777 ../domforge/watchdog',
      'etc/modules-load.d/domforge-watchdog.conf 0644',
      'etc/rcS.d/S99domforge-watchdog 0777 ../domforge/watchdog',
      'etc/systemd/system.conf.d/domforge-watchdog.conf 0644',
      'etc/systemd/system/domforge-watchdog.service 0644',
      'etc/systemd/system/sysinit.target.wants/domforge-watchdog.service 0777 ../domforge-watchdog.service',
    ])
    expect(readFileSync(join(root, 'etc/init.d/S99domforge-watchdog'), 'utf8')).toBe(textOf('domains/one/watchdog'))
  })
})

/** A root for the script, with programs that write down how they are called. */
function rooted(name: string, { device = true }: { readonly device?: boolean } = {}) {
  const root = join(work, name.replaceAll(' ', '-'))
  const put = (path: string, text: string, mode = 0o644): string => {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text, { mode })
    return join(root, path)
  }
  put('dev/null', '')
  if (device) execFileSync('mkfifo', [join(root, 'dev/watchdog')])
  put('calls', '')
  // The third nap is the last: whatever would let it run on is gone.
  const nap = `#!/bin/sh\necho "sleep $*" >>"${root}/calls"\n[ "$(grep -c sleep "${root}/calls")" -lt 3 ]\n`
  put('bin/sleep', nap, 0o755)
  put('bin/modprobe', `#!/bin/sh\necho "modprobe $*" >>"${root}/calls"\n`, 0o755)
  const script = (domain: string) => put('watchdog', textOf(`domains/${domain}/watchdog`), 0o755)
  const env = { PATH: `${root}/bin:/usr/bin:/bin`, DOMFORGE_ROOT: root }
  return { root, put, script, env, calls: () => readFileSync(join(root, 'calls'), 'utf8').trimEnd().split('\n') }
}

describe.each(['dash', 'busybox ash'])('in %s', (shell) => {
  const [program = '', ...words] = shell.split(' ')

  it.each([
    ['one', 30, '10'],
    ['two', 2, '0.6'],
  ])(
    '%s: the driver is loaded with %i s, and fed until nothing lets the script run',
    async (domain, seconds, pause) => {
      const { root, script, env, calls } = rooted(`${shell} ${domain}`)
      const reader = spawn('cat', [join(root, 'dev/watchdog')])
      let fed = ''
      reader.stdout.on('data', (data: Buffer) => (fed += String(data)))
      const ended = new Promise((resolve) => reader.on('close', resolve))
      const { status, stderr } = spawnSync(program, [...words, script(domain)], {
        env,
        encoding: 'utf8',
        timeout: 20_000,
      })
      await ended
      expect([status, stderr]).toEqual([1, ''])
      expect(calls()).toEqual([`modprobe xen_wdt timeout=${seconds}`, ...Array(3).fill(`sleep ${pause}`)])
      // One feed before each nap, and never the letter that stops a watchdog.
      expect(fed).toBe('\n\n\n')
    },
  )

  it('says that there is no device, and makes no file of its name', () => {
    const { root, script, env } = rooted(`${shell} none`, { device: false })
    const { status, stderr } = spawnSync(program, [...words, script('one')], { env, encoding: 'utf8' })
    expect([status, stderr]).toEqual([1, 'domforge: there is no /dev/watchdog\n'])
    expect(execFileSync('ls', [join(root, 'dev')], { encoding: 'utf8' })).toBe('null\n')
  })

  it('leaves word in /run for the system that comes after an initramfs, and not before /run is one', () => {
    const { root, put, script, env } = rooted(`${shell} run`)
    put('proc/mounts', 'proc /proc proc rw 0 0\n')
    put('bin/sleep', `#!/bin/sh\necho "tmpfs /run tmpfs rw 0 0" >>"${root}/proc/mounts"\n`, 0o755)
    const run = () =>
      spawnSync(program, [...words, script('one'), 'hand-over'], { env, encoding: 'utf8', timeout: 9000 })
    const { status, stderr } = run()
    expect([status, stderr]).toEqual([0, ''])
    const said = (path: string) => readFileSync(join(root, 'run', path), 'utf8')
    expect(said('systemd/system.conf.d/domforge-watchdog.conf')).toBe(textOf('domains/one/watchdog.conf'))
    expect(said('modules-load.d/domforge-watchdog.conf')).toBe(textOf('domains/one/watchdog-module.conf'))
    expect(readFileSync(join(root, 'proc/mounts'), 'utf8').match(/\/run/g)).toHaveLength(1)
  })

  it('does not wait for a /run that never comes, once /proc is gone', () => {
    const { root, script, env } = rooted(`${shell} gone`)
    const { status } = spawnSync(program, [...words, script('one'), 'hand-over'], { env, timeout: 9000 })
    expect([status, spawnSync('ls', [join(root, 'run')]).status]).toEqual([1, 2])
  })

  it('is started beside rc, which goes on at once, left alone by it at the end, and says how it is used', () => {
    const { root, script, env } = rooted(`${shell} rc`)
    const path = script('one')
    const called = (word: string) =>
      spawnSync(program, [...words, path, word], { env, encoding: 'utf8', timeout: 9000 })
    expect(called('stop').status).toBe(0)
    expect(called('start').status).toBe(0)
    expect(execFileSync('timeout', ['5', 'cat', join(root, 'dev/watchdog')], { encoding: 'utf8' })).toBe('\n\n\n')
    const { status, stderr } = called('V')
    expect([status, stderr]).toEqual([2, `usage: ${path} [feed | start | stop | hand-over]\n`])
  })
})
