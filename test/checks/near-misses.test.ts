/** What only just obeys each rule passes; the fixtures under `test/diagnostics` show what only just breaks it. */
import { afterAll, describe, expect, it } from 'vitest'
import { Bench, codesOf, DOM0, type ManifestParts, manifestOf } from '../support/checks/systems.ts'

const bench = new Bench()
afterAll(() => bench.remove())

/** Of a Linux guest. */
const DRIVERS = ['VIRTIO_MMIO', 'VIRTIO_NET', 'HW_RANDOM_VIRTIO', 'I2C_VIRTIO']
bench.put('drivers.config', DRIVERS.map((option) => `CONFIG_${option}=m\n`).join(''))

const xl = (line: string): readonly string[] => [DOM0, line]
const guest = (more: string): string => `guest: { boot: xl, kernel: { image: Image }, memory: 64MiB, ${more} }`

const ENHANCED = 'one: { boot: dom0less, kernel: { image: Image }, memory: 64MiB, enhanced: enabled }'
const named = (name: string): string => `${name}: { boot: xl, kernel: { image: Image }, memory: 64MiB }`

const many = (count: number): readonly string[] => [
  'guest1: &guest { boot: dom0less, kernel: { image: Image.gz }, memory: 16MiB }',
  ...Array.from({ length: count - 1 }, (_, index) => `guest${index + 2}: *guest`),
]

const DIRECT = 'static-mem: { main: { start: 0x6000_0000, size: 64MiB } }, direct-map: true'

const SCMI: ManifestParts = { board: 'scmi-board.dts', release: '4.21', bootargs: 'scmi-smc-passthrough' }
const scmi = (name: string): string =>
  `${name}: { boot: dom0less, kernel: { image: Image }, memory: 64MiB, extra-properties: { 'xen,sci_type': scmi_smc } }`

const PASSTHROUGH = 'extra-properties: { passthrough: enabled }'
const iommu = (first: string, second: string): readonly string[] => [
  `one: { boot: dom0less, kernel: { image: Image }, memory: 64MiB, ${first} }`,
  `two: { boot: dom0less, kernel: { image: Image }, memory: 64MiB, ${second} }`,
]

const HARDWARE: ManifestParts = { release: '4.21', board: 'smmu-board.dts' }

/** Devices by registers of `guest`: each with what is its program. */
function registers(boot: string, devices: readonly string[]): ManifestParts {
  const guests = `guest: { ${boot}, kernel: { image: Image, config: drivers.config, bootargs: modprobe.blacklist=virtio_mmio }, ramdisk: ramdisk, memory: 64MiB }`
  const lines = devices.map((own, index) => `  d${index}: { transport: mmio, frontend: guest, backend: dom0, ${own} }`)
  return { config: 'ioreq.config', domains: xl(guests), end: ['virtio:', ...lines] }
}

const BY_XEN = 'boot: dom0less, enhanced: enabled'
const PROGRAM = 'type: net, backend-program: { command: [/usr/bin/serve, "{ready}"] }'
const DAEMON = 'type: i2c, backend-program: { vhost-device: { device-list: "2:32" } }'
const QEMU = 'type: entropy, backend-program: { qemu: {} }'

