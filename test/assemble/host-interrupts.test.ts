/** A boot-time guest with devices of the host, as xl creates it again. */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { Bench, codesOf, manifestOf } from '../support/checks/systems.ts'

const bench = new Bench()
afterAll(() => bench.remove())
bench.put('virt.dts', readFileSync(resolve(import.meta.dirname, '../../examples/boards/qemu-virt.dts'), 'utf8'))

const RTC = 'passthrough: { rtc: { path: /pl031@9010000 } }'

function made(more: string) {
  const { assembly, findings } = bench.outcomeOf(
    manifestOf({
      board: 'virt.dts',
      release: '4.21',
      config: 'ioreq.config',
      domains: [
        'dom0: { boot: dom0, kernel: { image: Image }, ramdisk: ramdisk, memory: 256MiB }',
        `guest: { boot: dom0less, kernel: { image: Image, config: modules.config, bootargs: modprobe.blacklist=virtio_mmio }, ramdisk: ramdisk, memory: 64MiB, enhanced: enabled, ${more} }`,
      ],
      end: ['virtio: { disk: { type: block, transport: mmio, frontend: guest, backend: dom0, interrupt: 33 } }'],
    }),
  )
  const entry = assembly?.xl[0]?.entries.find(({ key }) => key === 'nr_spis')
  return { errors: codesOf(findings.all.filter(({ severity }) => severity === 'error')), interrupts: entry?.value }
}

it.each<[string, string, bigint]>([
  ['of the virtio device alone', 'vcpus: 1', 2n],
  ['of the device that it is given', RTC, 3n],
  ['of what the user tells xl', 'extra-xl: { irqs: [100, "101"] }', 70n],
])('counts up to the highest interrupt: %s', (_, more, interrupts) => expect(made(more)).toMatchObject({ interrupts }))

it('is taken by an xl that refuses a smaller number', () => expect(made(RTC).errors).toEqual([]))

it('a tree of the user that cannot be read is not followed by what xl would say of the devices', () => {
  bench.put('own.dts', '/dts-v1/;\n/ { };\n')
  bench.put('more.dtso', '/dts-v1/;\n/plugin/;\n&{/nowhere} { x; };\n')
  expect(made(`device-tree: [own.dts, more.dtso], ${RTC}`).errors).toEqual(['REF-018'])
})
