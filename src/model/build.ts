/** The third stage: a manifest in, its meaning out. Names resolved, quantities branded, defaults explicit. */
import type { Report } from '../diagnostics/diagnostic.ts'
import type { Manifest } from '../manifest/manifest.gen.ts'
import type { SourceDocument } from '../source/document.ts'
import { readAcceptances } from './acceptances.ts'
import { readArgo } from './argo.ts'
import { readAssertions } from './assertions.ts'
import { readBoot } from './boot.ts'
import { otherNodesOfChosen } from './chosen-nodes.ts'
import type { FolderFinder, ModelContext } from './context.ts'
import { CPUPOOLS } from './cpupools.ts'
import { readDomains } from './domains.ts'
import { readEventChannels } from './event-channels.ts'
import type {} from './every-key.ts'
import { readPlatformResets } from './lifecycle/read.ts'
import { readPlatform } from './platform.ts'
import { readSharedMemory } from './shared-memory.ts'
import type { SystemModel } from './system-model.ts'
import { readLine } from './text.ts'
import { readVirtio } from './virtio/read.ts'
import { readXen } from './xen.ts'

/**
 * Reads every section and reports what its values cannot mean (MAN-014, MAN-015, MAN-020 and up, REF). `undefined` when
 * something that everything else depends on has no meaning.
 */
export function buildModel(
  manifest: Manifest,
  source: SourceDocument,
  report: Report,
  findFolder: FolderFinder = (folder) => folder,
): SystemModel | undefined {
  const context: ModelContext = {
    source,
    report,
    findFolder,
    features: manifest.xen.features ?? [],
    defaulted: new Set(),
  }
  const name = readLine(context, '/name', manifest.name)
  const platform = readPlatform(context, manifest.platform)
  const xen = readXen(context, manifest.xen)
  const boot = readBoot(context, manifest.boot)
  const pools = { what: 'cpupool', declared: Object.keys(manifest.xen.cpupools ?? {}), pointer: CPUPOOLS }
  const domains = readDomains(context, manifest.domains, pools, otherNodesOfChosen(manifest))
  if (!xen || !domains) return undefined
  const parties = { what: 'domain', declared: Object.keys(manifest.domains), pointer: '/domains', read: domains }
  const section = (key: 'shared-memory' | 'event-channels', what: string) => ({
    what,
    declared: Object.keys(manifest[key] ?? {}),
    pointer: `/${key}`,
  })
  const resets = readPlatformResets(context, manifest['platform-resets'])
  return {
    name,
    platform,
    xen,
    boot,
    domains,
    'shared-memory': readSharedMemory(context, manifest['shared-memory'], parties),
    'event-channels': readEventChannels(context, manifest['event-channels'], parties),
    argo: readArgo(context, manifest.argo, parties),
    virtio: readVirtio(context, manifest.virtio, {
      domains: parties,
      regions: section('shared-memory', 'region of shared memory'),
      channels: section('event-channels', 'event channel'),
    }),
    ...(resets ? { 'platform-resets': resets } : {}),
    accept: readAcceptances(context, manifest, domains),
    assert: readAssertions(context, manifest.assert, parties),
    defaulted: context.defaulted,
  }
}
