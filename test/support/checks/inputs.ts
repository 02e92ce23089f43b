/** Makes the files that fixtures name: stand-ins that never run, with headers as the rules need them. */
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { crc32, gzipSync } from 'node:zlib'
import { arm64Image, cpio, emptyCpio, gzip } from '../../../scripts/stand-ins.mjs'

/** Folder of the fixtures, which also has the boards. */
const FIXTURES = resolve(import.meta.dirname, '../../diagnostics')

const MiB = 1 << 20

/** A gzip stream of 66 MiB in few bytes: every bench has a folder with it, and disks are not endless. */
let large: Buffer | undefined
function largeGzip(): Buffer {
  large ??= gzipSync(Buffer.concat([arm64Image({ size: MiB }), Buffer.alloc(65 * MiB)]), { level: 1 })
  return large
}

const OPTIONS = [
  'ARM64_SVE',
  'ARM_SMMU',
  'BOOT_TIME_CPUPOOLS',
  'DOM0LESS_BOOT',
  'GICV3',
  'GRANT_TABLE',
  'HAS_PL011',
  'LLC_COLORING',
  'SBSA_VUART_CONSOLE',
  'SCHED_ARINC653',
  'SCHED_CREDIT',
  'SCHED_CREDIT2',
  'SCHED_NULL',
  'SCMI_SMC',
  'STATIC_EVTCHN',
  'STATIC_MEMORY',
  'STATIC_SHM',
  'XSM_FLASK',
]

const config = (...without: readonly string[]): string =>
  OPTIONS.map((name) => (without.includes(name) ? `# CONFIG_${name} is not set\n` : `CONFIG_${name}=y\n`)).join('')

/** A uImage with `content`, else 4096 zeros, whose header `claims` a number of bytes. */
function uimage(
  header: { arch?: number; compression?: number; load?: number; entry?: number; claims?: number } = {},
  content: Buffer = Buffer.alloc(4096),
): Buffer {
  const { arch = 22, compression = 0, load = 0, entry = 0, claims = content.length } = header
  const image = Buffer.concat([Buffer.alloc(64), content])
  image.writeUInt32BE(0x2705_1956, 0)
  image.writeUInt32BE(claims, 12)
  image.writeUInt32BE(load, 16)
  image.writeUInt32BE(entry, 20)
  image.writeUInt8(5, 28)
  image.writeUInt8(arch, 29)
  image.writeUInt8(2, 30)
  image.writeUInt8(compression, 31)
  return image
}

/** `data` with the bits of its byte at `at` inverted. */
function flipped(data: Buffer, at: number): Buffer {
  data.writeUInt8(data.readUInt8(at) ^ 0xff, at)
  return data
}

/** `stream` with FHCRC: a checksum of two bytes after the header. */
function withHeaderChecksum(stream: Buffer): Buffer {
  const header = Buffer.from(stream.subarray(0, 10))
  header.writeUInt8(2, 3)
  const checksum = Buffer.alloc(2)
  checksum.writeUInt16LE(crc32(header) & 0xffff)
  return Buffer.concat([header, checksum, stream.subarray(10)])
}

function zimage(size: number, end = size): Buffer {
  const image = Buffer.alloc(size)
  image.writeUInt32LE(0x016f_2818, 36)
  image.writeUInt32LE(end, 44)
  return image
}

/** The beginning of an arm64 Image, too short for its header. */
function cutImage(): Buffer {
  const image = Buffer.alloc(32)
  image.writeUInt32LE(0x1400_0008, 0)
  return image
}

/** `count` ranges of `size` bytes, each two cells wide, `step` bytes apart. */
function ranges(count: number, base: bigint, step: bigint, size: bigint): Buffer {
  const data = Buffer.alloc(count * 16)
  for (let index = 0; index < count; index++) {
    data.writeBigUInt64BE(base + BigInt(index) * step, index * 16)
    data.writeBigUInt64BE(size, index * 16 + 8)
  }
  return data
}

