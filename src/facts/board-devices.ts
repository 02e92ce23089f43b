/** CPUs, interrupt controller and console, from the host tree. */
import { hasProperty, propertyNamed } from '../devicetree/model.ts'
import { addressCells, compatibles, deviceType, isCompatible } from '../devicetree/readings/node.ts'
import { stdoutPath } from '../devicetree/readings/paths.ts'
import { translatedReg } from '../devicetree/readings/translate.ts'
import type { Place, TreeIndex } from '../devicetree/readings/tree-index.ts'
import { cellsOf, fromCells } from '../devicetree/readings/values.ts'
import { bytes, hostPhys } from '../units/quantities.ts'
import { range } from '../units/range.ts'
import { GIC_COMPATIBLES } from '../xen/gic.ts'
import type { Complain } from './board-memory.ts'
import type { Cpu, Gic } from './facts.ts'

/** Affinity fields of MPIDR_EL1; to Xen a node with other bits in `reg` is not a CPU (`MPIDR_HWID_MASK`, arm64). */
const AFFINITY = 0xff_00ff_ffffn

/**
 * CPUs in Xen's numbering (`dt_smp_init_cpus`): the one that the blob's header calls the boot CPU is 0, the others follow in tree order.
 * Where no CPU has that number the first one counts as the boot CPU. Nodes that Xen passes over are left out.
 */
export function cpusOf(tree: TreeIndex, bootCpuid: number): Cpu[] {
  const parent = tree.at('/cpus')
  if (!parent) return []
  const cpus = new Map<bigint, Cpu>()
  for (const place of tree.children(parent)) {
    const mpidr = deviceType(place.node) === 'cpu' ? mpidrOf(place, parent) : undefined
    if (mpidr === undefined || cpus.has(mpidr)) continue
    cpus.set(mpidr, { path: place.path, mpidr, compatible: compatibles(place.node) })
  }
  const boot = cpus.get(BigInt(bootCpuid))
  return boot ? [boot, ...[...cpus.values()].filter((cpu) => cpu !== boot)] : [...cpus.values()]
}

function mpidrOf(cpu: Place, cpus: Place): bigint | undefined {
  const cells = cellsOf(propertyNamed(cpu.node, 'reg'))
  const count = addressCells(cpus.node)
  if (!cells || count === 0 || cells.length < count) return undefined
  const mpidr = fromCells(cells.slice(0, count))
  return (mpidr & ~AFFINITY) === 0n ? mpidr : undefined
}

/** The first controller that Xen knows; `undefined` where there is none, with which Xen does not start. */
export function gicOf(tree: TreeIndex, complain: Complain): Gic | undefined {
  for (const place of tree.places) {
    const version = versionOf(place)
    if (!version) continue
    const reg = translatedReg(place)
    if (!reg.ok) complain(place.path, reg.reason)
    const registers = reg.ok ? reg.value.filter(({ size }) => size > 0n) : []
    return {
      path: place.path,
      version,
      reg: registers.map(({ address, size }) => range(hostPhys(address), bytes(size))),
    }
  }
  return undefined
}

function versionOf({ node }: Place): Gic['version'] | undefined {
  if (!hasProperty(node, 'interrupt-controller')) return undefined
  if (isCompatible(node, ...GIC_COMPATIBLES.v2)) return 'v2'
  return isCompatible(node, ...GIC_COMPATIBLES.v3) ? 'v3' : undefined
}

/** Path of the node that the tree calls its console. */
export function stdoutOf(tree: TreeIndex): string | undefined {
  const stdout = stdoutPath(tree)
  return stdout.ok ? stdout.value.place.path : undefined
}
