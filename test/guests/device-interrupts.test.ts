/** Interrupts that Xen would pass over, in the trees of the host and the guest: behind a bridge's own controller, behind a forwarder, of a device below one. */
import { afterAll, describe, expect, it } from 'vitest'
import { childNamed, hasProperty, nodeAt, propertyNamed } from '../../src/devicetree/model.ts'
import { Bench, manifestOf } from '../support/checks/systems.ts'
import { GIC, putBoards } from '../support/passthrough/boards.ts'
import { cells, FORCED, givenSystem, rows } from '../support/passthrough/given-system.ts'

const bench = new Bench()
afterAll(() => bench.remove())

putBoards(bench)
const onIntc = { more: 'static-mem: auto, direct-map: true', boardFile: 'with-intc.dts', dom0: true }

bench.put(
  'own-rtc.dts',
  `/dts-v1/;
/ {
	#address-cells = <2>; #size-cells = <2>;
	passthrough {
		compatible = "simple-bus"; ranges; #address-cells = <2>; #size-cells = <2>;
		rtc@9010000 {
			compatible = "arm,primecell"; interrupts = <0 2 4>; interrupt-parent = <65000>; reg = <0 0x9010000 0 0x1000>;
			xen,reg = <0 0x9010000 0 0x1000 0 0x9010000>; xen,path = "/pl031@9010000"; xen,force-assign-without-iommu;
		};
	};
};
`,
)

/** The host's tree where a partial tree of the user's gives the clock of `boardFile`. */
function hostOfOwnTree(boardFile: string, boot: 'dom0less' | 'xl') {
  const zero = 'dom0: { boot: dom0, kernel: { image: Image }, os: other, memory: 256MiB }'
  const guest = `guest: { boot: ${boot}, kernel: { image: Image }, os: other, memory: 64MiB, device-tree: own-rtc.dts }`
  const { assembly } = bench.outcomeOf(
    manifestOf({ board: boardFile, domains: [zero, guest], bootargs: 'console=dtuart' }),
  )
  if (!assembly) throw new Error('nothing was assembled')
  return assembly.hostTree.root
}

describe('a bridge whose pins end at a controller below it', () => {
  const { bus, host } = givenSystem(bench, `pcie: { path: /pcie@10000000, ${FORCED} }`, onIntc)
  const own = childNamed(bus, 'pcie@4010000000')
  const intc = own && childNamed(own, 'interrupt-controller')

  it('has them there in the guest, and its own interrupt alone', () => {
    const [phandle = 0] = cells(intc, 'phandle')
    expect(rows(cells(own, 'interrupt-map'), 6)).toEqual([
      [0, 0, 0, 1, phandle, 0],
      [0, 0, 0, 2, phandle, 1],
    ])
    expect(cells(own, 'interrupts')).toEqual([0, 70, 4])
    expect(cells(own, 'interrupt-parent')).toEqual([65000])
  })

  it('has that controller with the interrupt that it has at the GIC', () => {
    expect(cells(intc, 'interrupts')).toEqual([0, 72, 1])
    expect(cells(intc, 'interrupt-parent')).toEqual([65000])
    expect(intc && hasProperty(intc, 'interrupt-controller')).toBe(true)
  })

  it("has both where Xen looks, at the host's node, and the controller is not dom0's", () => {
    expect(rows(cells(nodeAt(host, '/pcie@10000000'), 'interrupts'), 3)).toEqual([
      [0, 70, 4],
      [0, 72, 1],
    ])
    const [path, below] = ['/pcie@10000000', '/pcie@10000000/interrupt-controller'].map((at) => nodeAt(host, at))
    expect([path, below].map((node) => node && hasProperty(node, 'xen,passthrough'))).toEqual([true, true])
  })
})

it("a port's map is the guest's, and the port is not dom0's", () => {
  const { bus, host } = givenSystem(bench, `pcie: { path: /pcie@10000000, ${FORCED} }`, {
    ...onIntc,
    boardFile: 'with-port.dts',
  })
  const own = childNamed(bus, 'pcie@4010000000')
  expect(cells(own && childNamed(own, 'pcie@0,0'), 'interrupt-map')).toEqual([0, 0, 0, 1, 65000, 0, 61, 4])
  expect(cells(nodeAt(host, '/pcie@10000000'), 'interrupts')).toEqual([0, 61, 4])
  const port = nodeAt(host, '/pcie@10000000/pcie@0,0')
  expect(port && hasProperty(port, 'xen,passthrough')).toBe(true)
})