/** The board with 257 memory reservations, which a source must name before its nodes. */
function reservedBoard(): string {
  const reservation = (_: unknown, index: number) =>
    `/memreserve/ 0x${(0x7000_0000 + index * 0x2000).toString(16)} 0x1000;\n`
  const board = readFileSync(join(FIXTURES, 'board.dts'), 'utf8')
  return board.replace('/dts-v1/;\n', `/dts-v1/;\n${Array.from({ length: 257 }, reservation).join('')}`)
}

/** The board with `by` in the place of `what`. */
function boardWith(what: string | RegExp, by: string): string {
  const board = readFileSync(join(FIXTURES, 'board.dts'), 'utf8')
  const changed = board.replace(what, by)
  if (changed === board) throw new Error(`the board has no ${what}`)
  return changed
}

/** The board with SCMI firmware that is called by SMC. */
const scmiBoard = (id: string): string =>
  boardWith('\tchosen {', `\tfirmware { scmi { compatible = "arm,scmi-smc"; ${id} }; };\n\n\tchosen {`)

/** The same with shared memory at `registers`, and a device that needs one of its clocks. */
const wholeScmiBoard = (registers: string): string =>
  boardWith(
    '\tchosen {',
    `\tsram@b0f0000 { compatible = "mmio-sram"; reg = <0 0xb0f0000 0 0x100>; #address-cells = <1>; #size-cells = <1>; ranges = <0 0 0xb0f0000 0x100>;
\t\tshmem: sram@0 { compatible = "arm,scmi-shmem"; ${registers} };
\t};

\tfirmware { scmi { compatible = "arm,scmi-smc"; arm,smc-id = <0x82000010>; #address-cells = <1>; #size-cells = <0>; shmem = <&shmem>;
\t\tscmi_clk: protocol@14 { reg = <0x14>; #clock-cells = <1>; };
\t}; };

\twatchdog@b100000 { compatible = "arm,sp805", "arm,primecell"; reg = <0 0xb100000 0 0x1000>; clocks = <&scmi_clk 3>; clock-names = "wdog_clk"; };

\tchosen {`,
  )

/** The board with devices of many kinds: two that share a page, a bridge, one behind another, and a frame buffer that firmware has reserved. */
function devicesBoard(): string {
  const smmu = readFileSync(join(FIXTURES, 'smmu-board.dts'), 'utf8').replace('/include/ "board.dts"\n', '')
  return `${boardWith('/dts-v1/;', '/dts-v1/;\n/memreserve/ 0x7f000000 0x100000;')}${smmu}
/ {
	timer@b000000 { compatible = "example,timer"; reg = <0 0xb000000 0 0x100>; };

	watchdog@b000100 { compatible = "example,watchdog"; reg = <0 0xb000100 0 0x100>; };

	usb@b010000 {
		#address-cells = <2>;
		#size-cells = <2>;
		ranges;
		compatible = "example,glue";
		reg = <0 0xb010000 0 0x100>;

		usb@b011000 { compatible = "example,usb"; reg = <0 0xb011000 0 0x1000>; };
	};

	pcie@10000000 {
		#address-cells = <3>;
		#size-cells = <2>;
		device_type = "pci";
		compatible = "pci-host-ecam-generic";
		reg = <0 0x10000000 0 0x1000000>;
		ranges = <0x2000000 0 0x20000000 0 0x20000000 0 0x10000000>;

		nvme@1,0 { reg = <0x800 0 0 0 0>; };
	};

	frame-buffer@7f000000 { compatible = "simple-framebuffer"; reg = <0 0x7f000000 0 0x100000>; };
};
`
}

const CELLS = '#address-cells = <2>; #size-cells = <2>;'
const ETHERNET = 'xen,path = "/ethernet@a000000";'
const FORCE = 'xen,force-assign-without-iommu;'
const registers = (host: string, guest = '0x10000000', size = '0x1000'): string =>
  `xen,reg = <0 ${host} 0 ${size} 0 ${guest}>;`

/** A partial tree with one device, whose node also has `device`; `beside` is at its top. */
const partialTree = (device: string, beside = '', cells = CELLS): string =>
  `/dts-v1/;\n\n/ {\n${beside}\tpassthrough {\n\t\t${cells}\n\n\t\tdevice {\n\t\t\t${device}\n\t\t};\n\t};\n};\n`

