/** The forms of Xen's own documents and of its CI, on a board that has the memory for them: nothing to find in any release that knows them. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { lintTree } from '../../src/lint/lint.ts'
import { RELEASES, type Release } from '../../src/xen/releases.ts'
import { makeInputs } from '../support/checks/inputs.ts'

const folder = mkdtempSync(join(tmpdir(), 'domforge-forms-'))
makeInputs(folder)
afterAll(() => rmSync(folder, { recursive: true }))

const ARGUMENTS = 'xen,xen-bootargs = "console=dtuart dtuart=serial0 dom0_mem=128M bootscrub=0";'

const kernel = (address: string, reg: string, more = ''): string =>
  `module@${address} { compatible = "multiboot,kernel", "multiboot,module"; reg = <${reg}>; ${more} };`
const ramdisk = (address: string, reg: string): string =>
  `module@${address} { compatible = "multiboot,ramdisk", "multiboot,module"; reg = <${reg}>; };`

/** A guest whose modules are the only thing that is written with its cells. */
const guest = (name: string, address: string, more: string): string => `${name} {
  compatible = "xen,domain"; #address-cells = <2>; #size-cells = <1>; ${more}
  ${kernel(address, `0 0x${address} 0x100000`)}
};`

const DOM0 = `module@48000000 { compatible = "multiboot,kernel", "multiboot,module"; reg = <0x48000000 0x100000>; bootargs = "console=hvc0"; };`

interface Form {
  readonly name: string
  /** Inside `/chosen`. */
  readonly chosen: string
  readonly more?: string
  readonly since?: Release
  /** Releases that refuse it, whatever their documents say. */
  readonly not?: readonly Release[]
}

const FORMS: readonly Form[] = [
  {
    name: 'booting.txt: modules by what they hold',
    chosen: `#address-cells = <2>; #size-cells = <2>;
      module@48000000 { compatible = "multiboot,module"; reg = <0 0x48000000 0 0x100000>; bootargs = "console=hvc0"; };
      ${ramdisk('49000000', '0 0x49000000 0 0x100000')}`,
  },
  {
    name: 'booting.txt: names of Xen 4.4',
    chosen: `#address-cells = <1>; #size-cells = <1>;
      module@48000000 { compatible = "xen,linux-zimage", "xen,multiboot-module"; reg = <0x48000000 0x100000>; bootargs = "console=hvc0"; };
      module@49000000 { compatible = "xen,linux-initrd", "xen,multiboot-module"; reg = <0x49000000 0x100000>; };`,
  },
  {
    name: 'booting.txt: two guests, with one cell for sizes',
    chosen: `domU1 { compatible = "xen,domain"; #address-cells = <0x2>; #size-cells = <0x1>; memory = <0 131072>; cpus = <2>; vpl011;
        ${kernel('4a000000', '0x0 0x4a000000 0xffffff', 'bootargs = "console=ttyAMA0 init=/bin/sh";')}
        ${ramdisk('4b000000', '0x0 0x4b000000 0xffffff')} };
      domU2 { compatible = "xen,domain"; #address-cells = <0x2>; #size-cells = <0x1>; memory = <0 65536>; cpus = <1>;
        ${kernel('4c000000', '0x0 0x4c000000 0xffffff', 'bootargs = "console=ttyAMA0 init=/bin/sh";')}
        ${ramdisk('4d000000', '0x0 0x4d000000 0xffffff')} };`,
  },
  {
    name: 'booting.txt: static memory in the cells of /chosen',
    chosen: `#address-cells = <0x1>; #size-cells = <0x1>;
      ${guest('domU1', '48000000', 'cpus = <2>; memory = <0x0 0x80000>; xen,static-mem = <0x50000000 0x20000000>;')}`,
  },
  {
    name: 'booting.txt: static event channels, one of them to dom0',
    chosen: `#address-cells = <1>; #size-cells = <1>; ${DOM0}
      ec1: evtchn@1 { compatible = "xen,evtchn-v1"; xen,evtchn = <0xa &ec2>; };
      ${guest(
        'domU1',
        '4a000000',
        `xen,enhanced = "no-xenstore"; memory = <0 0x10000>; cpus = <1>;
        ec2: evtchn@2 { compatible = "xen,evtchn-v1"; xen,evtchn = <0xa &ec1>; };
        ec3: evtchn@3 { compatible = "xen,evtchn-v1"; xen,evtchn = <0xb &ec5>; };
        ec4: evtchn@4 { compatible = "xen,evtchn-v1"; xen,evtchn = <0xc &ec6>; };`,
      )}
      ${guest(
        'domU2',
        '4b000000',
        `xen,enhanced = "no-xenstore"; memory = <0 0x10000>; cpus = <1>;
        ec5: evtchn@5 { compatible = "xen,evtchn-v1"; xen,evtchn = <0xb &ec3>; };
        ec6: evtchn@6 { compatible = "xen,evtchn-v1"; xen,evtchn = <0xd &ec4>; };`,
      )}`,
  },
  {
    name: 'booting.txt: a static heap in the cells of the root',
    chosen: `xen,static-heap = <0x0 0x60000000 0x0 0x20000000>; ${guest('domU1', '48000000', 'memory = <0 0x10000>; cpus = <1>;')}`,
  },
  {
    name: 'booting.txt: shared memory with an owner, and without',
    // SHM-033: compares a region with itself.
    not: ['4.18'],
    chosen: `#address-cells = <1>; #size-cells = <1>; ${DOM0}
      dom0-shared-mem@50000000 { compatible = "xen,domain-shared-memory-v1"; role = "owner"; xen,shm-id = "my-shared-mem-0"; xen,shared-mem = <0x50000000 0x50000000 0x1000000>; };
      domU1 { compatible = "xen,domain"; #address-cells = <1>; #size-cells = <1>; memory = <0 65536>; cpus = <2>; vpl011;
        domU1-shared-mem@50000000 { compatible = "xen,domain-shared-memory-v1"; role = "borrower"; xen,shm-id = "my-shared-mem-0"; xen,shared-mem = <0x50000000 0x50000000 0x1000000>; };
        domU1-shared-mem@60000000 { compatible = "xen,domain-shared-memory-v1"; xen,shm-id = "my-shared-mem-1"; xen,shared-mem = <0x60000000 0x60000000 0x1000000>; };
        ${kernel('4a000000', '0x4a000000 0x100000')} };
      domU2 { compatible = "xen,domain"; #address-cells = <1>; #size-cells = <1>; memory = <0 65536>; cpus = <1>;
        domU2-shared-mem@60000000 { compatible = "xen,domain-shared-memory-v1"; xen,shm-id = "my-shared-mem-1"; xen,shared-mem = <0x60000000 0x70000000 0x1000000>; };
        ${kernel('4b000000', '0x4b000000 0x100000')} };`,
  },
  {
    name: 'booting.txt: shared memory from the heap',
    since: '4.20',
    chosen: `domU1 { compatible = "xen,domain"; #address-cells = <1>; #size-cells = <1>; memory = <0 65536>; cpus = <1>;
        domU1-shared-mem-2 { compatible = "xen,domain-shared-memory-v1"; xen,shm-id = "my-shared-mem-2"; role = "owner"; xen,shared-mem = <0x80000000 0x1000000>; };
        ${kernel('4a000000', '0x4a000000 0x100000')} };
      domU2 { compatible = "xen,domain"; #address-cells = <1>; #size-cells = <1>; memory = <0 65536>; cpus = <1>;
        domU2-shared-mem-2 { compatible = "xen,domain-shared-memory-v1"; xen,shm-id = "my-shared-mem-2"; role = "borrower"; xen,shared-mem = <0x90000000 0x1000000>; };
        ${kernel('4b000000', '0x4b000000 0x100000')} };`,
  },
  {
    name: 'cpupools.txt: a pool of one CPU, and the rest',
    more: '/ { cpus { a53: cpu@1 { }; }; };',
    chosen: `cpupool_a { compatible = "xen,cpupool"; cpupool-cpus = <&a53>; cpupool-sched = "null"; };
      ${guest('domU1', '48000000', 'memory = <0 0x10000>; cpus = <1>;')}`,
  },
  {
    name: 'cache-coloring.rst: colours of a guest',
    since: '4.20',
    chosen: `xen,xen-bootargs = "console=dtuart dtuart=serial0 llc-coloring=on llc-size=1M llc-nr-ways=16 xen-llc-colors=0";
      ${guest('domU1', '48000000', 'memory = <0 0x10000>; cpus = <1>; llc-colors = "1-3,5,7-8";')}`,
  },
  {
    name: 'qemu-smoke-dom0less-arm64.sh: ImageBuilder with dom0 and an enhanced guest',
    chosen: `#address-cells = <2>; #size-cells = <2>;
      dom0 { compatible = "xen,linux-zimage", "xen,multiboot-module", "multiboot,module"; reg = <0 0x48000000 0 0x100000>; bootargs = "console=hvc0 earlycon=xen earlyprintk=xen clk_ignore_unused root=/dev/ram0"; };
      dom0-ramdisk { compatible = "xen,linux-initrd", "xen,multiboot-module", "multiboot,module"; reg = <0 0x49000000 0 0x100000>; };
      domU0 { compatible = "xen,domain"; #address-cells = <2>; #size-cells = <2>; memory = <0 0x20000>; cpus = <1>; vpl011 = <1>; xen,enhanced = "enabled";
        module@4a000000 { compatible = "multiboot,kernel", "multiboot,module"; reg = <0 0x4a000000 0 0x100000>; bootargs = "console=ttyAMA0"; };
        module@4b000000 { compatible = "multiboot,ramdisk", "multiboot,module"; reg = <0 0x4b000000 0 0x100000>; }; };`,
  },
]

