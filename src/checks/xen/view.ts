/** A model of what Xen's early scan and its domain builder read from the tree, release by release. */

import { resolve } from '../../devicetree/write/resolve.ts'
import type { Origin } from '../../diagnostics/diagnostic.ts'
import { bytes, type HostPhys, hostPhys } from '../../units/quantities.ts'
import { type Range, range } from '../../units/range.ts'
import { FAULTS, presenceOf } from '../../xen/point-releases.ts'
import { isAtLeast } from '../../xen/releases.ts'
import type { BootContext } from './boot-context.ts'
import { type Claim, Claims } from './view/claims.ts'
import { type CommandLine, readCommandLine } from './view/command-line.ts'
import { type CpupoolView, cpupoolsOf } from './view/cpupools.ts'
import { type DomainView, readDomain } from './view/domains.ts'
import { type EvtchnView, evtchnsOf } from './view/event-channels.ts'
import { aliasesOf, cpusOf, findGic, findTimer, type GicView } from './view/host.ts'
import {
  isMemoryNode,
  isUnreadable,
  type MemoryEntry,
  readRanges,
  reservedNodes,
  type UnreadableMemory,
} from './view/memory.ts'
import { isModule, ModuleScan, type ModuleView, type PlainRamdisk, readRamdisk } from './view/modules.ts'
import { readProperty } from './view/property.ts'
import {
  everyNode,
  findNode,
  isCompatible,
  isNamed,
  isSameText,
  originOfProperty,
  type ScannedNode,
  scan,
} from './view/scan.ts'
import { hostRange, isShm, readShm, type ShmView } from './view/shared-memory.ts'

/** All that rules look at. */
export interface XenView {
  readonly context: BootContext
  readonly root: ScannedNode
  readonly chosen?: ScannedNode
  readonly ram: readonly MemoryEntry[]
  /** Reserved ranges and modules in the order of registration, Xen and the tree first where their places are known. */
  readonly claims: readonly Claim[]
  /** Ranges of memory that overlap something registered before. Xen overlooks some of these (`isOverlooked`). */
  readonly reservedConflicts: readonly { readonly entry: Claim; readonly with: Claim }[]
  /** Reserved memory that overlaps a memory reservation, if this Xen may take that for a conflict. */
  readonly reservedTwice: readonly { readonly entry: Claim; readonly with: Claim }[]
  /** Banks of reserved memory in Xen's table, memory reservations included. */
  readonly reservedBanks: number
  readonly unreadable: readonly UnreadableMemory[]
  readonly modules: readonly ModuleView[]
  /** Dom0's ramdisk by `linux,initrd-start`; Xen registers it before all modules below `/chosen`. */
  readonly plainRamdisk?: PlainRamdisk
  /** In the order of the tree, in which Xen numbers them, from 1. */
  readonly domains: readonly DomainView[]
  /** In the order of the tree. */
  readonly shm: readonly ShmView[]
  readonly evtchns: readonly EvtchnView[]
  /** In the order in which Xen numbers them. */
  readonly cpupools: readonly CpupoolView[]
  readonly commandLine: CommandLine
  /** In Xen's numbering, from 0. */
  readonly cpus: readonly ScannedNode[]
  readonly gic?: GicView
  readonly timer?: ScannedNode
  readonly aliases: ReadonlyMap<string, string>
}

/** Reads the tree of a context as its Xen does. Never fails: what Xen cannot read is left out, or among the faults of the view, for rules to report. */
export function readAsXen(given: BootContext): XenView {
  // References become the numbers that Xen sees. If one leads nowhere, the encoder reports it.
  const resolved = resolve(given.tree)
  const context = resolved.ok ? { ...given, tree: resolved.value } : given
  const root = scan(context.tree.root, context.origin)
  const chosen = findNode(root, '/chosen')
  const memory = new MemoryScan(context)
  for (const node of everyNode(root)) memory.take(node)
  const { modules } = memory.moduleScan
  const domains = chosen?.children.filter((node) => isCompatible(node, 'xen,domain')) ?? []
  const gic = findGic(root)
  const timer = findTimer(root)
  return {
    context,
    root,
    ...(chosen ? { chosen } : {}),
    ram: memory.ram,
    claims: memory.claims.all,
    reservedConflicts: memory.conflicts,
    reservedTwice: memory.reservedTwice,
    reservedBanks: memory.reservedBanks,
    unreadable: memory.unreadable,
    modules,
    ...(memory.plainRamdisk ? { plainRamdisk: memory.plainRamdisk } : {}),
    domains: domains.map((node) => readDomain(node, modules, context.release)),
    shm: memory.shm,
    evtchns: evtchnsOf(root, chosen),
    cpupools: cpupoolsOf(root, chosen),
    commandLine: readCommandLine(chosen, modules, context.origin),
    cpus: cpusOf(root, context.tree.bootCpuid),
    ...(gic ? { gic } : {}),
    ...(timer ? { timer } : {}),
    aliases: aliasesOf(root),
  }
}

/** Most pairs of `reservedTwice`: finding each means going through all memory reservations. */
const MOST_TWICE = 1000

