/** No size of the manifest is rounded without a word. */
import { afterAll, describe, expect, it } from 'vitest'
import { formatSize, nearestSizes } from '../../src/units/format.ts'
import { bytes, KiB, MiB, PAGE } from '../../src/units/quantities.ts'
import { Bench, DOM0, type ManifestParts } from '../support/checks/systems.ts'

const bench = new Bench()
afterAll(() => bench.remove())

const xl = (memory: string): ManifestParts => ({
  domains: [DOM0, `guest: { boot: xl, kernel: { image: Image }, memory: ${memory} }`],
})

const SIZES: readonly (readonly [string, (size: string) => ManifestParts, bigint])[] = [
  ['memory of a domain that Xen starts', (memory) => ({ memory }), PAGE],
  ['memory of dom0', (memory) => ({ domains: [DOM0.replace('256MiB', memory)] }), PAGE],
  ['memory of a domain that xl creates', xl, MiB],
  ['p2m-mem', (size) => ({ more: `p2m-mem: ${size}` }), MiB],
  ['static-heap', (size) => ({ release: '4.20', xenMore: `static-heap: ${size}` }), PAGE],
  [
    'llc-size',
    (size) => ({ release: '4.20', xenMore: `cache-coloring: { llc-size: ${size}, llc-nr-ways: 16 }` }),
    PAGE,
  ],
  [
    'buddy-alloc-size',
    (size) => ({ xenMore: `cache-coloring: { llc-size: 1MiB, llc-nr-ways: 16, buddy-alloc-size: ${size} }` }),
    PAGE,
  ],
  [
    'size of shared memory',
    (size) => ({ end: [`shared-memory: { r: { size: ${size}, access: { guest: {} } } }`] }),
    PAGE,
  ],
]

const codes = (parts: ManifestParts) => bench.build(parts)

describe.each(SIZES)('%s', (_, parts, unit) => {
  const whole = 64n << 20n

  it.each([1n, 1024n, 4095n, 4097n, 65_537n])(
    'is refused with %i bytes over, and the nearest sizes are named',
    (more) => {
      if (more % unit === 0n) return
      const found = codes(parts(String(whole + more))).filter(({ code }) =>
        ['MAN-028', 'OUT-015', 'SHM-013'].includes(code),
      )
      expect(found.length).toBeGreaterThan(0)
      for (const { help, severity } of found) {
        expect(severity).toBe('error')
        expect(help).toMatch(/give .+ or .+/)
      }
    },
  )

  it('is taken when it is whole', () => {
    for (const size of [whole, whole + unit])
      expect(codes(parts(String(size))).map(({ code }) => code)).not.toContain('MAN-028')
  })
})

it.each([
  [67_108_865n, PAGE, '64 MiB or 65540 KiB'],
  [1n, PAGE, '4 KiB'],
  [8193n, PAGE, '8 KiB or 12 KiB'],
  [(64n << 20n) + 1n, MiB, '64 MiB or 65 MiB'],
] as const)('next to %i by %i are %s', (size, unit, text) => {
  expect(nearestSizes(bytes(size), unit)).toBe(text)
  expect(formatSize(KiB)).toBe('1 KiB')
})
