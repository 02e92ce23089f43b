/** DOM, D0: whether the host's RAM is enough, and whether the tree of each domain fits the buffer that Xen makes it in. */

import type { DtNode } from '../../../devicetree/model.ts'
import { formatSize } from '../../../units/format.ts'
import { type Bytes, bytes, MiB, PAGE, sum, times } from '../../../units/quantities.ts'
import { intersection, subtract, totalSize } from '../../../units/range.ts'
import { GUEST_RAM } from '../../../xen/address-map.ts'
import { domainTreeBuffer } from '../../../xen/boot-limits.ts'
import { TREE_SLOT } from '../../../xen/boot-memory.ts'
import { DEFAULT_DOM0_MEMORY, defaultP2mMemory, FRAME_TABLE_ENTRY, MAX_VCPUS } from '../../../xen/domain-limits.ts'
import { PASSTHROUGH_PROPERTIES } from '../../../xen/partial-tree.ts'
import { isAtLeast } from '../../../xen/releases.ts'
import type { Rule } from '../../rule.ts'
import { domainTreeSize } from '../domain-tree-size.ts'
import { fileOf, inMemory } from '../files.ts'
import type { Claim, ClaimKind } from '../view/claims.ts'
import { lastValue, optionOrigin, parseXenSize } from '../view/command-line.ts'
import { at, type DomainView } from '../view/domains.ts'
import { hasDom0 } from '../view/hardware-owner.ts'
import { cpuNodesOf } from '../view/host.ts'
import { readProperty, readU32, stringLength } from '../view/property.ts'
import { nodesOf } from '../view/shared-memory.ts'
import type { XenView } from '../view.ts'
import { staticHeap } from './static-heap.ts'

/** Most extended regions of a guest that is not direct-mapped: one for each bank of guest RAM (find_domU_holes). */
const EXTENDED_REGIONS = 2

/** RAM that Xen gives dom0: `dom0_mem`, or its default. */
export function dom0Memory({ commandLine }: XenView): Bytes {
  const size = parseXenSize(lastValue(commandLine, 'dom0_mem') ?? '')
  return size === undefined || size === 0n ? DEFAULT_DOM0_MEMORY : bytes(size)
}

/** Size of Xen's heap at boot: all RAM, or the static heap, less what is claimed for something else and Xen's bookkeeping of every page. */
export const heap = (view: XenView): Bytes => heapBeside(view, view.claims)

/** Size of the heap once all domains are built. Unless there is a static heap, the memory of the boot files has joined it by then (setup.c: discard_initial_modules). */
export const heapAfterBoot = (view: XenView): Bytes =>
  heapBeside(view, staticHeap(view).length > 0 ? view.claims : view.claims.filter(({ kind }) => !isFile(kind)))

const isFile = (kind: ClaimKind): boolean => kind === 'module' || kind === 'host-tree'

function heapBeside(view: XenView, claims: readonly Claim[]): Bytes {
  const banks = view.ram.map((entry) => entry.range)
  const confined = staticHeap(view).flatMap((entry) => banks.flatMap((bank) => intersection(bank, entry.range) ?? []))
  const others = claims.filter(({ kind }) => kind !== 'static heap').map((claim) => claim.range)
  const free = totalSize(subtract(confined.length > 0 ? confined : banks, others))
  const bookkeeping = times(totalSize(subtract(banks, [])) / PAGE, FRAME_TABLE_ENTRY)
  return bytes(free > bookkeeping ? free - bookkeeping : 0n)
}

/** What one boot-time domain takes from the heap: RAM that is not static, and memory for its page tables. */
export function demand(domain: DomainView): Bytes {
  const memory = domain.memory ?? bytes(0)
  const tables = domain.p2mMiB === undefined ? defaultP2mMemory(memory, domain.vcpus ?? 0) : times(domain.p2mMiB, MiB)
  return domain.staticMemory ? tables : sum([memory, tables])
}

