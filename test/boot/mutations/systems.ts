/** Systems that boot, whose trees are then changed. All their kernels are the tiny guest; what their files hold counts for nothing else. */
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { DeviceTree } from '../../../src/devicetree/model.ts'
import { readDtb } from '../../../src/devicetree/read/read-dtb.ts'
import { isAtLeast, type Release } from '../../../src/xen/releases.ts'
import { bareGuest } from '../bare-guest.ts'
import { boardTree, type Machine, plainMachine } from '../machine.ts'
import { buildSystem } from '../system.ts'
import { FIRST_FREE, type Loaded } from './direct.ts'

/** A Xen to boot, and what it was built with. */
export interface XenBuild {
  readonly release: Release
  readonly xen: string
  readonly config: string
}

interface SystemKind {
  readonly name: string
  readonly machine: Machine
  /** Options of Xen that it cannot do without. */
  readonly needs: readonly string[]
  readonly since: Release
  readonly manifest: (release: Release) => string
}

const head = (release: Release, more = ''): string => `api-version: domforge/v1
name: good
platform: { device-tree: board.dts }
xen:
  release: "${release}"
  image: xen
  config: xen.config
  bootargs: console=dtuart dtuart=serial0 bootscrub=0 conswitch=ax
${more}boot: { load: { from: tftp }, load-window: { start: 0x${FIRST_FREE.toString(16)}, size: 0x4000_0000 } }
`

const KINDS: readonly SystemKind[] = [
  {
    name: 'static',
    machine: plainMachine,
    needs: ['CONFIG_STATIC_MEMORY', 'CONFIG_STATIC_SHM', 'CONFIG_BOOT_TIME_CPUPOOLS', 'CONFIG_SCHED_NULL'],
    since: '4.17',
    manifest: (release) => `${head(release, '  cpupools: { second: { cpus: [cpu@1], scheduler: "null" } }\n')}domains:
  one:
    boot: dom0less
    kernel: { image: Image, bootargs: console=ttyAMA0 one }
    ramdisk: ramdisk
    memory: 128MiB
    enhanced: no-xenstore
    static-mem: { main: { start: 0x9000_0000, size: 128MiB } }
  two:
    boot: dom0less
    kernel: { image: Image, bootargs: console=ttyAMA0 two }
    ramdisk: ramdisk
    memory: 64MiB
    enhanced: no-xenstore
    cpupool: second
  three:
    boot: dom0less
    kernel: { image: Image.gz }
    memory: 64MiB
    direct-map: true
    static-mem: { main: { start: 0xa000_0000, size: 64MiB } }
shared-memory:
  frames: { size: 64KiB, host-address: 0x9800_0000, access: { one: {}, two: {} } }
  state: { size: 4KiB, host-address: 0x9900_0000, access: { one: { role: owner }, two: { role: borrower } } }
event-channels:
  kick: { ends: { one: {}, two: {} } }
`,
  },
  {
    name: 'devices',
    machine: plainMachine,
    needs: [],
    since: '4.17',
    manifest: (release) => `${head(release)}domains:
  dom0:
    boot: dom0
    kernel: { image: Image, bootargs: console=hvc0 zero }
    ramdisk: ramdisk
    memory: 256MiB
    vcpus: 2
  driver:
    boot: dom0less
    kernel: { image: Image, bootargs: console=ttyAMA0 driver }
    ramdisk: ramdisk
    memory: 64MiB
    enhanced: enabled
    device-tree: rtc.dts
event-channels:
  kick: { ends: { dom0: {}, driver: {} } }
`,
  },
  {
    name: 'plain',
    machine: { cpus: 2, memoryMiB: 1024, gic: 2 },
    needs: [],
    since: '4.17',
    manifest: (release) => `${head(release)}domains:
  one: { boot: dom0less, kernel: { image: Image, bootargs: one }, ramdisk: ramdisk, memory: 96MiB, vcpus: 2 }
  two: { boot: dom0less, kernel: { image: Image.gz, bootargs: two }, memory: 64MiB, nr-spis: 64, p2m-mem: 4MiB }
  three: { boot: dom0less, kernel: { image: Image, bootargs: three }, memory: 32MiB, enhanced: no-xenstore }
`,
  },
  {
    name: 'colours',
    machine: plainMachine,
    needs: ['CONFIG_LLC_COLORING'],
    since: '4.20',
    manifest: (
      release,
    ) => `${head(release, '  cache-coloring: { llc-size: 1MiB, llc-nr-ways: 16, xen: { count: 2 }, buddy-alloc-size: 64MiB }\n')}domains:
  one: { boot: dom0less, kernel: { image: Image, bootargs: one }, memory: 64MiB, llc-colors: { count: 6 } }
  two: { boot: dom0less, kernel: { image: Image, bootargs: two }, ramdisk: ramdisk, memory: 64MiB, llc-colors: 12-15 }
`,
  },
]

