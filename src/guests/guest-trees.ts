/** Partial device trees with what their guests must know of their virtio devices. */
import { writeDtb } from '../devicetree/write/write-dtb.ts'
import { InternalError } from '../diagnostics/internal-error.ts'
import type { PartialTree } from '../facts/facts.ts'
import { type Facts, fileKey } from '../facts/facts.ts'
import type { Domain } from '../model/system-model.ts'
import { devicesOf, type PlannedVirtio, regionSeenBy } from '../plan/virtio/planned-virtio.ts'
import { bytes } from '../units/quantities.ts'
import { withVirtioNode } from './virtio-node.ts'

/** By name of the domain; domains without a partial tree, or with one that cannot be read, are left out. */
export function guestTrees(
  domains: readonly Domain[],
  { partialTrees }: Facts,
  virtio: readonly PlannedVirtio[],
): ReadonlyMap<string, PartialTree> {
  const trees = new Map<string, PartialTree>()
  for (const domain of domains) {
    const reference = domain.boot === 'dom0' ? undefined : domain['device-tree']
    const given = reference && partialTrees.get(fileKey(reference))
    if (!given) continue
    const devices = devicesOf(virtio, domain.name).filter((planned) => regionSeenBy(planned, domain.name))
    trees.set(domain.name, devices.length === 0 ? given : extended(given, devices, domain.name))
  }
  return trees
}

function extended(given: PartialTree, devices: readonly PlannedVirtio[], domain: string): PartialTree {
  const tree = withVirtioNode(given.tree, devices, domain)
  const compiled = writeDtb(tree)
  if (!compiled.ok)
    throw new InternalError(`the tree of ${domain}: ${compiled.problems.map(({ message }) => message).join('; ')}`)
  return { ...given, tree, size: bytes(compiled.value.length), compiled: compiled.value }
}
