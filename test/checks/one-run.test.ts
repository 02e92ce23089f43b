/** What stands in the way of a device hides nothing else that is wrong with it, and is said once. */
import { afterAll, describe, expect, it } from 'vitest'
import { nodeAt, propertyNamed } from '../../src/devicetree/model.ts'
import { cellsOf } from '../../src/devicetree/readings/values.ts'
import type { Code } from '../../src/diagnostics/catalogue/index.ts'
import { Bench, codesOf, DOM0, manifestOf } from '../support/checks/systems.ts'

const bench = new Bench()
afterAll(() => bench.remove())

/** Each device of a pair has a part of its page and its interrupt. */
const pair = (at: number, first: string): string => `
	rtc@a1${at}0000 { compatible = "example,one"; reg = <0 0xa1${at}0000 0 0x100>; ${first} };
	wdt@a1${at}0100 { compatible = "example,two"; reg = <0 0xa1${at}0100 0 0x100>; interrupts = <0 ${at} 4>; };
`

bench.put(
  'crowded.dts',
  `/include/ "given-board.dts"
/ {
	clocks: clock-controller@a100000 { compatible = "example,clocks"; reg = <0 0xa100000 0 0x1000>; #clock-cells = <1>; };
	${pair(60, 'interrupts = <0 60 4>; clocks = <&clocks 4>;')}
	${pair(61, 'interrupt-parent = <&mux>; interrupts = <4>;')}
	${pair(62, 'interrupts = <0 62 4>; dma-coherent;')}
	${pair(64, 'interrupts = <1 9 4>;')}
	sdhci@a170000 { compatible = "example,one"; reg = <0 0xa170000 0 0x1000>; interrupts = <0 63 4>; clocks = <&clocks 5>; };
	rtc@200000000 { compatible = "example,one"; reg = <0x100 0 0x10000 0>; clocks = <&clocks 6>; };
};
`,
)

const guest = (name: string, path: string, boot = 'dom0less', more = ''): string =>
  `${name}: { boot: ${boot}, kernel: { image: Image }, os: other, memory: 64MiB, passthrough: { own: { path: ${path} } }${more} }`

const found = (...domains: readonly string[]): readonly Code[] =>
  codesOf(bench.build({ board: 'crowded.dts', domains }).filter(({ severity }) => severity === 'error'))

describe('beside dom0', () => {
  it('a clock without a rate: the page and the interrupt that dom0 has', () =>
    expect(found(DOM0, guest('own', '/rtc@a1600000'))).toEqual(['DEV-001', 'PT-021', 'PT-013']))

  it('interrupts that end at no GIC: the page that dom0 has', () =>
    expect(found(DOM0, guest('own', '/rtc@a1610000'))).toEqual(['PT-042', 'PT-021']))

  it('DMA without a reason: the page and the interrupt that dom0 has', () =>
    expect(found(DOM0, guest('own', '/rtc@a1620000'))).toEqual(['PT-044', 'PT-021', 'PT-013']))

  it('a clock without a rate: the disk that dom0 has its root on', () => {
    const zero =
      'dom0: { boot: dom0, kernel: { image: Image, bootargs: root=/dev/mmcblk0p1 clk_ignore_unused }, memory: 256MiB }'
    expect(found(zero, guest('own', '/sdhci@a170000'))).toEqual(['DEV-001', 'PT-044', 'DEV-005'])
  })
})

describe('beside another guest', () => {
  it.each(['dom0less', 'xl'])('a clock without a rate: the page that the other has (%s)', (boot) => {
    const expected = boot === 'xl' ? ['DEV-001', 'PT-047'] : ['DEV-001', 'PT-021', 'PT-013']
    const zero = boot === 'xl' ? [DOM0] : []
    expect(found(...zero, guest('own', '/rtc@a1600000'), guest('other', '/wdt@a1600100', boot))).toEqual(expected)
  })
})

it('a clock without a rate, and more registers than the guest has room for', () => {
  expect(found(guest('own', '/rtc@200000000'))).toEqual(['DEV-001', 'RES-017'])
})

