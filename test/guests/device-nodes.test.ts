/** Devices of QEMU's board in the trees of guests: what Xen maps and routes, what the driver finds, what xl is told. */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { childNamed, nodeAt, propertyNamed } from '../../src/devicetree/model.ts'
import { Bench } from '../support/checks/systems.ts'
import { cells, FORCED, givenSystem, rows, type SystemOptions } from '../support/passthrough/given-system.ts'

const bench = new Bench()
afterAll(() => bench.remove())

const board = readFileSync(resolve(import.meta.dirname, '../../examples/boards/qemu-virt.dts'), 'utf8')
bench.put('virt.dts', board)
bench.put(
  'behind-smmu.dts',
  board
    .replace(/(pcie@10000000 \{)/, '$1\n\t\tiommus = <0x9001 0>, <0x9001 8>;')
    .replace(
      /(\tpl031@9010000 \{)/,
      '\tiommu@9050000 { compatible = "arm,mmu-500"; reg = <0 0x9050000 0 0x10000>; interrupts = <0 74 4>, <0 75 4>; #global-interrupts = <1>; #iommu-cells = <1>; phandle = <0x9001>; };\n\n$1',
    ),
)

const DIRECT = 'static-mem: auto, direct-map: true'

const systemOf = (passthrough: string, options: SystemOptions = {}) => givenSystem(bench, passthrough, options)

describe('the whole PCIe bridge', () => {
  const { bus, host } = systemOf(`pcie: { path: /pcie@10000000, ${FORCED} }`, { more: DIRECT })
  const bridge = childNamed(bus, 'pcie@4010000000')

  it('has its configuration space and its windows where the host has them', () => {
    expect(cells(bridge, 'reg')).toEqual([0x40, 0x1000_0000, 0, 0x1000_0000])
    expect(rows(cells(bridge, 'ranges'), 7)).toEqual([
      [0x100_0000, 0, 0, 0, 0x3eff_0000, 0, 0x1_0000],
      [0x200_0000, 0, 0x1000_0000, 0, 0x1000_0000, 0, 0x2eff_0000],
      [0x300_0000, 0x80, 0, 0x80, 0, 0x80, 0],
    ])
    expect(rows(cells(bridge, 'xen,reg'), 6)).toEqual([
      [0, 0x1000_0000, 0, 0x2f00_0000, 0, 0x1000_0000],
      [0x40, 0x1000_0000, 0, 0x1000_0000, 0x40, 0x1000_0000],
      [0x80, 0, 0x80, 0, 0x80, 0],
    ])
  })

  it('maps its pins to a controller without address cells', () => {
    const map = rows(cells(bridge, 'interrupt-map'), 8)
    expect(map).toHaveLength(16)
    expect(map.slice(3, 6)).toEqual([
      [0, 0, 0, 4, 65000, 0, 6, 4],
      [0x800, 0, 0, 1, 65000, 0, 4, 4],
      [0x800, 0, 0, 2, 65000, 0, 5, 4],
    ])
    expect(bridge && propertyNamed(bridge, 'msi-map')).toBeUndefined()
    expect(cells(bridge, 'interrupts')).toEqual([])
  })

  it("lets Xen find the four interrupts at the host's own node", () => {
    const own = nodeAt(host, '/pcie@10000000')
    const gic = nodeAt(host, '/intc@8000000')
    expect(rows(cells(own, 'interrupts'), 3)).toEqual([3, 4, 5, 6].map((number) => [0, number, 4]))
    expect(cells(own, 'interrupt-parent')).toEqual(cells(gic, 'phandle'))
  })
})

it('a window stops where the guest has something else, and its PCI addresses with it', () => {
  const { bus } = systemOf('pcie: { path: /pcie@10000000 }', {
    boardFile: 'behind-smmu.dts',
    more: 'enhanced: no-xenstore',
  })
  const bridge = bus.children.find(({ name }) => name.startsWith('pcie@'))
  const memory = rows(cells(bridge, 'ranges'), 7)[1]
  expect(memory).toEqual([0x200_0000, 0, 0x2200_1000, 0, 0x2200_1000, 0, 0x15ff_f000])
  expect(bridge && propertyNamed(bridge, 'iommus')).toBeUndefined()
  expect(bridge && propertyNamed(bridge, 'xen,force-assign-without-iommu')).toBeUndefined()
})

describe('functions behind an IOMMU', () => {
  const smmu =
    '\tiommu@9050000 { compatible = "arm,mmu-500"; reg = <0 0x9050000 0 0x10000>; interrupts = <0 74 4>, <0 75 4>; #global-interrupts = <1>; #iommu-cells = <1>; phandle = <0x9001>; };\n\n$1'
  bench.put(
    'iommu-map.dts',
    board
      .replace(/(pcie@10000000 \{)/, '$1\n\t\tiommu-map = <0 0x9001 0 0x10000>;')
      .replace(/(\tpl031@9010000 \{)/, smmu),
  )
  const options = { boardFile: 'iommu-map.dts', more: 'enhanced: no-xenstore', dom0: true }
  const { bus, host, xl } = givenSystem(
    bench,
    'pcie: { path: /pcie@10000000, functions: ["00:01.0", "00:02.3"] }',
    options,
  )

  it("have their streams at the host's node, where Xen looks", () => {
    expect(cells(nodeAt(host, '/pcie@10000000'), 'iommus')).toEqual([0x9001, 0x8, 0x9001, 0x13])
    const bridge = bus.children.find(({ name }) => name.startsWith('pcie@'))
    expect(
      bridge && ['iommus', 'iommu-map', 'xen,force-assign-without-iommu'].filter((name) => propertyNamed(bridge, name)),
    ).toEqual([])
  })

  it('go through it by xl as well', () =>
    expect(xl[0]?.entries.find(({ key }) => key === 'dtdev')?.value).toEqual(['/pcie@10000000']))

  it('take more page tables than xl would have set aside', () =>
    expect(xl[0]?.entries.find(({ key }) => key === 'shadow_memory')?.value).toBe(11n))
})

describe('devices that share a page', () => {
  const two = `a: { path: /virtio_mmio@a000000, ${FORCED} }, b: { path: /virtio_mmio@a000200, ${FORCED} }`

  it('see it once', () => {
    const { bus } = systemOf(two, { more: DIRECT })
    expect(bus.children.map(({ name }) => name)).toEqual(['virtio_mmio@a000000', 'virtio_mmio@a000200'])
    const maps = bus.children.map((own) => cells(own, 'xen,reg'))
    expect(maps).toEqual([0, 1].map(() => [0, 0xa00_0000, 0, 0x1000, 0, 0xa00_0000]))
    expect(bus.children.map((own) => cells(own, 'reg').slice(0, 2))).toEqual([
      [0, 0xa00_0000],
      [0, 0xa00_0200],
    ])
  })

  it('lie elsewhere at the offsets that they have in it', () => {
    const { bus } = systemOf(two.replace(`000, ${FORCED}`, `000, guest-address: 0x1000_0000, ${FORCED}`), {
      more: DIRECT,
    })
    expect(bus.children.map(({ name }) => name)).toEqual(['virtio_mmio@10000000', 'virtio_mmio@a000200'])
  })
})

describe('the clock', () => {
  const { bus, host, xl } = systemOf('rtc: { path: /pl031@9010000, guest-address: { 0: 0x1000_0000 } }', { dom0: true })

  it('has the rate that the tree says, at a clock of its own', () => {
    const [beside, rtc] = bus.children
    const clock = beside?.children[0]
    expect(cells(clock, 'clock-frequency')).toEqual([24_000_000])
    expect(cells(rtc, 'clocks')).toEqual(cells(clock, 'phandle'))
  })

  it('is not for dom0', () => {
    const own = nodeAt(host, '/pl031@9010000')
    expect(own && propertyNamed(own, 'xen,passthrough')).toBeDefined()
  })

  it('comes back by xl, which is told of pages and interrupts', () => {
    const keys = new Map(xl[0]?.entries.map(({ key, value }) => [key, value]))
    expect(keys.get('irqs')).toEqual(['34'])
    expect(keys.get('iomem')).toEqual(['0x9010,0x1@0x10000'])
    expect(keys.get('device_tree')).toBe('/boot/guests/guest-xl-passthrough.dtb')
    expect(keys.has('dtdev')).toBe(false)
  })
})

describe("a tree of the user's", () => {
  const source = (cellsOfBus: string, more: string): string =>
    `/dts-v1/;\n/ { passthrough { compatible = "simple-bus"; ranges; ${cellsOfBus} ${more} }; };\n`
  const wide = '#address-cells = <2>; #size-cells = <2>;'

  it('stays, and wins over what is added', () => {
    bench.put(
      'own.dts',
      source(
        wide,
        'pl031@9010000 { label = "mine"; clock-names = "mine"; }; clock_24000000: other { }; user { clocks = <&clock_24000000>; };',
      ),
    )
    const { bus } = systemOf('rtc: { path: /pl031@9010000 }', { more: 'device-tree: own.dts' })
    expect(bus.children.map(({ name }) => name)).toEqual(['pl031@9010000', 'other', 'user', 'without-registers@0'])
    const [rtc, other, user, beside] = bus.children
    const clock = beside?.children[0]
    expect(cells(rtc, 'xen,reg')).toEqual([0, 0x901_0000, 0, 0x1000, 0, 0x901_0000])
    expect(rtc && propertyNamed(rtc, 'clock-names')?.value).toMatchObject([{ text: 'mine' }])
    expect(cells(user, 'clocks')).toEqual(cells(other, 'phandle'))
    expect(cells(rtc, 'clocks')).toEqual(cells(clock, 'phandle'))
  })

  it('of other widths gets a bus of its own for them', () => {
    bench.put('narrow.dts', source('#address-cells = <1>; #size-cells = <1>;', ''))
    const { bus } = systemOf('rtc: { path: /pl031@9010000 }', { more: 'device-tree: narrow.dts' })
    const [devices] = bus.children
    expect(devices?.children.map(({ name }) => name)).toEqual(['without-registers@0', 'pl031@9010000'])
    expect(cells(devices, '#address-cells')).toEqual([2])
  })
})
