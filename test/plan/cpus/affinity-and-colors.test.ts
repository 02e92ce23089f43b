/** Who runs where, and with which part of the cache: what the manifest says, what the lock keeps, what is left. */
import { describe, expect, it } from 'vitest'
import { cells, node, property } from '../../../src/devicetree/build.ts'
import { Findings } from '../../../src/diagnostics/findings.ts'
import type { Board } from '../../../src/facts/facts.ts'
import { EMPTY_LOCK } from '../../../src/facts/lock.ts'
import type { CacheColoring, ColorChoice } from '../../../src/model/partition.ts'
import type { Dom0lessDomain, Guest, SystemModel } from '../../../src/model/system-model.ts'
import { planAffinity } from '../../../src/plan/cpus/affinity.ts'
import { colorsIn, colorText, planColors } from '../../../src/plan/cpus/colors.ts'
import { planCpupools } from '../../../src/plan/cpus/cpupools.ts'
import { planDomainColors } from '../../../src/plan/cpus/domain-colors.ts'
import { MiB, times } from '../../../src/units/quantities.ts'
import type { Release } from '../../../src/xen/releases.ts'
import { boardWith } from '../../support/facts/builder.ts'
import { dom0less, systemOf, xlDomain } from '../../support/model/builder.ts'

const tree = node('', {
  children: [
    node('cpus', {
      children: [
        node('cpu@0', {}),
        node('cpu@1', { properties: [property('phandle', [cells([42])])] }),
        node('cpu@2', {}),
      ],
    }),
  ],
})
const plain = boardWith([[0x4000_0000n, 0x4000_0000n]])
const board: Board = {
  ...plain,
  tree: { ...plain.tree, root: tree },
  cpus: [0, 1, 2].map((n) => ({ path: `/cpus/cpu@${n}`, mpidr: BigInt(n), compatible: [] })),
}

describe('affinity', () => {
  const guest = (...all: readonly (readonly string[])[]): Guest => ({
    ...dom0less('a')('/in'),
    'hard-affinity': all.map((cpus, vcpu) => ({ vcpu: vcpu + 3, cpus, pointer: `/affinity/${vcpu}` })),
  })
  const planned = (...all: readonly (readonly string[])[]) => {
    const findings = new Findings()
    return [planAffinity(guest(...all), board, findings.report), findings.all.map(({ code, at }) => [code, at])]
  }

  it('is in logical numbers, ascending, each once', () => {
    expect(planned(['cpu@2', 'cpu@0', 'cpu@2'], ['cpu@1'])).toEqual([
      [
        { pointer: '/affinity/0', vcpu: 3, cpus: [0, 2] },
        { pointer: '/affinity/1', vcpu: 4, cpus: [1] },
      ],
      [],
    ])
  })

  it('is reported where the board has no such CPU, and left out', () => {
    const [affinity, said] = planned(['cpu@1', 'cpu@9'])
    expect(affinity).toEqual([{ pointer: '/affinity/0', vcpu: 3, cpus: [1] }])
    expect(said).toMatchObject([['REF-022', { pointer: '/affinity/0/1' }]])
  })

  it('is empty where none is given', () => {
    expect(planAffinity(dom0less('a')('/in'), board, () => undefined)).toEqual([])
  })
})

it("pools' CPUs have the tree's phandles, or one new number each, before the pool's own", () => {
  let next = 100
  const pools = [
    { name: 'a', pointer: '/a', cpus: ['cpu@0', 'cpu@1'] },
    { name: 'b', pointer: '/b', cpus: ['cpu@0', 'cpu@2'] },
  ]
  expect(
    planCpupools(
      pools,
      board,
      () => next++,
      () => undefined,
    ).map(({ cpus, phandle }) => [cpus.map((cpu) => [cpu.path, cpu.id, cpu.phandle, cpu.isNumbered]), phandle]),
  ).toEqual([
    [
      [
        ['/cpus/cpu@0', 0, 100, false],
        ['/cpus/cpu@1', 1, 42, true],
      ],
      102,
    ],
    [
      [
        ['/cpus/cpu@0', 0, 100, false],
        ['/cpus/cpu@2', 2, 101, false],
      ],
      103,
    ],
  ])
})

const coloring: CacheColoring = { pointer: '/xen/cache-coloring', 'llc-size': MiB, 'llc-nr-ways': 16 }

