/** What each guest is told and given besides its share of the machine, before anything is placed in memory. */
import { type Facts, factsOf } from '../facts/facts.ts'
import type { GuestPlan, NotRecreatable, Partition } from '../plan/system-plan.ts'
import { staticShmOf } from '../plan/virtio/planned-virtio.ts'
import { guestTrees } from './guest-trees.ts'
import { metadataRoom } from './metadata.ts'
import { whyNotRecreatable } from './recreatable.ts'

/** Partial trees, metadata, and what xl can bring back. Sizes are final: the next stage finds room for them. */
export function planGuests({ model, dom0less, virtio }: Partition, facts: Facts): GuestPlan {
  const partialTrees = guestTrees(model.domains, facts, staticShmOf(virtio))
  const notRecreatable = new Map<string, NotRecreatable>()
  for (const { domain } of dom0less) {
    const kernel = factsOf(domain.kernel.image, facts.files)
    const why = whyNotRecreatable(model, domain, kernel, partialTrees.get(domain.name))
    if (why) notRecreatable.set(domain.name, why)
  }
  return { partialTrees, metadata: metadataRoom(model.domains, staticShmOf(virtio)), notRecreatable }
}
