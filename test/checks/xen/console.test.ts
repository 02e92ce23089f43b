/** Whether Xen takes the device that its console is to be on, release by release. */
import { afterAll, expect, it } from 'vitest'
import { uartDriverFor } from '../../../src/xen/uart-drivers.ts'
import { Bench, codesOf } from '../../support/checks/systems.ts'

const bench = new Bench()
afterAll(() => bench.remove())

const bootargs = 'console=dtuart dtuart=serial0'
const direct = 'static-mem: auto, direct-map: true'

it.each<[string, Parameters<Bench['build']>[0], string[]]>([
  ['a driven one', {}, []],
  ['one that is disabled', { board: 'disabled-uart.dts' }, ['D0-013']],
  ['one that is given away', { board: 'given-uart.dts' }, ['D0-013']],
  ['one without a driver', { board: 'unknown-uart.dts' }, ['D0-020']],
  [
    'one without a driver, with a direct-mapped domain',
    { board: 'unknown-uart.dts', more: direct },
    ['D0-020', 'DOM-023'],
  ],
  ['one whose driver was left out', { config: 'no-pl011.config' }, ['D0-020']],
  ['one that is driven from the next release on', { board: 'sbsa-uart.dts', release: '4.17' }, ['D0-020']],
])('%s', (_, parts, expected) => {
  const findings = bench.build({ bootargs, ...parts }).filter(({ severity }) => severity !== 'note')
  expect([...codesOf(findings)].sort()).toEqual(expected)
})

it.each([
  ['fsl,imx8qm-lpuart', '4.18', 'HAS_IMX_LPUART'],
  ['fsl,imx8qm-lpuart', '4.19', undefined],
  ['fsl,imx8qxp-lpuart', '4.18', undefined],
  ['fsl,imx8qxp-lpuart', '4.19', 'HAS_IMX_LPUART'],
  ['ti,am654-uart', '4.18', undefined],
  ['nxp,s32g3-linflexuart', '4.20', 'HAS_LINFLEX'],
] as const)('%s has in %s the driver %s', (compatible, release, option) => {
  expect(uartDriverFor([compatible], release)?.option).toBe(option)
})
