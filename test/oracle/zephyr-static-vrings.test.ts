/** Devices for stock Zephyr: from the overlay alone, Zephyr's arithmetic finds queues and buffers where the other end is told they are. */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { emitAll } from '../../src/emit/registry.ts'
import type { AsJson } from '../../src/emit/virtio/json.ts'
import type * as document from '../../src/guests/virtio-document.ts'
import { Bench, manifestOf } from '../support/checks/systems.ts'
import { systemWith } from '../support/virtio/arbitrary-devices.ts'

type VirtioDocument = AsJson<document.VirtioDocument>

const bench = new Bench()
const folder = mkdtempSync(join(tmpdir(), 'domforge-zephyr-'))
afterAll(() => {
  bench.remove()
  rmSync(folder, { recursive: true, force: true })
})

const ADDRESS = '0x70000000'
const usual = {
  ...{ type: 'rpmsg', transport: 'static-shm', layout: 'zephyr-static-vrings', memory: 'ipc' },
  queues: { rx: { notify: 'kick' }, tx: { notify: 'wake' } },
}

/** With each number of descriptors, and buffers of the size; each end is the driver of some. */
const cases = [1, 2, 4, 16, 64, 256].flatMap((size, index) =>
  [64, 512, 1472].map((buffer) => ({
    ...{ ...usual, frontend: index % 2 === 0 ? 'one' : 'two', backend: index % 2 === 0 ? 'two' : 'one' },
    queues: { rx: { ...usual.queues.rx, size }, tx: { ...usual.queues.tx, size } },
    buffers: { count: 2 * size, size: buffer },
  })),
)

function emitted(): ReadonlyMap<string, string> {
  const parts = systemWith(cases.map((lines, index) => ({ name: `link.${index}`, lines })))
  const ipc = `  ipc: { size: 4MiB, access: { one: { guest-address: ${ADDRESS} }, two: { guest-address: ${ADDRESS} } } }`
  const end = (parts.end ?? []).flatMap((line) => (line === 'shared-memory:' ? [line, ipc] : [line]))
  const domains = (parts.domains ?? []).map((line) => line.replace('memory:', 'os: zephyr, memory:'))
  const { assembly, findings } = bench.outcomeOf(manifestOf({ ...parts, domains, end }))
  expect(findings.all).toEqual([])
  if (!assembly) throw new Error('nothing was assembled')
  return new Map(emitAll(assembly).map(({ path, contents }) => [path, String(contents)]))
}

it('are where Zephyr puts them', () => {
  const reader = join(folder, 'arithmetic')
  const source = new URL('zephyr-static-vrings.c', import.meta.url).pathname
  execFileSync('gcc', ['-Wall', '-Wextra', '-Werror', '-Wno-unused-parameter', '-o', reader, source])
  const files = emitted()
  for (const guest of ['one', 'two']) {
    const overlay = files.get(`domains/${guest}/virtio.overlay`) ?? ''
    const { devices, regions }: VirtioDocument = JSON.parse(files.get(`domains/${guest}/virtio.json`) ?? '')
    const board = '/dts-v1/;\n/ { #address-cells = <2>; #size-cells = <2>; };\n'
    const blob = join(folder, `${guest}.dtb`)
    const made = spawnSync('dtc', ['-@', '-I', 'dts', '-O', 'dtb', '-o', blob], { input: board + overlay })
    expect([made.status, String(made.stderr)]).toEqual([0, ''])
    const get = (type: string, node: string, property: string): string =>
      execFileSync('fdtget', ['-t', type, blob, node, property], { encoding: 'utf8' }).trim()
    const alignment = /MEM_ALIGNMENT=(\d+)/.exec(overlay)?.[1] ?? ''
    expect(Object.keys(devices)).toHaveLength(cases.length)
    for (const [name, device] of Object.entries(devices)) {
      if (device.transport === 'mmio') throw new Error(`${name} is by registers`)
      const { role, offset, queues, buffers, parts } = device
      const ipc = `/ipc-${name}`
      expect(get('s', ipc, 'role')).toBe(role === 'driver' ? 'host' : 'remote')
      const memory = get('s', '/__symbols__', `ipc_shm_${name.replaceAll(/\W/g, '_')}`)
      const [, at = '', , size = ''] = get('x', memory, 'reg').split(' ')
      expect(`0x${at}`).toBe(`0x${(BigInt(regions['ipc']?.base ?? 0) + BigInt(offset)).toString(16)}`)
      const bufferSize = get('u', ipc, 'zephyr,buffer-size')
      const found = execFileSync(reader, [`0x${size}`, bufferSize, alignment], { encoding: 'utf8' }).trim()
      const from = (part: { offset: string } | undefined): bigint => BigInt(part?.offset ?? 0) - BigInt(offset)
      const { rx, tx } = queues
      const ring = rx?.parts['ring']
      const used = Math.ceil((18 * (rx?.size ?? 0) + 6) / 64) * 64 + 8 * (rx?.size ?? 0) + 6
      expect(found).toBe(
        `${rx?.size} descriptors, buffers at ${from(parts['buffers'])}, ring 1 at ${from(tx?.parts['ring'])}, ring 0 at ${from(ring)}, end ${from(ring) + BigInt(used)}`,
      )
      expect(BigInt(buffers?.stride ?? 0)).toBe(BigInt(bufferSize))
      expect(rx?.buffers.first).toBe(0)
      // What an end sends on is what the other listens to.
      const [, send, , receive] = get('u', ipc, 'mboxes').split(' ').map(Number)
      const ports = [tx?.notify?.port, rx?.notify?.port]
      expect([send, receive]).toEqual(role === 'driver' ? ports : ports.toReversed())
    }
  }
})