const MANIFESTS: readonly (readonly [string, ManifestParts])[] = [
  ['MOD-003: thirty modules', { domains: many(30) }],
  ['MOD-005, MOD-006: 1023 characters', { kernelArguments: 'x'.repeat(1023), more: 'os: zephyr' }],
  [
    'MOD-016: domains share an uncompressed kernel',
    { domains: many(2).map((line) => line.replace('Image.gz', 'Image')) },
  ],
  ['DOM-004: a guest has redistributors of its own', { board: 'two-redistributors.dts', more: 'vcpus: 3' }],
  [
    'DOM-004: dom0 with as many as there are',
    { board: 'split-redistributors.dts', domains: [DOM0.replace('256MiB', '256MiB, vcpus: 2')] },
  ],
  ['D0-006: as many as there is room for', { domains: [DOM0.replace('256MiB', '256MiB, vcpus: 32')] }],
  ['D0-006: more room', { release: '4.22', domains: [DOM0.replace('256MiB', '256MiB, vcpus: 76')] }],
  ['DOM-002: one vCPU', { more: 'vcpus: 1' }],
  ['DOM-003, DOM-050: 128 vCPUs', { release: '4.22', more: 'vcpus: 128' }],
  ['MAN-028: a multiple of 4 KiB', { memory: '0x4001000' }],
  ['DOM-020: 960 SPIs', { more: 'nr-spis: 960' }],
  ['DOM-010: one MiB', { more: 'p2m-mem: 1MiB' }],
  ['DOM-021: one SPI for the virtual PL011', { more: 'nr-spis: 1' }],
  ['DOM-021: none for none', { more: 'nr-spis: 0, console: none' }],
  ['DOM-025: no virtual PL011', { config: 'no-vpl011.config', more: 'console: none' }],
  ['DOM-026, DOM-063: 0', { release: '4.22', more: 'trap-unmapped-accesses: false' }],
  ...['4.18', '4.19.2', '4.20'].map(
    (release) => [`FDT-008: reserved in both ways, Xen ${release}`, { release, board: 'reserved-twice.dts' }] as const,
  ),
  ['DOM-063: 1', { release: '4.21', more: 'trap-unmapped-accesses: true' }],
  [
    'DOM-063: page tables shared with an IOMMU, on a GICv3',
    { ...HARDWARE, more: 'trap-unmapped-accesses: false, extra-properties: { passthrough: enabled }' },
  ],
  ['DOM-014, DOM-017: one hardware domain behind an IOMMU', { ...HARDWARE, more: 'capabilities: [hardware]' }],
  [
    'SM-016, DOM-012, DOM-017: a direct-mapped hardware domain without an IOMMU',
    {
      release: '4.21',
      bootargs: 'console=dtuart dtuart=serial0',
      domains: [
        'control: { boot: dom0less, kernel: { image: Image }, memory: 256MiB, capabilities: [control, xenstore], enhanced: enabled }',
        'hardware: { boot: dom0less, kernel: { image: Image }, memory: 256MiB, capabilities: [hardware], direct-map: true, static-mem: auto }',
      ],
    },
  ],
  ['DOM-015: a xenstore domain', { release: '4.21', more: 'capabilities: [control, xenstore], enhanced: enabled' }],
  ['DOM-029: a multiple of 128', { board: 'sve-board.dts', more: 'sve: 384' }],
  ['DOM-030: none', { more: 'sve: 0' }],
  ['DOM-031: 64 bits', { board: 'sve-board.dts', more: 'sve: hw' }],
  ['DOM-052, DOM-053: the last of each', { release: '4.21', more: 'vcpus: 2, hard-affinity: { 1: [cpu@1, cpu@0] }' }],
  ['D0-005: the longest', { board: 'sve-board.dts', domains: [DOM0.replace('256MiB', '256MiB, sve: hw')] }],
  [
    'D0-014: the last that runs',
    { release: '4.21', board: 'four-cpus.dts', bootargs: 'maxcpus=2', more: 'hard-affinity: { 0: [cpu@0, cpu@1] }' },
  ],
  ['D0-014: no limit', { release: '4.21', bootargs: 'maxcpus=0', more: 'hard-affinity: { 0: [cpu@1] }' }],
  ['D0-014: built for as many', { release: '4.21', config: 'two-cpus.config', more: 'hard-affinity: { 0: [cpu@1] }' }],
  ['XL-062: the last that runs', { bootargs: 'maxcpus=1', domains: xl(guest('hard-affinity: { 0: [cpu@0] }')) }],
  ['XL-062: all, and what is taken out again', { domains: xl(guest('extra-xl: { cpus_soft: "all,0-7,^2-7" }')) }],
  ['XL-008, XL-061: as many as virtual CPUs', { domains: xl(guest('vcpus: 2, hard-affinity: { 1: [cpu@0] }')) }],
  [
    'OUT-015: Xen takes any whole pages, and no xl configuration is written',
    { domains: [DOM0, 'guest: { boot: dom0less, kernel: { image: Image }, memory: 65540KiB }'] },
  ],
  [
    'XL-014: a GICv3 with the registers of a v2',
    { board: 'gicv3-with-v2.dts', domains: xl(guest('extra-xl: { gic_version: v2 }')) },
  ],
  ['XL-019: up to 4.20 the greater number counts', { domains: xl(guest('nr-spis: 0, console: vpl011')) }],
  ['XL-019: enough from 4.21 on', { release: '4.21', domains: xl(guest('nr-spis: 1, console: vpl011')) }],
  ['XL-020, XL-021: numbers in a list', { domains: xl(guest('extra-xl: { irqs: [991, "990"] }')) }],
  [
    'XL-023 to XL-034: two devices, and an interrupt past theirs',
    {
      config: 'ioreq.config',
      domains: xl(
        guest(
          `extra-xl: { virtio: ["type=virtio,device22,transport=mmio", "type=virtio,device,transport=mmio,grant_usage=1"], irqs: [35] }`,
        ),
      ),
    },
  ],
  [
    'XL-035 to XL-039: disks',
    {
      domains: xl(
        guest('extra-xl: { disk: ["phy:/dev/sda,xvda,w", "vdev=xvdb,cdrom", "format=qcow2,vdev=xvdc,target=/x"] }'),
      ),
    },
  ],
  ['XL-041 to XL-043, XL-063: a page of no device', { domains: xl(guest('extra-xl: { iomem: ["a000,1@10"] }')) }],
  [
    'XL-044, XL-047, XL-063: domforge marks what dtdev names',
    {
      board: 'smmu-board.dts',
      domains: xl(guest('extra-xl: { dtdev: [/ETHERNET@a001000], irqs: [73], iomem: ["a001,1"] }')),
    },
  ],
  [
    'XL-046: all of it',
    { board: 'smmu-board.dts', domains: xl(guest('extra-xl: { dtdev: [/ethernet@a001000], maxmem: 64 }')) },
  ],
  [
    'XL-052: colours that there are',
    {
      bootargs: 'llc-coloring=on llc-size=1M llc-nr-ways=16',
      domains: xl(guest('extra-xl: { llc_colors: ["0-14", 15] }')),
    },
  ],
  ['XL-070: the name of an id that no domain has', { domains: [DOM0, ENHANCED, named('dom0less-2')] }],
  [
    'XL-070: the name of a domain without xenstore',
    { domains: [DOM0, ENHANCED.replace('enabled', 'no-xenstore'), named('dom0less-1')] },
  ],
  ['XL-070: its own name', { domains: [DOM0, ENHANCED.replace('one:', 'dom0less-1:')] }],
  [
    'MAN-020: a domain of xl has no node',
    { domains: [DOM0, named('cpupool-pool')], xenMore: 'cpupools: { pool: { cpus: [cpu@1] } }' },
  ],
  ['XL-016: none', { domains: xl(guest('sve: 0')) }],
  ['DOM-032: the largest', { more: 'max-maptrack-frames: 2147483647' }],
  ['DOM-033: one frame', { more: 'max-grant-frames: 1' }],
  ['DOM-034: version 2 where Xen is told', { bootargs: 'gnttab=max-ver:2', more: 'max-grant-version: 2' }],
  ['DOM-041: page tables', { release: '4.22', config: 'mpu.config', more: 'extra-properties: { v8r_el1_msa: mmu }' }],
  [
    'DOM-041: direct-mapped',
    {
      release: '4.22',
      config: 'mpu.config',
      bootargs: 'console=dtuart dtuart=serial0',
      more: 'static-mem: { m: { start: 0x6000_0000, size: 64MiB } }, direct-map: true',
    },
  ],
  ['DOM-042: without xenstore', { more: 'enhanced: no-xenstore' }],
  [
    'DOM-042: dom0 provides it',
    { domains: [DOM0, 'guest: { boot: dom0less, kernel: { image: Image }, memory: 64MiB, enhanced: enabled }'] },
  ],
  [
    'DOM-065: two vCPUs without xenstore',
    {
      domains: [
        DOM0,
        'guest: { boot: dom0less, kernel: { image: Image }, memory: 64MiB, vcpus: 2, enhanced: no-xenstore }',
      ],
    },
  ],
  [
    'DOM-043: legacy from 4.21',
    {
      release: '4.21',
      domains: [DOM0, 'guest: { boot: dom0less, kernel: { image: Image }, memory: 64MiB, enhanced: legacy }'],
    },
  ],
  ['DOM-045: enabled', { more: 'extra-properties: { passthrough: enabled }' }],
  ['DOM-047: as old as the release', { release: '4.18', more: 'max-grant-frames: 64' }],
  ['DOM-049: okay', { more: 'extra-properties: { status: okay }' }],
  ['DOM-058: always there in 4.18', { release: '4.18', config: 'no-dom0less.config' }],
  ['DOM-058: nothing to build', { config: 'no-dom0less.config', domains: [DOM0] }],
  [
    'PT-002 to PT-019: a device behind the IOMMU',
    { board: 'smmu-board.dts', release: '4.20', more: 'device-tree: ethernet.dts' },
  ],
  [
    'PT-003: the default widths, where they are meant',
    { board: 'smmu-board.dts', release: '4.20', more: 'device-tree: small-cells.dts' },
  ],
  ['PT-007: memory without a device', { board: 'smmu-board.dts', release: '4.20', more: 'device-tree: memory.dts' }],
  [
    'PT-011: enough of them',
    { board: 'smmu-board.dts', release: '4.20', more: 'nr-spis: 64, device-tree: ethernet.dts' },
  ],
  [
    'PT-017, PT-018: without an IOMMU',
    { board: 'smmu-board.dts', release: '4.20', bootargs: 'iommu=off', more: 'device-tree: spi.dts' },
  ],
  [
    'PT-018: switched on again',
    { board: 'smmu-board.dts', release: '4.20', bootargs: 'iommu=off iommu=force', more: 'device-tree: ethernet.dts' },
  ],
  [
    'PT-025: no virtual PL011',
    { board: 'smmu-board.dts', release: '4.20', more: 'console: none, device-tree: first.dts' },
  ],
  [
    'PT-026: older releases take the phandle of the controller',
    { board: 'smmu-board.dts', release: '4.21', more: 'device-tree: gic.dts' },
  ],
  ['PT-028: from 4.20 on', { board: 'smmu-board.dts', release: '4.20', more: 'device-tree: bare-gic.dts' }],
  [
    'PT-031: the partial tree brings its room',
    { board: 'smmu-board.dts', release: '4.18', more: 'device-tree: many-properties.dts' },
  ],
  [
    'PT-013, PT-033: a device of another domain than dom0',
    {
      board: 'smmu-board.dts',
      domains: [DOM0, `net: { boot: dom0less, kernel: { image: Image }, memory: 64MiB, device-tree: ethernet1.dts }`],
    },
  ],
  [
    'PT-021, PT-019: two devices',
    {
      board: 'smmu-board.dts',
      domains: ['ethernet', 'ethernet1'].map(
        (name) => `${name}: { boot: dom0less, kernel: { image: Image }, memory: 64MiB, device-tree: ${name}.dts }`,
      ),
    },
  ],
  ['DOM-035: none', { release: '4.21', more: "extra-properties: { 'xen,sci_type': none }" }],
  [
    'DOM-036 to DOM-039: one domain that Xen lets use the firmware',
    { ...SCMI, domains: [scmi('one'), 'two: { boot: dom0less, kernel: { image: Image }, memory: 64MiB }'] },
  ],
  ['DOM-046: the last one', { board: 'smmu-board.dts', domains: iommu('vcpus: 1', PASSTHROUGH) }],
  ['DOM-046: 4.21 asks each', { board: 'smmu-board.dts', release: '4.21', domains: iommu(PASSTHROUGH, 'vcpus: 1') }],
  [
    'DOM-046: 4.19, where both ask',
    { board: 'smmu-board.dts', release: '4.19', domains: iommu(PASSTHROUGH, PASSTHROUGH) },
  ],
  ['DOM-046: no IOMMU', { domains: iommu(PASSTHROUGH, 'vcpus: 1') }],
  [
    'PT-022: the domain with the tree comes first',
    { board: 'smmu-board.dts', domains: iommu('device-tree: ethernet.dts', 'vcpus: 1') },
  ],
  [
    'PT-022: no IOMMU',
    { board: 'smmu-board.dts', bootargs: 'iommu=off', domains: iommu('vcpus: 1', 'device-tree: spi.dts') },
  ],
  [
    'PT-021: nobody else has the other device of the page',
    { board: 'devices.dts', more: 'device-tree: first-of-page.dts' },
  ],
  ...['devices-given.dts', 'devices-off.dts'].map(
    (board) =>
      [
        `PT-021: dom0 does not drive the other device of the page (${board})`,
        {
          board,
          domains: [
            DOM0,
            'net: { boot: dom0less, kernel: { image: Image }, memory: 64MiB, device-tree: first-of-page.dts }',
          ],
        },
      ] as const,
  ),
  [
    'PT-024, PT-033: the same page at the same address for several nodes, which are marked',
    {
      board: 'devices.dts',
      domains: [
        DOM0,
        'net: { boot: dom0less, kernel: { image: Image }, memory: 64MiB, device-tree: both-of-page.dts }',
      ],
    },
  ],
  ["PT-024: the host's addresses", { board: 'smmu-board.dts', more: `${DIRECT}, device-tree: same-addresses.dts` }],
  [
    'PT-024: no virtual PL011',
    {
      board: 'smmu-board.dts',
      bootargs: 'console=dtuart dtuart=serial0',
      more: `${DIRECT}, console: none, device-tree: over-console.dts`,
    },
  ],
  [
    'PT-051: one stream of registers that compare, in one domain',
    {
      board: 'streams-board.dts',
      more: 'passthrough: { a: { path: /rtc@a000000 }, b: { path: /rtc@a001000 } }, os: other',
    },
  ],
  [
    'PT-051: what is in the mask of the first comes in it',
    {
      board: 'streams-board.dts',
      more: 'passthrough: { a: { path: /rtc@a002000 }, b: { path: /rtc@a000000 } }, os: other',
    },
  ],
  [
    'PT-051: one micro-TLB, in one domain',
    {
      board: 'streams-board.dts',
      config: 'ipmmu-alone.config',
      more: 'passthrough: { a: { path: /rtc@a005000 }, b: { path: /rtc@a006000 } }, os: other',
    },
  ],
  [
    'PT-051: streams past the mask',
    {
      board: 'streams-board.dts',
      domains: [
        'one: { boot: dom0less, kernel: { image: Image }, memory: 64MiB, os: other, passthrough: { a: { path: /rtc@a007000 } } }',
        'two: { boot: dom0less, kernel: { image: Image }, memory: 64MiB, os: other, passthrough: { a: { path: /rtc@a009000 } } }',
      ],
    },
  ],
  [
    'DEV-009: more streams than Xen has room for, and two IOMMUs, where it uses none',
    {
      board: 'pcie-board.dts',
      bootargs: 'iommu=off',
      more: 'direct-map: true, static-mem: auto, os: other, passthrough: { a: { path: /pcie@b000000, force-assign-without-iommu: it is ours }, b: { path: /pcie@d000000, force-assign-without-iommu: it is ours } }',
    },
  ],
  [
    'PT-044: an IOMMU that Xen drives from 4.20 on',
    {
      board: 'streams-newer.dts',
      config: 'ipmmu-alone.config',
      more: 'passthrough: { a: { path: /rtc@a000000 } }, os: other',
    },
  ],
  ['D0-023: each stream once, or under one mask', { board: 'streams-dom0.dts', domains: [DOM0] }],
  ['D0-023: one of the two is marked', { board: 'streams-marked.dts', config: 'smmu-v3.config', domains: [DOM0] }],
  [
    'D0-023: no IOMMU is used',
    { board: 'streams-board.dts', config: 'smmu-v3.config', bootargs: 'iommu=off', domains: [DOM0] },
  ],
  ['D0-025: Xen drives that IOMMU', { board: 'streams-marked.dts', config: 'smmu-v3.config', domains: [DOM0] }],
  ['D0-025: of two IOMMUs the second is disabled', { board: 'streams-two-off.dts', domains: [DOM0] }],
  ['D0-025: the IOMMU is disabled', { board: 'streams-unknown-off.dts', domains: [DOM0] }],
  ['D0-025: the device is marked', { board: 'streams-unknown-marked.dts', domains: [DOM0] }],
  ['D0-025: no IOMMU is used', { board: 'streams-unknown.dts', bootargs: 'iommu=off', domains: [DOM0] }],
  ['D0-025: Xen drives none of them', { board: 'streams-unknown.dts', config: 'no-iommu.config', domains: [DOM0] }],
  ['D0-024: Xen 4.20 heeds masks', { board: 'streams-dom0.dts', domains: [DOM0] }],
  ['D0-024: no IOMMU is used', { release: '4.19', board: 'streams-dom0.dts', bootargs: 'iommu=off', domains: [DOM0] }],
  ['D0-024: the devices are marked, or disabled', { release: '4.19', board: 'streams-unmasked.dts', domains: [DOM0] }],
  [
    'PT-051: no IOMMU is used',
    {
      board: 'streams-board.dts',
      bootargs: 'iommu=off',
      more: 'direct-map: true, static-mem: auto, os: other, passthrough: { a: { path: /rtc@a003000, force-assign-without-iommu: it is ours }, b: { path: /rtc@a004000, force-assign-without-iommu: it is ours } }',
    },
  ],
  [
    'PT-052: from 4.20 on',
    { board: 'streams-board.dts', more: 'passthrough: { a: { path: /rtc@a002000 } }, os: other' },
  ],
  [
    'PT-052: no mask',
    { release: '4.19', board: 'streams-dom0.dts', more: 'passthrough: { a: { path: /rtc@a000000 } }, os: other' },
  ],
  [
    'XL-073: a stream of one domain alone, one that dom0 has no device of',
    {
      board: 'streams-tlbs.dts',
      config: 'ipmmu.config',
      domains: [
        DOM0,
        'one: { boot: xl, kernel: { image: Image }, memory: 64MiB, os: other, passthrough: { a: { path: /rtc@a005000 }, b: { path: /rtc@a006000 }, c: { path: /rtc@a00c000 } } }',
      ],
    },
  ],
  [
    'XL-074: 4.21 leaves devices out, and auto may use what is past RAM',
    {
      release: '4.21',
      board: 'given-board.dts',
      domains: xl(guest('os: other, passthrough: { clock: { path: /rtc@a002000, guest-address: 0x5000_0000 } }')),
    },
  ],
  [
    'XL-074: below RAM, and in less than 64 MiB past it',
    {
      board: 'given-board.dts, memory-from: manifest, memory: { all: { start: 0x4000_0000, size: 8GiB } }',
      domains: [
        DOM0,
        'one: { boot: xl, kernel: { image: Image }, memory: 64MiB, os: other, passthrough: { clock: { path: /rtc@a002000, guest-address: 0x3fff_f000 } } }',
        'two: { boot: xl, kernel: { image: Image }, memory: 3040MiB, os: other, passthrough: { clock: { path: /rtc@a005000, guest-address: 0xff00_0000, drop: [mmc-pwrseq] } } }',
      ],
    },
  ],
  ['XL-075: one table is left', { release: '4.21', domains: xl(guest('extra-xl: { iomem: ["0x8000000,0x37e00"] }')) }],
  ['PT-023: CPUs that reach further on the host', { board: 'high-devices.dts', more: 'device-tree: beyond.dts' }],
  ['PT-036: reserved for a device', { board: 'reserved-area.dts', more: 'device-tree: reserved.dts' }],
  ['PT-036: a device in what firmware reserved', { board: 'devices.dts', more: 'device-tree: frame-buffer.dts' }],
  [
    'PT-012, PT-037: no console of Xen',
    { board: 'smmu-board.dts', bootargs: 'console=com1', more: 'device-tree: uart.dts' },
  ],
  [
    'PT-037: an IOMMU that Xen does not use',
    { board: 'smmu-board.dts', bootargs: 'iommu=off', more: 'device-tree: smmu-registers.dts' },
  ],
  ['PT-038: windows of a bridge', { board: 'devices.dts', more: 'device-tree: bridge.dts' }],
  ['PT-038: registers of a node below', { board: 'devices.dts', more: 'device-tree: glue.dts' }],
  ['PT-039: the rest of the page', { board: 'devices.dts', more: 'device-tree: first-of-page.dts' }],
  [
    'PT-040: 4.21 leaves devices out',
    { board: 'smmu-board.dts', release: '4.21', more: 'enhanced: no-xenstore, device-tree: behind-ram.dts' },
  ],
  ['PT-040: a guest that knows nothing of Xen', { board: 'smmu-board.dts', more: 'device-tree: behind-ram.dts' }],
  [
    'PT-040: switched off',
    {
      board: 'smmu-board.dts',
      bootargs: 'ext_regions=no',
      more: 'enhanced: no-xenstore, device-tree: behind-ram.dts',
    },
  ],
  [
    'PT-040: a 32-bit guest',
    { board: 'smmu-board.dts', kernel: 'zImage', more: 'enhanced: no-xenstore, device-tree: behind-ram.dts' },
  ],
  ['PT-040: below RAM', { board: 'smmu-board.dts', more: 'enhanced: no-xenstore, device-tree: ethernet.dts' }],
  [
    "PT-040: the host's addresses",
    { board: 'smmu-board.dts', more: `${DIRECT}, enhanced: no-xenstore, device-tree: same-addresses.dts` },
  ],
  [
    'MOD-027, MOD-029: a policy that is read',
    { bootargs: 'xsm=flask', xenMore: 'xsm-policy: xenpolicy', domains: [DOM0] },
  ],
  ['XL-048, XL-049: a clock', { domains: xl(guest('device-tree: plain.dts')) }],
  ['KRN-001: compressed', { kernel: 'Image.gz' }],
  ['KRN-015: a core with the 32-bit state', { kernel: 'zImage' }],
  ['FDT-020: off', { bootargs: 'acpi=off', config: 'acpi.config' }],
  ['FDT-020: no ACPI in this Xen, which D0-012 does not know', { bootargs: 'acpi=force' }],
  ['FDT-016: names in any order', { board: 'named-timer.dts' }],
  ['FDT-016: 4.17 takes any four', { board: 'named-timer.dts', release: '4.17' }],
  ['FDT-024: a GICv2', { board: 'D0-004.dts', config: 'new-vgic.config' }],
  ['FDT-025: 4.17 starts anywhere', { board: 'FDT-025.dts', release: '4.17' }],
  ['D0-007: compiled in', { release: '4.21', bootargs: 'tee=ffa', config: 'ffa.config' }],
  ['D0-008: there is one', { board: 'smmu-board.dts', bootargs: 'iommu=force' }],
  ['KRN-003: a whole zImage', { kernel: 'zImage' }],
  ['KRN-004, KRN-005: 6 MiB', { memory: '6MiB' }],
  ['KRN-001: 4.17 looks into a gzip for a uImage', { kernel: 'uImage.gz', release: '4.17' }],
  ['KRN-009, KRN-013: a uImage compressed with gzip from 4.18', { kernel: 'uImage-gzip', release: '4.18' }],
  [
    'KRN-013, XL-011: libxl reads a checksum of the header',
    { domains: xl(guest('').replace('Image', 'Image-checked.gz')) },
  ],
  ['KRN-019: a root', { kernelArguments: 'console=ttyAMA0 root=/dev/vda' }],
  ['KRN-019: another system', { kernelArguments: 'x', more: 'os: zephyr' }],
  ['KRN-020: a root beside it', { kernelArguments: 'root=/dev/vda', more: 'ramdisk: empty.cpio' }],
  ['KRN-020: a file', { kernelArguments: 'console=ttyAMA0', more: 'ramdisk: ramdisk' }],
  ['KRN-008 to KRN-012: a plain uImage', { kernel: 'uImage' }],
  ['KRN-010: 4.17 does not look', { kernel: 'uImage', release: '4.17' }],
  ['KRN-012: a load address inside RAM counts from 4.18', { kernel: 'uImage-fixed', release: '4.18' }],
  ['KRN-016: enough room', { kernel: 'Image-large-bss', memory: '18MiB' }],
  ['D0-011: 127 characters', { bootargs: `conswitch=${'a'.repeat(117)}` }],
  [
    'D0-012: options of several kinds',
    { bootargs: 'bootscrub=idle maxcpus=2 no-sync_console conring_size=64k ext_regions=off' },
  ],
  ['D0-012: as old as the release', { bootargs: 'llc-coloring=off' }],
  ['D0-013: an alias with options', { bootargs: 'console=dtuart dtuart=serial0:115200n8' }],
  ['D0-013: a path', { bootargs: 'console=dtuart dtuart=/serial@9000000' }],
  ['D0-013: the tree says it', { bootargs: 'console=dtuart' }],
  ['D0-013: another console', { bootargs: 'console=com1 dtuart=serial9' }],
  ['D0-020: driven from 4.18', { release: '4.18', board: 'sbsa-uart.dts', bootargs: 'console=dtuart dtuart=serial0' }],
  ['D0-020: another console', { board: 'unknown-uart.dts', bootargs: 'console=com1' }],
  ['D0-015: compiled in', { bootargs: 'sched=credit' }],
  ['D0-019: told to', { board: 'D0-019.dts', bootargs: 'hmp-unsafe=true' }],
  ['D0-004: eight vCPUs', { board: 'D0-004.dts', domains: [DOM0.replace('256MiB', '256MiB, vcpus: 8')] }],
  ['XL-002, XL-005: a key and its action', { domains: xl(guest('extra-xl: { on_crash: preserve }')) }],
  ['XL-003: pv', { domains: xl(guest('extra-xl: { type: pv }')) }],
  ['XL-006: as many', { domains: xl(guest('vcpus: 2, extra-xl: { maxvcpus: 2 }')) }],
  ['XL-007: 128', { domains: xl(guest('vcpus: 128')) }],
  ['XL-009: the pool of all other CPUs', { domains: xl(guest('extra-xl: { pool: Pool-0 }')) }],
  [
    'XL-009: by its id',
    { xenMore: 'cpupools: { first: { cpus: [cpu@0] } }', domains: xl(guest('extra-xl: { pool: "1" }')) },
  ],
  [
    'VIO-027, VIO-036: ten devices of a QEMU and one after them, in a domain of xl',
    registers('boot: xl', [...Array.from({ length: 10 }, () => QEMU), PROGRAM]),
  ],
  [
    'VIO-044: a disk of another kind beside a device',
    registers('boot: xl, extra-xl: { disk: ["format=raw,vdev=xvda,target=/srv/a"] }', [PROGRAM]),
  ],
  [
    'VIO-044: in a domain that xl never creates',
    {
      ...registers(`${BY_XEN}, static-mem: auto, extra-xl: { virtio: ["type=virtio,device22,transport=mmio"] }`, [
        PROGRAM,
      ]),
      release: '4.21',
    },
  ],
  [
    'VIO-036: eight programs',
    registers(
      BY_XEN,
      Array.from({ length: 8 }, () => PROGRAM),
    ),
  ],
  [
    'VIO-036: seven programs, and daemons, which are one server',
    registers(BY_XEN, [...Array.from({ length: 7 }, () => PROGRAM), ...Array.from({ length: 4 }, () => DAEMON)]),
  ],
  [
    'XL-018: no firmware that is asked',
    { release: '4.21', domains: xl(guest('extra-xl: { arm_sci: "type=scmi_smc" }')) },
  ],
  ['XL-018: one, where Xen is told', { ...SCMI, domains: xl(guest('extra-xl: { arm_sci: "type=scmi_smc" }')) }],
  [
    'XL-033, D0-016: dom0, by name and by id',
    {
      config: 'silo.config',
      domains: xl(
        guest(
          'extra-xl: { vif: ["backend=0", "bridge=b,backend=Domain-0"], disk: ["format=raw,vdev=xvda,backend=0,target=/d"], p9: ["tag=a,path=/b,backend=Domain-0"] }',
        ),
      ),
    },
  ],
  [
    'XL-033: a domain that Xen has started, under each of its names',
    {
      domains: [
        DOM0,
        'server: { boot: dom0less, kernel: { image: Image }, ramdisk: ramdisk, memory: 64MiB, enhanced: enabled, direct-map: true, static-mem: auto }',
        guest('extra-xl: { vif: ["backend=server", "backend=dom0less-1", "backend=1"] }'),
      ],
      release: '4.21',
    },
  ],
  [
    'VIO-011, VIO-038: a resource table at 64 KiB',
    {
      domains: ['one', 'two'].map(
        (name) =>
          `${name}: { boot: dom0less, kernel: { image: Image }, ramdisk: ramdisk, memory: 64MiB, enhanced: no-xenstore }`,
      ),
      end: [
        'shared-memory:',
        '  frames: { size: 1MiB, access: { one: { guest-address: 0x7001_0000 }, two: { guest-address: 0x7001_0000 } } }',
        'virtio:',
        '  link: { transport: static-shm, frontend: one, backend: two, memory: frames, type: rpmsg, layout: resource-table }',
      ],
    },
  ],
  [
    'XL-071: known keys, blanks before them',
    { domains: xl(guest('extra-xl: { vif: ["mac=00:16:3e:01:02:03,  bridge=b,,vlan=1,untrusted"] }')) },
  ],
  [
    'D0-016: no grants',
    {
      config: 'silo.config',
      domains: [
        DOM0,
        named('server'),
        guest('extra-xl: { virtio: ["type=virtio,device22,transport=mmio,backend=server,grant_usage=0"] }'),
      ],
    },
  ],
  [
    'XL-033, D0-016: another domain, and Xen is told',
    {
      config: 'silo.config',
      bootargs: 'xsm=dummy',
      domains: [DOM0, named('server'), guest('extra-xl: { vif: ["backend=server"] }')],
    },
  ],
  [
    'XL-039: grant_usage, from 4.19 on',
    { release: '4.19', domains: xl(guest('extra-xl: { disk: ["format=raw,vdev=xvda,grant_usage=1,target=/d"] }')) },
  ],
  ['XL-050: a little less', { domains: xl(guest('device-tree: nearly-large.dts')) }],
  ['XL-054: a core of Arm', { domains: xl(guest('extra-xl: { vpmu: 1 }')) }],
  ['XL-054: none', { board: 'other-core.dts', domains: xl(guest('extra-xl: { vpmu: 0 }')) }],
  ['XL-013: case does not matter', { domains: xl(guest('extra-xl: { gic_version: V3 }')) }],
  ['XL-014: the same', { board: 'D0-004.dts', domains: xl(guest('extra-xl: { gic_version: v2 }')) }],
  ['XL-015: from 4.18', { release: '4.18', domains: xl(guest('extra-xl: { tee: ffa }')) }],
  ['XL-016: a length', { domains: xl(guest('sve: 256')) }],
  [
    'XL-019, XL-022: enough, and another',
    { domains: xl(guest('nr-spis: 3, console: vpl011, extra-xl: { irqs: ["34"] }')) },
  ],
  ['XL-020: 960', { domains: xl(guest('nr-spis: 960')) }],
  ['XL-045: share_pt', { domains: xl(guest('extra-xl: { passthrough: share_pt }')) }],
  ['XL-053: version 2 where Xen is told', { bootargs: 'gnttab=max-ver:2', domains: xl(guest('max-grant-version: 2')) }],
  ['XL-057: extra alone', { domains: xl(guest('extra-xl: { extra: quiet, root: /dev/xvda }')) }],
  ['XL-060: a number in quotes', { domains: xl(guest('extra-xl: { vif: ["bridge=xenbr0"], vpmu: "1" }')) }],
]

