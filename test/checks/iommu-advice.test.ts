/** What several findings advise about one device with DMA: that it is followed, and nothing else comes up, whatever Xen drives. */
import { afterAll, expect, it } from 'vitest'
import type { Diagnostic } from '../../src/diagnostics/diagnostic.ts'
import { Bench, DOM0, manifestOf } from '../support/checks/systems.ts'

const bench = new Bench()
afterAll(() => bench.remove())

const iommu = (label: string, at: string, kind: string): string =>
  `${label}: iommu@${at} { compatible = "${kind}"; reg = <0 0x${at} 0 0x10000>; #iommu-cells = <1>; #global-interrupts = <1>; interrupts = <0 74 4>, <0 75 4>; };`

const BOARDS = {
  'no IOMMU': '',
  'an SMMUv2': iommu('own', '9050000', 'arm,mmu-500'),
  'an SMMUv3': iommu('own', '9050000', 'arm,smmu-v3'),
  'a foreign one': iommu('own', '9050000', 'example,iommu'),
  'a foreign one, beside an SMMUv2':
    iommu('own', '9050000', 'example,iommu') + iommu('other', '9070000', 'arm,mmu-500'),
  'an SMMUv3, beside an SMMUv2': iommu('own', '9070000', 'arm,smmu-v3') + iommu('other', '9050000', 'arm,mmu-500'),
  'an SMMUv2, behind an SMMUv3': iommu('other', '9050000', 'arm,smmu-v3') + iommu('own', '9070000', 'arm,mmu-500'),
} as const

const CONFIGS = ['xen.config', 'smmu-v3.config', 'smmu-v3-alone.config', 'no-iommu.config'] as const

const given = (domain: string, reason: string): string =>
  `one: { ${domain}, kernel: { image: Image }, memory: 64MiB, os: other, passthrough: { dev: { path: /dma@b000000${reason} } } }`

const DIRECT = 'boot: dom0less, direct-map: true, static-mem: auto'
const REASON = ', force-assign-without-iommu: it is ours'

const systems = (Object.keys(BOARDS) as (keyof typeof BOARDS)[]).flatMap((board) =>
  CONFIGS.flatMap((config) => ['', 'iommu=off'].map((bootargs) => ({ board, config, bootargs }))),
)

it.each(systems)('$board, $config, $bootargs', ({ board, config, bootargs }) => {
  const iommus = board === 'no IOMMU' ? 'dma-coherent' : 'iommus = <&own 1>'
  const build = (domain: string, reason = '', disabled = ''): readonly Diagnostic[] => {
    const device = `dma@b000000 { compatible = "example,dma"; reg = <0 0xb000000 0 0x1000>; ${iommus}; };`
    const change = disabled === '' ? '' : `/ { ${disabled.slice(1)} { status = "disabled"; }; };`
    bench.put('advice.dts', `/include/ "board.dts"\n/ { ${BOARDS[board]} ${device} };\n${change}`)
    const domains = domain.startsWith('boot: xl') ? [DOM0, given(domain, reason)] : [given(domain, reason)]
    const found = bench.buildText(manifestOf({ board: 'advice.dts', config, bootargs, domains }))
    return found.filter(({ severity }) => severity === 'error')
  }
  const codes = (found: readonly Diagnostic[]) => found.map(({ code }) => code)

  const plain = build('boot: dom0less')
  const forced = build(DIRECT, REASON)
  expect([[], ['PT-017'], ['PT-044']]).toContainEqual(codes(plain))
  if (codes(plain).includes('PT-044')) {
    expect(plain[0]?.help).toContain('force-assign-without-iommu')
    expect(codes(build('boot: dom0less', REASON))).toEqual(['PT-045'])
    expect(codes(forced)).toEqual([])
  } else expect(codes(forced)).toEqual(codes(plain))
  if (codes(plain).includes('PT-017')) {
    const disabled = /disable (\S+) by an overlay/.exec(plain[0]?.remedy ?? plain[0]?.help ?? '')?.[1]
    expect(codes(build(DIRECT, REASON, disabled))).toEqual([])
  }
  const byXl = codes(build('boot: xl'))
  expect(byXl).toEqual(plain.length === 0 ? [] : [codes(plain)[0] === 'PT-017' ? 'XL-047' : 'PT-045'])
})
