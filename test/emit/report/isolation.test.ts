/** Which pairs reach each other, through what, and in which direction. */
import { afterAll, expect, it } from 'vitest'
import { isolationLines } from '../../../src/emit/report/isolation.ts'
import { dom0less, makePlan } from '../../plan/builder.ts'
import { Bench, manifestOf } from '../../support/checks/systems.ts'

const bench = new Bench()
afterAll(() => bench.remove())

const bullets = (lines: readonly string[]) =>
  lines.slice(0, lines.indexOf('')).join(' ').replaceAll(/\s+/g, ' ').split(' - ').slice(1)

it('a pair has what both can do once, and what one of them can do with its direction', () => {
  const guest = (name: string) => `${name}: { boot: dom0less, kernel: { image: Image }, memory: 64MiB, os: other }`
  const { plan } = bench.outcomeOf(
    manifestOf({
      domains: [
        'dom0: { boot: dom0, kernel: { image: Image }, os: other, memory: 256MiB }',
        ...['a', 'b', 'c'].map(guest),
      ],
      end: ['event-channels: { kick: { ends: { dom0: {}, a: {} } }, wake: { ends: { a: {}, b: {} } } }'],
    }),
  )
  if (!plan) throw new Error('no plan')
  expect(bullets(isolationLines(plan))).toEqual([
    "dom0 and a: event channel 'kick', its rights as dom0 (from dom0 to a)",
    'dom0 and b: its rights as dom0 (from dom0 to b)',
    'dom0 and c: its rights as dom0 (from dom0 to c)',
    "a and b: event channel 'wake'",
    'nothing joins a and c; b and c',
  ])
})

it('pairs that nothing joins are named up to 20, then counted, and not for a single domain', () => {
  const apart = (count: number) =>
    isolationLines(makePlan({ domains: Array.from({ length: count }, (_, n) => dom0less(`d${n}`)) }))
  expect(apart(1)).toEqual([])
  expect(bullets(apart(6))[0]?.split('; ')).toHaveLength(15)
  expect(bullets(apart(7))).toEqual(['nothing joins the other 21 pairs'])
})