describe('systems that pass', () => {
  it.each(MANIFESTS)('%s', (_, parts) => {
    expect(codesOf(bench.build(parts))).toEqual([])
  })

  it('DOM-009: the hardware domain has its RAM from the heap, whatever static memory it has', () => {
    const parts = { release: '4.21', bootargs: 'console=dtuart dtuart=serial0', memory: '1GiB' }
    const own = 'capabilities: [hardware], direct-map: true'
    expect(codesOf(bench.build({ ...parts, more: own }))).toEqual(['DOM-009'])
    const given = 'static-mem: { page: { start: 0x6000_0000, size: 4KiB } }'
    expect(codesOf(bench.build({ ...parts, memory: '512MiB', more: `${own}, ${given}` }))).toEqual([])
  })

  it('a direct-mapped hardware domain gets a page of static memory unasked, and its RAM is where Xen finds room', () => {
    const more = 'capabilities: [hardware], direct-map: true'
    const { findings, plan } = bench.outcomeOf(manifestOf({ release: '4.21', bootargs: 'console=dtuart', more }))
    expect(codesOf(findings.all)).toEqual([])
    expect(plan?.dom0less.map(({ staticMem, ram }) => [staticMem?.map(({ value }) => value.size), ram])).toEqual([
      [[4096n], []],
    ])
  })

  it('DOM-023: Xen stops also where its console is disabled, given away, or without a driver', () => {
    const more = 'direct-map: true, static-mem: { m: { start: 0x6000_0000, size: 64MiB } }'
    const codes = (board: string) => codesOf(bench.build({ board, bootargs: 'console=dtuart dtuart=serial0', more }))
    expect(codes('disabled-uart.dts').toSorted()).toEqual(['D0-013', 'DOM-023'])
    expect(codes('given-uart.dts').toSorted()).toEqual(['D0-013', 'DOM-023'])
    expect(codes('unknown-uart.dts').toSorted()).toEqual(['D0-020', 'DOM-023'])
  })

  it('DOM-023: the hardware domain cannot have nr_spis instead', () => {
    const parts = {
      release: '4.21',
      board: 'no-uart-interrupt.dts',
      more: 'capabilities: [hardware], direct-map: true',
    }
    const [found] = bench.build({ ...parts, bootargs: 'console=dtuart dtuart=serial0' })
    expect([found?.code, found?.remedy]).toEqual([
      'DOM-023',
      'give Xen a console that has one (dtuart= in xen.bootargs)',
    ])
  })

  it('DOM-009: what fits to the last MiB, and one more', () => {
    const free = /at most (\d+) MiB/.exec(bench.build({ memory: '2GiB' })[0]?.message ?? '')?.[1]
    const codes = (mebibytes: number) => codesOf(bench.build({ memory: `${mebibytes}MiB`, more: 'p2m-mem: 4MiB' }))
    expect(codes(Number(free) - 4)).toEqual([])
    expect(codes(Number(free) - 3)).toEqual(['DOM-009'])
  })
})

