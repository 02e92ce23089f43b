/** What each guest is given besides memory and CPUs, before anything is placed in memory. */
import { type Facts, factsOf } from '../facts/facts.ts'
import { dom0Of } from '../model/system-model.ts'
import type { GuestPlan, Partition, PlannedPartialTree, Reasons } from '../plan/system-plan.ts'
import { guestTrees, treeForXl } from './guest-trees.ts'
import { metadataRoom } from './metadata.ts'
import { whyNotRecreatable } from './recreatable.ts'

/** Partial trees, metadata, and which domains xl can create again. Sizes are final: the next stage places the files in memory. */
export function planGuests(partition: Partition, facts: Facts): GuestPlan {
  const { model, dom0less, virtio, argo } = partition
  const partialTrees = guestTrees(partition, facts)
  const notRecreatable = new Map<string, Reasons>()
  const xlTrees = new Map<string, PlannedPartialTree>()
  for (const guest of dom0less) {
    const { domain } = guest
    const kernel = factsOf(domain.kernel.image, facts.files)
    const forXen = partialTrees.get(domain.name)
    const forXl = forXen && dom0Of(model) ? treeForXl(domain.name, forXen) : undefined
    if (forXl) xlTrees.set(domain.name, forXl)
    const [first, ...others] = whyNotRecreatable(model, guest, kernel, (forXl ?? forXen)?.source)
    if (first) notRecreatable.set(domain.name, [first, ...others])
  }
  return { partialTrees, xlTrees, metadata: metadataRoom(model.domains, virtio, argo), notRecreatable }
}
