/** What an older release ignores is said to be ignored, and nothing that only a newer one would do with it is said as well. */
import { afterAll, expect, it } from 'vitest'
import { Bench, DOM0, type ManifestParts } from '../support/checks/systems.ts'

const bench = new Bench()
afterAll(() => bench.remove())

const codesOf = (parts: ManifestParts): readonly string[] => bench.build(parts).map(({ code }) => code)
const xl = (keys: string): readonly string[] => [
  DOM0,
  `guest: { boot: xl, kernel: { image: Image }, memory: 64MiB, extra-xl: { ${keys} } }`,
]

it.each([
  ['4.20', 'arm_sci: "type=scmi_smc_multiagent"', 'XL-002'],
  ['4.21', 'arm_sci: "type=scmi_smc_multiagent"', 'XL-017'],
  ['4.21', 'xenstore_quota: [nodes]', 'XL-002'],
  ['4.22', 'xenstore_quota: [nodes]', 'XL-058'],
  ['4.17', 'virtio: ["transport=mmio"]', 'XL-002'],
  ['4.19', 'llc_colors: ["3-0"]', 'XL-002'],
  ['4.20', 'llc_colors: ["3-0"]', 'XL-051'],
  ['4.19', 'llc_colors: 3', 'XL-002'],
])('xl %s: %s', (release, keys, code) => {
  expect(codesOf({ release, domains: xl(keys) })).toEqual([code])
})

it('before 4.21 no domain is the hardware domain, and its memory is that of any other', () => {
  const hardware = 'capabilities: [hardware], static-mem: auto, direct-map: true'
  expect(codesOf({ release: '4.20', more: hardware })).toEqual(['DOM-047'])
  expect(codesOf({ release: '4.21', more: hardware })).toEqual([])
})
