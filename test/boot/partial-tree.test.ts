import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { bootPieces } from '../debian/fetch.ts'
import { bareGuest } from './bare-guest.ts'
import { reportingInitramfs } from './initramfs.ts'
import { boardTree, plainMachine } from './machine.ts'
import { bootSystem, buildSystem, inScratch } from './system.ts'

/** The board's real-time clock, as a guest of the releases under test sees it; the interrupt controller has no node of its own. */
const rtc = `/dts-v1/;

/ {
  passthrough {
    compatible = "simple-bus";
    ranges;
    #address-cells = <2>;
    #size-cells = <2>;

    clock: clock {
      compatible = "fixed-clock";
      #clock-cells = <0>;
      clock-frequency = <24000000>;
    };

    rtc@9010000 {
      compatible = "arm,pl031", "arm,primecell";
      reg = <0 0x9010000 0 0x1000>;
      interrupt-parent = <65000>;
      interrupts = <0 2 4>;
      clocks = <&clock>;
      clock-names = "apb_pclk";
      xen,path = "/pl031@9010000";
      xen,reg = <0 0x9010000 0 0x1000 0 0x9010000>;
      xen,force-assign-without-iommu;
    };
  };
};
`

const manifestOf = (release: string, mode: string, domains: string): string => `api-version: domforge/v1
name: partial-tree
platform: { device-tree: board.dtb }
xen: { release: "${release}", image: xen, bootargs: console=dtuart dtuart=serial0 bootscrub=0 }
boot: { load: { from: tftp }, device-tree: ${mode} }
domains:
${domains}`

const clock = `  clock:
    boot: dom0less
    kernel: { image: Image, bootargs: console=ttyAMA0 }
    ramdisk: clock.cpio.gz
    memory: 256MiB
    device-tree: rtc.dts
`

const dom0 = `  dom0:
    boot: dom0
    kernel: { image: Image, bootargs: console=hvc0 }
    ramdisk: clock.cpio.gz
    memory: 512MiB
`

/** Linux says so when it has mapped the registers, read them, and taken the interrupt. */
const registered = /DOM1: .*rtc-pl031 9010000\.rtc: registered as rtc0/

test.each([
  ['bookworm', '4.17', 'merged', clock],
  ['trixie', '4.20', 'merged', dom0 + clock],
  ['trixie', '4.20', 'commands', dom0 + clock],
] as const)(
  'a guest drives a device that its partial tree gives it: %s, Xen %s, %s',
  async (debian, release, mode, domains) => {
    const { image, xen, busybox } = await bootPieces(debian)
    await inScratch(async (folder) => {
      const inputs = {
        'board.dtb': await boardTree(plainMachine, folder),
        xen,
        Image: image,
        'clock.cpio.gz': reportingInitramfs('clock', busybox),
        'rtc.dts': new TextEncoder().encode(rtc),
      }
      const { files } = await buildSystem({ manifest: manifestOf(release, mode, domains), inputs }, folder)
      const isDone = (lines: readonly string[]) => registered.test(lines.at(-1) ?? '')
      const name = `partial-tree-${release}-${mode}`
      const log = await bootSystem({ machine: plainMachine, medium: 'tftp', files, name, isDone }, folder)
      expect(
        log.lines.filter((line) => registered.test(line)),
        `the serial log: ${log.file}`,
      ).toHaveLength(1)
    })
  },
)

const panic = /Panic on CPU/

/** A file of the system, with one text in it replaced by another of the same length. */
interface Damage {
  readonly rule: string
  readonly file: string
  readonly text: string
  readonly by: string
}

const tree = 'domains/clock/passthrough.dtb'

/** xen,reg, with the third byte of the host address. */
const registers = (third: string): string =>
  `\x09\x01${third}\x00${'\x00'.repeat(6)}\x10\x00${'\x00'.repeat(4)}\x09\x01\x00\x00`

test.each<Damage>([
  { rule: 'PT-004', file: tree, text: registers('\x00'), by: registers('\x08') },
  { rule: 'PT-007', file: tree, text: 'xen,reg', by: 'xen,Reg' },
  { rule: 'PT-009', file: tree, text: '/pl031@9010000', by: '/pl031@9010001' },
  { rule: 'PT-012', file: tree, text: '/pl031@9010000', by: '/pl011@9000000' },
  { rule: 'PT-018', file: tree, text: 'xen,force-assign', by: 'xen,Force-assign' },
  { rule: 'PT-033', file: 'xen.dtb', text: 'xen,passthrough', by: 'xen,Passthrough' },
])('Xen stops at what is against $rule', async ({ rule, file, text, by }) => {
  const { xen } = await bootPieces('trixie')
  await inScratch(async (folder) => {
    const inputs = {
      'board.dtb': await boardTree(plainMachine, folder),
      xen,
      Image: await bareGuest(),
      'clock.cpio.gz': new Uint8Array(4096),
      'rtc.dts': new TextEncoder().encode(rtc),
    }
    const { files } = await buildSystem({ manifest: manifestOf('4.20', 'merged', dom0 + clock), inputs }, folder)
    const whole = readFileSync(files.get(file) ?? '', 'latin1')
    expect(whole.split(text)).toHaveLength(2)
    const damaged = join(folder, 'damaged.dtb')
    writeFileSync(damaged, whole.replace(text, by), 'latin1')
    const isDone = (lines: readonly string[]) => panic.test(lines.at(-1) ?? '')
    const boot = { machine: plainMachine, medium: 'tftp', files: new Map(files).set(file, damaged) } as const
    await bootSystem({ ...boot, name: `partial-tree-${rule}`, isDone, failures: [/DOM1:/] }, folder)
  })
})
