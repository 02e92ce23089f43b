/** Memory of the host that is given out for good: given, kept, chosen, and what is said where there is none. */
import { describe, expect, it } from 'vitest'
import { atValue } from '../../../src/diagnostics/diagnostic.ts'
import { Findings } from '../../../src/diagnostics/findings.ts'
import { placeItems, type StaticItem } from '../../../src/plan/host-memory/allocation.ts'
import { bytes, hostPhys } from '../../../src/units/quantities.ts'
import { range } from '../../../src/units/range.ts'

const [KB, MB, GB] = [1n << 10n, 1n << 20n, 1n << 30n]

type Span = readonly [base: bigint, size: bigint]
const rangeOf = ([base, size]: Span) => range(hostPhys(base), bytes(size))

const item = (name: string, size: bigint, more: Partial<StaticItem> = {}): StaticItem => ({
  key: name,
  what: `RAM of '${name}'`,
  at: atValue(`/${name}`),
  size: bytes(size),
  divisible: false,
  avoid: [],
  ...more,
})
const given = (...spans: readonly Span[]) => ({
  given: spans.map((span, index) => ({ range: rangeOf(span), pointer: `/given/${index}` })),
})

function placed(items: readonly StaticItem[], free: readonly Span[], locked: Readonly<Record<string, string>> = {}) {
  const findings = new Findings()
  const all = free.map(rangeOf)
  const places = placeItems(
    items,
    { all, preferred: all },
    { entries: new Map(Object.entries(locked)) },
    findings.report,
  )
  const said = findings.all.map(({ code, at, message }) => ({ code, at, message }))
  return {
    said,
    places: Object.fromEntries(
      [...places].map(([{ key }, found]) => [
        key,
        found.map(({ value, ...source }) => [value.base, value.size, 'at' in source ? source.at : source.by]),
      ]),
    ),
  }
}

const HOLE: Span = [GB, 64n * MB]

describe('chosen memory', () => {
  it('has exactly the size that was asked for; without one it has a page all the same', () => {
    expect(placed([item('a', 4n * MB + 1n)], [HOLE]).places).toEqual({
      a: [[GB + 58n * MB, 4n * MB + 1n, 'allocated']],
    })
    expect(placed([item('a', 0n)], [HOLE]).places['a']?.map(([base = 0n]) => base)).toEqual([GB + 64n * MB - 4n * KB])
  })

  it('loses an excess in its last piece', () => {
    const divided = placed(
      [item('a', 6n * MB - 1n, { divisible: true })],
      [
        [GB, 4n * MB],
        [2n * GB, 2n * MB],
      ],
    )
    expect(divided.places).toEqual({
      a: [
        [GB, 4n * MB, 'allocated'],
        [2n * GB, 2n * MB - 1n, 'allocated'],
      ],
    })
  })

  it('is cut where the first bank of a guest is full', () => {
    expect(placed([item('a', 6n * MB, { boundary: bytes(4n * MB) })], [HOLE]).places).toEqual({
      a: [
        [GB + 58n * MB, 4n * MB, 'allocated'],
        [GB + 62n * MB, 2n * MB, 'allocated'],
      ],
    })
  })
})

describe('given memory', () => {
  it('stays as it is, free or not, each range with its own place in the manifest', () => {
    const items = [
      item('a', 4n * MB, given([GB, 2n * MB], [8n * GB, 2n * MB])),
      item('b', 2n * MB, given([GB, 2n * MB])),
    ]
    expect(placed(items, [HOLE]).places).toEqual({
      a: [
        [GB, 2n * MB, '/given/0'],
        [8n * GB, 2n * MB, '/given/1'],
      ],
      b: [[GB, 2n * MB, '/given/0']],
    })
  })

  it('that is cut at the end of the first bank keeps its place in the manifest', () => {
    const whole = item('a', 6n * MB, { ...given([GB, 2n * MB], [2n * GB, 4n * MB]), boundary: bytes(3n * MB) })
    expect(placed([whole], [HOLE]).places).toEqual({
      a: [
        [GB, 2n * MB, '/given/0'],
        [2n * GB, MB, '/given/1'],
        [2n * GB + MB, 3n * MB, '/given/1'],
      ],
    })
  })

  it('is not free for others', () => {
    expect(placed([item('b', 2n * MB), item('a', MB, given([GB + 62n * MB, 2n * MB]))], [HOLE]).places['b']).toEqual([
      [GB + 60n * MB, 2n * MB, 'allocated'],
    ])
  })
})

