/** Partial device trees: with devices of the host, with virtio-mmio devices, and with a description of virtio devices over shared memory. */

import type { DeviceTree } from '../devicetree/model.ts'
import type { DtResult } from '../devicetree/problem.ts'
import { resolve } from '../devicetree/write/resolve.ts'
import { writeDtb } from '../devicetree/write/write-dtb.ts'
import { InternalError } from '../diagnostics/internal-error.ts'
import { type Facts, type PartialTree, partialTreeOf } from '../facts/facts.ts'
import { lookup } from '../model/lookup.ts'
import type { Guest } from '../model/system-model.ts'
import { emptyPartialTree, hasXensProperties, lostForXl, withoutXensProperties } from '../passthrough/partial-tree.ts'
import { bootId } from '../plan/by-domain.ts'
import type { Partition, PartitionedDom0less, PartitionedXl, PlannedPartialTree } from '../plan/system-plan.ts'
import { devicesOf, mmioOf, regionSeenBy, staticShmOf } from '../plan/virtio/planned-virtio.ts'
import { bytes } from '../units/quantities.ts'
import { highestPhandle } from '../xen/partial-tree.ts'
import type { Release } from '../xen/releases.ts'
import { libxlMakesDevices } from '../xen/virtio-mmio.ts'
import { withDevices } from './host-devices.ts'
import { knownToXl, withController, withKnownController, withRoomAbove } from './known-controller.ts'
import { withMmioNodes } from './mmio-nodes.ts'
import { withVirtioNode } from './virtio-node.ts'

/** Path of the tree that xl gives to a boot-time domain when it creates it again. */
const xlTreeOutput = (domain: string): string => `domains/${domain}/xl-passthrough.dtb`

/** Path of the blob that a source is compiled to, relative to the output folder and to the boot medium. */
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
  const given = partialTreeOf(domain, facts)
  if (reference && !given) return undefined
  const additions = additionsFor(domain, partition, given !== undefined)
  if (!given && additions.length === 0) return undefined
  const output = partialTreeOutput(name)
  const source = additions.reduce((tree, add) => add(tree), given?.tree ?? emptyPartialTree())
  const pointer = reference?.pointer ?? domain.pointer
  if (
    additions.length > 0 ||
    (given && domain.boot === 'xl' && lostForXl(given.tree).length > 0 && knownToXl(given.tree))
  ) {
    const finish = finishFor(domain, partition.model.xen.release)
    return { kind: 'generated', pointer, output, source: compiled(given?.path, output, source, finish) }
  }
  if (!given || !reference) return undefined
  return given.compiled
    ? { kind: 'generated', pointer, output, source: given }
    : { kind: 'file', pointer, source: given, reference }
}

/** The phandle that whoever reads a tree of domforge takes for the interrupt controller. */
function finishFor({ boot }: Guest, release: Release): (tree: DeviceTree) => DeviceTree {
  if (boot === 'xl') return (tree) => knownToXl(tree) ?? tree
  return highestPhandle(release) === undefined ? (tree) => tree : withRoomAbove
}

/** What domforge adds to the tree of one guest, in order. Virtio devices over shared memory are described only in a tree that exists anyway. */
function additionsFor(
  domain: Guest,
  partition: Partition,
  hasTree: boolean,
): readonly ((tree: DeviceTree) => DeviceTree)[] {
  const { name } = domain
  const byRegisters = mmioOf(partition.virtio).filter(({ device }) => device.frontend === name)
  const shared = devicesOf(staticShmOf(partition.virtio), name).filter((planned) => regionSeenBy(planned, name))
  const { devices = [], ownTree } = shareOf(partition, name) ?? {}
  const hasVirtio =
    byRegisters.length > 0 && (domain.boot === 'dom0less' || !libxlMakesDevices(partition.model.xen.release))
  const isOurs = devices.length > 0 || hasVirtio
  return [
    ...(isOurs ? [withKnownController] : []),
    ...(devices.length > 0 ? [(tree: DeviceTree) => withDevices(tree, devices)] : []),
    ...(hasVirtio
      ? [
          (tree: DeviceTree) =>
            withMmioNodes(withController(tree), byRegisters, (backend) => bootId(partition, backend)),
        ]
      : []),
    ...(shared.length > 0 && (hasTree || isOurs) ? [(tree: DeviceTree) => withVirtioNode(tree, shared, name)] : []),
    // xl assigns devices by keys of its configuration.
    ...(domain.boot === 'xl' && (devices.length > 0 || ownTree) ? [withoutXensProperties] : []),
  ]
}

/** The tree that xl gives to the domain when it creates it again: without the properties that only Xen reads. Absent: the same tree. */
export function treeForXl(domain: string, { pointer, source }: PlannedPartialTree): PlannedPartialTree | undefined {
  const numbered = lostForXl(source.tree).length > 0 ? knownToXl(source.tree) : undefined
  if (!numbered && !hasXensProperties(source.tree)) return undefined
  const output = xlTreeOutput(domain)
  const tree = withoutXensProperties(numbered ?? source.tree)
  return { kind: 'generated', pointer, output, source: compiled(undefined, output, tree) }
}

const booted = lookup(({ domain }: PartitionedDom0less) => [domain.name])
const created = lookup(({ domain }: PartitionedXl) => [domain.name])

const shareOf = ({ dom0less, xl }: Partition, name: string): PartitionedDom0less | PartitionedXl | undefined =>
  booted(dom0less, name)[0] ?? created(xl, name)[0]

/** References become phandles first, since the code below reads numbers. */
const compiled = (
  path: string | undefined,
  output: string,
  tree: DeviceTree,
  finish = (whole: DeviceTree): DeviceTree => whole,
): PartialTree => {
  const resolved = finish(made(resolve(tree), output))
  const blob = made(writeDtb(resolved), output)
  return { path: path ?? output, tree: resolved, size: bytes(blob.length), compiled: blob }
}

function made<T>(result: DtResult<T>, what: string): T {
  if (result.ok) return result.value
  throw new InternalError(`${what}: ${result.problems.map(({ message }) => message).join('; ')}`)
}
