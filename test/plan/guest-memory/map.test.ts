import { expect, it } from 'vitest'
import { cells, node, property } from '../../../src/devicetree/build.ts'
import { guestMap } from '../../../src/plan/guest-memory/map.ts'
import { formatRange } from '../../../src/units/format.ts'
import { boardRoot, dom0less, makePlan } from '../builder.ts'

const registers = (...numbers: readonly bigint[]) => property('reg', [cells(numbers)])
const gic = node('intc@8000000', {
  properties: [registers(0n, 0x800_0000n, 0n, 0x1_0000n, 0n, 0x80a_0000n, 0n, 0xf6_0000n)],
})
const root = { ...boardRoot, children: [...boardRoot.children, gic] }

const mapOf = (...parameters: Parameters<typeof dom0less>): Readonly<Record<string, string>> => {
  const plan = makePlan({ root, domains: [dom0less(...parameters)] })
  const [guest] = plan.dom0less
  if (!guest) throw new Error('no guest')
  return Object.fromEntries(guestMap(plan, guest).map(({ what, range }) => [what, formatRange(range)]))
}

it("has Xen's layout, without what the guest has not", () => {
  expect(mapOf('plain')).toEqual({
    'GICv3 distributor': '[0x3001000..0x3011000)',
    'GICv3 redistributors': '[0x3020000..0x4020000)',
    'vPL011 console': '[0x22000000..0x22001000)',
    RAM: '[0x40000000..0x48000000)',
  })
  expect(mapOf('silent', { console: 'none' })).not.toHaveProperty('vPL011 console')
  expect(mapOf('enhanced', { enhanced: 'no-xenstore' })).toHaveProperty('grant table window')
})

it("is the host's where the guest is direct-mapped", () => {
  expect(mapOf('direct', { 'direct-map': true, enhanced: 'no-xenstore' })).toEqual({
    'GICv3 distributor': '[0x8000000..0x8010000)',
    'GICv3 redistributors': '[0x80a0000..0x9000000)',
    'vPL011 console': '[0x9000000..0x9001000)',
    'grant table window': '[0x38000000..0x39000000)',
    'RAM, at its address on the host': '[0x40000000..0x48000000)',
  })
})
