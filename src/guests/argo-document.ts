/** What one guest must know of its links with Argo, for `argo.json` and what says the same in other words. */
import { defined } from '../diagnostics/defined.ts'
import { argoOf } from '../plan/links/argo.ts'
import type { SystemPlan } from '../plan/system-plan.ts'
import { type DomainReference, domainReference } from './virtio-document.ts'

/** Of the format of `argo.json` (schemas/argo.schema.json). */
const DOCUMENT_VERSION = 1

export interface ArgoDocument {
  readonly version: typeof DOCUMENT_VERSION
  readonly system: string
  readonly domain: DomainReference
  readonly links: Readonly<Record<string, LinkDocument>>
}

export interface LinkDocument {
  /** Of the ring that the guest registers for its peer alone, and of the peer's ring, which the guest sends to. */
  readonly port: number
  readonly peer: DomainReference
}

/** For `domain`, an end of at least one link. */
export const argoDocument = (plan: SystemPlan, domain: string): ArgoDocument => ({
  version: DOCUMENT_VERSION,
  system: plan.model.name,
  domain: domainReference(plan, domain),
  links: Object.fromEntries(
    argoOf(plan.argo, domain).map(({ link, port }) => {
      const peer = defined(
        link.ends.find((end) => end.domain !== domain),
        `peer of ${domain}`,
      )
      return [link.name, { port: port.value, peer: domainReference(plan, peer.domain) }]
    }),
  ),
})
