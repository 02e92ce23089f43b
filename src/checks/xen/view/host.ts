/** Processors, interrupt controller, timer and aliases of the host, as Xen reads them. */
import { translate } from '../../../devicetree/readings/translate.ts'
import type { Place } from '../../../devicetree/readings/tree-index.ts'
import { bytes, type HostPhys, hostPhys } from '../../../units/quantities.ts'
import { type Range, range } from '../../../units/range.ts'
import { GIC_COMPATIBLES } from '../../../xen/gic.ts'
import { firstString, type ReadProperty, readCells, readProperty, readU32 } from './property.ts'
import { everyNode, findNode, isAvailable, isCompatible, isSameText, type ScannedNode } from './scan.ts'

/** The interrupt controller. */
export interface GicView {
  readonly node: ScannedNode
  readonly version: 'v2' | 'v3'
  /** Entries of `reg`, up to the first that has no host address. */
  readonly reg: readonly Range<HostPhys>[]
  /** Why that one has none, as a clause; absent: all have. */
  readonly untranslated?: string
}

/** Regions of a GICv3's redistributors: as many as `#redistributor-regions` says, as far as `reg` has them (arch/arm/gic-v3.c: gicv3_dt_init). */
export const redistributorsOf = ({ node, reg }: GicView): readonly Range<HostPhys>[] =>
  reg.slice(1, 1 + regionCount(node))

/** How many regions the node says that it has. */
export const regionCount = ({ node }: ScannedNode): number => readU32(node, '#redistributor-regions') ?? 1

const TIMERS = ['arm,armv7-timer', 'arm,armv8-timer']

/** The first node that one of Xen's drivers takes (arch/arm/include/asm/gic.h: DT_MATCH_GIC_V2, DT_MATCH_GIC_V3). */
export function findGic(root: ScannedNode): GicView | undefined {
  for (const node of everyNode(root)) {
    if (!node.parent || !readProperty(node.node, 'interrupt-controller') || !isAvailable(node)) continue
    const version = GIC_COMPATIBLES.v2.some((c) => isCompatible(node, c))
      ? 'v2'
      : GIC_COMPATIBLES.v3.some((c) => isCompatible(node, c))
        ? 'v3'
        : undefined
    if (version) return { node, version, ...regOf(node) }
  }
  return undefined
}

/** The node of the architected timer (arch/arm/include/asm/time.h: DT_MATCH_TIMER). */
export function findTimer(root: ScannedNode): ScannedNode | undefined {
  for (const node of everyNode(root)) if (TIMERS.some((compatible) => isCompatible(node, compatible))) return node
  return undefined
}

/** Entries of a node's `reg` as the host's addresses, up to the first that has none. */
export function regOf(node: ScannedNode): Pick<GicView, 'reg' | 'untranslated'> {
  const value = readProperty(node.node, 'reg')
  const { address, size } = node.cells
  const width = (address + size) * 4
  const reg: Range<HostPhys>[] = []
  if (!value || address < 1 || size < 1 || !node.parent) return { reg }
  const bus = placeOf(node.parent)
  for (let at = 0; at + width <= value.data.length; at += width) {
    const entry = { address: readCells(value, at, address), size: readCells(value, at + address * 4, size) }
    const host = translate(bus, entry)
    if (!host.ok) return { reg, untranslated: host.reason }
    reg.push(range(hostPhys(host.value.address), bytes(host.value.size)))
  }
  return { reg }
}

const placeOf = ({ node, path, parent }: ScannedNode): Place =>
  parent ? { node, path, parent: placeOf(parent) } : { node, path }

/** Children of `/cpus` with `device_type = "cpu"`, in tree order. */
export const cpuNodesOf = (root: ScannedNode): readonly ScannedNode[] =>
  findNode(root, '/cpus')?.children.filter(({ node }) =>
    isSameText(textOf(readProperty(node, 'device_type')), 'cpu'),
  ) ?? []

/** Bits of MPIDR that number a CPU (arch/arm/include/asm/processor.h: MPIDR_HWID_MASK). */
const HWID_MASK = 0xff_00ff_ffffn

/** CPUs that Xen ignores, each with the reason as a clause (smpboot.c: dt_smp_init_cpus). */
export function strangeCpus(nodes: readonly ScannedNode[]): ReadonlyMap<ScannedNode, string> {
  const known = new Set<bigint>()
  const why = (node: ScannedNode): string | undefined => {
    const reg = readProperty(node.node, 'reg')
    const { address } = node.cells
    if (!reg) return 'has no reg'
    if (reg.data.length < 4 * address) return `has a reg of ${reg.data.length} bytes, not ${4 * address}`
    const hwid = readCells(reg, 0, address)
    if ((hwid & ~HWID_MASK) !== 0n) return `has 0x${hwid.toString(16)} in its reg, which is not a CPU number`
    if (known.has(hwid)) return `has the same reg as another, 0x${hwid.toString(16)}`
    known.add(hwid)
    return undefined
  }
  return new Map(
    nodes.flatMap((node) => {
      const reason = why(node)
      return reason === undefined ? [] : [[node, reason] as const]
    }),
  )
}

/** CPUs that Xen knows, in its numbering: the boot CPU, by `boot_cpuid_phys` of the tree, then the others in tree order. */
export function cpusOf(root: ScannedNode, bootCpuid: number): readonly ScannedNode[] {
  const nodes = cpuNodesOf(root)
  const strange = strangeCpus(nodes)
  const known = nodes.filter((node) => !strange.has(node))
  const boot = known.find((node) => numberOf(node) === BigInt(bootCpuid))
  return boot ? [boot, ...known.filter((cpu) => cpu !== boot)] : known
}

/** The CPU's number as Xen reads it from `reg`, in as many cells as `/cpus` says; `undefined`: `reg` is missing, or shorter. */
export function numberOf({ node, cells }: ScannedNode): bigint | undefined {
  const reg = readProperty(node, 'reg')
  return reg && reg.data.length >= 4 * cells.address ? readCells(reg, 0, cells.address) : undefined
}

const textOf = (property: ReadProperty | undefined): string => (property ? firstString(property) : '')

/** `/aliases`: name to full path, in tree order. */
export function aliasesOf(root: ScannedNode): ReadonlyMap<string, string> {
  const aliases = findNode(root, '/aliases')?.node.properties ?? []
  return new Map(
    aliases.flatMap(({ name }) => {
      const property = readProperty(findNode(root, '/aliases')?.node ?? root.node, name)
      return property ? [[name, firstString(property)] as const] : []
    }),
  )
}
