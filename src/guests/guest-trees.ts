/** Partial device trees with what their guests must know of their virtio devices. */
import { writeDtb } from '../devicetree/write/write-dtb.ts'
import { InternalError } from '../diagnostics/internal-error.ts'
import type { PartialTree } from '../facts/facts.ts'
import { type Facts, fileKey } from '../facts/facts.ts'
import type { Domain } from '../model/system-model.ts'
import type { PlannedPartialTree } from '../plan/system-plan.ts'
import { devicesOf, type PlannedStaticShm, regionSeenBy } from '../plan/virtio/planned-virtio.ts'
import { bytes } from '../units/quantities.ts'
import { withVirtioNode } from './virtio-node.ts'

/** Path of what a source is compiled to, below the output folder and on the boot medium. */
const partialTreeOutput = (domain: string): string => `domains/${domain}/passthrough.dtb`

/** By name of the domain; domains without a partial tree, or with one that cannot be read, are left out. */
export function guestTrees(
  domains: readonly Domain[],
  { partialTrees }: Facts,
  virtio: readonly PlannedStaticShm[],
): ReadonlyMap<string, PlannedPartialTree> {
  const trees = new Map<string, PlannedPartialTree>()
  for (const domain of domains) {
    const reference = domain.boot === 'dom0' ? undefined : domain['device-tree']
    const given = reference && partialTrees.get(fileKey(reference))
    if (!given) continue
    const devices = devicesOf(virtio, domain.name).filter((planned) => regionSeenBy(planned, domain.name))
    const source = devices.length === 0 ? given : extended(given, devices, domain.name)
    const { pointer } = reference
    trees.set(
      domain.name,
      source.compiled
        ? { kind: 'generated', pointer, source, output: partialTreeOutput(domain.name) }
        : { kind: 'file', pointer, source, reference },
    )
  }
  return trees
}

function extended(given: PartialTree, devices: readonly PlannedStaticShm[], domain: string): PartialTree {
  const tree = withVirtioNode(given.tree, devices, domain)
  const compiled = writeDtb(tree)
  if (!compiled.ok)
    throw new InternalError(`the tree of ${domain}: ${compiled.problems.map(({ message }) => message).join('; ')}`)
  return { ...given, tree, size: bytes(compiled.value.length), compiled: compiled.value }
}
