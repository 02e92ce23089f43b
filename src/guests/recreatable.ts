/** Which boot-time domains xl can create again after they have died. */
import type { FileFacts, ImageFormat } from '../facts/facts.ts'
import { lookup } from '../model/lookup.ts'
import type { EventChannel, SharedMemory } from '../model/partition.ts'
import { type Dom0lessDomain, dom0Of, type SystemModel } from '../model/system-model.ts'
import { lostForXl } from '../passthrough/partial-tree.ts'
import type { NotRecreatable, PlannedPartialTree } from '../plan/system-plan.ts'
import { formatSize } from '../units/format.ts'
import { isAligned, MiB } from '../units/quantities.ts'

const sharedBy = lookup(({ access }: SharedMemory) => access.map(({ domain }) => domain))
const joinedBy = lookup(({ ends }: EventChannel) => ends.map(({ domain }) => domain))

/**
 * Why no xl configuration can bring a boot-time domain back; `undefined`: one can. The toolstack's loaders for Arm take a plain or
 * gzipped arm64 Image or zImage and nothing else (tools/libs/guest/xg_dom_armzimageloader.c).
 */
export function whyNotRecreatable(
  model: SystemModel,
  domain: Dom0lessDomain,
  kernel: FileFacts,
  partial: PlannedPartialTree | undefined,
): NotRecreatable | undefined {
  const { capabilities = [] } = domain
  if (!dom0Of(model)) return { because: 'no-dom0' }
  if (capabilities.length > 0) return { because: 'capabilities', capabilities }
  const fixed = fixedParts(model, domain)
  if (fixed !== undefined) return fixed
  if (partial && lostForXl(partial.source.tree).length > 0)
    return { because: 'partial-tree', path: partial.source.path }
  if (loadableByXl(kernel.format)) return undefined
  return { because: kernel.format.kind === 'uimage' ? 'uimage' : 'unknown-kernel', path: kernel.path }
}

/** What Xen alone can give, at boot (tools/xl/xl_parse.c has no key for any of it). */
function fixedParts(model: SystemModel, { name, ...domain }: Dom0lessDomain): NotRecreatable | undefined {
  if (domain['direct-map']) return { because: 'direct-map' }
  if (!isAligned(domain.memory, MiB)) return { because: 'memory', memory: domain.memory }
  if (domain['static-mem']) return { because: 'static-mem' }
  const [region] = sharedBy(model['shared-memory'], name)
  if (region) return { because: 'shared-memory', region: region.name }
  const [channel] = joinedBy(model['event-channels'], name)
  return channel && { because: 'event-channel', channel: channel.name }
}

function loadableByXl(format: ImageFormat): boolean {
  switch (format.kind) {
    case 'arm64-image':
    case 'zimage':
    case 'missing':
      return true
    case 'gzip':
      return format.content === undefined || loadableByXl(format.content)
    default:
      return false
  }
}

/** The reason as a clause for people. */
export function whyNotText(why: NotRecreatable): string {
  switch (why.because) {
    case 'no-dom0':
      return 'there is no dom0 for xl to run in'
    case 'capabilities':
      return `xl cannot give it its capabilities: ${why.capabilities.join(', ')}`
    case 'direct-map':
      return 'xl cannot give it RAM at the same addresses as on the host'
    case 'memory':
      return `xl cannot give it ${formatSize(why.memory)}, which is not a whole number of MiB`
    case 'static-mem':
      return 'xl cannot give it static memory'
    case 'shared-memory':
      return `xl cannot give it the shared memory '${why.region}'`
    case 'event-channel':
      return `xl cannot give it the event channel '${why.channel}'`
    case 'partial-tree':
      return `xl does not read the properties for Xen in '${why.path}'`
    case 'uimage':
      return `xl cannot load U-Boot images such as '${why.path}'`
    case 'unknown-kernel':
      return `xl cannot load '${why.path}': it is neither an arm64 Image nor a zImage`
  }
}
