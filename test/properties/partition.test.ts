/** Random partitions on random boards: what is placed is apart, aligned and in RAM, and stays where a lock says it is. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Findings } from '../../src/diagnostics/findings.ts'
import { lockText } from '../../src/emit/lock-file.ts'
import { EMPTY_LOCK, type Lock } from '../../src/facts/lock.ts'
import { planSystem } from '../../src/load/plan-system.ts'
import { guestMap } from '../../src/plan/guest-memory/map.ts'
import { loadedFiles } from '../../src/plan/loaded-files.ts'
import type { SystemPlan } from '../../src/plan/system-plan.ts'
import { bytes, MiB, times } from '../../src/units/quantities.ts'
import { type Words as BoardWords, boardWith, factsFor } from '../support/facts/builder.ts'
import { lockOf, partitionModel, type Words } from '../support/plan/partition-systems.ts'

const PAGE = 4096n

interface Partition {
  /** Banks and what is owned of them. */
  readonly ram: readonly BoardWords[]
  readonly owned: readonly BoardWords[]
  readonly words: Words
}

/** Whole mebibytes mostly, and odd pages. */
const pages = (most: bigint): fc.Arbitrary<bigint> =>
  fc.tuple(fc.bigInt(1n, most), fc.constantFrom(512n, 512n, 1n)).map(([n, unit]) => (n > unit ? n - (n % unit) : n))

const name = (kind: string, index: number): string => `${kind}${index}`
const named = <T>(kind: string, all: readonly T[]): Record<string, T> =>
  Object.fromEntries(all.map((each, index) => [name(kind, index), each]))

const domain = fc.record({
  memory: pages(65_536n).map((count) => times(count, bytes(PAGE))),
  place: fc.constantFrom('heap', 'static', 'static', 'direct'),
  enhanced: fc.constantFrom('disabled', 'no-xenstore'),
})

const anyWords: fc.Arbitrary<Words> = fc
  .tuple(
    fc.array(domain, { minLength: 2, maxLength: 12 }),
    fc.array(fc.tuple(pages(4096n), fc.uniqueArray(fc.nat(11), { minLength: 1, maxLength: 4 }), fc.nat(30)), {
      maxLength: 20,
    }),
    fc.array(fc.tuple(fc.nat(11), fc.nat(11)), { maxLength: 10 }),
    fc.constantFrom('4.17' as const, '4.20' as const, '4.22' as const),
  )
  .map(([domains, regions, channels, release]) => {
    const at = (index: number): string => name('d', index % domains.length)
    return {
      release,
      domains: named(
        'd',
        domains.map(({ memory, place, enhanced }) => ({
          memory,
          enhanced: enhanced as 'disabled',
          ...(place === 'heap' ? {} : { 'static-mem': 'auto' as const }),
          'direct-map': place === 'direct',
        })),
      ),
      regions: Object.fromEntries(
        regions.map(([count, by, letters], index) => [
          `r${index}${'-'.padEnd(letters, 'x')}`,
          { size: times(count, bytes(PAGE)), by: [...new Set(by.map(at))] },
        ]),
      ),
      channels: named(
        'c',
        channels.flatMap(([a, b]) => (at(a) === at(b) ? [] : [[at(a), at(b)] as const])),
      ),
    }
  })

/** Two or three banks, one of them small, with holes that somebody owns at any page. */
const anyPartition: fc.Arbitrary<Partition> = fc
  .tuple(
    fc.tuple(pages(1n << 18n), pages(1n << 20n), pages(1n << 14n)),
    fc.array(fc.tuple(fc.bigInt(0n, 1n << 20n), pages(2048n)), { maxLength: 6 }),
    anyWords,
  )
  .map(([[first, second, third], holes, words]) => ({
    ram: [
      [0x4000_0000n, (first + 0x1_0000n) * PAGE],
      [0x9_0000_0000n, second * PAGE],
      [0x20_0000_0000n, third * PAGE],
    ],
    owned: holes.map(([at, count]) => [0x4000_0000n + at * PAGE, count * PAGE]),
    words,
  }))

function planned({ ram, owned, words }: Partition, lock: Lock = EMPTY_LOCK) {
  const findings = new Findings()
  const model = partitionModel(words)
  const plan = planSystem(model, factsFor(model, boardWith(ram, owned), {}), findings.report, lock)
  return { plan, codes: findings.all.map(({ code }) => code) }
}

interface Span {
  readonly what: string
  readonly from: bigint
  readonly to: bigint
}

const spanOf = (what: string, { base, size }: { readonly base: bigint; readonly size: bigint }): Span => ({
  what,
  from: base,
  to: base + size,
})

const hostSpans = ({ dom0less, regions }: SystemPlan): readonly Span[] => [
  ...dom0less.flatMap(({ domain: own, staticMem = [] }) => staticMem.map(({ value }) => spanOf(own.name, value))),
  ...regions.map(({ region, host }) => spanOf(region.name, host.value)),
]

/** Neighbours after sorting: enough, since a span that meets a later one meets the next. */
function expectApart(spans: readonly Span[]): void {
  const sorted = spans.toSorted((a, b) => (a.from < b.from ? -1 : 1))
  for (const [index, span] of sorted.entries()) {
    const next = sorted[index + 1]
    if (next && next.from < span.to) expect.fail(`${span.what} meets ${next.what} at ${next.from.toString(16)}`)
  }
}

/** Every number that guests and peers see, by its entry in the lock. */
const numbers = (plan: SystemPlan): ReadonlyMap<string, string> => lockOf(lockText(plan)).entries

/** Entries of `before` that are there later with another value. */
const moved = (before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): readonly string[] =>
  [...before].filter(([key, value]) => after.has(key) && after.get(key) !== value).map(([key]) => key)

