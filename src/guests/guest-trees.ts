/** Partial device trees with the guests' virtio devices by registers, and what they must know of those over shared memory. */

import type { DeviceTree } from '../devicetree/model.ts'
import { writeDtb } from '../devicetree/write/write-dtb.ts'
import { InternalError } from '../diagnostics/internal-error.ts'
import { type Facts, fileKey, type PartialTree } from '../facts/facts.ts'
import type { Guest } from '../model/system-model.ts'
import { emptyPartialTree } from '../passthrough/partial-tree.ts'
import { bootId } from '../plan/by-domain.ts'
import type { Partition, PlannedPartialTree } from '../plan/system-plan.ts'
import { devicesOf, mmioOf, regionSeenBy, staticShmOf } from '../plan/virtio/planned-virtio.ts'
import { bytes } from '../units/quantities.ts'
import { withMmioNodes } from './mmio-nodes.ts'
import { withVirtioNode } from './virtio-node.ts'

/** Path of what a source is compiled to, below the output folder and on the boot medium. */
const partialTreeOutput = (domain: string): string => `domains/${domain}/passthrough.dtb`

/** By name of the domain; domains that need no partial tree, or have one that cannot be read, are left out. */
export function guestTrees(partition: Partition, facts: Facts): ReadonlyMap<string, PlannedPartialTree> {
  const trees = new Map<string, PlannedPartialTree>()
  for (const domain of partition.model.domains) {
    const tree = domain.boot === 'dom0' ? undefined : treeOf(domain, partition, facts)
    if (tree) trees.set(domain.name, tree)
  }
  return trees
}

function treeOf(domain: Guest, partition: Partition, facts: Facts): PlannedPartialTree | undefined {
  const { name, 'device-tree': reference } = domain
  const given = reference && facts.partialTrees.get(fileKey(reference))
  if (reference && !given) return undefined
  const additions = additionsFor(domain, partition, given !== undefined)
  const output = partialTreeOutput(name)
  const source = additions.reduce((tree, add) => add(tree), given?.tree ?? emptyPartialTree())
  const pointer = reference?.pointer ?? domain.pointer
  if (additions.length > 0) return { kind: 'generated', pointer, output, source: compiled(given?.path, output, source) }
  if (!given || !reference) return undefined
  return given.compiled
    ? { kind: 'generated', pointer, output, source: given }
    : { kind: 'file', pointer, source: given, reference }
}

/** What domforge puts into the tree of one guest, in order. A tree that is there anyway says where shared memory holds its devices. */
function additionsFor(
  domain: Guest,
  partition: Partition,
  hasTree: boolean,
): readonly ((tree: DeviceTree) => DeviceTree)[] {
  const { name } = domain
  const byRegisters = mmioOf(partition.virtio).filter(({ device }) => device.frontend === name)
  const shared = devicesOf(staticShmOf(partition.virtio), name).filter((planned) => regionSeenBy(planned, name))
  const isOurs = domain.boot === 'dom0less' && byRegisters.length > 0
  return [
    ...(isOurs
      ? [(tree: DeviceTree) => withMmioNodes(tree, byRegisters, (backend) => bootId(partition, backend))]
      : []),
    ...(shared.length > 0 && (hasTree || isOurs) ? [(tree: DeviceTree) => withVirtioNode(tree, shared, name)] : []),
  ]
}

const compiled = (path: string | undefined, output: string, tree: DeviceTree): PartialTree => {
  const blob = writeDtb(tree)
  if (!blob.ok) throw new InternalError(`${output}: ${blob.problems.map(({ message }) => message).join('; ')}`)
  return { path: path ?? output, tree, size: bytes(blob.value.length), compiled: blob.value }
}
