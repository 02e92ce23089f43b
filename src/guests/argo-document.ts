/** What a guest must know about its Argo links, for `argo.json` and the files with the same content in other formats. */
import { defined } from '../diagnostics/defined.ts'
import { argoOf } from '../plan/links/argo.ts'
import type { SystemPlan } from '../plan/system-plan.ts'
import { type DomainReference, domainReference } from './virtio-document.ts'

/** Version of the format of `argo.json` (schemas/argo.schema.json). */
const DOCUMENT_VERSION = 1

export interface ArgoDocument {
  readonly version: typeof DOCUMENT_VERSION
  readonly system: string
  readonly domain: DomainReference
  readonly links: Readonly<Record<string, LinkDocument>>
}

export interface LinkDocument {
  /** Port of the ring that the guest registers for this peer only, and of the peer's ring, to which the guest sends. */
  readonly port: number
  readonly peer: DomainReference
}

/** The document for `domain`, which must be an end of at least one link. */
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
