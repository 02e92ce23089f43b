/**
 * Which devices Xen puts behind an IOMMU, against Debian's builds of it: what the rules refuse stops Xen, what they let pass boots. QEMU has no SMMUv2;
 * Xen's driver takes one whose identification registers lie in RAM, where the boot script writes them.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { cells } from '../../src/devicetree/build.ts'
import type { DtValue } from '../../src/devicetree/model.ts'
import { bareGuest } from './bare-guest.ts'
import { xenInputs } from './boot-case.ts'
import { set, VerdictBench, type VerdictCase } from './verdict-bench.ts'

const FIRST = 0x7000_0000
const SECOND = 0x7001_0000

/** SMMU_IDR0 to IDR2: both stages, 32 stream match registers, one context bank, 40 bits, pages of 4 KiB. */
const identify = (base: number): readonly string[] =>
  [0x6800_1e20, 0x1000_0001, 0x1522].map(
    (value, at) => `mw.l 0x${(base + 0x20 + 4 * at).toString(16)} 0x${value.toString(16)}`,
  )

const manifest = (release: string): string => `api-version: domforge/v1
name: iommus
platform: { device-tree: board.dtb, reserved: { iommus: { start: 0x7000_0000, size: 2MiB } } }
xen: { release: "${release}", image: xen, config: xen.config, bootargs: console=dtuart dtuart=serial0 bootscrub=0 conswitch=ax }
boot:
  load: { from: tftp }
  extra-commands: ${JSON.stringify([...identify(FIRST), ...identify(SECOND)].join('\n'))}
domains:
  guest:
    boot: dom0less
    kernel: { image: Image, bootargs: console=ttyAMA0 }
    ramdisk: ramdisk
    memory: 128MiB
    passthrough: { dma: { path: /dma@b000000 } }
`

const smmu = (base: number, phandle: number, spi: number): string =>
  `iommu@${base.toString(16)} {
    compatible = "arm,mmu-500"; reg = <0 0x${base.toString(16)} 0 0x10000>; interrupts = <0 ${spi} 4>, <0 ${spi + 1} 4>;
    #iommu-cells = <1>; #global-interrupts = <1>; phandle = <${phandle}>;
  };`

const [OWN, OTHER, FOREIGN] = [0x9001, 0x9002, 0x9003]

const nodes = `
/ {
  ${smmu(FIRST, OWN, 80)}
  ${smmu(SECOND, OTHER, 82)}
  iommu@70020000 { compatible = "example,iommu"; #iommu-cells = <1>; phandle = <${FOREIGN}>; };
  dma@b000000 { compatible = "example,dma"; reg = <0 0xb000000 0 0x1000>; iommus = <${OWN} 1>; };
};
`

const iommus = (...named: readonly (readonly [iommu: number, stream: number])[]) =>
  set(
    '/dma@b000000',
    'iommus',
    named.map(([iommu, stream]): DtValue[number] => cells([BigInt(iommu), BigInt(stream)])),
  )

const streams = (count: number) => iommus(...Array.from({ length: count }, (_, stream) => [OWN, stream] as const))

/** Of a device that it cannot add Xen 4.17 only gives the guest a node without an end. */
const goesOn = ['4.17']

const CASES: readonly VerdictCase[] = [
  { name: 'one stream', change: (root) => root },
  { name: '16 streams', change: streams(16) },
  // Xen stops once it uses what the 17th and later overwrite.
  { name: '32 streams', change: streams(32), code: 'PT-017' },
  { name: 'two IOMMUs', change: iommus([OWN, 1], [OTHER, 1]), code: 'PT-017', goesOn },
  { name: 'an IOMMU that Xen does not drive', change: iommus([FOREIGN, 1]), code: 'PT-017', goesOn },
]

const scratch = mkdtempSync(join(tmpdir(), 'domforge-iommus-'))
afterAll(() => rmSync(scratch, { recursive: true }))

describe.each(['4.17', '4.20'] as const)("IOMMUs of Debian's Xen %s", (release) => {
  let bench: VerdictBench
  beforeAll(async () => {
    const files = await xenInputs({ release, from: 'Debian' })
    const inputs = { ...files, Image: await bareGuest(), ramdisk: new Uint8Array(4096) }
    bench = await VerdictBench.of({ manifest: manifest(release), inputs, nodes }, mkdtempSync(join(scratch, release)))
  })

  test.each(CASES)('$name', (own) => bench.judge(own, `iommus-${release}`, release))
})
