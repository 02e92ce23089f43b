/** Boot-time domains as Xen builds them: children of `/chosen` with `xen,domain` (dom0less-build.c: create_domUs). */

import type { Origin } from '../../../diagnostics/diagnostic.ts'
import type { PartialTree } from '../../../facts/facts.ts'
import { lookup } from '../../../model/lookup.ts'
import type { Bytes } from '../../../units/quantities.ts'
import { KiB, times } from '../../../units/quantities.ts'
import { CAPABILITY_BITS } from '../../../xen/bindings.ts'
import { asksForXenstore } from '../../../xen/domain-properties.ts'
import { isAtLeast, type Release } from '../../../xen/releases.ts'
import { entriesOf, type MemoryEntry } from './memory.ts'
import type { ModuleView } from './modules.ts'
import { readProperty, readString, readU32, readU64 } from './property.ts'
import { isCompatible, originOfProperty, type ScannedNode } from './scan.ts'

/** A boot-time domain. */
export interface DomainView {
  /** Name of the node, with its unit address. */
  readonly name: string
  readonly node: ScannedNode
  /** Absent: no `cpus` that Xen can read. */
  readonly vcpus?: number
  /** Absent: no `memory` that Xen can read. */
  readonly memory?: Bytes
  /** `xen,domain-p2m-mem-mb`, in MiB, cut to the bits that Xen keeps. */
  readonly p2mMiB?: number
  readonly vpl011: boolean
  readonly nrSpis?: number
  /** Text of `xen,enhanced`. Empty: the property has no value, which means `enabled`. Absent: no such property. */
  readonly enhanced?: string
  /** Entries of `xen,static-mem`, in order; absent: no such property. */
  readonly staticMem?: readonly MemoryEntry[]
  /** Its RAM comes from there. That of a hardware domain never does (arch/arm/domain_build.c: construct_hwdom). */
  readonly staticMemory: boolean
  /** The entries of `staticMem` that are its RAM. */
  readonly staticBanks: readonly MemoryEntry[]
  readonly directMap: boolean
  readonly modules: readonly ModuleView[]
  readonly kernel?: ModuleView
  readonly ramdisk?: ModuleView
  readonly partialTree?: ModuleView
  /** The partial tree of a domain that xl starts, as if Xen did: no module has it. */
  readonly ownTree?: PartialTree
}

const named = lookup(({ name }: DomainView) => [name])

/** The first domain of that name. */
export const domainNamed = (domains: readonly DomainView[], name: string | undefined): DomainView | undefined =>
  name === undefined ? undefined : named(domains, name)[0]

const modulesBelow = lookup((module: ModuleView) => [module.node.parent])

/** Reads the node of a domain. `modules`: those of all domains. */
export function readDomain(node: ScannedNode, modules: readonly ModuleView[], release: Release): DomainView {
  const staticMem = staticMemOf(node)
  const staticMemory = staticMem !== undefined && !isHardwareDomain(node, release)
  const own = modulesBelow(modules, node)
  const has = (name: string) => readProperty(node.node, name) !== undefined
  return {
    name: node.node.name,
    node,
    ...present('vcpus', readU32(node.node, 'cpus')),
    ...present('memory', memoryOf(node)),
    ...present('p2mMiB', p2mOf(node)),
    ...present('nrSpis', readU32(node.node, 'nr_spis')),
    ...present('enhanced', textOf(node, 'xen,enhanced')),
    vpl011: has('vpl011'),
    ...present('staticMem', staticMem),
    staticMemory,
    staticBanks: staticMemory ? staticMem : [],
    directMap: has('direct-map'),
    modules: own,
    ...present('kernel', lastWith(own, 'multiboot,kernel')),
    ...present('ramdisk', lastWith(own, 'multiboot,ramdisk')),
    ...present('partialTree', lastWith(own, 'multiboot,device-tree')),
  }
}

/** Capability bits of a domain's node; 0 before 4.21. */
export const capabilityBits = ({ node }: ScannedNode, release: Release): number =>
  isAtLeast(release, '4.21') ? (readU32(node, 'capabilities') ?? 0) : 0

const isHardwareDomain = (node: ScannedNode, release: Release): boolean =>
  (capabilityBits(node, release) & CAPABILITY_BITS.hardware) !== 0

function staticMemOf(node: ScannedNode): readonly MemoryEntry[] | undefined {
  const banks = readProperty(node.node, 'xen,static-mem')
  const { address, size } = node.cells
  return banks && (address > 0 && size > 0 ? entriesOf(node, banks, node.cells) : [])
}

/** `{ [key]: value }`, or `{}` if there is no value. */
const present = <K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } =>
  value === undefined ? {} : ({ [key]: value } as { [P in K]: V })

function memoryOf(node: ScannedNode): Bytes | undefined {
  const kib = readU64(node.node, 'memory')
  return kib === undefined ? undefined : times(kib, KiB)
}

/** Bits of `xen,domain-p2m-mem-mb` that Xen keeps: it counts pages in 32 bits (arch/arm/dom0less-build.c: construct_domU). */
const P2M_MASK = 0xff_ffff

function p2mOf({ node }: ScannedNode): number | undefined {
  const stated = readU32(node, 'xen,domain-p2m-mem-mb')
  return stated === undefined ? undefined : stated & P2M_MASK
}

function textOf(node: ScannedNode, name: string): string | undefined {
  return readProperty(node.node, name) && (readString(node.node, name) ?? '')
}

/** The last module that is compatible, which is the one that Xen takes (kernel.c: kernel_probe). */
const lastWith = (modules: readonly ModuleView[], compatible: string): ModuleView | undefined =>
  modules.findLast((module) => isCompatible(module.node, compatible))

/** Whether a domain asks for xenstore, so that Xen makes a channel to it (dom0less-build.c: construct_domU). */
export const wantsXenstore = ({ enhanced }: DomainView, release: Release): boolean =>
  enhanced !== undefined && asksForXenstore(enhanced, release)

/** Where a finding on a property of a domain points: the property, else the domain. */
export const at = (domain: DomainView, property: string): Origin => originOfProperty(domain.node, property)
