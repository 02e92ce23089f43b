/** What would only follow from a value that was refused is not told beside it. */
import { afterAll, expect, it } from 'vitest'
import { Bench, codesOf, manifestOf } from '../support/checks/systems.ts'

const bench = new Bench()
afterAll(() => bench.remove())
bench.put(
  'lamp.dts',
  '/include/ "board.dts"\n/ { lamp@a10b000 { compatible = "example,lamp"; reg = <0 0xa10b000 0 0x1000>; }; };\n',
)

const LIFE = 'lifecycle: { on-crash: restart, reboot-told-by: module }'

function errorsOf(guest: string, ...end: readonly string[]): readonly string[] {
  const text = manifestOf({
    board: 'lamp.dts',
    config: 'ioreq.config',
    domains: [
      'dom0: { boot: dom0, kernel: { image: Image, bootargs: panic=5 }, ramdisk: ramdisk, memory: 256MiB, files-at: /images }',
      `guest: { kernel: { image: Image, config: modules.config, bootargs: panic=5 modprobe.blacklist=virtio_mmio }, ramdisk: ramdisk, memory: 64MiB, ${guest} }`,
    ],
    end,
  })
  return codesOf(bench.buildText(text).filter(({ severity }) => severity === 'error'))
}

const lamp = (more: string): string =>
  `boot: dom0less, enhanced: enabled, passthrough: { lamp: { path: /lamp@a10b000, ${more} } }`
const disk = (program: string): string =>
  `virtio: { disk: { type: block, transport: mmio, frontend: guest, backend: dom0, backend-program: ${program} } }`
const REASON = 'force-assign-without-iommu: it does nothing by itself'

it.each<[string, string[], string, string?]>([
  ['a reason', ['PT-044'], lamp('guest-address: auto')],
  ['a reason', ['MAN-025'], lamp('force-assign-without-iommu: ""')],
  ['what silences a device', ['LIF-019'], `${lamp(REASON)}, ${LIFE}`],
  ['what silences a device', ['MAN-025'], `${lamp(`${REASON}, quiesce: { hook: "reset; it" }`)}, ${LIFE}`],
  ['an option', ['VIO-033'], 'boot: dom0less, enhanced: enabled', disk('{ qemu: { format: raw } }')],
  ['an option', ['MAN-025'], 'boot: dom0less, enhanced: enabled', disk('{ qemu: { drive: image } }')],
  ['a program', ['MAN-025'], 'boot: dom0less, enhanced: enabled', disk('{ command: [/bin/disk, "a\\nb"] }')],
  [
    'a number',
    ['MAN-019'],
    `boot: dom0less, enhanced: enabled, ${LIFE.replace(' }', ', attempts: { max: 0, window: 1s } }')}`,
  ],
])('%s: %j', (_, codes, guest, end) => expect(errorsOf(guest, ...(end ? [end] : []))).toEqual(codes))

it('a device of which nothing is known goes to a domain of xl with a reason, too', () => {
  const byXl = (more: string): string => lamp(more).replace('dom0less, enhanced: enabled', 'xl')
  expect(errorsOf(byXl('drop: [x]'))).toContain('PT-044')
  expect(errorsOf(byXl(REASON))).toEqual([])
})
