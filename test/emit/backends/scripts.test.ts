/** Scripts that start the programs of virtio devices, run by real shells against an xl, a xenstore and a QEMU that only write down what they are told. */
import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { assemble } from '../../../src/assemble/assemble.ts'
import { emitAll } from '../../../src/emit/registry.ts'
import { Bench, manifestOf } from '../../support/checks/systems.ts'

const bench = new Bench()
const folder = mkdtempSync(join(tmpdir(), 'domforge-programs-'))
afterAll(() => {
  bench.remove()
  rmSync(folder, { recursive: true, force: true })
})

const ODD = `it's $HOME, \`x\` "y" \\ *`
const drive = join(folder, "a'b,c.img")

const plan = (() => {
  const mmio = 'transport: mmio, frontend: guest, backend: dom0'
  const { plan: made } = bench.outcomeOf(
    manifestOf({
      config: 'ioreq.config',
      domains: [
        'dom0: { boot: dom0, kernel: { image: Image }, ramdisk: ramdisk, memory: 256MiB }',
        'guest: { boot: dom0less, kernel: { image: Image, config: modules.config }, ramdisk: ramdisk, memory: 64MiB, enhanced: enabled }',
      ],
      end: [
        'virtio:',
        `  disk: { type: block, ${mmio}, backend-program: { qemu: { drive: ${JSON.stringify(drive)} } } }`,
        `  own: { type: entropy, ${mmio}, backend-program: { command: ${JSON.stringify([join(folder, 'bin/own'), ODD, '--id={domain-id}', '{ready}', '{base}/{interrupt}/{vcpus}/{name}', '{else}', ''].filter(Boolean))} } }`,
      ],
    }),
  )
  if (!made) throw new Error('no plan')
  return made
})()

function fake(name: string, text: string): void {
  const path = join(folder, 'bin', name)
  writeFileSync(path, `#!/bin/sh\n${text}\n`)
  chmodSync(path, 0o755)
}

mkdirSync(join(folder, 'bin'))
for (const { path, contents } of emitAll(assemble(plan)).filter(({ path: own }) => own.startsWith('control/virtio/'))) {
  const file = join(folder, path.split('/').at(-1) ?? '')
  writeFileSync(file, contents)
  chmodSync(file, 0o755)
}
fake(
  'xl',
  `case "$1 $2" in 'domid guest') [ -e "${folder}/renamed" ] && echo 7 ;; 'list 1') [ ! -e "${folder}/gone" ] || { echo "1 does not exist" >&2; exit 1; } ;; *) exit 1 ;; esac`,
)
fake('xenstore-write', `echo "write $*" >>"${folder}/log"`)
fake('xenstore-chmod', `echo "chmod $*" >>"${folder}/log"`)
fake('xenstore-rm', `echo "rm $*" >>"${folder}/log"; [ ! -e "${folder}/slow" ] || sleep 1`)
fake(
  'qemu-system-aarch64',
  `for word; do printf '%s\\n' "$word"; done >"${folder}/words"; while [ "$1" != -pidfile ]; do shift; done; sleep 60 >/dev/null 2>&1 & echo $! >"$2"`,
)
fake(
  'own',
  `for word; do printf '%s\\n' "$word"; done >"${folder}/words"; [ -e "${folder}/broken" ] && exit 3; touch "$3"; exec sleep 60`,
)

const SHELLS = ['dash', 'bash'].filter((shell) => spawnSync(shell, ['-c', 'true']).status === 0)

class Run {
  readonly #child
  readonly said: string[] = []
  readonly ended: Promise<number | null>

  constructor(shell: string, script: string, ...more: readonly string[]) {
    this.#child = spawn(shell, [join(folder, script), ...more], {
      env: { PATH: `${folder}/bin:${process.env['PATH']}`, DOMFORGE_RUN: join(folder, 'run') },
    })
    this.#child.stderr.on('data', (data) => this.said.push(String(data)))
    this.ended = new Promise((resolve) => this.#child.on('exit', resolve))
  }

  terminate(): void {
    this.#child.kill('SIGTERM')
  }
}

const read = (name: string): string => (existsSync(join(folder, name)) ? readFileSync(join(folder, name), 'utf8') : '')

async function until(what: () => boolean): Promise<void> {
  for (let tries = 0; !what() && tries < 400; tries++) await new Promise((resolve) => setTimeout(resolve, 25))
  expect(what()).toBe(true)
}

function fresh(): void {
  for (const name of ['log', 'words', 'gone', 'renamed', 'broken', 'slow', 'run'])
    rmSync(join(folder, name), { recursive: true, force: true })
  writeFileSync(drive, '')
}

it('there is a shell to try them with', () => expect(SHELLS).not.toEqual([]))

