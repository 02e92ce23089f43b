/** ISO: whether domains are as isolated as the manifest asserts, by what it gives them. */
import { atKey, type Related } from '../../diagnostics/diagnostic.ts'
import { joinedPairs, type Path, pathsOf, reachedBy } from '../../isolation/reach.ts'
import type { SystemPlan } from '../../plan/system-plan.ts'
import type { Rule } from '../rule.ts'

export const isolationRules: readonly Rule<SystemPlan>[] = [
  {
    code: 'ISO-001',
    check(plan, { violated }) {
      const paths = pathsOf(plan)
      for (const { pointer, name, domains } of plan.model.assert.isolated)
        for (const [first, second] of joinedPairs(plan, domains)) {
          const found = [...paths(first, second), ...paths(second, first)]
          violated({
            at: atKey(pointer),
            message: `'${first}' and '${second}' must be isolated, but reach each other through ${throughAll(found)}`,
            help: `remove what connects them, or take one of them out of '${name}'`,
            related: joints(found),
          })
        }
    },
  },
  {
    code: 'ISO-002',
    check(plan, { violated }) {
      const paths = pathsOf(plan)
      for (const { pointer, domain, others } of plan.model.assert.onlyReaches)
        for (const name of reachedBy(plan, domain)) {
          if (others.includes(name)) continue
          const found = paths(domain, name)
          violated({
            at: atKey(pointer),
            message: `'${domain}' may reach ${others.length === 0 ? 'no other domain' : `only ${others.join(', ')}`}, but reaches '${name}' through ${throughAll(found)}`,
            help: `remove what connects them, or name '${name}' here`,
            related: joints(found),
          })
        }
    },
  },
]

const throughAll = (paths: readonly Path[]): string => [...new Set(paths.map(({ through }) => through))].join(', ')

/** What connects the two domains, each thing once, for the end of a finding. */
const joints = (paths: readonly Path[]): readonly Related[] =>
  [...new Map(paths.map((path) => [path.through, path])).values()].map(({ pointer, through }) => ({
    at: atKey(pointer),
    message: `${through} is declared here`,
  }))