const chosen = (body: string): string =>
  `/ { chosen { #address-cells = <1>; #size-cells = <1>; xen,xen-bootargs = "console=dtuart dom0_mem=128M"; ${body} }; };`
const module = (kind: string, address: string, size: string, more = ''): string =>
  `${kind}@${address} { compatible = "multiboot,${kind}", "multiboot,module"; reg = <0x${address} ${size}>; ${more} };`
const domain = (name: string, modules: string, more = 'memory = <0 0x10000>; cpus = <1>;'): string =>
  `${name} { compatible = "xen,domain"; ${more} ${modules} };`
const kernel = module('kernel', '48000000', '0x200000')

/** A device with memory of its own, whose node is called `name`. */
const withSram = (name: string, more = ''): string =>
  `${chosen(domain('guest', kernel))} / { soc { #address-cells = <2>; #size-cells = <2>; ranges; ${name} { compatible = "mmio-sram"; reg = <0 0x60000000 0 0x1000>; ${more} }; }; };`

const GUEST = domain('guest', kernel)

/** Of RAM, as a module that is called memory would be. */
const LESS_THAN_A_PAGE = `${chosen(GUEST)} / { soc { #address-cells = <2>; #size-cells = <2>; ranges; memory@60000000 { reg = <0 0x60000800 0 0xfff>; }; }; };`

