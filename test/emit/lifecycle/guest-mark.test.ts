/** What leaves word for the supervisor in a guest: its files, and the script itself in two shells, with a file for xenstore's device. */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { Artifact } from '../../../src/emit/artifact.ts'
import { booted, created, DOM0 } from '../../lifecycle/lives.ts'
import { Bench } from '../../support/checks/systems.ts'
import { livesOf } from '../../support/emit/lives.ts'

const bench = new Bench()
const work = mkdtempSync(join(tmpdir(), 'domforge-mark-'))
afterAll(() => {
  bench.remove()
  rmSync(work, { recursive: true, force: true })
})

const { artifacts } = livesOf(bench, [
  DOM0,
  booted('one', '{ boot-limit: 1min }', 'ramdisk: ramdisk'),
  booted('calm', '{ reboot-told-by: module }', 'ramdisk: ramdisk'),
  booted('rtos', '{ boot-limit: 1min, reboot-told-by: module }', 'os: zephyr'),
  created('two', '{ reboot-told-by: mark }'),
])
const found = (path: string): Artifact | undefined => artifacts.find((artifact) => artifact.path === path)
const textOf = (path: string): string => String(found(path)?.contents)

describe('the files', () => {
  it('are those of Linux guests that a word is expected of, each with its place', () => {
    const own = artifacts.filter(({ path }) => /\/(mark[^/]*|metadata\.cpio)$/.test(path))
    expect(own.map(({ path, install = [] }) => [path, ...install.map(({ at, mode }) => `${mode} ${at}`)])).toEqual([
      ['domains/one/metadata.cpio', '0644 /etc/domforge/domains/one.cpio'],
      ...['one', 'two'].flatMap((name) => [
        [`domains/${name}/mark`, '0755 /etc/domforge/mark'],
        [`domains/${name}/mark.service`, '0644 /etc/systemd/system/domforge-mark.service'],
        [`domains/${name}/mark.conf`, '0644 /etc/systemd/system/multi-user.target.d/domforge-mark.conf'],
      ]),
    ])
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
      'conf/conf.d/domforge-mark 0644',
      'etc/domforge/mark 0755',
      'etc/init.d/S99domforge-mark 0777 ../domforge/mark',
      'etc/rc6.d/K01domforge-mark 0777 ../domforge/mark',
      'etc/rcS.d/S99domforge-mark 0777 ../domforge/mark',
      'etc/systemd/system/domforge-mark.service 0644',
      'etc/systemd/system/multi-user.target.d/domforge-mark.conf 0644',
    ])
    expect(readFileSync(join(root, 'etc/init.d/S99domforge-mark'), 'utf8')).toBe(textOf('domains/one/mark'))
  })
})

const CONNECTED = '  8:  104  xen-percpu -virq timer0\n 12:   7  xen-dyn-event  xenbus\n'

/** Of a write: type 11, request and transaction 0, then the length of the path, a zero and the word. */
const request = (word: string): Buffer =>
  Buffer.concat([
    Buffer.from([11, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 14 + word.length, 0, 0, 0]),
    Buffer.from(`data/domforge\0${word}`),
  ])

/** A root whose xenstore device replies with a message of type `reply` to a request of `word`. */
function rooted(name: string, word: string, { interrupts = CONNECTED, reply = 11 } = {}) {
  const root = join(work, name.replaceAll(' ', '-'))
  const put = (path: string, text: string | Buffer, mode = 0o644): string => {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text, { mode })
    return join(root, path)
  }
  put('proc/interrupts', interrupts)
  const bus = put('dev/xen/xenbus', Buffer.concat([Buffer.alloc(request(word).length), Buffer.from([reply, 0, 0, 0])]))
  const script = put('etc/domforge/mark', textOf('domains/one/mark'), 0o755)
  // Without xenstore-write, whatever this machine has.
  for (const tool of ['grep', 'dd', 'cp', 'sed', 'mkdir', 'dirname', 'cat'])
    put(`bin/${tool}`, `#!/bin/sh\nexec /bin/busybox ${tool} "$@"\n`, 0o755)
  put('bin/sleep', '#!/bin/sh\nexit 1\n', 0o755)
  return { root, put, script, env: { PATH: `${root}/bin`, DOMFORGE_ROOT: root }, said: () => readFileSync(bus) }
}

