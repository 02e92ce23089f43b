/** Own partial trees of domains that xl creates are judged as Xen would judge them, once, and in the words of xl. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runPipeline } from '../../../src/pipeline.ts'
import { makeInputs } from '../../support/checks/inputs.ts'

const folder = mkdtempSync(join(tmpdir(), 'domforge-own-trees-'))
beforeAll(() => makeInputs(folder))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const GOOD = 'xen,path = "/ethernet@a000000"; xen,reg = <0 0xa000000 0 0x1000 0 0x10000000>;'
const CLOCK =
  'xen,path = "/rtc@a002000"; xen,reg = <0 0xa002000 0 0x1000 0 0x10001000>; xen,force-assign-without-iommu;'

interface Words {
  readonly boot?: string
  readonly cells?: string
  readonly beside?: string
  readonly guest?: string
  readonly platform?: string
  readonly board?: string
}

/** Of a domain whose tree has this device. */
function findings(device: string, words: Words = {}) {
  const { boot = 'xl', cells = '#address-cells = <2>; #size-cells = <2>;', beside = '', guest = '' } = words
  const { platform = ', enable: [/iommu@9050000]', board = 'given-board.dts' } = words
  writeFileSync(join(folder, 'own.dts'), `/dts-v1/; / { ${beside} passthrough { ${cells} device { ${device} }; }; };`)
  writeFileSync(
    join(folder, 'system.yaml'),
    `api-version: domforge/v1
name: own
platform: { device-tree: ${board}${platform} }
xen: { release: "4.20", image: xen, config: xen.config }
boot: { load: { from: tftp } }
domains:
  dom0: { boot: dom0, kernel: { image: Image, bootargs: console=hvc0 }, memory: 256MiB, os: other }
  own: { boot: ${boot}, kernel: { image: Image }, memory: 64MiB, device-tree: own.dts, os: other${guest} }
`,
  )
  return runPipeline(join(folder, 'system.yaml')).findings.all.filter(
    ({ severity, code }) => severity !== 'note' && code !== 'DEV-007',
  )
}

const codes = (device: string, words: Words = {}) => [...new Set(findings(device, words).map(({ code }) => code))]

describe('a device that both can give', () => {
  it.each(['xl', 'dom0less'])('has no finding (%s)', (boot) => {
    expect(codes(GOOD, { boot })).toEqual([])
    expect(codes(CLOCK, { boot })).toEqual([])
  })
})