/** Runs `check` on systems whose plan is complete, and sees to it that these are not few. */
function onWholePlans(runs: number, check: (partition: Partition, plan: SystemPlan) => void): void {
  let whole = 0
  fc.assert(
    fc.property(anyPartition, (partition) => {
      const { plan, codes } = planned(partition)
      if (!plan || codes.length > 0) return
      whole += 1
      check(partition, plan)
    }),
    { numRuns: runs },
  )
  expect(whole).toBeGreaterThan(runs / 4)
}

describe('partitions', () => {
  it('lie in RAM that nobody owns, in whole pages, apart from each other and from files', () => {
    onWholePlans(300, ({ ram, owned, words }, plan) => {
      const files = loadedFiles(plan.load).map(({ id, room }) => spanOf(id, room))
      const given = owned.map(([base, size]) => spanOf('owned', { base, size }))
      const placed = hostSpans(plan)
      expectApart([...files, ...placed])
      for (const span of placed) {
        expect([span.from % PAGE, span.to % PAGE]).toEqual([0n, 0n])
        expect(ram.some(([base, size]) => base <= span.from && span.to <= base + size)).toBe(true)
        expect(given.some(({ from, to }) => from < span.to && span.from < to)).toBe(false)
      }
      for (const { domain: own, staticMem } of plan.dom0less) {
        expect(staticMem === undefined).toBe(words.domains[own.name]?.['static-mem'] === undefined)
        if (staticMem) expect(staticMem.reduce((sum, { value }) => sum + value.size, 0n)).toBe(own.memory)
      }
    })
  })

  it('are apart in every guest, under an id and a port of their own', () => {
    onWholePlans(300, (_partition, plan) => {
      for (const guest of plan.dom0less) {
        const stretches = guestMap(plan, guest)
        expectApart(stretches.map(({ what, range }) => spanOf(`${what} of ${guest.domain.name}`, range)))
        const isDirect = guest.domain['direct-map']
        for (const { region, host, parties } of plan.regions)
          for (const { access, guest: seen } of parties)
            if (isDirect && access.domain === guest.domain.name)
              expect([region.name, BigInt(seen.value.base)]).toEqual([region.name, BigInt(host.value.base)])
      }
      const ids = plan.regions.map(({ id }) => id.value)
      expect(new Set(ids).size).toBe(ids.length)
      expect(ids.every((id) => id.length > 0 && id.length <= 15)).toBe(true)
      const ports = plan.channels.flatMap(({ ends }) => ends.map(({ end, port }) => `${end.domain} ${port.value}`))
      expect(new Set(ports).size).toBe(ports.length)
      expect(plan.channels.every(({ ends }) => ends.every(({ port }) => port.value >= 8 && port.value < 1024))).toBe(
        true,
      )
    })
  })

  it('are planned alike twice, and with their own lock', () => {
    onWholePlans(150, (partition, plan) => {
      const lock = lockOf(lockText(plan))
      for (const again of [planned(structuredClone(partition)), planned(partition, lock)]) {
        expect(again.codes).toEqual([])
        expect(again.plan && lockText(again.plan)).toBe(lockText(plan))
        expect(again.plan).toEqual(plan)
      }
    })
  })

  it('stay where they are when others come, in front or behind', () => {
    onWholePlans(150, ({ words, ...board }, plan) => {
      const lock = lockOf(lockText(plan))
      const domains = { new: { 'static-mem': 'auto' as const, memory: times(16, MiB) } }
      const regions = { new: { by: ['new', 'd0'] } }
      const channels = { new: ['new', 'd1'] as const }
      for (const more of [
        { ...words, domains: { ...domains, ...words.domains }, regions: { ...regions, ...words.regions } },
        {
          ...words,
          domains: { ...words.domains, ...domains },
          regions: { ...words.regions, ...regions },
          channels: { ...words.channels, ...channels },
        },
      ]) {
        const later = planned({ ...board, words: more }, lock)
        if (!later.plan || later.codes.length > 0) continue
        expect(moved(numbers(plan), numbers(later.plan))).toEqual([])
      }
    })
  })

  it('stay where they are when the last region grows, or goes, or a domain goes', () => {
    onWholePlans(150, ({ words, ...board }, plan) => {
      const lock = lockOf(lockText(plan))
      const last = Object.keys(words.regions ?? {}).at(-1)
      const [gone = ''] = Object.keys(words.domains)
      if (last === undefined) return
      const { [last]: region, ...regions } = words.regions ?? {}
      if (!region) return
      const grown = { ...regions, [last]: { ...region, size: times(3, region.size ?? MiB) } }
      const { [gone]: _, ...domains } = words.domains
      const without = Object.entries(words.regions ?? {}).filter(([, { by }]) => !by.includes(gone))
      const channels = Object.entries(words.channels ?? {}).filter(([, ends]) => !ends.includes(gone))
      for (const [changed, mayMove] of [
        [{ ...words, regions: grown }, [`shared-memory/${last}/`]],
        [{ ...words, regions }, []],
        [
          { ...words, domains, regions: Object.fromEntries(without), channels: Object.fromEntries(channels) },
          ['domains/'],
        ],
      ] as const) {
        const later = planned({ ...board, words: changed }, lock)
        if (!later.plan || later.codes.some((code) => code !== 'OUT-008')) continue
        const keys = moved(numbers(plan), numbers(later.plan))
        const own = (key: string): boolean =>
          mayMove.some((start) => key.startsWith(start) && !key.endsWith('static-mem'))
        expect(keys.filter((key) => !own(key))).toEqual([])
        // What grows has another entry even where it stays.
        expect(later.codes.length > 0 && keys.length === 0).toBe(false)
        if (changed.regions !== grown) expect(later.codes.length > 0).toBe(keys.length > 0)
      }
    })
  })
})