export const domainMemoryRules: readonly Rule<XenView>[] = [
  {
    code: 'D0-001',
    check(view, verdict) {
      if (!hasDom0(view) || view.ram.length === 0) return
      const wanted = dom0Memory(view)
      const free = heap(view)
      if (wanted > free)
        verdict.violated({
          at: optionOrigin(view.commandLine, view.context.optionOrigins, 'dom0_mem'),
          message: `dom0 would get ${formatSize(wanted)}, and at most ${formatSize(wholeMiB(free))} of RAM are free`,
          help: 'give dom0 less memory',
        })
    },
  },
  {
    code: 'DOM-010',
    check({ domains }, verdict) {
      for (const domain of domains) {
        const stated = readU32(domain.node.node, 'xen,domain-p2m-mem-mb')
        const isLost = stated !== domain.p2mMiB
        if (domain.p2mMiB === 0 || isLost)
          verdict.violated({
            at: at(domain, 'xen,domain-p2m-mem-mb'),
            message: isLost
              ? `xen,domain-p2m-mem-mb of '${domain.name}' is ${stated}, and Xen would use ${domain.p2mMiB}: it counts pages in 32 bits`
              : `'${domain.name}' has no memory for its page tables: xen,domain-p2m-mem-mb is 0`,
            help: 'give it what it needs, at least 1, or leave it out: Xen then allocates what it may need',
            remedy:
              "set 'p2m-mem' to what it needs, at least 1 MiB, or leave it out: Xen then allocates what it may need",
            ...(domain.p2mMiB ? { effect: `Xen would give it ${domain.p2mMiB} MiB` } : {}),
          })
      }
    },
  },
  {
    code: 'DOM-009',
    needs: ['D0-001', 'DOM-008', 'SM-010', 'FDT-017', 'FDT-018'],
    check(view, verdict) {
      const { ram, domains, context } = view
      const last = domains.at(-1)
      if (!last) return
      if (ram.length === 0) return verdict.undecided(context.origin, 'the tree lists no RAM: the firmware fills it in')
      const dom0 = hasDom0(view) ? dom0Memory(view) : bytes(0)
      const free = heap(view)
      const total = sum([dom0, ...domains.map(demand)])
      if (total <= free) return
      const largest = domains.reduce((a, b) => (demand(b) > demand(a) ? b : a))
      const parts = [...(dom0 > 0n ? [`dom0 ${formatSize(dom0)}`] : []), ...domains.map(describeDemand)]
      verdict.violated({
        at: at(largest, 'memory'),
        message: `domains take ${formatSize(total)} of RAM with their page tables, and at most ${formatSize(wholeMiB(free))} are free: ${parts.join(', ')}`,
        help: 'give domains less memory, or reserve less',
      })
    },
  },
  {
    code: 'DOM-050',
    check(view, verdict) {
      for (const domain of view.domains) {
        if (isShortOfRoom(view, domain)) continue
        const room = roomForTree(view, domain)
        const size = treeSizeOf(view, domain)
        if (size === undefined || size <= room) continue
        verdict.violated({
          at: at(domain, 'cpus'),
          message: `the device tree that Xen ${view.context.release} makes for '${domain.name}' takes ${size} bytes, and there is room for ${room}`,
          help: 'give the domain fewer vCPUs or shorter boot arguments, or use Xen 4.22 or newer',
        })
      }
    },
  },
  {
    code: 'PT-031',
    check(view, verdict) {
      for (const domain of view.domains) {
        if (!isShortOfRoom(view, domain) || !domain.partialTree) continue
        const room = roomForTree(view, domain)
        const size = treeSizeOf(view, domain)
        if (size === undefined || size <= room) continue
        verdict.violated({
          at: domain.partialTree.node.origin,
          message: `the device tree that Xen ${view.context.release} makes for '${domain.name}' takes ${size} bytes with its partial tree, and there is room for ${room}`,
          help: 'make the partial tree smaller, or use Xen 4.18 or newer',
        })
      }
    },
  },
]