describe('colours', () => {
  function chosen(choices: readonly ColorChoice[], locked: readonly string[] = [], of: CacheColoring = coloring) {
    const findings = new Findings()
    const requests = choices.map((choice, i) => ({ key: `k${i}`, who: `${i}`, pointer: `/${i}`, choice }))
    const entries = new Map(locked.flatMap((text, i) => (text === '' ? [] : [[`k${i}`, text] as const])))
    const colors = planColors(requests, of, { entries }, findings.report)
    return [
      ...requests.map((request) => [colors.get(request)?.value, colors.get(request)?.by]),
      ...findings.all.map(({ code, message }) => `${code} ${message.match(/\d+/g)?.join(' ')}`),
    ]
  }

  it('stay as the lock has them, and others go around them', () => {
    expect(chosen([{ count: 2 }, { count: 1 }], ['1-2', ''])).toEqual([
      ['1-2', 'allocated'],
      ['3', 'allocated'],
    ])
    expect(chosen([{ count: 1 }, { count: 2 }], ['', '1,15'])).toEqual([
      ['2', 'allocated'],
      ['1,15', 'lock'],
    ])
  })

  it.each([
    ['of another count', '5-7'],
    ['past the last one', '15-16'],
    ["that are Xen's", '0,5'],
  ])('are chosen anew where the lock has some %s', (_, text) => {
    expect(chosen([{ count: 2 }], [text])).toEqual([['1-2', 'allocated']])
  })

  it('include 0 where Xen names its own', () => {
    expect(chosen([{ count: 2 }], [], { ...coloring, xen: { text: '9' } })).toEqual([['0-1', 'allocated']])
  })

  it('are counted in what is said where they are too few, or how many there are is not known (RES-010)', () => {
    expect(chosen([{ count: 16 }])).toEqual([[undefined, undefined], 'RES-010 0 16 15 16'])
    expect(chosen([{ count: 2 }], [], { pointer: '/x' })).toEqual([[undefined, undefined], 'RES-010 0 2'])
  })

  it('are at most 1024', () => {
    const large: CacheColoring = { pointer: '/x', 'llc-size': times(64, MiB), 'llc-nr-ways': 1 }
    expect(chosen([{ count: 1023 }], [], large)).toEqual([['1-1023', 'allocated']])
    expect(chosen([{ count: 1024 }], [], large)[0]).toEqual([undefined, undefined])
    expect(colorsIn('1022-4000000000')).toEqual([1022, 1023])
    expect(colorsIn('1024')).toEqual([])
  })

  it('are read and written as runs, ascending, each once', () => {
    expect(colorsIn('8,0-3,2-4')).toEqual([0, 1, 2, 3, 4, 8])
    expect(colorText([])).toBe('')
    expect(colorText([1, 2, 4])).toBe('1-2,4')
    expect(colorText([5])).toBe('5')
  })
})

describe('colours of domains', () => {
  const withColors = (name: string, choice?: ColorChoice): Dom0lessDomain => ({
    ...dom0less(name)('/in'),
    ...(choice ? { 'llc-colors': choice } : {}),
  })
  function planned(booted: readonly Dom0lessDomain[], release: Release, own: CacheColoring | 'none' = coloring) {
    const base = systemOf([xlDomain('x')], { release })
    const model: SystemModel = { ...base, xen: { ...base.xen, ...(own === 'none' ? {} : { 'cache-coloring': own }) } }
    const findings = new Findings()
    const { coloring: found, domains } = planDomainColors(model, booted, EMPTY_LOCK, findings.report)
    const said = findings.all.map(({ code, at, message }) => [code, 'pointer' in at ? at.pointer : '', message])
    return {
      found,
      said,
      domains: Object.fromEntries([...domains].map(([name, { value, by }]) => [name, [value, by]])),
    }
  }
  const three = [withColors('first'), withColors('some', { count: 2 }), withColors('later')]

  it('are written out in 4.20 for those that come after one with colours', () => {
    expect(planned(three, '4.20').domains).toEqual({ some: ['1-2', 'allocated'], later: ['0-15', 'default'] })
    expect(planned(three, '4.21').domains).toEqual({ some: ['1-2', 'allocated'] })
    expect(planned([withColors('a'), withColors('b')], '4.20').domains).toEqual({})
    expect(planned([withColors('first', { count: 1 }), withColors('later')], '4.20').domains).toEqual({
      first: ['1', 'allocated'],
      later: ['0-15', 'default'],
    })
  })

  it('are not written out where it is not known how many there are', () => {
    const known = planned([withColors('first', { text: '4' }), withColors('later')], '4.20', { pointer: '/x' })
    expect(known.domains).toEqual({ first: ['4', 'manifest'] })
    expect(known.found).not.toHaveProperty('total')
    expect(planned([], '4.20', 'none')).not.toHaveProperty('found.total')
    expect(planned([withColors('first', { text: '4' })], '4.20', 'none').found).toBeUndefined()
  })

  it('are reported of the domain that asks for more than there are (RES-010)', () => {
    const { domains, said } = planned([withColors('first', { count: 16 })], '4.20')
    expect(domains).toEqual({})
    expect(said).toEqual([['RES-010', '/domains/first/llc-colors', expect.stringContaining("'first'")]])
  })

  it("come with Xen's and dom0's, and with how many there are where that is known", () => {
    expect(planned([], '4.21', { ...coloring, xen: { text: '0-1' }, dom0: { count: 3 } }).found).toMatchObject({
      total: 16,
      xen: { value: '0-1', by: 'manifest' },
      dom0: { value: '2-4', by: 'allocated' },
    })
    expect(planned([], '4.21').found).toEqual({ total: 16 })
    expect(planned([], '4.21', { pointer: '/x', dom0: { text: '3' } }).found).toMatchObject({ dom0: { value: '3' } })
  })
})