/** Partial trees of domains on `smmu-board.dts`. */
const PARTIAL_TREES: Readonly<Record<string, string>> = {
  'ethernet.dts': partialTree(ETHERNET + registers('0xa000000')),
  'ethernet1.dts': partialTree(`xen,path = "/ethernet@a001000"; ${registers('0xa001000')}`),
  'spi.dts': partialTree(`xen,path = "/spi@a002000"; ${registers('0xa002000', '0x10001000')} ${FORCE}`),
  'memory.dts': partialTree(`${registers('0xb000000')} ${FORCE}`),
  'small-cells.dts': partialTree(`${ETHERNET} xen,reg = <0 0xa000000 0x1000 0 0x10000000>;`, '', ''),
  'gic.dts': partialTree(ETHERNET + registers('0xa000000'), '\tgic {\n\t\tphandle = <65000>;\n\t};\n'),
  'own-rtc.dts': partialTree(`xen,path = "/rtc@a002000"; ${registers('0xa002000')} ${FORCE}`),
  'resets.dts': partialTree(`xen,path = "/reset-controller@a109000"; ${registers('0xa109000')} ${FORCE}`),
  'gpio.dts': partialTree(`xen,path = "/gpio@a106000"; ${registers('0xa106000')} ${FORCE}`),
  'rtc-behind-ram.dts': partialTree(`xen,path = "/rtc@a002000"; ${registers('0xa002000', '0x50000000')} ${FORCE}`),
  'elsewhere.dts': partialTree(
    `reg = <0 0xa002000 0 0x1000>; xen,path = "/rtc@a002000"; ${registers('0xa002000')} ${FORCE}`,
  ),
  'has-33.dts': partialTree('interrupts-extended = <65000 0 1 4>;'),
  'other-gic.dts': partialTree('interrupts-extended = <9 0 1 4>;', '\tgic {\n\t\tphandle = <9>;\n\t};\n'),
  'lost-gic.dts': partialTree('interrupts-extended = <9 0 1 4>, <77 1>;', '\tgic {\n\t\tphandle = <9>;\n\t};\n'),
  'two-gics.dts': partialTree('phandle = <65000>;', '\tgic {\n\t\tphandle = <9>;\n\t};\n'),
  'virtio-node.dts': partialTree('compatible = "virtio,mmio"; reg = <0 0x2000000 0 0x200>; interrupts = <0 1 0xf01>;'),
  'full-of-virtio.dts': partialTree('reg = <0 0x2000000 0 0x100000>;'),
  'plain.dts': partialTree('compatible = "fixed-clock"; #clock-cells = <0>; clock-frequency = <1000>;'),
  'wide-cells.dts': partialTree(ETHERNET + registers('0xa000000'), '', '#address-cells = <3>; #size-cells = <2>;'),
  'no-cells.dts': partialTree(ETHERNET + registers('0xa000000'), '', ''),
  'unaligned.dts': partialTree(ETHERNET + registers('0xa000800')),
  'unaligned-guest.dts': partialTree(ETHERNET + registers('0xa000000', '0x10000800')),
  'unaligned-size.dts': partialTree(ETHERNET + registers('0xa000000', '0x10000000', '0x800')),
  'reg-alone.dts': partialTree(registers('0xa000000')),
  'over-another.dts': partialTree(
    `${CELLS} ${ETHERNET} ${registers('0xa000000')} other { xen,path = "/ethernet@a001000"; ${registers('0xa001000')} };`,
  ),
  'empty-region.dts': partialTree(ETHERNET + registers('0xa000000', '0x10000000', '0')),
  'odd-region.dts': partialTree(`${ETHERNET} xen,reg = <0 0xa000000 0 0x1000 0 0x10000000 0>;`),
  'path-alone.dts': partialTree(ETHERNET),
  'force-alone.dts': partialTree(FORCE),
  'no-such-node.dts': partialTree(`xen,path = "/ethernet@b000000"; ${registers('0xb000000')}`),
  'timer.dts': partialTree(`xen,path = "/timer"; ${registers('0xb000000')} ${FORCE}`),
  'uart.dts': partialTree(`xen,path = "/serial@9000000"; ${registers('0x9000000')} ${FORCE}`),
  'triggers.dts': partialTree(
    `${ETHERNET} ${registers('0xa000000')} other { xen,path = "/can@a003000"; ${registers('0xa003000', '0x10003000')} };`.replace(
      'other',
      `${CELLS} other`,
    ),
  ),
  'waiting.dts': partialTree(
    `xen,path = "/touch@a006000"; ${registers('0xa006000')} interrupt-parent = <65000>; interrupts = <0 51 4>;`,
  ),
  'waiting-gic.dts': partialTree(
    `xen,path = "/touch@a006000"; ${registers('0xa006000')} interrupts-extended = <9 0 60 4>;`,
    '\tgic {\n\t\tphandle = <9>;\n\t};\n',
  ),
  'lost.dts': partialTree(`xen,path = "/lost@a004000"; ${registers('0xa004000')}`),
  'touch.dts': partialTree(`xen,path = "/touch@a006000"; ${registers('0xa006000')}`),
  'masked.dts': partialTree(`xen,path = "/rtc@a002000"; ${registers('0xa002000')}`),
  'behind-two.dts': partialTree(`xen,path = "/rtc@a00c000"; ${registers('0xa00c000')}`),
  'behind-disabled.dts': partialTree(`xen,path = "/rtc@a00d000"; ${registers('0xa00d000')}`),
  'first.dts': partialTree(`xen,path = "/first@a007000"; ${registers('0xa007000')}`),
  'no-iommus.dts': partialTree(`xen,path = "/spi@a002000"; ${registers('0xa002000')}`),
  'ram.dts': partialTree(ETHERNET + registers('0x60000000')),
  'beyond.dts': partialTree(`${ETHERNET} xen,reg = <0 0xa000000 0 0x1000 0x100 0>;`),
  'function.dts': partialTree(
    `xen,path = "/pcie@10000000/nvme@1,0"; ${registers('0x20000000', '0x20000000')} ${FORCE}`,
  ),
  'reserved.dts': partialTree(`${registers('0x58000000')} ${FORCE}`),
  'gic-registers.dts': partialTree(`${registers('0x8000000')} ${FORCE}`),
  'uart-registers.dts': partialTree(`${registers('0x9000000')} ${FORCE}`),
  'smmu-registers.dts': partialTree(`${registers('0x9050000')} ${FORCE}`),
  'other-registers.dts': partialTree(ETHERNET + registers('0xa001000')),
  'idle-registers.dts': partialTree(
    `xen,path = "/timer@b000000"; xen,reg = <0 0xb000000 0 0x1000 0 0x10000000>, <0 0xb010000 0 0x1000 0 0x10001000>, <0 0xb011000 0 0x1000 0 0x10002000>; ${FORCE}`,
  ),
  'nothing-there.dts': partialTree(
    `${ETHERNET} xen,reg = <0 0xa000000 0 0x1000 0 0x10000000>, <0 0xc000000 0 0x1000 0 0x10001000>;`,
  ),
  'behind-ram.dts': partialTree(ETHERNET + registers('0xa000000', '0x50000000')),
  'over-gic.dts': partialTree(ETHERNET + registers('0xa000000', '0x8000000')),
  'over-static-mem.dts': partialTree(ETHERNET + registers('0xa000000', '0x60000000')),
  'over-console.dts': partialTree(ETHERNET + registers('0xa000000', '0x9000000')),
  'same-addresses.dts': partialTree(ETHERNET + registers('0xa000000', '0xa000000')),
  'hole.dts': partialTree(`xen,path = "/ethernet@a000000"; xen,reg = <0 0xa000000 0 0x1000 2 0>;`),
  'unallocated.dts': partialTree(`${ETHERNET} ${registers('0xa000000', '0x70000000')} ${FORCE}`),
  'first-of-page.dts': partialTree(`xen,path = "/timer@b000000"; ${registers('0xb000000')} ${FORCE}`),
  'both-of-page.dts': partialTree(
    `${CELLS} xen,path = "/timer@b000000"; ${registers('0xb000000')} ${FORCE} other { xen,path = "/watchdog@b000100"; ${registers('0xb000000')} ${FORCE} };`,
  ),
  'bridge.dts': partialTree(
    `xen,path = "/pcie@10000000"; xen,reg = <0 0x10000000 0 0x1000 0 0x10000000>, <0 0x20000000 0 0x100000 0 0x20000000>; ${FORCE}`,
  ),
  'glue.dts': partialTree(
    `xen,path = "/usb@b010000"; xen,reg = <0 0xb010000 0 0x1000 0 0x10000000>, <0 0xb011000 0 0x1000 0 0x10001000>; ${FORCE}`,
  ),
  'frame-buffer.dts': partialTree(`xen,path = "/frame-buffer@7f000000"; ${registers('0x7f000000')} ${FORCE}`),
  'same-page.dts': partialTree(`xen,path = "/ethernet@a001000"; ${registers('0xa000000')}`),
  'over-ram.dts': partialTree(ETHERNET + registers('0xa000000', '0x40000000')),
  'phandle.dts': partialTree(`${ETHERNET} ${registers('0xa000000')} phandle = <65000>;`),
  'bare-gic.dts': partialTree(ETHERNET + registers('0xa000000'), '\tgic {\n\t};\n'),
  'outside.dts': partialTree(
    `${ETHERNET} ${registers('0xa000000')} clocks = <&clock>;`,
    '\tclock: clock {\n\t\tcompatible = "fixed-clock";\n\t};\n',
  ),
  'beside.dts': partialTree(ETHERNET + registers('0xa000000'), '\tclock {\n\t\tcompatible = "fixed-clock";\n\t};\n'),
  'no-passthrough.dts': '/dts-v1/;\n\n/ {\n\tclock {\n\t};\n};\n',
  'forced.dts': partialTree(`${ETHERNET} ${registers('0xa000000')} ${FORCE}`),
  'large.dts': partialTree('example,data = /incbin/("MiB");'),
  'nearly-large.dts': partialTree(`example,data = /incbin/("MiB", 0, ${MiB - 0x1000});`),
  'many-properties.dts': partialTree(
    Array.from({ length: 100 }, (_, index) => `example,property-of-some-length-${index};`).join(' '),
  ),
}

