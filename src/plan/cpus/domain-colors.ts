/** Which colours of the last-level cache Xen, dom0 and each domain have. */
import { member, type Report } from '../../diagnostics/diagnostic.ts'
import type { Lock } from '../../facts/lock.ts'
import { type Dom0lessDomain, type Guest, type SystemModel, xlDomainsOf } from '../../model/system-model.ts'
import { withoutColorsInherits } from '../../xen/llc-coloring.ts'
import type { Planned } from '../provenance.ts'
import { type ColorRequest, colorText, planColors, totalColors } from './colors.ts'
import type { PlannedColoring } from './planned-cpus.ts'

export const colorsKey = (domain: string): string => `domains/${domain}/llc-colors`

export interface DomainColors {
  /** Absent: colouring is off. */
  readonly coloring?: PlannedColoring
  /** By name; those that are absent have all colours. */
  readonly domains: ReadonlyMap<string, Planned<string>>
}

/** Colours for Xen, dom0 and the domains that ask for some; `booted` in the order of their nodes. What cannot be had is reported (RES-010) and left out. */
export function planDomainColors(
  model: SystemModel,
  booted: readonly Dom0lessDomain[],
  lock: Lock,
  report: Report,
): DomainColors {
  const coloring = model.xen['cache-coloring']
  const guests: readonly Guest[] = [...booted, ...xlDomainsOf(model)]
  const own = (['xen', 'dom0'] as const).flatMap((who) => {
    const choice = coloring?.[who]
    return coloring && choice ? [{ who, request: { who, pointer: member(coloring.pointer, who), choice } }] : []
  })
  const wanted = guests.flatMap((domain) => {
    const request = requestOf(domain)
    return request ? [{ domain, request }] : []
  })
  const requests: readonly ColorRequest[] = [...own, ...wanted].map(({ request }) => request)
  const chosen = planColors(requests, coloring, lock, report)
  const domains = new Map(
    wanted.flatMap(({ domain, request }) => {
      const colors = chosen.get(request)
      return colors ? [[domain.name, colors] as const] : []
    }),
  )
  const total = totalColors(coloring)
  for (const [name, colors] of total === undefined ? [] : inherited(model, booted, domains, total))
    domains.set(name, colors)
  if (!coloring) return { domains }
  const named = Object.fromEntries(
    own.flatMap(({ who, request }) => {
      const colors = chosen.get(request)
      return colors ? [[who, colors]] : []
    }),
  )
  return { coloring: { ...(total === undefined ? {} : { total }), ...named }, domains }
}

function requestOf({ name, pointer, 'llc-colors': choice }: Guest): ColorRequest | undefined {
  return choice && { key: colorsKey(name), who: `'${name}'`, pointer: member(pointer, 'llc-colors'), choice }
}

/** All colours, written out, for domains that would get those of the one before them instead. */
function inherited(
  { xen }: SystemModel,
  booted: readonly Dom0lessDomain[],
  domains: ReadonlyMap<string, Planned<string>>,
  total: number,
): readonly (readonly [string, Planned<string>])[] {
  if (!withoutColorsInherits(xen.release)) return []
  const first = booted.findIndex(({ name }) => domains.has(name))
  const later = first < 0 ? [] : booted.slice(first).filter(({ name }) => !domains.has(name))
  const value = colorText(Array.from({ length: total }, (_, color) => color))
  return later.map(({ name }) => [
    name,
    { value, by: 'default', reason: 'all: if nothing is said, Xen 4.20 gives it those of the domain before' },
  ])
}
