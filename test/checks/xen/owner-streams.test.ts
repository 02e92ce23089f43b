/** Streams that two devices of dom0's have, where nobody knows whether this Xen drives their IOMMU. */
import { afterAll, expect, it } from 'vitest'
import { Bench, DOM0, manifestOf } from '../../support/checks/systems.ts'

const bench = new Bench()
afterAll(() => bench.remove())

it.each([
  ['an SMMUv3, which few builds drive', 'streams-v3.dts', 'note', true],
  ['an SMMUv2, which every build drives', 'streams-masks.dts', 'error', undefined],
] as const)('without the .config: %s', (_, board, severity, undecided) => {
  const text = manifestOf({ board, domains: [DOM0] }).replace(', config: xen.config', '')
  const found = bench.buildText(text).filter(({ code }) => code === 'D0-023')
  expect(found.map((one) => [one.severity, one.undecided])).toEqual([[severity, undecided]])
})