describe.each(['/usr/bin/dash', '/bin/busybox ash'])('in %s', (shell) => {
  const [program = '', ...words] = shell.split(' ')
  const run = (env: Record<string, string>, ...call: readonly string[]) => {
    const { status, stderr } = spawnSync(program, [...words, ...call], { env, encoding: 'utf8', timeout: 9000 })
    return { status, stderr }
  }

  it.each([
    ['up', 'up'],
    ['reboot', 'reboot'],
    ['stop', 'reboot'],
  ])('%s writes %s by the protocol of xenstore', (call, word) => {
    const { script, env, said } = rooted(`${shell} ${call}`, word)
    expect(run(env, script, call)).toEqual({ status: 0, stderr: '' })
    expect(said().subarray(0, -4)).toEqual(request(word))
  })

  it('says that xenstore refuses it, and that there is none', () => {
    const refusing = rooted(`${shell} refused`, 'up', { reply: 16 })
    expect(run(refusing.env, refusing.script, 'up')).toEqual({
      status: 1,
      stderr: 'domforge: xenstore refuses data/domforge\n',
    })
    const bare = rooted(`${shell} none`, 'up')
    rmSync(join(bare.root, 'dev'), { recursive: true })
    expect(run(bare.env, bare.script, 'up')).toEqual({
      status: 1,
      stderr: `domforge: there is no ${bare.root}/dev/xen/xenbus\n`,
    })
  })

  it('writes nothing before the kernel talks to xenstore: up waits, reboot does not', () => {
    const { root, put, script, env, said } = rooted(`${shell} early`, 'up', { interrupts: '  8:  xenbus-like other\n' })
    expect(run(env, script, 'reboot')).toEqual({ status: 1, stderr: '' })
    expect(said().subarray(0, 4)).toEqual(Buffer.alloc(4))
    put('bin/sleep', `#!/bin/sh\necho ' 12:  7 xen-dyn-event  xenbus' >>"${root}/proc/interrupts"\n`, 0o755)
    expect(run(env, script, 'up')).toEqual({ status: 0, stderr: '' })
    expect(readFileSync(join(root, 'proc/interrupts'), 'utf8')).toContain(' 12: ')
    expect(said().subarray(0, -4)).toEqual(request('up'))
  })

  it.each([
    ['xenstore-write', 'data/domforge up'],
    ['domforge-mark', 'up'],
  ])('prefers %s', (tool, call) => {
    const { root, put, script, env } = rooted(`${shell} ${tool}`, 'up')
    put(`bin/${tool}`, `#!/bin/sh\necho "$*" >"${root}/called"\n`, 0o755)
    expect(run(env, script, 'up')).toEqual({ status: 0, stderr: '' })
    expect(readFileSync(join(root, 'called'), 'utf8')).toBe(`${call}\n`)
  })

  it('leaves itself and a unit in /run for the system that comes after an initramfs', () => {
    const { root, put, script, env } = rooted(`${shell} run`, 'up')
    put('proc/mounts', 'tmpfs /run tmpfs rw 0 0\n')
    put('etc/systemd/system/domforge-mark.service', textOf('domains/one/mark.service'))
    expect(run(env, script, 'hand-over')).toEqual({ status: 0, stderr: '' })
    const left = (path: string) => readFileSync(join(root, 'run', path), 'utf8')
    expect(left('domforge/mark')).toBe(textOf('domains/one/mark'))
    expect(left('systemd/system/domforge-mark.service').match(/^Exec.*$/gm)).toEqual([
      'ExecStart=/bin/sh /run/domforge/mark up',
      'ExecStop=/bin/sh /run/domforge/mark reboot',
    ])
    expect(left('systemd/system/multi-user.target.d/domforge-mark.conf')).toBe(textOf('domains/one/mark.conf'))
  })

  it('says how it is used', () => {
    const { script, env } = rooted(`${shell} usage`, 'up')
    expect(run(env, script)).toEqual({ status: 2, stderr: `usage: ${script} up | reboot | start | stop | hand-over\n` })
  })
})