/** The part of the early scan that is about memory, node by node (bootinfo-fdt.c: early_scan_node). */
class MemoryScan {
  readonly ram: MemoryEntry[] = []
  readonly conflicts: { entry: Claim; with: Claim }[] = []
  readonly reservedTwice: { entry: Claim; with: Claim }[] = []
  readonly unreadable: UnreadableMemory[] = []
  readonly shm: ShmView[] = []
  readonly claims: Claims
  readonly moduleScan: ModuleScan
  reservedBanks = 0
  plainRamdisk?: PlainRamdisk
  /** Ids of regions whose place is known. */
  readonly #placed = new Set<string | undefined>()
  readonly #context: BootContext

  constructor(context: BootContext) {
    this.#context = context
    this.claims = new Claims(context.release)
    this.moduleScan = new ModuleScan(this.claims)
    const { memory, origin } = context
    if (memory?.xen) this.claims.add({ kind: 'xen', range: memory.xen, what: 'Xen', origin })
    if (memory?.deviceTree)
      this.claims.add({ kind: 'host-tree', range: memory.deviceTree, what: 'the host device tree', origin })
    this.#reservations(origin)
  }

  take(node: ScannedNode): void {
    const { release } = this.#context
    if (isMemoryNode(node, release)) this.#ram(node)
    else if (node.depth === 1 && isSameText(node.node.name, 'reserved-memory')) this.#reserved(node)
    else if (isModule(node)) this.moduleScan.take(node)
    else if (isShm(node)) this.#shared(readShm(node))
    else if (node.depth === 1 && isNamed(node, 'chosen')) this.#chosen(node)
    else if (node.depth === 2 && isCompatible(node, 'xen,domain'))
      this.#optional(node, 'xen,static-mem', 'static memory')
  }

  #chosen(chosen: ScannedNode): void {
    this.#optional(chosen, 'xen,static-heap', 'static heap')
    const ramdisk = readRamdisk(chosen, this.claims)
    if (ramdisk) this.plainRamdisk = ramdisk
  }

  /** Registers a region once, at the place that its first node gives. Whether its nodes agree is for rules to check. */
  #shared(shm: ShmView): void {
    this.shm.push(shm)
    const range = hostRange(shm)
    if (!range || this.#placed.has(shm.id)) return
    this.#placed.add(shm.id)
    const origin = originOfProperty(shm.node, 'xen,shared-mem')
    this.#bank({ range, node: shm.node, origin }, 'shared memory', `shared memory '${shm.id ?? ''}'`)
    // From 4.19 on regions are in another table than reserved memory.
    if (isAtLeast(this.#context.release, '4.19')) this.reservedBanks--
  }

  #reservations(origin: Origin): void {
    for (const [index, { address, size }] of this.#context.tree.reservations.entries()) {
      if (isAtLeast(this.#context.release, '4.19')) this.reservedBanks++
      if (size === 0n) continue
      const place: Range<HostPhys> = range(hostPhys(address), bytes(size))
      this.claims.add({ kind: 'memory reservation', range: place, what: `memory reservation ${index}`, origin })
    }
  }

  /** With EFI Xen takes RAM from the firmware's map, which U-Boot makes from the same banks: a node that Xen cannot read then does no harm. */
  #ram(node: ScannedNode): void {
    const { release, entry } = this.#context
    const entries = readRanges(node, 'reg', node.cells, release)
    if (isUnreadable(entries)) {
      if (entry !== 'bootefi') this.unreadable.push(entries)
    } else for (const entry of entries) if (entry.range.size > 0n) this.ram.push(entry)
  }

  #reserved(reserved: ScannedNode): void {
    for (const { node, cells } of reservedNodes(reserved)) {
      const entries = readRanges(node, 'reg', cells, this.#context.release)
      if (!isUnreadable(entries)) for (const entry of entries) this.#bank(entry, 'reserved memory', node.path)
      else if (entries.why === 'cells') this.unreadable.push(entries)
    }
  }

  #optional(node: ScannedNode, property: string, kind: 'static heap' | 'static memory'): void {
    if (!readProperty(node.node, property)) return
    const entries = readRanges(node, property, node.cells, this.#context.release)
    const owner = kind === 'static heap' ? "Xen's static heap" : `static memory of '${node.node.name}'`
    if (!isUnreadable(entries)) for (const entry of entries) this.#bank(entry, kind, owner)
    else if (entries.why === 'cells') this.unreadable.push(entries)
  }

  /** Notes that `entry` overlaps a memory reservation, if this Xen may take that for a conflict. */
  #inReservation(entry: Claim): void {
    if (presenceOf(FAULTS['memory-reservations-overlap'], this.#context) === 'absent') return
    const around = this.claims.reservationOver(entry.range)
    if (around && this.reservedTwice.length < MOST_TWICE) this.reservedTwice.push({ entry, with: around })
  }

  /** Registers a range. Xen does not register empty ones, but from 4.18 on compares them first. */
  #bank(entry: MemoryEntry, kind: Claim['kind'], what: string): void {
    const isEmpty = entry.range.size === 0n
    if (isEmpty && !isAtLeast(this.#context.release, '4.18')) return
    const claim = { kind, range: entry.range, what, origin: entry.origin }
    const conflict = this.claims.conflict(entry.range, kind)
    if (conflict) this.conflicts.push({ entry: claim, with: conflict })
    else if (kind === 'reserved memory') this.#inReservation(claim)
    if (isEmpty) return
    this.claims.add(claim)
    this.reservedBanks++
  }
}