it('a device that the tree and the manifest give: the disk that dom0 has its root on', () => {
  bench.put(
    'own.dts',
    `/dts-v1/; / { passthrough { #address-cells = <2>; #size-cells = <2>; sdhci {
       xen,path = "/sdhci@a170000"; xen,reg = <0 0xa170000 0 0x1000 0 0x10000000>; xen,force-assign-without-iommu; }; }; };`,
  )
  const zero =
    'dom0: { boot: dom0, kernel: { image: Image, bootargs: root=/dev/mmcblk0p1 clk_ignore_unused }, memory: 256MiB }'
  const both = `own: { boot: dom0less, kernel: { image: Image }, os: other, memory: 64MiB, device-tree: own.dts,
    passthrough: { own: { path: /sdhci@a170000, clocks: { 0: 1 }, force-assign-without-iommu: it is ours } } }`
  expect(found(zero, both)).toEqual(['PT-019', 'DEV-005'])
})

describe('what only says the same again is left out', () => {
  it.each([
    ['PT-042', 'own: { path: /serial@a004000 }'],
    ['PT-042', 'own: { path: /rtc@a1640000 }'],
    ['PT-044', 'own: { path: /engine@a001000 }'],
    ['PT-045', 'own: { path: /engine@a001000, force-assign-without-iommu: it is ours }'],
  ])('after %s', (code, device) => {
    const text = manifestOf({ board: 'crowded.dts', more: `passthrough: { ${device} }, os: other` })
    expect(codesOf(bench.buildText(text))).toEqual([code])
  })

  it('but not of another device', () => {
    const devices =
      'own: { path: /engine@a001000 }, more: { path: /rtc@a1620000, force-assign-without-iommu: it is ours }'
    const text = manifestOf({ board: 'crowded.dts', more: `passthrough: { ${devices} }, os: other` })
    expect(codesOf(bench.buildText(text))).toEqual(['PT-044', 'PT-045'])
  })
})

describe('a node of the host in two entries', () => {
  bench.put(
    'nested.dts',
    `/include/ "given-board.dts"
/ {
	glue@a180000 { compatible = "example,glue", "simple-bus"; reg = <0 0xa180000 0 0x1000>; #address-cells = <1>; #size-cells = <1>; ranges = <0 0 0xa190000 0x10000>;
		rtc@0 { compatible = "example,rtc"; reg = <0 0x1000>; left: port { remote-endpoint = <&right>; }; };
		wdt@1000 { compatible = "example,wdt"; reg = <0x1000 0x1000>; right: port { remote-endpoint = <&left>; }; };
	};
};
`,
  )
  const both = (devices: string): readonly Code[] =>
    codesOf(bench.build({ board: 'nested.dts', more: `passthrough: { ${devices} }, os: other` })).filter(
      (code) => code === 'PT-019',
    )

  it.each([
    'glue: { path: /glue@a180000 }, clock: { path: /glue@a180000/rtc@0 }',
    'clock: { path: /glue@a180000/rtc@0 }, glue: { path: /glue@a180000 }',
  ])('is refused where it comes with what is above it: %s', (devices) => expect(both(devices)).toEqual(['PT-019']))

  it('is one node of the guest where it stands beside both', () =>
    expect(
      both(
        'one: { path: /rtc@a002000, include: [/rtc@a006000] }, two: { path: /rtc@a007000, include: [/rtc@a006000] }',
      ),
    ).toEqual([]))
})