const TREES: readonly (readonly [string, string, string?])[] = [
  [
    'DOM-026: 0',
    chosen(domain('guest', kernel, 'memory = <0 0x10000>; cpus = <1>; trap-unmapped-accesses = <0>;')),
    '4.22',
  ],
  ['DOM-007: a multiple of 4 KiB', chosen(domain('guest', kernel, 'memory = <0 0x10004>; cpus = <1>;'))],
  ['a guest', chosen(domain('guest', kernel))],
  [
    'CPU-017: PSCI for a CPU that wants it',
    `${chosen(domain('guest', kernel))} / {
      psci { compatible = "arm,psci-1.0"; method = "smc"; };
      cpus { cpu@1 { enable-method = "psci"; }; };
    };`,
  ],
  [
    'CPU-017: a spin table',
    `${chosen(domain('guest', kernel))} / { cpus { cpu@1 { enable-method = "spin-table"; cpu-release-addr = <0 0x100>; }; }; };`,
  ],
  [
    'FDT-023: a frame for MSIs whose bus is transparent',
    `${chosen(domain('guest', kernel))} / {
      interrupt-controller@8000000 {
        compatible = "arm,gic-400";
        ranges;
        #address-cells = <2>;
        #size-cells = <2>;
        reg = <0 0x8000000 0 0x1000>, <0 0x8010000 0 0x2000>, <0 0x8030000 0 0x2000>, <0 0x8040000 0 0x2000>;
        v2m@8020000 { compatible = "arm,gic-v2m-frame"; reg = <0 0x8020000 0 0x1000>; };
      };
    };`,
  ],
  [
    'FDT-037: 52 bits',
    `${chosen(kernel)} / {
      reserved-memory { #address-cells = <2>; #size-cells = <2>; ranges; a@0 { reg = <0xf0000 0 0x10000 0>; }; };
    };`,
  ],
  [
    'FDT-036: ended by a NUL',
    chosen(domain('guest', kernel, 'memory = <0 0x10000>; cpus = <1>; passthrough = [64 69 73 61 62 6c 65 64 00];')),
  ],
  [
    'FDT-016, FDT-023: the last interrupt',
    `${chosen(domain('guest', kernel))} / {
      interrupt-controller@8000000 { interrupts = <0 987 4>; };
      timer { interrupts = <1 13 4>, <1 14 4>, <1 11 4>, <0 987 4>; };
    };`,
  ],
  ['MOD-007, MOD-008: neighbours', chosen(domain('guest', kernel + module('ramdisk', '48200000', '0x100')))],
  [
    'MOD-024: thirty files, some of them shared, to which EFI gives their places',
    `// entry bootefi\n${chosen(
      Array.from({ length: 16 }, (_, index) => {
        const file = (kind: string): string =>
          `${kind} { compatible = "multiboot,${kind}", "multiboot,module"; xen,uefi-binary = "${kind}-${index % 15}"; };`
        const cells = '#address-cells = <2>; #size-cells = <2>; memory = <0 0x1000>; cpus = <1>;'
        return domain(`guest${index}`, file('kernel') + file('ramdisk'), cells)
      }).join(' '),
    )}`,
  ],
  ['MOD-024: without EFI cells are inherited', chosen(domain('guest', kernel))],
  ['MOD-017: the same kernel twice', chosen(domain('one', kernel) + domain('two', kernel))],
  ['MOD-028: dom0 first', chosen(kernel + domain('two', kernel))],
  ['MOD-028: 4.17 shares', chosen(domain('two', kernel) + kernel), '4.17'],
  ['MOD-018: a unit address without arguments', chosen(domain('guest@0', kernel))],
  [
    'MOD-019: 40 characters',
    chosen(domain('a'.repeat(40), module('kernel', '48000000', '0x200000', 'bootargs = "quiet";'))),
  ],
  [
    'MOD-026: a kernel by its older name',
    chosen(`dom0 { compatible = "xen,linux-zimage", "xen,multiboot-module"; reg = <0x48000000 0x200000>; };`),
  ],
  ['MOD-023: up to the last byte of RAM', chosen(domain('guest', module('kernel', '7fe00000', '0x200000')))],
  [
    'FDT-009, FDT-010: cells of /chosen with which nothing is read',
    `${chosen(GUEST)} / { chosen { #address-cells = <3>; #size-cells = <0>; guest { #address-cells = <1>; #size-cells = <1>; }; }; };`,
  ],
  [
    'FDT-029: a list of none, and one that ends with a NUL',
    `${chosen(GUEST)} / { a { compatible; }; b { compatible = "x", "y"; }; };`,
  ],
  [
    'CPU-016: names in capitals, and a number of another cluster',
    `${chosen(GUEST)} / { cpus { cpu@100 { device_type = "CPU"; compatible = "arm,cortex-a53"; reg = <0x100>; }; }; };`,
  ],
  [
    'EVC-005, EVC-014: what Xen compares without case',
    chosen(
      [
        ['one', 'two'],
        ['two', 'one'],
      ]
        .map(([own, other]) =>
          domain(
            `${own}`,
            `${kernel} ${own}: evtchn { compatible = "Xen,Evtchn-V1"; xen,evtchn = <8 &${other}>; };`,
            'memory = <0 0x10000>; cpus = <1>; xen,enhanced = "no-xenstore";',
          ),
        )
        .join(''),
    ),
  ],
  [
    'FDT-010, MOD-002: cells from the root',
    `/ { chosen { ${domain('guest', 'k { compatible = "multiboot,kernel", "multiboot,module"; reg = <0 0x48000000 0 0x200000>; };')} }; };`,
  ],
  [
    'FDT-007: nothing is lost with a placeholder',
    `${chosen(domain('guest', kernel))} / { memory@80000000 { reg = <0 0x80000000 0 0>; }; };`,
  ],
  [
    'FDT-007: older releases take any memory where there is no dom0',
    `${chosen(domain('guest', kernel))} / { memory@80000000 { reg = <0 0x80000000 0 0x1000000>; }; };`,
    '4.19',
  ],
  [
    'FDT-008: an empty one where another begins, and before what surrounds it',
    `${chosen(domain('guest', kernel))} / { reserved-memory { #address-cells = <2>; #size-cells = <2>; ranges; a@70000800 { reg = <0 0x70000800 0 0>; }; b@70000000 { reg = <0 0x70000000 0 0x1000>; }; c@70000000 { reg = <0 0x70000000 0 0>; }; }; };`,
  ],
  [
    'FDT-008: 4.17 compares nothing',
    `${chosen(domain('guest', kernel))} / { reserved-memory { #address-cells = <2>; #size-cells = <2>; ranges; a@70000000 { reg = <0 0x70000000 0 0x1000>; }; b@70000800 { reg = <0 0x70000800 0 0>; }; }; };`,
    '4.17',
  ],
  [
    'FDT-023: behind a bus that translates',
    `/delete-node/ &gic; / { soc { #address-cells = <1>; #size-cells = <1>; ranges = <0 0 0x8000000 0x2000000>; gic: interrupt-controller@0 { compatible = "arm,gic-v3"; #interrupt-cells = <3>; interrupt-controller; reg = <0 0x10000>, <0xa0000 0xf60000>, <0x8000000 0x1000>; interrupts = <1 9 4>; }; }; }; ${chosen(domain('guest', kernel))}`,
  ],
  [
    'D0-027: in the range, and below what is no bus',
    `${chosen(kernel)} / {
      bus@a000000 {
        #address-cells = <1>; #size-cells = <1>; ranges = <0 0 0xa000000 0x1000>;
        flash@0 { reg = <0 0x1000>; #address-cells = <1>; #size-cells = <1>; partition@9000 { reg = <0x9000 0x1000>; }; };
      };
    };`,
  ],
  [
    'D0-027: no dom0',
    `${chosen(GUEST)} / { bus { #address-cells = <1>; #size-cells = <1>; ranges = <0 0 0xa000000 0x1000>; rtc@1000 { reg = <0x1000 0x1000>; }; }; };`,
  ],
  ['FDT-028: less than a page', LESS_THAN_A_PAGE, '4.19'],
  [
    'D0-026: the last interrupt',
    `${chosen(kernel)} / { rtc@a000000 { reg = <0 0xa000000 0 0x1000>; interrupts = <0 987 4>; }; };`,
  ],
  ['D0-026: no dom0', `${chosen(GUEST)} / { rtc@a000000 { reg = <0 0xa000000 0 0x1000>; interrupts = <0 988 4>; }; };`],
  [
    'D0-026: marked, and in the table',
    `${chosen(kernel)} / { rtc@a000000 { reg = <0 0xa000000 0 0x1000>; xen,passthrough; interrupts = <0 991 4>; }; };`,
  ],
  [
    'D0-026: of a device that Xen keeps from dom0 on this board',
    `${chosen(kernel)} / { compatible = "cavium,thunder-88xx"; smmu@a000000 { compatible = "cavium,smmu-v2"; reg = <0 0xa000000 0 0x1000>; interrupts = <0 988 4>; }; };`,
  ],
  ['FDT-028: from 4.20 on', withSram('memory@60000000')],
  ['FDT-028: another name', withSram('memory-controller@60000000'), '4.17'],
  ['FDT-028: disabled, in 4.19', withSram('memory@60000000', 'status = "disabled";'), '4.19'],
  ['FDT-028: no range', withSram('memory@0', 'reg;').replace('reg = <0 0x60000000 0 0x1000>;', ''), '4.17'],
  [
    'FDT-028: reserved, and RAM nowhere else',
    `${chosen(domain('guest', kernel))} / { reserved-memory { #address-cells = <2>; #size-cells = <2>; ranges; memory@10000000 { reg = <0 0x10000000 0 0x1000>; }; }; };`,
    '4.17',
  ],
  [
    'FDT-008: neighbours, and inside a reservation',
    `${chosen(domain('guest', kernel))} / { reserved-memory { #address-cells = <2>; #size-cells = <2>; ranges; a@70000000 { reg = <0 0x70000000 0 0x1000>; }; b@70001000 { reg = <0 0x70001000 0 0x1000>; }; }; };`,
  ],
  [
    'FDT-021: dom0 reads bootargs',
    `/ { chosen { #address-cells = <1>; #size-cells = <1>; bootargs = "quiet"; ${kernel} }; };`,
  ],
  [
    'FDT-013: a whole one',
    `${chosen(domain('guest', kernel))} / { chosen { linux,initrd-start = <0 0x50000000>; linux,initrd-end = <0 0x50001000>; }; };`,
  ],
  [
    'FDT-035: the only one',
    `${chosen(module('kernel', '50000000', '0x200000'))} / { chosen { linux,initrd-start = <0x51000000>; linux,initrd-end = <0x51001000>; }; };`,
  ],
  [
    'FDT-035: the same as the module',
    `${chosen(module('kernel', '50000000', '0x200000') + module('ramdisk', '51000000', '0x1000'))} / { chosen { linux,initrd-start = <0x51000000>; linux,initrd-end = <0x51001000>; }; };`,
  ],
  [
    "FDT-035: beside a domain's",
    `${chosen(domain('guest', kernel + module('ramdisk', '51000000', '0x1000')))} / { chosen { linux,initrd-start = <0x52000000>; linux,initrd-end = <0x52001000>; }; };`,
  ],
  ['MOD-011, MOD-020: a child of the domain', chosen(domain('guest', module('ramdisk', '48200000', '0x100') + kernel))],
  [
    'EVC-007: right below /chosen, for the hardware domain',
    `/ { iommu@9050000 { compatible = "arm,mmu-500"; reg = <0 0x9050000 0 0x10000>; interrupts = <0 74 4>; }; };
    ${chosen(
      `e: evtchn { compatible = "xen,evtchn-v1"; xen,evtchn = <9 &g>; };
      ${domain('guest', `${kernel} g: evtchn { compatible = "xen,evtchn-v1"; xen,evtchn = <1 &e>; };`, 'memory = <0 0x10000>; cpus = <1>; xen,enhanced = "no-xenstore";')}
      ${domain('hardware', kernel, 'memory = <0 0x10000>; cpus = <1>; capabilities = <2>;')}`,
    )}`,
    '4.21',
  ],
  [
    'DOM-042: a xenstore domain',
    chosen(domain('store', kernel, 'memory = <0 0x10000>; cpus = <1>; capabilities = <4>; xen,enhanced;')),
    '4.21',
  ],
]