describe('memory that the lock has', () => {
  const at = (base: bigint, size: bigint): string => `0x${base.toString(16)}+0x${size.toString(16)}`

  it('stays where it is', () => {
    expect(placed([item('b', 2n * MB), item('a', 2n * MB)], [HOLE], { a: at(GB, 2n * MB) }).places).toEqual({
      a: [[GB, 2n * MB, 'a']],
      b: [[GB + 62n * MB, 2n * MB, 'allocated']],
    })
  })

  it('stays before one that grew takes its room', () => {
    const locked = { a: at(GB, 2n * MB), b: at(GB + 2n * MB, 2n * MB) }
    const { places, said } = placed([item('a', 4n * MB), item('b', 2n * MB)], [HOLE], locked)
    expect(places).toEqual({ b: [[GB + 2n * MB, 2n * MB, 'b']], a: [[GB + 60n * MB, 4n * MB, 'allocated']] })
    expect(said).toEqual([
      {
        code: 'OUT-008',
        at: atValue('/a'),
        message:
          "RAM of 'a' moves from [0x40000000..0x40200000) to [0x43c00000..0x44000000): its size changed, and it does not fit there",
      },
    ])
  })

  it('changes nothing of what is new where it would lie there without the lock as well', () => {
    const holes: readonly Span[] = [
      [GB, 6n * MB],
      [2n * GB, 8n * MB],
      [3n * GB, 2n * MB],
    ]
    const items = [item('a', 10n * MB, { divisible: true }), item('b', 4n * MB), item('c', MB, given([8n * GB, MB]))]
    const { places, said } = placed(items, holes, { b: at(GB, 4n * MB), c: at(9n * GB, MB) })
    expect({ places, said }).toEqual(placed(items, holes))
    expect(places).toEqual({
      a: [
        [2n * GB, 8n * MB, 'allocated'],
        [GB + 4n * MB, 2n * MB, 'allocated'],
      ],
      b: [[GB, 4n * MB, 'allocated']],
      c: [[8n * GB, MB, '/given/0']],
    })
  })

  it('keeps its beginning when it grows or shrinks, in its last range', () => {
    const locked = { a: `${at(GB, 2n * MB)},${at(GB + 8n * MB, 2n * MB)}` }
    const sized = (size: bigint) => placed([item('a', size)], [HOLE], locked).places['a']
    expect(sized(6n * MB)).toEqual([
      [GB, 2n * MB, 'a'],
      [GB + 8n * MB, 4n * MB, 'a'],
    ])
    expect(sized(3n * MB)).toEqual([
      [GB, 2n * MB, 'a'],
      [GB + 8n * MB, MB, 'a'],
    ])
    expect(sized(2n * MB)).toEqual([[GB + 62n * MB, 2n * MB, 'allocated']])
  })

  it('moves where its place is not free, or not allowed any more', () => {
    const locked = { a: at(GB, 2n * MB) }
    const taken = placed([item('a', 2n * MB), item('b', MB, given([GB, MB]))], [HOLE], locked)
    expect(taken.places['a']).toEqual([[GB + 62n * MB, 2n * MB, 'allocated']])
    expect(taken.said.map(({ message }) => message)).toEqual([
      "RAM of 'a' moves from [0x40000000..0x40200000) to [0x43e00000..0x44000000): something else is there now",
    ])
    const avoiding = placed([item('a', 2n * MB, { avoid: [rangeOf([GB + MB, KB])] })], [HOLE], locked)
    expect(avoiding.places['a']).toEqual([[GB + 62n * MB, 2n * MB, 'allocated']])
  })

  it('is cut at the end of the first bank as well', () => {
    const bound = { boundary: bytes(MB) }
    expect(placed([item('a', 2n * MB, bound)], [HOLE], { a: at(GB, 2n * MB) }).places['a']).toEqual([
      [GB, MB, 'a'],
      [GB + MB, MB, 'a'],
    ])
    expect(placed([item('a', 3n * MB, bound)], [HOLE], { a: at(GB, 2n * MB) }).places['a']).toEqual([
      [GB, MB, 'a'],
      [GB + MB, 2n * MB, 'a'],
    ])
  })
})