describe.each(SHELLS)('%s', (shell) => {
  it('starts QEMU with its words, then tells the guest, and takes it back at the end', async () => {
    fresh()
    const run = new Run(shell, 'virtio-guest-qemu')
    await until(() => read('log').includes('chmod'))
    const key = '/local/domain/1/domforge/virtio/disk'
    expect(read('log')).toBe(`rm ${key}\nwrite ${key} 1\nchmod ${key} n0 r1\n`)
    const words = read('words').split('\n')
    expect(words[words.indexOf('-xen-domid') + 1]).toBe('1')
    expect(words[words.indexOf('-drive') + 1]).toBe(`if=none,id=disk,file=${drive.replaceAll(',', ',,')},format=raw`)
    const pid = Number(read('run/virtio-guest-qemu.pid'))
    expect(spawnSync('kill', ['-0', String(pid)]).status).toBe(0)
    run.terminate()
    expect(await run.ended).toBe(143)
    expect(read('log').split('\n').at(-2)).toBe('rm /local/domain/1/domforge/virtio/disk')
    await until(() => spawnSync('kill', ['-0', String(pid)]).status !== 0)
  })

  it('ends its program also where it is told to end twice', async () => {
    fresh()
    const run = new Run(shell, 'virtio-guest-qemu')
    await until(() => read('log').includes('chmod'))
    const pid = read('run/virtio-guest-qemu.pid').trim()
    writeFileSync(join(folder, 'slow'), '')
    run.terminate()
    await until(() => read('log').split('rm ').length === 3)
    run.terminate()
    expect(await run.ended).toBe(143)
    await until(() => spawnSync('kill', ['-0', pid]).status !== 0)
  })

  it('runs once at a time, and on a drive that nothing else has', async () => {
    fresh()
    const run = new Run(shell, 'virtio-guest-qemu')
    await until(() => read('log').includes('chmod'))
    const second = new Run(shell, 'virtio-guest-qemu')
    expect(await second.ended).toBe(1)
    expect(second.said.join('')).toContain('is running already')
    run.terminate()
    await run.ended
    const holder = spawn('flock', [drive, 'sleep', '60'])
    await until(() => spawnSync('flock', ['-n', drive, 'true']).status !== 0)
    const third = new Run(shell, 'virtio-guest-qemu')
    expect(await third.ended).toBe(1)
    expect(third.said.join('')).toContain('in use')
    holder.kill()
    spawnSync('pkill', ['-P', String(holder.pid)])
    rmSync(drive)
    const fourth = new Run(shell, 'virtio-guest-qemu')
    expect(await fourth.ended).toBe(1)
    expect(fourth.said.join('')).toContain('missing')
    expect(existsSync(drive)).toBe(false)
  })

  it('knows the guest by its name in a later life, by its id in the first, and by the id that it is given', async () => {
    fresh()
    writeFileSync(join(folder, 'renamed'), '')
    const later = new Run(shell, 'virtio-own')
    await until(() => read('log').includes('write /local/domain/7/'))
    later.terminate()
    await later.ended
    const given = new Run(shell, 'virtio-own', '9')
    await until(() => read('log').includes('write /local/domain/9/'))
    given.terminate()
    await given.ended
    fresh()
    writeFileSync(join(folder, 'gone'), '')
    const none = new Run(shell, 'virtio-own')
    expect(await none.ended).toBe(1)
    expect(none.said.join('')).toContain('does not run')
    expect(read('words')).toBe('')
  })

  it("gives a command the manifest's words as they are, and what stands for numbers", async () => {
    fresh()
    const run = new Run(shell, 'virtio-own')
    await until(() => read('log').includes('chmod'))
    const at = plan.virtio.flatMap((one) => (one.transport === 'mmio' && one.device.name === 'own' ? [one] : []))[0]
    expect(read('words').split('\n').slice(0, -1)).toEqual([
      ODD,
      '--id=1',
      join(folder, 'run/virtio-own.ready'),
      `0x${at?.window.value.base.toString(16)}/${at?.interrupt.value}/1/own`,
      '{else}',
    ])
    run.terminate()
    expect(await run.ended).toBe(143)
  })

  it('says what Xen keeps of a program that is killed, while its guest is there', async () => {
    for (const { isGone, said } of [
      { isGone: false, said: 'keeps its ioreq server, one of 8, until guest is destroyed' },
      { isGone: true, said: 'the program ended' },
    ]) {
      fresh()
      const run = new Run(shell, 'virtio-guest-qemu')
      await until(() => read('log').includes('chmod'))
      if (isGone) writeFileSync(join(folder, 'gone'), '')
      else spawnSync('kill', ['-9', read('run/virtio-guest-qemu.pid').trim()])
      expect(await run.ended).toBe(1)
      expect(run.said.join('')).toContain(said)
      expect(run.said.join('').includes('keeps its ioreq server')).toBe(!isGone)
    }
  })

  it('ends with the program, and tells the guest nothing of one that never served', async () => {
    fresh()
    writeFileSync(join(folder, 'broken'), '')
    const run = new Run(shell, 'virtio-own')
    expect(await run.ended).toBe(1)
    expect(read('log')).not.toContain('write')
    expect(run.said.join('')).toContain('keeps its ioreq server')
  })
})