describe('a device past the RAM of a domain that xl creates again', () => {
  bench.put(
    'past.dts',
    `/include/ "given-board.dts"
/ { rtc@ff0e0000 { compatible = "example,rtc"; reg = <0 0xff0e0000 0 0x1000>; interrupts = <0 70 4>; }; };
`,
  )
  const past = (boot: string, release: string, address: string, more = '') => {
    const clock = `passthrough: { clock: { path: /rtc@ff0e0000, guest-address: ${address} } }`
    const own = `own: { boot: ${boot}, kernel: { image: Image }, os: other, memory: 64MiB, ${clock}${more} }`
    return bench.outcomeOf(manifestOf({ board: 'past.dts', release, domains: [DOM0, own] }))
  }

  it('is told of once, where Xen offers that place as well', () =>
    expect(codesOf(past('dom0less', '4.20', '0x5000_0000', ', enhanced: enabled').findings.all)).toEqual(['PT-040']))

  it.each([
    ['4.20', 0x1000_0000n],
    ['4.21', 0xff0e_0000n],
  ])('has the address of the host where xl %s does not offer that', (release, expected) => {
    const { plan, findings } = past('xl', release, 'auto')
    expect(codesOf(findings.all)).toEqual([])
    expect(plan?.xl[0]?.devices[0]?.nodes[0]?.parts[0]?.guest.value.base).toBe(expected)
  })
})

describe('a page that is shared with a device of dom0 without interrupts', () => {
  const shared = (path: string, end: readonly string[]) =>
    bench.outcomeOf(manifestOf({ board: 'quiet-board.dts', domains: [DOM0, guest('own', path)], end }))

  it('is mapped where that is accepted', () => {
    const { findings, plan } = shared('/rtc@a010000', ['accept: { PT-053: the fuses are read by nobody }'])
    expect(findings.all.map(({ code, severity }) => `${code} ${severity}`)).toEqual([
      'PT-053 accepted',
      'XL-063 warning',
    ])
    const tree = plan?.dom0less[0]?.partialTree?.source.tree.root
    const clock = tree && nodeAt(tree, '/passthrough/rtc@a010000')
    expect(clock && cellsOf(propertyNamed(clock, 'xen,reg'))).toEqual([0, 0xa010000, 0, 0x1000, 0, 0xa010000])
  })

  it('is refused where another device there interrupts, whatever is accepted', () => {
    const { findings } = shared('/rtc@a011000', ['accept: { PT-053: the fuses are read by nobody }'])
    expect(codesOf(findings.all)).toContain('PT-021')
    expect(codesOf(findings.all)).not.toContain('PT-053')
  })
})

it('an interrupt of another device in a tree of the user is one that arrives', () => {
  const device = (name: string, at: string, more: string): string =>
    `${name} { xen,path = "/${name}@${at}"; xen,reg = <0 0x${at} 0 0x1000 0 0x1${at}>; xen,force-assign-without-iommu; ${more} };`
  const touch = device('touch', 'a006000', 'interrupt-parent = <65000>; interrupts = <0 51 4>;')
  const tree = (more: string): string =>
    `/dts-v1/; / { passthrough { #address-cells = <2>; #size-cells = <2>; ${touch} ${more} }; };`
  const codes = (more: string): readonly Code[] => {
    bench.put('waits.dts', tree(more))
    return codesOf(bench.build({ board: 'smmu-board.dts', more: 'os: other, device-tree: waits.dts' }))
  }
  expect(codes('')).toEqual(['PT-042'])
  expect(codes(device('gpio', 'a005000', ''))).toEqual(['PT-016'])
})

describe('PT-054', () => {
  const reaching = (path: string, start: string, more = '', reason = 'it is ours'): readonly string[] =>
    bench
      .build({
        board: `reach-board.dts${more}`,
        more: `os: other, direct-map: true, static-mem: { low: { start: ${start}, size: 64MiB } }, passthrough: { own: { path: ${path}, force-assign-without-iommu: ${reason} } }`,
      })
      .map(({ code, severity }) => `${code} ${severity}`)

  it('passes RAM within the windows, and part of it where the guest is told of them', () => {
    expect(reaching('/low/engine@1000', '0x4400_0000')).toEqual([])
    expect(reaching('/moved/engine@1000', '0x4700_0000')).toEqual([])
  })

  it('is a warning of what may do DMA', () =>
    expect(reaching('/low/mmc@2000', '0x5000_0000')).toEqual(['PT-054 warning']))
})