describe('behind a plain forwarder', () => {
  const RTC = 'rtc: { path: /pl031@9010000 }'

  it.each(['dom0less', 'xl'] as const)(
    "an interrupt is at the GIC for the guest and at the host's node: %s",
    (boot) => {
      const { bus, host } = givenSystem(bench, RTC, { boardFile: 'forwarded.dts', dom0: true, boot })
      const own = childNamed(bus, 'pl031@9010000')
      expect([...cells(own, 'interrupt-parent'), ...cells(own, 'interrupts')]).toEqual([65000, 0, 2, 4])
      const onHost = nodeAt(host, '/pl031@9010000')
      expect([...cells(onHost, 'interrupt-parent'), ...cells(onHost, 'interrupts')]).toEqual([GIC, 0, 2, 4])
    },
  )

  it('by the longer property, which wins', () => {
    const { bus, host } = givenSystem(bench, RTC, { boardFile: 'forwarded-extended.dts', dom0: true })
    expect(cells(childNamed(bus, 'pl031@9010000'), 'interrupts')).toEqual([0, 2, 4, 0, 81, 4])
    expect(rows(cells(nodeAt(host, '/pl031@9010000'), 'interrupts-extended'), 4)).toEqual([
      [GIC, 0, 2, 4],
      [GIC, 0, 81, 4],
    ])
  })

  it('leaves a node alone whose interrupts are at the GIC', () => {
    const { host } = givenSystem(bench, RTC, { dom0: true })
    const own = nodeAt(host, '/pl031@9010000')
    expect(own && hasProperty(own, 'interrupt-parent')).toBe(false)
  })

  it.each(['dom0less', 'xl'] as const)(
    "is at the host's node where a tree of the user's gives the device: %s",
    (boot) => {
      const onHost = nodeAt(hostOfOwnTree('forwarded.dts', boot), '/pl031@9010000')
      expect([...cells(onHost, 'interrupt-parent'), ...cells(onHost, 'interrupts')]).toEqual([GIC, 0, 2, 4])
    },
  )

  it("leaves a node alone that a tree of the user's gives, and whose interrupts are at the GIC", () => {
    const own = nodeAt(hostOfOwnTree('virt.dts', 'dom0less'), '/pl031@9010000')
    expect(own && hasProperty(own, 'xen,passthrough')).toBe(true)
    expect(own && hasProperty(own, 'interrupt-parent')).toBe(false)
  })
})

describe('a device below another', () => {
  const { bus, host } = givenSystem(bench, `usb: { path: /usb@9100000, ${FORCED} }`, {
    boardFile: 'nested.dts',
    dom0: true,
    more: 'static-mem: auto, direct-map: true',
  })
  const glue = childNamed(bus, 'usb@9100000')
  const core = glue && childNamed(glue, 'usb@9110000')

  it('stands below it, on a bus that moves nothing, with registers and interrupts of its own', () => {
    expect(glue && propertyNamed(glue, 'ranges')?.value).toEqual([])
    expect([cells(glue, '#address-cells'), cells(glue, '#size-cells')]).toEqual([[2], [2]])
    expect(cells(core, 'reg')).toEqual([0, 0x911_0000, 0, 0x8000])
    expect(cells(core, 'interrupts')).toEqual([0, 84, 4])
    expect(cells(core, 'xen,reg')).toEqual([0, 0x911_0000, 0, 0x8000, 0, 0x911_0000])
    expect(core && hasProperty(core, 'xen,path')).toBe(true)
  })

  it("is kept from dom0 like it, and its interrupt is at the host's node", () => {
    const paths = ['/usb@9100000', '/usb@9100000/usb@10000']
    const nodes = paths.map((path) => nodeAt(host, path))
    expect(nodes.map((node) => node && hasProperty(node, 'xen,passthrough'))).toEqual([true, true])
    expect(nodes.map((node) => cells(node, 'interrupts'))).toEqual([
      [0, 83, 4],
      [0, 84, 4],
    ])
    expect(nodes.map((node) => cells(node, 'interrupt-parent'))).toEqual([[GIC], [GIC]])
  })
})
