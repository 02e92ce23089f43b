/** Pools as Xen numbers them (common/sched/boot-cpupool.c), and colours. */
import { describe, expect, it } from 'vitest'
import { Findings } from '../../../src/diagnostics/findings.ts'
import type { Cpu } from '../../../src/facts/facts.ts'
import { EMPTY_LOCK } from '../../../src/facts/lock.ts'
import type { ColorChoice } from '../../../src/model/partition.ts'
import { colorsIn, colorText, planColors, totalColors } from '../../../src/plan/cpus/colors.ts'
import { planCpupools } from '../../../src/plan/cpus/cpupools.ts'
import { KiB, MiB, times } from '../../../src/units/quantities.ts'
import { boardWith } from '../../support/facts/builder.ts'

const cpus: Cpu[] = [0, 1, 2, 3].map((n) => ({ path: `/cpus/cpu@${n}`, mpidr: BigInt(n), compatible: [] }))
const board = { ...boardWith([[0x4000_0000n, 0x4000_0000n]], []), cpus }

function idsOf(...pools: readonly (readonly number[])[]) {
  const findings = new Findings()
  let next = 100
  const planned = planCpupools(
    pools.map((own, index) => ({ pointer: `/p${index}`, name: `p${index}`, cpus: own.map((n) => `cpu@${n}`) })),
    board,
    () => next++,
    findings.report,
  )
  return {
    ids: planned.map(({ id }) => id),
    planned,
    said: findings.all.map(({ code, at }) => `${code} ${'pointer' in at ? at.pointer : ''}`),
  }
}

describe('cpupools', () => {
  it.each([
    ['the boot CPU in the first', [[0], [1]], [0, 1]],
    ['the boot CPU in the second', [[1], [0]], [1, 0]],
    ['the boot CPU in none: the pool of the rest becomes the first', [[1], [2]], [2, 1]],
    ['one pool without it', [[3]], [1]],
    ['all CPUs in one', [[0, 1, 2, 3]], [0]],
    ['the boot CPU in the third', [[1], [2], [0, 3]], [2, 1, 0]],
  ])('%s', (_, pools, expected) => expect(idsOf(...pools).ids).toEqual(expected))

  it('number a CPU once, whoever names it', () => {
    const { planned } = idsOf([1, 2], [1])
    expect(planned[0]?.cpus[0]?.phandle).toBe(planned[1]?.cpus[0]?.phandle)
  })

  it('name CPUs that the board has (REF-022)', () => {
    const { said, planned } = idsOf([1, 9])
    expect([said, planned[0]?.cpus.map(({ id }) => id)]).toEqual([['REF-022 /p0/cpus/1'], [1]])
  })
})

describe('colours', () => {
  const coloring = { pointer: '/xen/cache-coloring', 'llc-size': MiB, 'llc-nr-ways': 16 }
  const chosen = (...choices: readonly ColorChoice[]) => {
    const findings = new Findings()
    const requests = choices.map((choice, index) => ({ who: `${index}`, pointer: `/${index}`, choice }))
    const colors = planColors(requests, coloring, EMPTY_LOCK, findings.report)
    return [...requests.map((request) => colors.get(request)?.value), ...findings.all.map(({ code }) => code)]
  }

  it('are as many as pages in one way', () => {
    expect(totalColors(coloring)).toBe(16)
    expect(totalColors({ ...coloring, 'llc-size': times(512, KiB) })).toBe(8)
    expect(totalColors({ pointer: '/x' })).toBeUndefined()
    expect(totalColors({ pointer: '/x', 'llc-size': MiB })).toBeUndefined()
    expect(totalColors({ pointer: '/x', 'llc-nr-ways': 16 })).toBeUndefined()
  })

  it('that are counted are the lowest that nobody names, colour 0 being Xen’s', () => {
    expect(chosen({ count: 2 }, { text: '1,4-6' }, { count: 3 })).toEqual(['2-3', '1,4-6', '7-9'])
  })

  it('that are not left are refused (RES-010)', () => {
    expect(chosen({ count: 15 }, { count: 1 })).toEqual(['1-15', undefined, 'RES-010'])
  })

  it.each(['0', '0-3', '0-3,8', '1,3,5-6'])('%s is read and written', (text) =>
    expect(colorText(colorsIn(text))).toBe(text),
  )
})