const RTC = `/dts-v1/;
/ {
  passthrough {
    compatible = "simple-bus";
    ranges;
    #address-cells = <2>;
    #size-cells = <2>;
    rtc@9010000 {
      compatible = "arm,pl031", "arm,primecell";
      reg = <0 0x9010000 0 0x1000>;
      interrupt-parent = <65000>;
      interrupts = <0 2 4>;
      xen,path = "/pl031@9010000";
      xen,reg = <0 0x9010000 0 0x1000 0 0x9010000>;
      xen,force-assign-without-iommu;
    };
  };
};
`

/** Memory of the firmware, of which the board has none. */
const FIRMWARE = `
/memreserve/ 0xbe000000 0x100000;
/include/ "virt.dts"
/ {
  reserved-memory {
    #address-cells = <2>;
    #size-cells = <2>;
    ranges;
    firmware@bd000000 { reg = <0 0xbd000000 0 0x200000>; no-map; };
  };
};
`

/** A system that was built and boots: what lies where in memory, and the tree. */
export interface GoodSystem {
  readonly name: string
  readonly release: Release
  readonly machine: Machine
  readonly config: string
  readonly tree: DeviceTree
  readonly treeAddress: bigint
  readonly xen: Loaded
  /** Kernels, ramdisks, partial trees. */
  readonly modules: readonly Loaded[]
}

/** The systems that `build` can boot, built in `folder`. */
export async function goodSystems(build: XenBuild, folder: string): Promise<readonly GoodSystem[]> {
  const config = readFileSync(build.config, 'utf8')
  const has = (option: string): boolean => config.includes(`${option}=y\n`)
  const kinds = KINDS.filter(({ needs, since }) => isAtLeast(build.release, since) && needs.every(has))
  const systems: GoodSystem[] = []
  for (const kind of kinds) systems.push(await goodSystem(kind, build, join(folder, kind.name)))
  return systems
}

async function goodSystem(kind: SystemKind, build: XenBuild, folder: string): Promise<GoodSystem> {
  const guest = await bareGuest()
  mkdirSync(join(folder, 'system'), { recursive: true })
  const inputs = {
    'board.dts': await boardSource(kind.machine, folder),
    xen: build.xen,
    'xen.config': build.config,
    Image: guest,
    'Image.gz': gzipSync(readFileSync(guest)),
    ramdisk: new Uint8Array(4096),
    'rtc.dts': new TextEncoder().encode(RTC),
  }
  const { plan, files } = await buildSystem({ manifest: kind.manifest(build.release), inputs }, folder)
  const loaded = plan.load.map(({ id, path, address }) => ({
    id,
    address: BigInt(address.value),
    file: files.get(path) ?? '',
  }))
  const the = (id: string): Loaded => {
    const file = loaded.find((one) => one.id === id)
    if (!file) throw new Error(`${kind.name} loads no ${id}`)
    return file
  }
  const { address, file } = the('device-tree')
  const read = readDtb(readFileSync(file))
  if (!read.ok) throw new Error(`${file} cannot be read`)
  return {
    name: kind.name,
    release: build.release,
    machine: kind.machine,
    config: build.config,
    tree: read.value,
    treeAddress: address,
    xen: the('xen'),
    modules: loaded.filter(({ id }) => id !== 'xen' && id !== 'device-tree'),
  }
}

/** The board's own source with what a firmware keeps for itself. */
async function boardSource(machine: Machine, folder: string): Promise<Uint8Array> {
  await boardTree(machine, folder)
  const virt = readFileSync(join(folder, 'board.dts'), 'utf8').replace('/dts-v1/;', '')
  return new TextEncoder().encode(`/dts-v1/;\n${FIRMWARE.replace('/include/ "virt.dts"', virt)}`)
}
