/** Where devices lie in guests that xl may create, or create again: neither in what it offers for memory of others nor over its own pages. */
import { afterAll, describe, expect, it } from 'vitest'
import { hex } from '../../../src/units/format.ts'
import { Bench, DOM0, manifestOf } from '../../support/checks/systems.ts'

const LOCKED = 'domains/guest/passthrough/clock/register-0: 0xf0000000+0x1000\n'
const lockOf = (entries: string): string =>
  `# Written by domforge build: what guests see and later builds keep. Keep it under version control.\n${entries}# End of the lock file.\n`

const bench = new Bench()
afterAll(() => bench.remove())

/** At an address of a guest's: past 64 MiB of RAM, in the second bank, in the grant window, below all RAM. */
const PLACES = { past: 'f0000000', second: '300000000', grants: '38001000', low: '30000000' } as const

const nodeAt = (address: string): string => {
  const high = address.length > 8 ? `0x${address.slice(0, -8)}` : '0'
  return `\trtc@${address} { compatible = "example,rtc"; reg = <${high} 0x${address.slice(-8)} 0 0x1000>; };`
}
bench.put('places.dts', `/include/ "board.dts"\n\n/ {\n${Object.values(PLACES).map(nodeAt).join('\n')}\n};\n`)

interface Options {
  readonly place: keyof typeof PLACES
  readonly more?: string
  readonly dom0?: boolean
  readonly release?: string
  readonly lock?: string
}

/** Where the guest sees the device, and what is said of it. */
function seen({ place, more = 'enhanced: disabled', dom0 = true, release = '4.20', lock = '' }: Options) {
  const path = `/rtc@${PLACES[place]}`
  const guest = `guest: { boot: dom0less, kernel: { image: Image }, os: other, memory: 64MiB, passthrough: { clock: { path: ${path} } }, ${more} }`
  bench.put('system.lock.yaml', lockOf(lock))
  const text = manifestOf({ board: 'places.dts', release, domains: dom0 ? [DOM0, guest] : [guest] })
  const { plan, findings } = bench.outcomeOf(text)
  const parts = plan?.dom0less.flatMap(({ devices }) =>
    devices.flatMap(({ nodes }) => nodes.flatMap((node) => node.parts)),
  )
  return {
    at: parts?.map(({ guest: found }) => hex(found.value.base)),
    errors: findings.all.filter(({ severity }) => severity === 'error').map(({ code }) => code),
    codes: findings.all.map(({ code }) => code),
  }
}

describe('a guest that may come back', () => {
  it.each(['past', 'second'] as const)('has it below its RAM, not in the rest of a bank: %s', (place) => {
    const { at, errors, codes } = seen({ place })
    expect(at).toEqual(['0x10000000'])
    expect(errors).toEqual([])
    expect(codes).not.toContain('XL-074')
  })

  it('has it where the host has it once xl leaves devices out of what it offers', () => {
    expect(seen({ place: 'past', release: '4.21' })).toMatchObject({ at: ['0xf0000000'], errors: [] })
  })

  it.each(['4.20', '4.21'])("does not have it over the grant window, which xl's guests always have: %s", (release) => {
    expect(seen({ place: 'grants', release })).toMatchObject({ at: ['0x10000000'], errors: [] })
  })

  it('has it where the host has it below its RAM', () => {
    expect(seen({ place: 'low' })).toMatchObject({ at: ['0x30000000'], errors: [] })
  })

  it('keeps the address that it has', () => {
    const { at, codes } = seen({ place: 'past', lock: LOCKED })
    expect(at).toEqual(['0xf0000000'])
    expect(codes).toContain('XL-074')
  })
})

describe('a guest that cannot come back has it where the host has it', () => {
  it.each([
    ['without dom0', { dom0: false }],
    ['with the addresses of the host', { more: 'enhanced: disabled, static-mem: auto, direct-map: true' }],
  ] as const)('%s', (_, options) => {
    for (const place of ['past', 'second', 'grants'] as const)
      expect(seen({ place, ...options })).toMatchObject({ at: [`0x${PLACES[place]}`], errors: [] })
  })
})