/** From this release on Xen makes the buffer larger by the size of the partial tree. */
const PARTIAL_TREE_COUNTS = '4.18'

/** Whether a partial tree shares the buffer with Xen's own nodes, without room of its own. */
const isShortOfRoom = ({ context }: XenView, { partialTree }: DomainView): boolean =>
  partialTree !== undefined && !isAtLeast(context.release, PARTIAL_TREE_COUNTS)

function roomForTree({ context }: XenView, { partialTree }: DomainView): Bytes {
  const own = domainTreeBuffer(context.release)
  if (!partialTree?.range || !isAtLeast(context.release, PARTIAL_TREE_COUNTS)) return own
  const room = sum([own, partialTree.range.size])
  return room < TREE_SLOT ? room : TREE_SLOT
}

/** The nodes of the partial tree that Xen copies, without the properties that it leaves out; none where the tree is not known. */
function copiedNodes(view: XenView, domain: DomainView): readonly DtNode[] {
  const tops = inMemory(view, domain.partialTree)?.tree?.root.children ?? []
  return tops.flatMap((top) => {
    const name = top.name.toLowerCase()
    return name === 'aliases' ? [top] : name === 'passthrough' ? [withoutPassthrough(top)] : []
  })
}

function withoutPassthrough(node: DtNode): DtNode {
  const taken: readonly string[] = PASSTHROUGH_PROPERTIES
  return {
    ...node,
    properties: node.properties.filter(({ name }) => !taken.includes(name)),
    children: node.children.map(withoutPassthrough),
  }
}

const describeDemand = (domain: DomainView): string => `'${domain.name}' ${formatSize(demand(domain))}`

/** `size` in whole MiB, rounded down, so that free memory is never overstated. */
export const wholeMiB = (size: Bytes): Bytes => times(size / MiB, MiB)

/** Number of ranges in the memory node of a domain: one or two banks of guest RAM, or all of a direct-mapped domain; from 4.19 on also its shared memory. */
function memoryRanges({ shm, context }: XenView, domain: DomainView): number {
  const [low] = GUEST_RAM
  const laidOut = low && domain.memory !== undefined && domain.memory > low.size ? 2 : 1
  const banks = domain.directMap ? domain.staticBanks.length : laidOut
  return banks + (isAtLeast(context.release, '4.19') ? nodesOf(shm, domain.name).length : 0)
}

/** Size of the tree that Xen makes for a domain; `undefined`: the host's tree does not say enough. */
function treeSizeOf(view: XenView, domain: DomainView): Bytes | undefined {
  const [cpu] = cpuNodesOf(view.root)
  const compatible = cpu && readProperty(cpu.node, 'compatible')
  if (!cpu || !compatible || !view.gic || domain.vcpus === undefined || domain.memory === undefined) return undefined
  // More is refused by DOM-003, and counting billions of nodes would never end.
  if (domain.vcpus > MAX_VCPUS) return undefined
  const { bootargs } = domain.kernel ?? {}
  return domainTreeSize({
    release: view.context.release,
    vcpus: domain.vcpus,
    cpuCompatible: compatible.data.length,
    cpuClock: readProperty(cpu.node, 'clock-frequency') !== undefined,
    timerClock: view.timer !== undefined && readProperty(view.timer.node, 'clock-frequency') !== undefined,
    gic: view.gic.version,
    arm64: fileOf(view, domain.kernel)?.format.kind !== 'zimage',
    ...(bootargs ? { bootargs: stringLength(bootargs) } : {}),
    ramdisk: domain.ramdisk !== undefined,
    memoryRanges: memoryRanges(view, domain),
    shared: nodesOf(view.shm, domain.name).flatMap(({ id, place }) =>
      id !== undefined && place ? [{ id, address: place.guest }] : [],
    ),
    vpl011: domain.vpl011,
    hypervisor: domain.enhanced !== undefined && domain.enhanced !== 'disabled',
    extendedRegions: EXTENDED_REGIONS,
    copied: copiedNodes(view, domain),
  })
}
