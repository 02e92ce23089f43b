import { expect, it } from 'vitest'
import { deviceOf, hostWith } from '../host-tree.ts'

/** Interrupts by number at the GIC, which need not be written out. */
function interrupts(text: string, path = '/dev@2000'): unknown {
  const { interrupts: found } = deviceOf(hostWith(text), path)
  if (found.kind === 'stopped') return found
  const listed = (specifiers: typeof found.own): readonly string[] => specifiers.map(({ cells }) => cells.join(' '))
  const { own, atGic, ...rest } = found
  return listed(own).join() === listed(atGic).join()
    ? { ...rest, atGic: listed(atGic) }
    : { ...rest, own: listed(own), atGic: listed(atGic) }
}

const dev = (text: string): string => `dev@2000 { reg = <0 0x2000 0 0x1000>; ${text} };`

it('gives those at the GIC as they are, one listed twice twice', () =>
  expect(interrupts(dev('interrupts = <0 63 4>, <0 63 4>, <0 64 1>;'))).toEqual({
    kind: 'direct',
    atGic: ['0 63 4', '0 63 4', '0 64 1'],
    lost: [],
  }))

it('gives a device without interrupts none', () =>
  expect(interrupts(dev(''))).toEqual({ kind: 'direct', atGic: [], lost: [] }))

it('reads the four cells of a GIC that has them', () => {
  const text = `gic4: gic4 { interrupt-controller; #interrupt-cells = <4>; }; ${dev('interrupt-parent = <&gic4>; interrupts = <0 5 4 0>;')}`
  const index = hostWith(text)
  const found = deviceOf(index, '/dev@2000').interrupts
  expect(found.kind).toBe('stopped')
  expect(found).toMatchObject({ controller: '/gic4' })
})

it('sees through a forwarder, whose specifiers are those of the GIC', () => {
  const gpc = 'gpc: gpc { compatible = "fsl,imx8mq-gpc", "syscon"; interrupt-controller; #interrupt-cells = <3>; };'
  expect(interrupts(`${gpc} ${dev('interrupt-parent = <&gpc>; interrupts = <0 118 4>;')}`)).toEqual({
    kind: 'rewrite',
    via: 'forwarder',
    through: '/gpc',
    atGic: ['0 118 4'],
    lost: [],
  })
})

it.each([
  [4, 'rewrite'],
  [1, 'rewrite'],
  [8, 'stopped'],
  [2, 'stopped'],
])('sees through one that inverts unless it does so: trigger %i', (trigger, kind) => {
  const sysirq =
    'irq: irq { compatible = "mediatek,mt8173-sysirq", "mediatek,mt6577-sysirq"; interrupt-controller; #interrupt-cells = <3>; };'
  const text = `${sysirq} ${dev(`interrupt-parent = <&irq>; interrupts = <0 84 ${trigger}>;`)}`
  expect(interrupts(text)).toMatchObject({ kind })
})

it('counts a nexus as Xen does, which follows it', () => {
  const nexus = 'nexus: nexus { #interrupt-cells = <1>; #address-cells = <0>; interrupt-map = <7 &gic 0 40 4>; };'
  expect(interrupts(`${nexus} ${dev('interrupt-parent = <&nexus>; interrupts = <7>;')}`)).toEqual({
    kind: 'direct',
    atGic: ['0 40 4'],
    lost: [],
  })
})

const GPIO = 'gpio: gpio { interrupt-controller; #interrupt-cells = <2>; };'

it('does without a later one that ends elsewhere, and says which', () =>
  expect(
    interrupts(
      `${GPIO} ${dev('interrupts-extended = <&gic 0 9 4>, <&gpio 3 8>; interrupt-names = "main", "wakeup";')}`,
    ),
  ).toEqual({
    kind: 'direct',
    atGic: ['0 9 4'],
    lost: [{ index: 1, name: 'wakeup', why: 'it ends at /gpio, not at the GIC' }],
  }))

it.each([
  [
    'ends elsewhere',
    `${GPIO} ${dev('interrupt-parent = <&gpio>; interrupts = <3 8>;')}`,
    'it ends at /gpio, not at the GIC',
  ],
  ['is private to each CPU', dev('interrupts = <1 9 4>;'), 'interrupt 25 is private to each CPU'],
  [
    'cannot be read',
    dev('interrupts = <0 9>;'),
    "/dev@2000: 'interrupts' is not a whole number of 3-cell specifiers of /gic@1000",
  ],
])('is stopped where the first one %s', (_, text, why) =>
  expect(interrupts(text)).toMatchObject({ kind: 'stopped', why }),
)

