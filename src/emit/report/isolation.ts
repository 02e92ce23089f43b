/** How domains can reach each other. */
import { joinedPairs, type Path, pathsOf } from '../../isolation/reach.ts'
import type { SystemPlan } from '../../plan/system-plan.ts'
import { bullets, wrap } from './layout.ts'

/** All pairs of domains that can act on each other, and through what; other pairs cannot. Empty for a single domain. */
export function isolationLines(plan: SystemPlan): readonly string[] {
  const names = plan.model.domains.map(({ name }) => name)
  if (names.length < 2) return []
  const paths = pathsOf(plan)
  const joined = [...joinedPairs(plan, names)]
  const lines = joined.map(([first, second]) => pairLine(first, second, paths(first, second), paths(second, first)))
  return [...bullets([...lines, ...apartLine(names, joined)]), '', ...wrap(NOT_COUNTED)]
}

/** More pairs are only counted: nobody would read them. */
const MOST_PAIRS = 20

function apartLine(names: readonly string[], joined: readonly (readonly [string, string])[]): readonly string[] {
  const count = (names.length * (names.length - 1)) / 2 - joined.length
  if (count === 0) return []
  if (count > MOST_PAIRS) return [`nothing joins the other ${count} pairs`]
  const known = new Set(joined.map(([first, second]) => `${first} and ${second}`))
  const pairs = names.flatMap((first, index) => names.slice(index + 1).map((second) => `${first} and ${second}`))
  return [`nothing joins ${pairs.filter((pair) => !known.has(pair)).join('; ')}`]
}

const NOT_COUNTED =
  'Not counted: what two domains set up through Xen at run time (grants, event channels of their own), which only a FLASK policy ' +
  'forbids; what a third domain passes on; CPU time and the cache.'

function pairLine(first: string, second: string, there: readonly Path[], back: readonly Path[]): string {
  const both = there.filter(({ through }) => back.some((path) => path.through === through))
  const only = (paths: readonly Path[], from: string, to: string): readonly string[] =>
    paths
      .filter((path) => !both.some(({ through }) => through === path.through))
      .map(({ through }) => `${through} (from ${from} to ${to})`)
  const parts = [...both.map(({ through }) => through), ...only(there, first, second), ...only(back, second, first)]
  return `${first} and ${second}: ${parts.join(', ')}`
}
