/** A board whose tree does not reserve what TF-A keeps, as that of i.MX8QM. */
import { afterAll, describe, expect, it } from 'vitest'
import { printDts } from '../../src/devicetree/print/print-dts.ts'
import { emitAll } from '../../src/emit/registry.ts'
import { loadedFiles } from '../../src/plan/loaded-files.ts'
import { formatRange } from '../../src/units/format.ts'
import { bytes, hostPhys } from '../../src/units/quantities.ts'
import { overlaps, range } from '../../src/units/range.ts'
import { Bench, codesOf, manifestOf } from '../support/checks/systems.ts'

const bench = new Bench()
afterAll(() => bench.remove())

const BL31 = range(hostPhys(0x8000_0000n), bytes(0x2_0000))

const board = (compatible: string, more = ''): string => `/include/ "board.dts"
/ {
	compatible = "fsl,imx8qm-mek", "${compatible}";
	/delete-node/ memory@40000000;
	memory@80000000 { device_type = "memory"; reg = <0 0x80000000 0 0x40000000>; };
	${more}
};
`
bench.put('imx8qm.dts', board('fsl,imx8qm'))
bench.put('no-soc.dts', board('acme,soc'))
bench.put(
  'reserved.dts',
  board(
    'fsl,imx8qm',
    'reserved-memory { #address-cells = <2>; #size-cells = <2>; ranges; atf@80000000 { reg = <0 0x80000000 0 0x200000>; no-map; }; };',
  ),
)

const built = (tree: string, more = '', platform = '') =>
  bench.outcomeOf(manifestOf({ board: tree, more }).replace(`device-tree: ${tree}`, `device-tree: ${tree}${platform}`))
const plannedAt = (outcome: ReturnType<typeof built>) =>
  outcome.plan ? loadedFiles(outcome.plan.load).map(({ room }) => room) : []

describe('firmware in RAM', () => {
  it('is avoided, reserved in the tree, and told with its source', () => {
    const outcome = built('imx8qm.dts', 'static-mem: auto')
    expect(codesOf(outcome.findings.all)).toEqual([])
    const { plan, assembly } = outcome
    if (!plan || !assembly) throw new Error('not built')
    expect(plannedAt(outcome).filter((room) => overlaps(room, BL31))).toEqual([])
    expect(formatRange(plan.load.xen.room)).toMatch(/^\[0x80200000/)
    expect(printDts(assembly.hostTree)).toMatch(/tfa@80000000 \{\s*reg = <0x0 0x80000000 0x0 0x20000>;\s*no-map;/)
    const artifacts = emitAll(assembly)
    const contents = (path: string): string => String(artifacts.find((artifact) => artifact.path === path)?.contents)
    expect(JSON.parse(contents('plan.json')).host.owned).toEqual([
      {
        base: { value: '0x80000000', by: 'default', reason: expect.stringContaining('imx8qm/include/platform_def.h') },
        size: expect.objectContaining({ value: '0x20000', by: 'default' }),
        owner: "TF-A's BL31, assumed",
        noMap: true,
      },
    ])
    expect(contents('report/report.txt')).toMatch(
      /Firmware is assumed to use 0x80000000 up to 0x80020000[\s\S]*platform_def\.h/,
    )
  })

  it.each([
    ['reserved.dts', ''],
    ['no-soc.dts', ''],
    ['imx8qm.dts', ', firmware: none'],
  ])('is not assumed for %s%s', (tree, platform) => {
    const { plan, findings } = built(tree, '', platform)
    expect(codesOf(findings.all)).toEqual([])
    expect(plan?.board.firmware).toEqual([])
  })

  it('is where the first file lies if nothing is assumed', () =>
    expect(plannedAt(built('imx8qm.dts', '', ', firmware: none')).some((room) => overlaps(room, BL31))).toBe(true))

  it.each([
    ['static memory', 'static-mem: { low: { start: 0x8000_0000, size: 64MiB } }', ['RES-012']],
    ['static memory beside it', 'static-mem: { low: { start: 0x8002_0000, size: 64MiB } }', []],
  ])('is no place for what the manifest puts there: %s', (_, more, expected) => {
    expect(codesOf(built('imx8qm.dts', more).findings.all)).toEqual(expected)
    expect(codesOf(built('imx8qm.dts', more, ', firmware: none').findings.all)).toEqual([])
  })
})