const bridge = (text: string): string =>
  `pcie@2000 { device_type = "pci"; reg = <0 0x2000 0 0x1000>; #address-cells = <3>; #size-cells = <2>; #interrupt-cells = <1>; ${text} };`

it('adds the pins of a PCI bridge, each interrupt once', () =>
  expect(
    interrupts(
      bridge(
        'interrupts = <0 9 4>; interrupt-map = <0 0 0 1 &gic 0 3 4>, <0 0 0 2 &gic 0 4 4>, <0x800 0 0 1 &gic 0 4 4>, <0 0 0 3 &gic 0 9 4>;',
      ),
      '/pcie@2000',
    ),
  ).toEqual({
    kind: 'rewrite',
    via: 'interrupt-map',
    through: '/pcie@2000',
    own: ['0 9 4'],
    atGic: ['0 9 4', '0 3 4', '0 4 4'],
    lost: [],
  }))

it('takes the interrupt of a controller below the bridge for its pins', () =>
  expect(
    interrupts(
      bridge(
        'interrupt-map = <0 0 0 1 &intc 0>, <0 0 0 2 &intc 1>; intc: intc { interrupt-controller; #interrupt-cells = <1>; #address-cells = <0>; interrupts-extended = <&gic 0 50 4>; };',
      ),
      '/pcie@2000',
    ),
  ).toMatchObject({ kind: 'rewrite', atGic: ['0 50 4'] }))

it('leaves a bridge alone that has all of them as its own', () =>
  expect(
    interrupts(
      bridge(
        'interrupts = <0 9 4>; interrupt-map = <0 0 0 1 &intc 1>; intc: intc { interrupt-controller; #interrupt-cells = <1>; #address-cells = <0>; };',
      ),
      '/pcie@2000',
    ),
  ).toEqual({ kind: 'direct', atGic: ['0 9 4'], lost: [] }))

it('says which pins are lost', () =>
  expect(
    interrupts(`${GPIO} ${bridge('interrupts = <0 9 4>; interrupt-map = <0 0 0 1 &gpio 3 8>;')}`, '/pcie@2000'),
  ).toEqual({
    kind: 'direct',
    atGic: ['0 9 4'],
    lost: [{ why: 'it ends at /gpio, not at the GIC' }],
  }))

const PORT =
  'pcie@0,0 { device_type = "pci"; reg = <0 0 0 0 0>; #address-cells = <3>; #size-cells = <2>; #interrupt-cells = <1>;'

it.each([
  ['at the GIC', 'interrupt-map = <0 0 0 1 &gic 0 61 4>;', ['0 61 4']],
  [
    'at a controller of its own',
    'interrupt-map = <0 0 0 1 &port 0>, <0 0 0 2 &port 1>; port: intc { interrupt-controller; #interrupt-cells = <1>; #address-cells = <0>; interrupts = <0 62 4>; interrupt-parent = <&gic>; };',
    ['0 62 4'],
  ],
  ['at the GIC, if it is there at all', 'status = "disabled"; interrupt-map = <0 0 0 1 &gic 0 61 4>;', []],
])('adds what the map of a port leads to %s', (_, text, atGic) =>
  expect(interrupts(bridge(`${PORT} ${text} };`), '/pcie@2000')).toMatchObject({ atGic }),
)

it('keeps what a bridge itself names apart from its pins, also by the longer property', () =>
  expect(
    interrupts(
      `${GPIO} ${bridge('interrupts-extended = <&gic 0 9 4>, <&gpio 3 8>; interrupts = <0 99 4>; interrupt-map = <0 0 0 1 &gic 0 3 4>;')}`,
      '/pcie@2000',
    ),
  ).toEqual({
    kind: 'rewrite',
    via: 'interrupt-map',
    through: '/pcie@2000',
    own: ['0 9 4'],
    atGic: ['0 9 4', '0 3 4'],
    lost: [{ index: 1, why: 'it ends at /gpio, not at the GIC' }],
  }))