describe('what the lock keeps in the way of something', () => {
  const at = (base: bigint, size: bigint): string => `0x${base.toString(16)}+0x${size.toString(16)}`
  const holes = (...sizes: readonly bigint[]): readonly Span[] =>
    sizes.map((size, index) => [BigInt(index + 1) * GB, size])

  it('stays, and what is new gets other places around it', () => {
    const items = [item('a', MB), item('b', MB), item('c', 3n * MB)]
    expect(placed(items, holes(4n * MB, 3n * MB), { a: at(GB, MB) })).toEqual({
      places: {
        a: [[GB, MB, 'a']],
        b: [[GB + 3n * MB, MB, 'allocated']],
        c: [[2n * GB, 3n * MB, 'allocated']],
      },
      said: [],
    })
  })

  it('is not taken for free while those places are looked for', () => {
    const items = [item('a', MB), item('b', MB), item('c', 2n * MB)]
    expect(placed(items, holes(2n * MB, 2n * MB), { a: at(GB + MB, MB) })).toEqual({
      places: { a: [[GB + MB, MB, 'a']], b: [[GB, MB, 'allocated']], c: [[2n * GB, 2n * MB, 'allocated']] },
      said: [],
    })
  })

  it('is beside what the manifest gives, which needs no other place', () => {
    const items = [item('a', 2n * MB, given([GB, 2n * MB])), item('b', MB), item('c', 2n * MB)]
    expect(placed(items, holes(3n * MB, 2n * MB))).toEqual({
      places: {
        a: [[GB, 2n * MB, '/given/0']],
        b: [[GB + 2n * MB, MB, 'allocated']],
        c: [[2n * GB, 2n * MB, 'allocated']],
      },
      said: [],
    })
  })

  it('is nothing where the entry of the lock holds no range', () => {
    expect(placed([item('a', 2n * MB)], [HOLE], { a: '' }).places).toEqual({
      a: [[GB + 62n * MB, 2n * MB, 'allocated']],
    })
  })
})

describe('RES-008', () => {
  const message = (asked: StaticItem, free: readonly Span[]) => {
    const { said, places } = placed([asked], free)
    expect(places).toEqual({})
    expect(said.map(({ code, at }) => [code, at])).toEqual([['RES-008', atValue('/a')]])
    return said[0]?.message
  }

  it('names what is needed and the largest hole', () => {
    expect(message(item('a', 96n * MB), [HOLE, [2n * GB, 80n * MB]])).toBe(
      "RAM of 'a' needs 96 MiB in one range, and the largest free range of RAM is 80 MiB at [0x80000000..0x85000000)",
    )
    expect(message(item('a', 96n * MB, { divisible: true }), [HOLE])).toBe(
      "RAM of 'a' needs 96 MiB, and 64 MiB of RAM are free besides what is reserved, given out or needed for files: 32 MiB are missing",
    )
    expect(message(item('a', 96n * MB), [HOLE])).toMatch(/ is 64 MiB at \[0x40000000\.\.0x44000000\)$/)
    expect(message(item('a', 96n * MB), [])).toBe("RAM of 'a' needs 96 MiB in one range, and no RAM is left")
  })

  it('names the largest hole where there is enough RAM in all, but in too many pieces', () => {
    const holes = Array.from({ length: 17 }, (_, index): Span => [GB + BigInt(index) * 4n * MB, 2n * MB])
    expect(message(item('a', 34n * MB, { divisible: true }), holes)).toMatch(
      / is 2 MiB at \[0x44000000\.\.0x44200000\)$/,
    )
  })
})
