import { describe, expect, it } from 'vitest'
import {
  affected,
  FAULTS,
  nearestWithout,
  type Presence,
  presenceOf,
  type RunningXen,
} from '../../src/xen/point-releases.ts'

const DEEP = FAULTS['too-deep-node']
const UNMAPPED = FAULTS['ignores-unmapped-ram']

describe('presenceOf', () => {
  const rows: readonly (readonly [RunningXen, Presence, Presence])[] = [
    [{ release: '4.17' }, 'present', 'absent'],
    [{ release: '4.19', point: 6 }, 'present', 'absent'],
    [{ release: '4.20' }, 'possible', 'absent'],
    [{ release: '4.20', point: 3 }, 'present', 'absent'],
    [{ release: '4.20', point: 4 }, 'absent', 'absent'],
    [{ release: '4.21' }, 'possible', 'present'],
    [{ release: '4.21', point: 1 }, 'present', 'present'],
    [{ release: '4.21', point: 2 }, 'absent', 'present'],
    [{ release: '4.22' }, 'absent', 'absent'],
    [{ release: '4.22', point: 0 }, 'absent', 'absent'],
  ]
  it.each(rows)('%j: %s, %s', (xen, deep, unmapped) =>
    expect([presenceOf(DEEP, xen), presenceOf(UNMAPPED, xen)]).toEqual([deep, unmapped]),
  )
})

it.each([
  ['4.17', '4.20.4', '4.22'],
  ['4.20', '4.20.4', '4.22'],
  ['4.21', '4.21.2', '4.22'],
] as const)('the nearest without a fault, from %s: %s, %s', (release, deep, unmapped) =>
  expect([nearestWithout(DEEP, release), nearestWithout(UNMAPPED, release)]).toEqual([deep, unmapped]),
)

it('names the Xen that is affected', () => {
  expect(affected(DEEP, { release: '4.20' })).toBe('Xen 4.20 before 4.20.4')
  expect(affected(DEEP, { release: '4.20', point: 3 })).toBe('Xen 4.20.3')
  expect(affected(DEEP, { release: '4.18' })).toBe('Xen 4.18')
})
