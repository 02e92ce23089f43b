/** Daemons behind xen-vhost-frontend: their scripts, run by real shells against a small xenstore and a frontend that does with it what the real one does. */
import { spawn, spawnSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { assemble } from '../../../src/assemble/assemble.ts'
import { emitAll } from '../../../src/emit/registry.ts'
import { Bench, manifestOf } from '../../support/checks/systems.ts'

const bench = new Bench()
const folder = mkdtempSync(join(tmpdir(), 'domforge-vhost-'))
const children: ReturnType<typeof spawn>[] = []
afterAll(() => {
  bench.remove()
  for (const child of children) child.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
})

const artifactsWith = (grants: boolean) => {
  const device = (type: string, list: string) =>
    `{ type: ${type}, transport: mmio, frontend: guest, backend: dom0, grants: ${grants}, backend-program: { vhost-device: { device-list: '${list}' } } }`
  const { plan, findings } = bench.outcomeOf(
    manifestOf({
      config: 'ioreq.config',
      domains: [
        'dom0: { boot: dom0, kernel: { image: Image }, ramdisk: ramdisk, memory: 256MiB }',
        'guest: { boot: dom0less, kernel: { image: Image, config: bus.config, bootargs: modprobe.blacklist=virtio_mmio }, ramdisk: ramdisk, memory: 64MiB, enhanced: enabled }',
      ],
      end: [
        'virtio:',
        `  bus: ${device('i2c', '-2 x@/+:32,7:80')}`,
        `  second: ${device('i2c', '3')}`,
        `  lines: ${device('gpio', '4')}`,
      ],
    }),
  )
  if (!plan) throw new Error(JSON.stringify(findings))
  return emitAll(assemble(plan)).filter(({ path }) => path.startsWith('control/'))
}

function executable(path: string, text: string): void {
  writeFileSync(path, text)
  chmodSync(path, 0o755)
}

mkdirSync(join(folder, 'bin'))
const artifacts = artifactsWith(false)
for (const { path, contents } of artifacts) executable(join(folder, path.split('/').at(-1) ?? ''), String(contents))
const fake = (name: string, text: string) => executable(join(folder, 'bin', name), `#!/bin/sh\n${text}\n`)
const at = (path: string) =>
  `case ${path} in /*) key=${path} ;; *) key=/local/domain/0/${path} ;; esac; file=${folder}/store$key`
fake(
  'xl',
  `case "$1 $2" in 'list 1') [ ! -e ${folder}/gone ] || { echo 'does not exist' >&2; exit 1; } ;; *) exit 1 ;; esac`,
)
/** A watch of `backend/virtio` is told of a device's own node alone, as often as it is written or removed. */
const told = `case $key in /local/domain/0/backend/virtio/*/*/*) ;; /local/domain/0/backend/virtio/*/*) echo "\${key#/local/domain/0/}" >>${folder}/events ;; esac`
fake(
  'xenstore-write',
  `while [ $# -gt 0 ]; do ${at('"$1"')}; echo "$key=$2" >>${folder}/log; mkdir -p "$file"; printf %s "$2" >"$file/="; shift 2; ${told}; done`,
)
fake('xenstore-read', `${at('"$1"')}; cat "$file/="; echo`)
fake('xenstore-exists', `${at('"$1"')}; [ -d "$file" ]`)
fake('xenstore-chmod', `echo "chmod $*" >>${folder}/log`)
fake(
  'xenstore-rm',
  `for one; do ${at('"$one"')}; [ -d "$file" ] || continue; rm -rf "$file"; echo "rm $key" >>${folder}/log; ${told}; done`,
)
const daemon = `for word; do echo "$word"; case $word in --socket-path=*) socket=\${word#*=}0 ;; esac; done >${folder}/words.\${0##*/}; : >"$socket"; exec sleep 60`
fake('vhost-device-i2c', daemon)
fake('vhost-device-gpio', daemon)
/** Events from before its start are lost, sockets of a type are counted, and a device that is not in state 1 is an error. */
fake(
  'xen-vhost-frontend',
  `for word; do echo "$word"; case $word in --socket-path=*) prefix=\${word#*=} ;; esac; done >${folder}/words.frontend
sleep \${SLOW:-0}; : >${folder}/events; seen=0 i2c=0 gpio=0
while sleep 0.05; do
  total=$(wc -l <${folder}/events)
  while [ $seen -lt $total ]; do
    seen=$((seen + 1)); path=$(sed -n "$seen"p ${folder}/events); node=${folder}/store/local/domain/0/$path
    id=\${path#backend/virtio/}; id=\${id%/*}; number=\${path##*/}
    [ -d "$node" ] || { echo "Removed device $id / $number"; continue; }
    [ "$(cat "$node/state/=")" = 1 ] || { echo refused >>${folder}/log; continue; }
    front=${folder}/store$(cat "$node/frontend/="); [ "$(cat "$front/state/=")" = 1 ] || continue
    printf 2 >"$node/state/="
    case $(cat "$node/type/=") in virtio,device22) name=i2c n=$i2c i2c=$((i2c + 1)) ;; virtio,device29) name=gpio n=$gpio gpio=$((gpio + 1)) ;; *) continue ;; esac
    [ -e "$prefix$name.sock$n" ] || continue
    echo "Created device $id / $number"
  done
done`,
)

const SHELLS = ['dash', 'bash'].filter((shell) => spawnSync(shell, ['-c', 'true']).status === 0)

function run(shell: string, script: string, more: Readonly<Record<string, string>> = {}, ...words: readonly string[]) {
  const child = spawn(shell, [join(folder, script), ...words], {
    env: { PATH: `${folder}/bin:${process.env['PATH']}`, DOMFORGE_RUN: join(folder, 'run'), ...more },
  })
  children.push(child)
  const said: string[] = []
  child.stderr.on('data', (data) => said.push(String(data)))
  const ended = new Promise<number | null>((resolve) => child.on('exit', resolve))
  return { said, ended, end: () => stop(child, ended) }
}

const stop = (child: ReturnType<typeof spawn>, ended: Promise<number | null>) => {
  child.kill('SIGTERM')
  return ended
}

const read = (name: string): string => (existsSync(join(folder, name)) ? readFileSync(join(folder, name), 'utf8') : '')
const until = (what: () => boolean) => expect.poll(what, { timeout: 40_000, interval: 25 }).toBe(true)
const BACKEND = '/local/domain/0/backend/virtio/1'

function fresh(): void {
  for (const name of ['log', 'gone', 'run', 'store', 'events'])
    rmSync(join(folder, name), { recursive: true, force: true })
}

it('there is a shell to try them with', () => expect(SHELLS).not.toEqual([]))

describe.each(SHELLS)('%s', { timeout: 60_000 }, (shell) => {
  it('starts a daemon with its words, seeds xenstore, waits for the frontend, then tells the guest', async () => {
    fresh()
    const frontend = run(shell, 'vhost-frontend')
    await until(() => existsSync(join(folder, 'events')))
    const bus = run(shell, 'virtio-bus')
    await until(() => read('log').includes('chmod /local/domain/1/domforge/virtio/bus'))
    expect(read('words.vhost-device-i2c').split('\n')).toEqual([
      `--socket-path=${folder}/run/virtio-bus.sock`,
      '--socket-count=1',
      '--device-list=-2 x@/+:32,7:80',
      '',
    ])
    expect(read('words.frontend').split('\n')).toEqual([`--socket-path=${folder}/run/vhost/`, '--foreign-mapping', ''])
    const log = [...new Set(read('log').split('\n').slice(0, -1))].filter((line) => line !== 'refused')
    expect(log).toEqual([
      '/local/domain/1/device/virtio/43=',
      'chmod /local/domain/1/device/virtio/43 n1 r0',
      `/local/domain/1/device/virtio/43/backend=${BACKEND}/43`,
      '/local/domain/1/device/virtio/43/backend-id=0',
      '/local/domain/1/device/virtio/43/state=1',
      `${BACKEND}=`,
      `chmod ${BACKEND} n0 r1`,
      `${BACKEND}/43=`,
      `${BACKEND}/43/frontend=/local/domain/1/device/virtio/43`,
      `${BACKEND}/43/frontend-id=1`,
      `${BACKEND}/43/online=1`,
      `${BACKEND}/43/type=virtio,device22`,
      `${BACKEND}/43/transport=mmio`,
      `${BACKEND}/43/grant_usage=0`,
      `${BACKEND}/43/base=0x2000000`,
      `${BACKEND}/43/irq=43`,
      `${BACKEND}/43/state=1`,
      '/local/domain/1/domforge/virtio/bus=1',
      'chmod /local/domain/1/domforge/virtio/bus n0 r1',
    ])
    expect(await bus.end()).toBe(143)
    expect(read('log').split('\n').slice(-4, -1)).toEqual([
      'rm /local/domain/1/domforge/virtio/bus',
      `rm ${BACKEND}/43`,
      'rm /local/domain/1/device/virtio/43',
    ])
    await frontend.end()
  })
})

describe('with one shell', { timeout: 60_000 }, () => {
  const [shell = 'sh'] = SHELLS
  it('gives each device the socket that the frontend asks for next, also in a later life', async () => {
    fresh()
    const frontend = run(shell, 'vhost-frontend')
    await until(() => existsSync(join(folder, 'events')))
    const all = [run(shell, 'virtio-bus'), run(shell, 'virtio-lines')]
    await until(() => read('log').includes('virtio/bus=1') && read('log').includes('virtio/lines=1'))
    all.push(run(shell, 'virtio-second'))
    await until(() => read('log').includes('virtio/second=1'))
    await all[0]?.end()
    all[0] = run(shell, 'virtio-bus', {}, '5')
    await until(() => read('log').includes('/local/domain/5/domforge/virtio/bus=1'))
    expect(
      ['i2c.sock0', 'i2c.sock1', 'i2c.sock2', 'gpio.sock0'].map((name) =>
        readlinkSync(join(folder, 'run/vhost', name)),
      ),
    ).toEqual(['bus', 'second', 'bus', 'lines'].map((name) => `${folder}/run/virtio-${name}.sock0`))
    for (const one of all) await one.end()
    await frontend.end()
  })

  it('writes a node again that came before the frontend watched', async () => {
    fresh()
    const frontend = run(shell, 'vhost-frontend', { SLOW: '2' })
    const lines = run(shell, 'virtio-lines')
    await until(() => read('log').includes('virtio/lines=1'))
    expect(read('log').split(`${BACKEND}/41=\n`).length).toBeGreaterThan(2)
    await lines.end()
    await frontend.end()
  })

  it('ends with the frontend, and ends one that refused, so that both begin anew', async () => {
    fresh()
    const frontend = run(shell, 'vhost-frontend')
    await until(() => existsSync(join(folder, 'events')))
    const lines = run(shell, 'virtio-lines')
    await until(() => read('log').includes('virtio/lines=1'))
    const again = run(shell, 'virtio-lines', { DOMFORGE_RUN: join(folder, 'run') })
    expect(await again.ended).toBe(1)
    await frontend.end()
    expect(await lines.ended).not.toBe(0)
    await until(() => spawnSync('flock', ['-n', join(folder, 'run/vhost.lock'), 'true']).status === 0)
    const other = run(shell, 'vhost-frontend')
    await until(() => read('words.frontend') !== '' && !existsSync(join(folder, 'store', BACKEND)))
    mkdirSync(join(folder, 'store', BACKEND, '41'), { recursive: true })
    const stale = run(shell, 'virtio-lines')
    expect(await stale.ended).toBe(1)
    expect(stale.said.join('')).toContain('attached already')
    await other.ended
  })
})

it('is started before the daemons where no unit is', () => {
  const prepare = artifacts.find(({ path }) => path === 'control/prepare')?.contents
  expect(prepare).toContain(" programs='vhost-frontend virtio-bus virtio-second virtio-lines'\n")
})

it('maps what guests grant where they grant', () => {
  const script = artifactsWith(true).find(({ path }) => path.endsWith('/vhost-frontend'))?.contents
  expect(script).toContain('xen-vhost-frontend')
  expect(script).not.toContain('--foreign-mapping')
})

it('is installed in dom0, once', () => {
  expect(artifacts.filter(({ path }) => path.includes('vhost-frontend')).map(({ install }) => install)).toEqual([
    [{ domain: 'dom0', at: '/usr/lib/domforge/vhost-frontend', mode: '0755' }],
    [{ domain: 'dom0', at: '/etc/systemd/system/vhost-frontend.service', mode: '0644', init: 'systemd' }],
  ])
})