describe('trees that pass', () => {
  for (const [name, body, release] of TREES)
    it(name, () => {
      expect(codesOf(bench.lint(body, release)).filter((code) => code !== 'D0-003')).toEqual([])
    })

  it('FDT-011: fifteen levels in 4.19, any number from 4.20.4, 4.21.2 and 4.22 on', () => {
    const deep = (levels: number): string => (levels === 0 ? '' : `n { ${deep(levels - 1)} };`)
    const body = chosen(domain('guest', kernel))
    expect(codesOf(bench.lint(`${body} / { ${deep(15)} };`, '4.19'))).toEqual([])
    expect(codesOf(bench.lint(`${body} / { ${deep(16)} };`, '4.19'))).toEqual(['FDT-011'])
    for (const release of ['4.20.4', '4.21.2', '4.21.3', '4.22'])
      expect(codesOf(bench.lint(`${body} / { ${deep(20)} };`, release))).toEqual([])
  })

  it('MOD-010: 91 characters', () => {
    const path = '/chosen/guest/'
    const named = (length: number): string =>
      chosen(domain('guest', kernel.replace('kernel@48000000', 'k'.repeat(length - path.length))))
    expect(codesOf(bench.lint(named(91)))).toEqual([])
    expect(codesOf(bench.lint(named(92)))).toEqual(['MOD-010'])
  })
})
