/** Registers of other devices in the `xen,reg` of one, as in the partial trees that AMD publishes for ZynqMP. */
import { afterAll, describe, expect, it } from 'vitest'
import type { Code } from '../../../src/diagnostics/catalogue/index.ts'
import { Bench, codesOf, DOM0 } from '../../support/checks/systems.ts'

const bench = new Bench()
afterAll(() => bench.remove())

/** Timers whose registers a serial port's driver is said to need; `more` stands in the second one's node. */
const board = (name: string, more: string): string => {
  bench.put(
    name,
    `/include/ "given-board.dts"
/ {
	serial@ff010000 { compatible = "example,serial"; reg = <0 0xff010000 0 0x1000>; interrupts = <0 22 4>; };
	timer@ff110000 { compatible = "example,timer"; reg = <0 0xff110000 0 0x1000>; interrupts = <0 36 4>; status = "disabled"; };
	timer@ff120000 { compatible = "example,timer"; reg = <0 0xff120000 0 0x1000>; interrupts = <0 39 4>; ${more} };
};
`,
  )
  return name
}

const tree = (name: string, node: string, path: string, addresses: readonly number[]): string => {
  const regions = addresses.map((address) => `<0 ${address} 0 0x1000 0 ${address}>`).join(', ')
  const reg = regions && `xen,reg = ${regions};`
  bench.put(
    name,
    `/dts-v1/;
/ { #address-cells = <2>; #size-cells = <2>;
	passthrough { compatible = "simple-bus"; ranges; #address-cells = <2>; #size-cells = <2>;
		${node} { compatible = "example,${node}"; xen,path = "${path}"; ${reg} xen,force-assign-without-iommu; };
	};
};
`,
  )
  return name
}

const SERIAL = tree('serial.dts', 'serial', '/serial@ff010000', [0xff010000, 0xff110000, 0xff120000])
const TIMER = tree('only-named.dts', 'timer', '/timer@ff120000', [])

const guest = (name: string, more: string): string =>
  `${name}: { boot: dom0less, kernel: { image: Image }, os: other, memory: 64MiB, ${more} }`

const DISABLED = board('disabled.dts', 'status = "disabled";')

const found = (name: string, ...domains: readonly string[]): readonly Code[] =>
  codesOf(bench.build({ board: name, domains }).filter(({ severity }) => severity === 'error'))

describe('registers of devices that no domain has', () => {
  it('are one finding, and name them all', () => {
    const findings = bench.build({ board: DISABLED, domains: [DOM0, guest('own', `device-tree: ${SERIAL}`)] })
    const errors = findings.filter(({ severity }) => severity === 'error')
    expect(errors.map(({ code, message }) => [code, message])).toEqual([
      [
        'PT-055',
        `'own' gets registers of /timer@ff110000, /timer@ff120000 along with those of /serial@ff010000 (/passthrough/serial in ${SERIAL})`,
      ],
    ])
  })

  it('can be accepted', () =>
    expect(
      found(DISABLED, DOM0, guest('own', `device-tree: ${SERIAL}, accept: { PT-055: the clocks need the timers }`)),
    ).toEqual([]))

  it('are the guest’s that names them', () => {
    const both = 'one: { path: /timer@ff110000 }, two: { path: /timer@ff120000 }'
    expect(found(DISABLED, DOM0, guest('own', `device-tree: ${SERIAL}, passthrough: { ${both} }`))).toEqual([])
  })
})

describe('what could harm another domain cannot be accepted', () => {
  const ACCEPTED = 'accept: { PT-055: it is meant }'

  it('a device that dom0 drives', () =>
    expect(found(board('driven.dts', ''), DOM0, guest('own', `device-tree: ${SERIAL}, ${ACCEPTED}`))).toEqual([
      'PT-021',
    ]))

  it('a device that can reach memory', () =>
    expect(
      found(
        board('dma.dts', 'status = "disabled"; dma-coherent;'),
        DOM0,
        guest('own', `device-tree: ${SERIAL}, ${ACCEPTED}`),
      ),
    ).toEqual(['PT-038']))

  it('a device that another domain names', () =>
    expect(
      found(
        DISABLED,
        DOM0,
        guest('own', `device-tree: ${SERIAL}, ${ACCEPTED}`),
        guest('other', `device-tree: ${TIMER}`),
      ),
    ).toContain('PT-038'))
})
