/** Which domains can be removed and created again while the machine runs, and what stands against it. */
import { whyNotText } from '../guests/recreatable.ts'
import { grantBackends } from '../passthrough/partial-tree.ts'
import type { NotRecreatable, SystemPlan } from '../plan/system-plan.ts'

/** Why a domain cannot come back. */
export type NotRestartable =
  | NotRecreatable
  /** Its id, which changes when it is created again, stands in the device tree of another. */
  | { readonly because: 'id-in-tree'; readonly domain: string }

/** All reasons; empty: it can come back. xl can create again what it created. */
export function notRestartable(plan: SystemPlan, name: string): readonly NotRestartable[] {
  const booted = plan.dom0less.find(({ domain }) => domain.name === name)
  if (!booted) return plan.dom0 ? [] : [{ because: 'no-dom0' }]
  return [...(booted.notRecreatable ?? []), ...holdersOf(plan, booted.id.value)]
}

/** Domains that share pages with the one of that id, as their trees say. */
const holdersOf = ({ dom0less, xl }: SystemPlan, id: number): readonly NotRestartable[] =>
  [...dom0less, ...xl].flatMap(({ domain, partialTree }): readonly NotRestartable[] =>
    partialTree && grantBackends(partialTree.source.tree).includes(id)
      ? [{ because: 'id-in-tree', domain: domain.name }]
      : [],
  )

/** The reason as a clause for people. */
export const notRestartableText = (why: NotRestartable): string =>
  why.because === 'id-in-tree'
    ? `its id stands in the device tree of '${why.domain}', and it would come back with another`
    : whyNotText(why)