describe.each(['xl', 'dom0less'])('%s', (boot) => {
  it.each([
    ['as much as is mapped', 'reg = <0 0x10000000 0 0x1000>;'],
    ['part of a page', 'reg = <0 0x10000800 0 0x100>;'],
    ['nothing', 'reg = <0 0x20000000 0 0>;'],
    ['what another node maps', 'reg = <0 0x10000000 0 0x1000>, <0 0x10005000 0 0x1000>;'],
  ])('takes registers that are %s', (_, reg) => {
    const more = `}; more { xen,reg = <0 0xa005000 0 0x1000 0 0x10005000>; xen,path = "/rtc@a005000"; xen,force-assign-without-iommu;`
    expect(codes(`${reg} ${GOOD} ${more}`, { boot })).toEqual([])
  })

  it('leaves registers alone that a bus moves', () => {
    const cells = '#address-cells = <2>; #size-cells = <2>; ranges = <0 0 0 0x10000000 0 0x1000000>;'
    expect(codes(`reg = <0 0 0 0x1000>; ${GOOD}`, { boot, cells })).toEqual([])
  })

  it.each([
    ['cells that Xen cannot read', GOOD, { cells: '#address-cells = <3>; #size-cells = <2>;' }, 'PT-002'],
    ['no cells', GOOD, { cells: '' }, 'PT-003'],
    ['part of a page', GOOD.replace('0xa000000 0 0x1000', '0xa000000 0 0x800'), {}, 'PT-004'],
    ['no size', GOOD.replace('0 0x1000', '0 0'), {}, 'PT-005'],
    ['half an entry', GOOD.replace(' 0 0x10000000', ''), {}, 'PT-006'],
    ['xen,reg alone', GOOD.replace(/xen,path = \S+/, ''), {}, 'PT-007'],
    ['xen,path alone', GOOD.replace(/xen,reg.*/, ''), {}, 'PT-007'],
    ['a node that is not there', GOOD.replace('ethernet@a000000', 'ethernet@f000000'), {}, 'PT-009'],
    ['an alias', GOOD.replace('/ethernet@a000000', 'serial0'), {}, 'PT-009'],
    [
      'another controller',
      CLOCK.replace('rtc@a002000', 'serial@a004000').replace('0xa002000', '0xa004000'),
      {},
      'PT-016',
    ],
    ['no iommus and no force', CLOCK.replace('xen,force-assign-without-iommu;', ''), {}, 'PT-017'],
    ['no IOMMU that is enabled', GOOD, { platform: '' }, 'PT-018'],
    ['DMA', CLOCK.replace('rtc@a002000', 'engine@a001000').replace('0xa002000', '0xa001000'), {}, 'PT-032'],
    ['RAM', GOOD.replace('0 0xa000000', '0 0x60000000'), {}, 'PT-036'],
    ["Xen's interrupt controller", GOOD.replace('0 0xa000000', '0 0x8000000'), {}, 'PT-037'],
    ['registers of another', GOOD.replace('0 0xa000000', '0 0xa001000'), {}, 'PT-021'],
    ['a page of the RAM', GOOD.replace('0 0x10000000', '0 0x40000000'), {}, 'PT-024'],
    [
      'a page behind the RAM',
      GOOD.replace('0 0x10000000', '0 0x50000000'),
      boot === 'xl' ? {} : { guest: ', enhanced: enabled' },
      boot === 'xl' ? 'XL-074' : 'PT-040',
    ],
    ['registers where nothing is', `reg = <0 0x10000000 0 0x2000>; ${GOOD}`, {}, 'PT-049'],
    ['a node beside', GOOD, { beside: 'other: other { phandle = <9>; };' }, 'PT-029'],
  ])('finds %s', (_, device, words, code) => {
    expect(codes(device, { ...words, boot })).toContain(code)
  })

  it('says nothing twice', () => {
    expect(codes(GOOD.replace('0 0xa000000', '0 0x60000000'), { boot })).toEqual(['PT-036'])
    expect(codes(GOOD, { boot, platform: '' })).toEqual(['PT-018'])
  })
})

it('never says that Xen would stop over what xl is told', () => {
  const effects = (boot: string) =>
    findings(GOOD.replace('ethernet@a000000', 'nowhere'), { boot }).flatMap(({ code, effect }) =>
      code === 'PT-009' ? [effect] : [],
    )
  expect(effects('xl')).toEqual(['xl would not create the domain'])
  expect(effects('dom0less')).toEqual([expect.stringContaining('Xen would panic')])
})

describe('a device below a bus that has registers of its own', () => {
  const given = 'xen,path = "/bus@b000000/rtc@b001000"; xen,force-assign-without-iommu;'
  const bus = `/include/ "given-board.dts"\n/ { bus@b000000 { compatible = "example,bus"; reg = <0 0xb000000 0 0x10000>; #address-cells = <2>; #size-cells = <2>; ranges;
    rtc@b001000 { compatible = "example,rtc"; reg = <0 0xb001000 0 0x1000>; interrupts = <0 60 4>; };
    rtc@b002000 { compatible = "example,rtc"; reg = <0 0xb002000 0 0x1000>; interrupts = <0 61 4>; }; }; };`
  const codesAt = (host: string, boot: string) => {
    writeFileSync(join(folder, 'bus.dts'), bus)
    return codes(`${given} xen,reg = <0 ${host} 0 0x1000 0 0x10000000>;`, { boot, board: 'bus.dts' })
  }

  it.each(['xl', 'dom0less'])('is given without the bus (%s)', (boot) => {
    expect(codesAt('0xb001000', boot)).toEqual([])
  })

  it.each(['xl', 'dom0less'])('does not bring those of its neighbour (%s)', (boot) => {
    expect(codesAt('0xb002000', boot)).toContain('PT-021')
  })
})
