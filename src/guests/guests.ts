/** What each guest is told and given besides its share of the machine, before anything is placed in memory. */
import { type Facts, factsOf } from '../facts/facts.ts'
import type { GuestPlan, Partition, Reasons } from '../plan/system-plan.ts'
import { guestTrees } from './guest-trees.ts'
import { metadataRoom } from './metadata.ts'
import { whyNotRecreatable } from './recreatable.ts'

/** Partial trees, metadata, and what xl can bring back. Sizes are final: the next stage finds room for them. */
export function planGuests(partition: Partition, facts: Facts): GuestPlan {
  const { model, dom0less, virtio } = partition
  const partialTrees = guestTrees(partition, facts)
  const notRecreatable = new Map<string, Reasons>()
  for (const { domain } of dom0less) {
    const kernel = factsOf(domain.kernel.image, facts.files)
    const [first, ...others] = whyNotRecreatable(model, domain, kernel, partialTrees.get(domain.name))
    if (first) notRecreatable.set(domain.name, [first, ...others])
  }
  return { partialTrees, metadata: metadataRoom(model.domains, virtio), notRecreatable }
}
