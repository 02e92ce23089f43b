import { expect, test } from 'vitest'
import { bootPieces } from '../debian/fetch.ts'
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
