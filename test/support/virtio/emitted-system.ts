/** The output of a system with virtio devices of both transports and of three layouts, between dom0, Linux and Zephyr. */
import { afterAll } from 'vitest'
import type { Assembly } from '../../../src/assemble/assembly.ts'
import type { Artifact } from '../../../src/emit/artifact.ts'
import { encode } from '../../../src/emit/encode.ts'
import { Bench, manifestOf } from '../checks/systems.ts'

const MANIFEST = manifestOf({
  config: 'ioreq.config',
  domains: [
    'dom0: { boot: dom0, kernel: { image: Image }, ramdisk: ramdisk, memory: 256MiB }',
    'app: { boot: dom0less, kernel: { image: Image, config: modules.config }, ramdisk: ramdisk, memory: 64MiB, enhanced: enabled }',
    'mcu: { boot: dom0less, os: zephyr, kernel: { image: Image }, memory: 64MiB, enhanced: no-xenstore }',
    'bare: { boot: dom0less, kernel: { image: Image }, memory: 64MiB, enhanced: no-xenstore, console: none }',
    'rtos: { boot: xl, os: zephyr, kernel: { image: Image }, memory: 64MiB }',
    'other: { boot: xl, kernel: { image: Image, bootargs: panic=5 }, memory: 64MiB }',
  ],
  end: [
    'shared-memory:',
    '  frames: { size: 2MiB, access: { app: {}, mcu: {} } }',
    '  table: { size: 1MiB, access: { app: { guest-address: 0x3b000000 }, bare: { guest-address: 0x3b000000 } } }',
    'event-channels:',
    '  unused: { ends: { app: {}, bare: {} } }',
    '  up: { ends: { app: {}, mcu: {} } }',
    '  down: { ends: { app: {}, mcu: {} } }',
    'virtio:',
    '  disk: { type: block, transport: mmio, grants: true, frontend: app, backend: dom0, backend-program: { qemu: { drive: /srv/app.img } } }',
    '  noise: { type: entropy, transport: mmio, frontend: rtos, backend: dom0, backend-program: { command: [rng, "{ready}"] } }',
    '  eth0: { type: net, transport: mmio, frontend: rtos, backend: dom0, backend-program: { qemu: { mac: "52:54:00:12:34:56", tap: vif0 } } }',
    '  eth1: { type: net, transport: mmio, frontend: rtos, backend: dom0, backend-program: { qemu: { tap: vif1 } } }',
    '  to-mcu: { type: rpmsg, transport: static-shm, layout: zephyr-static-vrings, frontend: app, backend: mcu, memory: frames, queues: { rx: { notify: up }, tx: { notify: down } } }',
    '  to-app: { type: rpmsg, transport: static-shm, layout: zephyr-static-vrings, frontend: mcu, backend: app, memory: frames, queues: { rx: { size: 16, notify: down }, tx: { size: 16, notify: up } }, buffers: { count: 32, size: 256 } }',
    '  old: { type: rpmsg, transport: static-shm, layout: resource-table, frontend: app, backend: bare, memory: table }',
  ],
})

/** The output, for one test file. */
export class Emitted {
  readonly assembly: Assembly
  readonly artifacts: readonly Artifact[]

  constructor() {
    const bench = new Bench()
    afterAll(() => bench.remove())
    const { assembly } = bench.outcomeOf(MANIFEST)
    if (!assembly) throw new Error('nothing was assembled')
    this.assembly = assembly
    this.artifacts = encode(assembly).artifacts
  }

  /** The text of an artefact. */
  text(path: string): string {
    const contents = this.artifacts.find((artifact) => artifact.path === path)?.contents
    if (typeof contents !== 'string') throw new Error(`no text at ${path}`)
    return contents
  }

  lines(path: string): readonly string[] {
    return this.text(path).split('\n')
  }
}
