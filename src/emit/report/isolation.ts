/** Through what domains reach each other. */
import { type Path, pathsOf } from '../../isolation/reach.ts'
import type { SystemPlan } from '../../plan/system-plan.ts'
import { bullets, wrap } from './layout.ts'

/** Each pair that can reach each other, with how; what is not named cannot. Nothing for a single domain. */
export function isolationLines(plan: SystemPlan): readonly string[] {
  const names = plan.model.domains.map(({ name }) => name)
  if (names.length < 2) return []
  const paths = pathsOf(plan)
  const joined: string[] = []
  const apart: string[] = []
  for (const [index, first] of names.entries())
    for (const second of names.slice(index + 1)) {
      const there = paths(first, second)
      const back = paths(second, first)
      if (there.length + back.length === 0) apart.push(`${first} and ${second}`)
      else joined.push(pairLine(first, second, there, back))
    }
  return [...bullets([...joined, ...apartLine(apart)]), '', ...wrap(NOT_COUNTED)]
}

/** More pairs than one reads are counted. */
const MOST_PAIRS = 20

const apartLine = (pairs: readonly string[]): readonly string[] =>
  pairs.length === 0
    ? []
    : [`nothing joins ${pairs.length > MOST_PAIRS ? `the other ${pairs.length} pairs` : pairs.join('; ')}`]

const NOT_COUNTED =
  'Not counted: what two domains set up through Xen at run time (grants, event channels of their own), which only a FLASK policy ' +
  'forbids; what a third domain passes on; CPU time and the cache.'

function pairLine(first: string, second: string, there: readonly Path[], back: readonly Path[]): string {
  const both = there.filter(({ through }) => back.some((path) => path.through === through))
  const only = (paths: readonly Path[], from: string, to: string): readonly string[] =>
    paths
      .filter((path) => !both.includes(path) && !both.some(({ through }) => through === path.through))
      .map(({ through }) => `${through} (from ${from} to ${to})`)
  const parts = [...both.map(({ through }) => through), ...only(there, first, second), ...only(back, second, first)]
  return `${first} and ${second}: ${parts.join(', ')}`
}
