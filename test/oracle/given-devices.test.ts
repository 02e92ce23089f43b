/** What dtc says of partial trees whose nodes are more than copies of the host's. */
import { afterAll, describe, expect, it } from 'vitest'
import { writeDtb } from '../../src/devicetree/write/write-dtb.ts'
import { plannedGuest, treeByXl } from '../../src/plan/by-domain.ts'
import { ok } from '../devicetree/expect-ok.ts'
import { Bench, DOM0, manifestOf } from '../support/checks/systems.ts'
import { putBoards } from '../support/passthrough/boards.ts'
import { FORCED, givenSystem } from '../support/passthrough/given-system.ts'
import { dtc } from './dtc.ts'

const bench = new Bench()
afterAll(() => bench.remove())
putBoards(bench)

const PCIE = `pcie: { path: /pcie@10000000, ${FORCED} }`
const RTC = 'rtc: { path: /pl031@9010000 }'

it('reads bytes as they were written', async () => {
  const extra = 'extra-properties: { local-mac-address: { bytes: "02:00:00:00:00:01" }, one: { bytes: ff } }'
  const { tree } = givenSystem(bench, `rtc: { path: /pl031@9010000, ${extra} }`)
  const { status, output, errors } = await dtc(['-I', 'dtb', '-O', 'dts'], ok(writeDtb(tree)), true)
  expect([status, errors]).toEqual([0, ''])
  expect(String(output)).toMatch(/local-mac-address = \[02 00 00 00 00 01\];/)
  expect(String(output)).toMatch(/one = \[ff\];/)
})

describe.each(['4.20', '4.22'])('partial trees for Xen %s', (release) =>
  it.each([
    ['a clock beside it', 'virt.dts', RTC],
    ['a controller below a bridge', 'with-intc.dts', PCIE],
    ['a port with a map', 'with-port.dts', PCIE],
    ['a forwarder', 'forwarded.dts', RTC],
    ['a device below', 'nested.dts', `usb: { path: /usb@9100000, ${FORCED} }`],
    [
      'buses that move addresses',
      'moved.dts',
      `a: { path: /one/engine@1000, ${FORCED} }, b: { path: /two/engine@1000, ${FORCED} }, ${PCIE}, ${RTC}`,
    ],
  ])('has no warning about %s', async (_, boardFile, passthrough) => {
    const { tree } = givenSystem(bench, passthrough, {
      boardFile,
      release,
      more: 'static-mem: { low: { start: 0x5e00_0000, size: 64MiB } }, direct-map: true',
    })
    const { status, errors } = await dtc(['-I', 'dtb', '-O', 'dtb'], ok(writeDtb(tree)), true)
    expect([status, errors]).toEqual([0, ''])
  }),
)

it.each([
  ['4.20', 'boot: xl'],
  ['4.22', 'boot: xl'],
  ['4.22', 'boot: dom0less'],
])('has no warning about what xl is given (%s, %s)', async (release, boot) => {
  const guest = `guest: { ${boot}, kernel: { image: Image }, os: other, memory: 64MiB, passthrough: { ${RTC} } }`
  const { assembly } = bench.outcomeOf(
    manifestOf({ board: 'virt.dts', domains: [DOM0, guest], release, bootargs: 'console=dtuart' }),
  )
  const planned = assembly && treeByXl(plannedGuest(assembly.plan, 'guest'))
  const { status, errors } = await dtc(['-I', 'dtb', '-O', 'dtb'], Buffer.from(planned?.source.compiled ?? ''), true)
  expect([status, errors]).toEqual([0, ''])
})