/** The board with firmware that both a node and a memory reservation reserve. */
const reservedTwice = (): string =>
  boardWith(
    '\tchosen {',
    '\treserved-memory {\n\t\t#address-cells = <2>;\n\t\t#size-cells = <2>;\n\t\tranges;\n\n\t\tfirmware@70000000 {\n\t\t\treg = <0 0x70000000 0 0x100000>;\n\t\t};\n\t};\n\n\tchosen {',
  ).replace('/dts-v1/;', '/dts-v1/;\n/memreserve/ 0x70000000 0x200000;')

/** The beginning of a FLASK policy: XSM_MAGIC, little-endian, and the name of the format. */
function policy(): Buffer {
  const data = Buffer.alloc(64)
  data.writeUInt32LE(0xf97c_ff8c, 0)
  data.writeUInt32LE(8, 4)
  data.write('XenFlask', 8)
  return data
}

const FILES: Readonly<Record<string, () => string | Buffer>> = {
  xen: () => arm64Image({ size: MiB, imageSize: MiB }),
  MiB: () => Buffer.alloc(MiB),
  'xen.config': () => config(),
  'silo.config': () => `${config()}CONFIG_IOREQ_SERVER=y\nCONFIG_XSM_SILO=y\nCONFIG_XSM_SILO_DEFAULT=y\n`,
  'other-core.dts': () => boardWith(/arm,cortex-a53/g, 'example,core'),
  'no-scmi.config': () => config('SCMI_SMC'),
  'scmi-board.dts': () => scmiBoard('arm,smc-id = <0x82000010>;'),
  'scmi-without-id.dts': () => scmiBoard(''),
  'scmi-whole.dts': () => wholeScmiBoard('reg = <0 0x100>;'),
  'scmi-no-registers.dts': () => wholeScmiBoard(''),
  'no-vpl011.config': () => config('SBSA_VUART_CONSOLE'),
  'ffa.config': () => `${config()}CONFIG_FFA=y\n`,
  'two-cpus.config': () => `${config()}CONFIG_NR_CPUS=2\n`,
  'mpu.config': () => `${config()}CONFIG_MPU=y\n`,
  'acpi.config': () => `${config()}CONFIG_ACPI=y\n`,
  'new-vgic.config': () => `${config()}CONFIG_NEW_VGIC=y\n`,
  'no-gicv3.config': () => config('GICV3'),
  'no-llc.config': () => config('LLC_COLORING'),
  'no-null.config': () => config('SCHED_NULL'),
  'no-flask.config': () => config('XSM_FLASK'),
  'espi.config': () => `${config()}CONFIG_GICV3_ESPI=y\n`,
  'all-modules.config': () =>
    ['VIRTIO_MMIO', 'VIRTIO_NET', 'VIRTIO_CONSOLE', 'VIRTIO_VSOCKETS'].map((name) => `CONFIG_${name}=m\n`).join(''),
  'modules.config': () =>
    ['VIRTIO_MMIO', 'VIRTIO_BLK', 'GPIO_VIRTIO', 'XEN_VIRTIO', 'XEN_GRANT_DMA_OPS', 'XEN_GRANT_DMA_IOMMU']
      .map((name) => `CONFIG_${name}=m\n`)
      .join(''),
  'bus.config': () =>
    ['VIRTIO_MMIO', 'GPIO_VIRTIO', 'I2C_VIRTIO', 'SND_VIRTIO', 'XEN_VIRTIO', 'XEN_GRANT_DMA_OPS', 'XEN_GRANT_DMA_IOMMU']
      .map((name) => `CONFIG_${name}=m\n`)
      .join(''),
  'no-grants.config': () => 'CONFIG_VIRTIO_MMIO=m\nCONFIG_VIRTIO_BLK=m\n',
  'contiguous.config': () => 'CONFIG_DMA_CMA=y\nCONFIG_CMA_SIZE_MBYTES=64\nCONFIG_CMA_SIZE_SEL_MBYTES=y\n',
  'built-in.config': () => 'CONFIG_VIRTIO_MMIO=y\nCONFIG_VIRTIO_BLK=y\n',
  'no-virtio.config': () => '# CONFIG_VIRTIO_MMIO is not set\nCONFIG_VIRTIO_BLK=m\n',
  'argo.config': () => `${config()}CONFIG_ARGO=y\nCONFIG_XSM_SILO=y\nCONFIG_XSM_SILO_DEFAULT=y\n`,
  'smmu-v3.config': () => `${config()}CONFIG_ARM_SMMU_V3=y\n`,
  'smmu-v3-alone.config': () => `${config('ARM_SMMU')}CONFIG_ARM_SMMU_V3=y\n`,
  'no-iommu.config': () => config('ARM_SMMU'),
  'ipmmu-alone.config': () => `${config('ARM_SMMU')}CONFIG_IPMMU_VMSA=y\n`,
  'ipmmu.config': () => `${config()}CONFIG_IPMMU_VMSA=y\n`,
  'ioreq.config': () => `${config()}CONFIG_IOREQ_SERVER=y\n`,
  'no-sve.config': () => config('ARM64_SVE'),
  'no-dom0less.config': () => config('DOM0LESS_BOOT'),
  'no-static-memory.config': () => config('STATIC_MEMORY', 'STATIC_SHM'),
  'no-static-shm.config': () => config('STATIC_SHM'),
  'no-static-evtchn.config': () => config('STATIC_EVTCHN'),
  'no-cpupools.config': () => config('BOOT_TIME_CPUPOOLS'),
  'gicv3-with-v2.dts': () =>
    boardWith(
      '<0 0x80a0000 0 0xf60000>',
      '<0 0x80a0000 0 0xf60000>, <0 0x8010000 0 0x2000>, <0 0x8020000 0 0x2000>, <0 0x8030000 0 0x2000>',
    ),
  'high-uart.dts': () => boardWith('interrupts = <0 1 4>', 'interrupts = <0 40 4>'),
  'no-uart-interrupt.dts': () => boardWith('interrupts = <0 1 4>;', ''),
  'unknown-uart.dts': () => boardWith('"arm,pl011", "arm,primecell"', '"acme,uart"'),
  'sbsa-uart.dts': () => boardWith('"arm,pl011", "arm,primecell"', '"arm,sbsa-uart"'),
  'disabled-uart.dts': () => boardWith('interrupts = <0 1 4>;', 'interrupts = <0 1 4>; status = "disabled";'),
  'given-uart.dts': () => boardWith('interrupts = <0 1 4>;', 'interrupts = <0 1 4>; xen,passthrough;'),
  'no-pl011.config': () => config('HAS_PL011'),
  'small-uart.dts': () => boardWith('0x9000000 0 0x1000', '0x9000000 0 0x100'),
  'smmu-gicv2.dts': () => readFileSync(join(FIXTURES, 'D0-004.dts'), 'utf8').replace('board.dts', 'smmu-board.dts'),
  'imx8qm.dts': () =>
    boardWith('/ {', '/ {\n\tcompatible = "fsl,imx8qm-mek", "fsl,imx8qm";')
      .replace('memory@40000000', 'memory@80000000')
      .replace('<0 0x40000000 0 0x40000000>', '<0 0x80000000 0 0x40000000>'),
  'second-memory.dts': () => boardWith('memory@40000000 {', 'memory { }; memory@40000000 {'),
  'low-ram.dts': () => boardWith('<0 0x40000000 0 0x40000000>', '<0 0x20000000 0 0x40000000>'),
  'two-kinds.dts': () => boardWith(/(cpu@1 \{[^}]*)cortex-a53/, '$1cortex-a72'),
  'four-cpus.dts': () =>
    boardWith(
      /(cpu1: cpu@1 \{[^}]*\};)/,
      `$1 ${[2, 3].map((n) => `cpu@${n} { device_type = "cpu"; compatible = "arm,cortex-a53"; reg = <${n}>; };`).join(' ')}`,
    ),
  'two-redistributors.dts': () => boardWith('0x80a0000 0 0xf60000', '0x80a0000 0 0x40000'),
  'split-redistributors.dts': () =>
    boardWith(
      '<0 0x80a0000 0 0xf60000>',
      '<0 0x80a0000 0 0x20000>, <0 0x8100000 0 0x2ffff>; #redistributor-regions = <2>',
    ),
  'named-timer.dts': () =>
    boardWith(
      'interrupts = <1 13 4>, <1 14 4>, <1 11 4>, <1 10 4>;',
      'interrupts = <1 11 4>, <1 10 4>, <1 13 4>, <1 14 4>, <1 12 4>; interrupt-names = "virt", "hyp-phys", "sec-phys", "phys", "hyp-virt";',
    ),
  'far-cpu.dts': () =>
    boardWith(/#address-cells = <1>;(\s*)#size-cells = <0>/, '#address-cells = <2>;$1#size-cells = <0>')
      .replace('reg = <0>', 'reg = <0 0>')
      .replace('cpu@1', 'cpu@100000001')
      .replace('reg = <1>', 'reg = <1 1>'),
  'pa32.config': () => `${config()}CONFIG_PHYS_ADDR_T_32=y\n`,
  'reservation.dts': () => boardWith('/dts-v1/;\n', '/dts-v1/;\n/memreserve/ 0x60000000 0x8000000;\n'),
  'reserved-twice.dts': () => reservedTwice(),
  'reserved-area.dts': () =>
    boardWith(
      '\tchosen {',
      '\treserved-memory {\n\t\t#address-cells = <2>;\n\t\t#size-cells = <2>;\n\t\tranges;\n\n\t\tarea@58000000 {\n\t\t\treg = <0 0x58000000 0 0x100000>;\n\t\t};\n\t};\n\n\tchosen {',
    ),
  'high-devices.dts': () =>
    devicesBoard().replace('<0 0x40000000 0 0x40000000>', '<0 0x40000000 0 0x40000000>, <0x100 0 0 0x40000000>'),
  'devices.dts': devicesBoard,
  'devices-given.dts': () => devicesBoard().replace('reg = <0 0xb000100', 'xen,passthrough; reg = <0 0xb000100'),
  'devices-off.dts': () => devicesBoard().replace('reg = <0 0xb000100', 'status = "disabled"; reg = <0 0xb000100'),
  'large.gz': largeGzip,
  Image: () => arm64Image({ size: 2 * MiB }),
  'Image.gz': () => gzip(arm64Image({ size: MiB })),
  'Image-large-bss': () => arm64Image({ size: 2 * MiB, imageSize: 15 * MiB }),
  'Image-cut': cutImage,
  'Image-elf': () => Buffer.concat([Buffer.from('\x7fELF\x02\x01\x01', 'latin1'), Buffer.alloc(4096)]),
  'Image-broken.gz': () => Buffer.concat([Buffer.from([0x1f, 0x8b, 8, 0]), Buffer.alloc(4096, 0xff)]),
  'Image-padded.gz': () => Buffer.concat([gzip(arm64Image({ size: MiB })), Buffer.alloc(64)]),
  'Image-two.gz': () => Buffer.concat([gzip(arm64Image({ size: MiB })), gzip(Buffer.alloc(4096))]),
  'Image-damaged.gz': () => flipped(gzip(arm64Image({ size: MiB })), MiB / 2),
  'Image-cut.gz': () => gzip(arm64Image({ size: MiB })).subarray(0, MiB / 2),
  'Image-checked.gz': () => withHeaderChecksum(gzip(arm64Image({ size: MiB }))),
  'uImage.gz': () => gzip(uimage()),
  'uImage-gzip': () => uimage({ compression: 1 }, gzip(arm64Image({ size: MiB }))),
  'uImage-gzip-damaged': () => uimage({ compression: 1 }, flipped(gzip(arm64Image({ size: MiB })), MiB / 2)),
  'uImage-gzip-none': () => uimage({ compression: 1 }),
  'uImage-of-gzip': () => uimage({}, gzip(arm64Image({ size: MiB }))),
  zImage: () => zimage(4096),
  'zImage-short': () => zimage(48).subarray(0, 47),
  'zImage-cut': () => zimage(4096, 8192),
  'zImage-8MiB': () => zimage(8 * MiB),
  uImage: () => uimage(),
  'uImage-cut': () => uimage({ claims: 8192 }),
  'uImage-lzma': () => uimage({ compression: 3 }),
  'uImage-x86': () => uimage({ arch: 3 }),
  'uImage-entry': () => uimage({ entry: 0x4008_0000 }),
  'uImage-low': () => uimage({ load: 0x8_0000, entry: 0x8_0000 }),
  'uImage-fixed': () => uimage({ load: 0x4008_0000, entry: 0x4008_0000 }),
  ramdisk: () => cpio(),
  'empty.cpio': () => emptyCpio(),
  'empty.cpio.gz': () => gzip(emptyCpio()),
  xenpolicy: policy,
  empty: () => '',
  '3MiB': () => Buffer.alloc(3 * MiB),
  '257-ranges': () => ranges(257, 0x7000_0000n, 0x2000n, 0x1000n),
  '257-banks': () => ranges(257, 0x8000_0000n, 0x20_0000n, 0x10_0000n),
  '257-reservations.dts': reservedBoard,
}

/** Fills `folder` with these files, and with the boards that are committed here. */
export function makeInputs(folder: string): void {
  mkdirSync(folder, { recursive: true })
  for (const [name, make] of Object.entries(FILES)) writeFileSync(join(folder, name), make())
  for (const [name, text] of Object.entries(PARTIAL_TREES)) writeFileSync(join(folder, name), text)
  for (const name of readdirSync(FIXTURES))
    if (name.endsWith('.dts')) copyFileSync(join(FIXTURES, name), join(folder, name))
}
