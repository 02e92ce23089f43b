/** Which boot-time domains xl can create again after they have died. */
import type { FileFacts, ImageFormat } from '../facts/facts.ts'
import { type Dom0lessDomain, dom0Of, type SystemModel } from '../model/system-model.ts'
import { lostForXl } from './partial-trees.ts'
import type { PlannedPartialTree } from './system-plan.ts'

/**
 * Why no xl configuration can bring a boot-time domain back; `undefined`: one can. The toolstack's loaders for Arm take a plain or
 * gzipped arm64 Image or zImage and nothing else (tools/libs/guest/xg_dom_armzimageloader.c).
 */
export function whyNotRecreatable(
  model: SystemModel,
  domain: Dom0lessDomain,
  kernel: FileFacts,
  partial: PlannedPartialTree | undefined,
): string | undefined {
  const { capabilities = [] } = domain
  if (!dom0Of(model)) return 'there is no dom0 for xl to run in'
  if (capabilities.length > 0) return `xl cannot give it its capabilities: ${capabilities.join(', ')}`
  const fixed = fixedParts(model, domain)
  if (fixed !== undefined) return fixed
  if (partial && lostForXl(partial.source.tree).length > 0)
    return `xl does not read the properties for Xen in '${partial.reference.path}'`
  if (loadableByXl(kernel.format)) return undefined
  return kernel.format.kind === 'uimage'
    ? `xl cannot load U-Boot images such as '${kernel.path}'`
    : `xl cannot load '${kernel.path}': it is neither an arm64 Image nor a zImage`
}

/** What Xen alone can give, at boot (tools/xl/xl_parse.c has no key for any of it). */
function fixedParts(model: SystemModel, { name, ...domain }: Dom0lessDomain): string | undefined {
  if (domain['direct-map']) return 'xl cannot give it RAM at the same addresses as on the host'
  if (domain['static-mem']) return 'xl cannot give it static memory'
  const region = model['shared-memory'].find(({ access }) => access.some((party) => party.domain === name))
  if (region) return `xl cannot give it the shared memory '${region.name}'`
  const channel = model['event-channels'].find(({ ends }) => ends.some((end) => end.domain === name))
  return channel ? `xl cannot give it the event channel '${channel.name}'` : undefined
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
