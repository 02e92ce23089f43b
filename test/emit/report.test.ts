/** Numbers and names in the report: whose they are, and what is left out. */
import { afterAll, describe, expect, it } from 'vitest'
import { emitAll } from '../../src/emit/registry.ts'
import { lifecycleLines, resetterLines } from '../../src/emit/report/lifecycle.ts'
import { hostMemory } from '../../src/emit/report/memory-map.ts'
import { formatRange } from '../../src/units/format.ts'
import { bytes, hostPhys } from '../../src/units/quantities.ts'
import { range } from '../../src/units/range.ts'
import { booted, DOM0 } from '../lifecycle/lives.ts'
import { makePlan } from '../plan/builder.ts'
import { Bench, manifestOf } from '../support/checks/systems.ts'
import { RPMSG_LINK, systemWith } from '../support/virtio/arbitrary-devices.ts'

const bench = new Bench()
afterAll(() => bench.remove())

function assembled(parts: Parameters<typeof manifestOf>[0]) {
  const { assembly, findings } = bench.outcomeOf(manifestOf(parts))
  if (!assembly) throw new Error(findings.all.map(({ code, message }) => `${code}: ${message}`).join('; '))
  return assembly
}

function reportOf(parts: Parameters<typeof manifestOf>[0]): string {
  const report = emitAll(assembled(parts)).find(({ path }) => path === 'report/report.txt')?.contents
  return String(report).replaceAll(/\s+/g, ' ')
}

describe('the memory of the host', () => {
  const place = (base: bigint, size: bigint) => range(hostPhys(base), bytes(size))
  const of = (changes: Partial<ReturnType<typeof makePlan>>) =>
    hostMemory({ ...makePlan({ domains: [] }), ...changes }).map(
      ({ range: stretch, what, whose }) => `${formatRange(stretch)} ${what}${whose && `: ${whose}`}`,
    )
  const plan = makePlan({ domains: [] })

  it('says of what is owned what an operating system must know', () => {
    const owned = [
      { range: place(0x5000_0000n, 0x1000n), owner: 'a', by: 'reserved-memory' as const, noMap: true },
      { range: place(0x1000n, 0x1000n), owner: 'b', by: 'reserved-memory' as const, noMap: false },
    ]
    expect(of({ board: { ...plan.board, owned } }).filter((line) => line.includes('reserved'))).toEqual([
      '[0x1000..0x2000) reserved: b, not RAM',
      '[0x50000000..0x50001000) reserved: a, no-map',
    ])
  })

  it('has the place to which bootm moves Xen, and what U-Boot leaves when Xen runs', () => {
    const xenRuns = place(0x6000_0000n, 0x20_0000n)
    expect(of({ load: { ...plan.load, xenRuns } }).slice(-4)).toEqual([
      '[0x41a00000..0x60000000) free',
      '[0x60000000..0x60200000) Xen, moved here by bootm: Xen',
      '[0x60200000..0xb8000000) free',
      '[0xb8000000..0xc0000000) free: U-Boot, until Xen starts',
    ])
  })

  it('has no U-Boot where the manifest says which memory it leaves free', () => {
    const model = { ...plan.model, boot: { ...plan.model.boot, 'load-window': place(0x4000_0000n, 0x1000_0000n) } }
    expect(of({ model }).at(-1)).toBe('[0x41a00000..0xc0000000) free')
  })
})

describe('links', () => {
  it('are told to each end with its own port and the other end, and each choice with its number', () => {
    const report = reportOf(systemWith([{ name: 'link', lines: { ...RPMSG_LINK, notify: 'wake' } }]))
    expect(report).toContain("channels: 8 'kick' to two, 9 'wake' to two")
    expect(report).toContain("channels: 8 'kick' to one, 9 'wake' to one")
    expect(report).toContain("port 9 of two for 'wake'")
    expect(report).toContain("'frames' at 0x3a000000 in one")
    expect(report).toContain("'link' at offset 0x0 of 'frames'")
  })
})

describe('what becomes of a domain that ends', () => {
  const policy = (more = '') => `{ on-crash: restart, on-hang: restart, watchdog: 5s${more} }`
  const lines = (domains: readonly string[], end: readonly string[] = []) => {
    const assembly = assembled({ domains, end })
    const text = (all: readonly string[]): string => all.join(' ').replaceAll(/\s+/g, ' ')
    return { lives: text(lifecycleLines(assembly)), resets: text(resetterLines(assembly)) }
  }

  it('is told for each end of each domain, with delays and limits', () => {
    const limits = ', attempts: { max: 3, window: 10min }, backoff: { first: 2s, max: 30s }'
    const { lives } = lines([DOM0, booted('one', policy(limits)), booted('two', '{ on-crash: stop }')])
    for (const words of [/one poweroff \S/, /one crash \S/, /two crash \S/, /two hang goes unnoticed/])
      expect(lives).toMatch(words)
    expect(lives).toContain('one: attempts wait 2 s, then twice as long each time, up to 30 s; after 3 in 10 min')
    expect(lives).not.toContain('two: attempts')
    expect(lives).toContain('one: its watchdog of 5 s')
    expect(lives).not.toContain('two: its watchdog')
  })

  it('names who is not looked after, and nothing where nobody is', () => {
    const plain = (name: string) => booted(name, '{}').replace(', lifecycle: {}', '')
    expect(lines([DOM0, booted('one', '{}'), plain('two')]).lives).toContain('two: not supervised')
    expect(lines([DOM0, plain('two')])).toEqual({ lives: '', resets: '' })
  })

  it('is a reset of the machine only where the manifest allows it, by what it names', () => {
    const resetting = booted('one', '{ on-crash: reset-platform, may-reset-platform: it is the last }')
    const resets = ['platform-resets: { max: 2, good-after: 10min }']
    const allowed = lines([DOM0, resetting, booted('two', '{}')], resets)
    expect(allowed.lives).toContain('the machine is reset at most 2 times; after a run of 10 min')
    expect(allowed.resets).toContain('one: by on-reboot, on-crash (it is the last)')
    expect(allowed.resets).not.toContain('two:')
    expect(lines([DOM0, booted('two', '{}')]).lives).not.toContain('the machine is reset at most')
  })
})