/** Codes of findings that are more than notes, by release. */
function found({ chosen, more = '', since = '4.17', not = [] }: Form): readonly string[] {
  const tree = join(folder, 'form.dts')
  const own = chosen.includes('xen,xen-bootargs') ? '' : ARGUMENTS
  const root =
    '/ { psci { compatible = "arm,psci-1.0"; method = "smc"; }; cpus { cpu@0 { enable-method = "psci"; }; cpu@1 { enable-method = "psci"; }; }; };'
  writeFileSync(tree, `/dts-v1/;\n/include/ "board.dts"\n${root}\n${more}\n/ { chosen { ${own} ${chosen} }; };\n`)
  const judged = RELEASES.slice(RELEASES.indexOf(since)).filter((release) => !not.includes(release))
  const releases = judged.map((release) => ({ text: release, branch: release }))
  const outcome = lintTree({ tree, overlays: [], releases, files: [], entry: 'booti' })
  if (outcome.kind !== 'verdicts') throw new Error(JSON.stringify(outcome))
  return outcome.verdicts.flatMap(({ xen, findings }) =>
    findings.flatMap(({ code, severity, message }) => (severity === 'note' ? [] : [`${xen.name} ${code}: ${message}`])),
  )
}

describe("forms of Xen's documents and CI", () => {
  it.each(FORMS)('$name', (form) => {
    expect(found(form)).toEqual([])
  })

  it('would be found to be wrong if they were', () => {
    const [, , two] = FORMS
    if (!two) throw new Error('there is no such form')
    expect(found({ ...two, chosen: two.chosen.replace('cpus = <2>', 'cpus = <0>') })).toHaveLength(RELEASES.length)
  })
})
