/** The third stage: a manifest in, its meaning out. Names resolved, quantities branded, defaults explicit. */
import type { Report } from '../diagnostics/diagnostic.ts'
import type { Manifest } from '../manifest/manifest.gen.ts'
import type { SourceDocument } from '../source/document.ts'
import { readAssertions } from './assertions.ts'
import { readBoot } from './boot.ts'
import { CPUPOOLS } from './cpupools.ts'
import { readDomains } from './domains.ts'
import { readEventChannels } from './event-channels.ts'
import type {} from './every-key.ts'
import { readPlatform } from './platform.ts'
import type { FolderFinder, Reading } from './reading.ts'
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
  const reading: Reading = { source, report, findFolder, defaulted: new Set() }
  const name = readLine(reading, '/name', manifest.name)
  const platform = readPlatform(reading, manifest.platform)
  const xen = readXen(reading, manifest.xen)
  const boot = readBoot(reading, manifest.boot)
  const pools = { what: 'cpupool', declared: Object.keys(manifest.xen.cpupools ?? {}), pointer: CPUPOOLS }
  const domains = readDomains(reading, manifest.domains, pools)
  if (!platform || !xen || !domains) return undefined
  const parties = { what: 'domain', declared: Object.keys(manifest.domains), pointer: '/domains', read: domains }
  const section = (key: 'shared-memory' | 'event-channels', what: string) => ({
    what,
    declared: Object.keys(manifest[key] ?? {}),
    pointer: `/${key}`,
  })
  return {
    name,
    platform,
    xen,
    boot,
    domains,
    'shared-memory': readSharedMemory(reading, manifest['shared-memory'], parties),
    'event-channels': readEventChannels(reading, manifest['event-channels'], parties),
    virtio: readVirtio(reading, manifest.virtio, {
      domains: parties,
      regions: section('shared-memory', 'region of shared memory'),
      channels: section('event-channels', 'event channel'),
    }),
    assert: readAssertions(reading, manifest.assert, parties),
    defaulted: reading.defaulted,
  }
}
