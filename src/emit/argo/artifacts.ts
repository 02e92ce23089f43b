/** Files for domains that have links by Argo. */
import { type ArgoDocument, argoDocument } from '../../guests/argo-document.ts'
import { METADATA_FOLDER } from '../../guests/metadata.ts'
import { argoOf } from '../../plan/links/argo.ts'
import type { SystemPlan } from '../../plan/system-plan.ts'
import type { Artifact, Emitter } from '../artifact.ts'
import type { CpioFile } from '../virtio/cpio.ts'
import { argoEnvironment, argoHeader, argoJson } from './texts.ts'

/** Files for a domain's root file system, or for its build. */
export const argoArtifacts: Emitter = {
  name: 'argo',
  summary: 'what a domain must know about its links with Argo: argo.json, argo.h and argo.env',
  emit: ({ plan }) =>
    plan.model.domains
      .filter(({ name }) => argoOf(plan.argo, name).length > 0)
      .flatMap(({ name }) => filesOf(argoDocument(plan, name))),
}

function filesOf(document: ArgoDocument): readonly Artifact[] {
  const domain = document.domain.name
  const file = (base: string, contents: string) => ({ path: `domains/${domain}/${base}`, contents })
  const installed = (base: string, contents: string): Artifact => ({
    ...file(base, contents),
    install: [{ domain, at: `/${METADATA_FOLDER}/${base}`, mode: '0644' }],
  })
  return [
    installed('argo.json', argoJson(document)),
    file('argo.h', argoHeader(document)),
    installed('argo.env', argoEnvironment(document)),
  ]
}

/** The same files for the archive behind a guest's ramdisk; none without links. */
export function argoMetadata(plan: SystemPlan, domain: string): readonly CpioFile[] {
  if (argoOf(plan.argo, domain).length === 0) return []
  const document = argoDocument(plan, domain)
  return [
    [`${METADATA_FOLDER}/argo.env`, Buffer.from(argoEnvironment(document))],
    [`${METADATA_FOLDER}/argo.json`, Buffer.from(argoJson(document))],
  ]
}
