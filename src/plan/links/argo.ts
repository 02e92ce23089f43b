/** Ports of Argo links. */
import { defined } from '../../diagnostics/defined.ts'
import type { Lock } from '../../facts/lock.ts'
import type { ArgoLink } from '../../model/partition.ts'
import { type Placer, place } from '../lock/placer.ts'
import type { Planned } from '../provenance.ts'

/** A link with its port. */
export interface PlannedArgo {
  readonly link: ArgoLink
  readonly port: Planned<number>
}

export const argoPortKey = (link: string): string => `argo/${link}/port`

/** A port for each: the manifest's, then the lock's, then the lowest that neither end has for another link. There are always enough. */
export function planArgo(links: readonly ArgoLink[], lock: Lock): readonly PlannedArgo[] {
  const { places } = place(links, new Map(), PORTS, lock)
  return links.map((link) => ({ link, port: defined(places.get(link), `port of ${link.name}`) }))
}

/** The links that `domain` is an end of, in document order. */
export const argoOf = (links: readonly PlannedArgo[], domain: string): readonly PlannedArgo[] =>
  links.filter(({ link }) => link.ends.some((end) => end.domain === domain))

/** Ports that are taken, by domain. */
type TakenPorts = ReadonlyMap<string, ReadonlySet<number>>

const PORTS: Placer<ArgoLink, number, TakenPorts> = {
  key: ({ name }) => argoPortKey(name),
  given: ({ port, pointer }) => (port === 'auto' ? undefined : { value: port, by: 'manifest', at: `${pointer}/port` }),
  kept: [
    (link, text, taken) => {
      const port = Number(text)
      return Number.isSafeInteger(port) && port > 0 && port <= MAX_PORT && isFree(port, link, taken) ? port : undefined
    },
  ],
  choose(link, taken) {
    let value = 1
    while (!isFree(value, link, taken)) value++
    return { value, by: 'allocated', reason: 'lowest port that neither end has for another link' }
  },
  without: (taken, port, { ends }) =>
    new Map([...taken, ...ends.map(({ domain }) => [domain, new Set([...takenBy(domain, taken), port])] as const)]),
  text: String,
}

/** xen/include/public/argo.h: xen_argo_port_t. */
const MAX_PORT = 0xffff_ffff

const isFree = (port: number, { ends }: ArgoLink, taken: TakenPorts): boolean =>
  !ends.some(({ domain }) => takenBy(domain, taken).has(port))

const takenBy = (domain: string, taken: TakenPorts): ReadonlySet<number> => taken.get(domain) ?? new Set()
