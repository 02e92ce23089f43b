/** Size of the flattened tree that Xen makes for dom0 from the host's (arch/arm/domain_build.c: prepare_dtb_hwdom, handle_node, write_properties). */
import type { DtProperty } from '../../devicetree/model.ts'
import type { Bytes } from '../../units/quantities.ts'
import { isAtLeast } from '../../xen/releases.ts'
import { fileOf } from './files.ts'
import { cpus, hypervisor, psci, timer } from './made-nodes.ts'
import { vcpusOfDom0 } from './scheduling.ts'
import { copyProperty, lengthOf, TreeCounter } from './tree-counter.ts'
import { HostInterrupts } from './view/device-interrupts.ts'
import { isMarked, keptFromOwner } from './view/hardware-owner.ts'
import { cpuNodesOf, type GicView } from './view/host.ts'
import { isIommu } from './view/iommu.ts'
import { nodeWithPhandle } from './view/phandles.ts'
import { firstString, readProperty, readU32, stringLength } from './view/property.ts'
import { isCompatible, type ScannedNode } from './view/scan.ts'
import type { XenView } from './view.ts'

/**
 * The least size that the tree can have. Dom0's memory is counted as one bank; extended regions, which depend on where Xen finds that memory, frames for MSIs
 * and shared memory are not counted. `undefined`: the host's tree lacks something without which Xen stops.
 */
export function dom0TreeSize(view: XenView): Bytes | undefined {
  const [cpu] = cpuNodesOf(view.root)
  const compatible = cpu && readProperty(cpu.node, 'compatible')
  const { gic } = view
  if (!cpu || !compatible || !gic) return undefined
  const tree = new TreeCounter()
  const isKept = keptFromOwner(view, new HostInterrupts(view))
  const visit = (node: ScannedNode): void => {
    if (node === gic.node) tree.node('interrupt-controller', () => interruptController(tree, gic))
    else if (node === view.timer) tree.node('timer', () => timer(tree, hasClock(node)))
    else if (!isKept(node) || isShown(view, node)) host(node)
  }
  const host = (node: ScannedNode): void =>
    tree.node(node.node.name, () => {
      properties(tree, view, node)
      for (const child of node.children) visit(child)
      if (node === view.root) own(tree, view, { node: cpu, compatible: compatible.data.length })
    })
  visit(view.root)
  return tree.size
}

/** Whether Xen copies a node. Before 4.18 it copies those of boot-time domains too, without their modules. */
const isShown = ({ context }: XenView, node: ScannedNode): boolean =>
  !isAtLeast(context.release, '4.18') && DOMAIN_NODES.some((compatible) => isCompatible(node, compatible))

const DOMAIN_NODES = ['xen,domain', 'xen,domain-shared-memory-v1', 'xen,evtchn-v1']

interface FirstCpu {
  readonly node: ScannedNode
  /** Length of its `compatible` in bytes. */
  readonly compatible: number
}

/** Counts the nodes that Xen makes itself, below the root after the host's. */
function own(tree: TreeCounter, view: XenView, cpu: FirstCpu): void {
  const { release } = view.context
  const { address, size } = view.root.childCells
  const range = address + size
  const arm64 = fileOf(view, kernelOf(view))?.format.kind !== 'zimage'
  const vcpus = { vcpus: vcpusOfDom0(view), cpuCompatible: cpu.compatible, cpuClock: hasClock(cpu.node), arm64 }
  tree.node('hypervisor', () => hypervisor(tree, { release, extendedRegions: 0 }, range))
  tree.node('psci', () => psci(tree))
  tree.node('cpus', () => cpus(tree, vcpus))
  tree.node('memory@40000000', () => memory(tree, range))
  const reserved = reservedRanges(view)
  if (reserved > 0) tree.node('memory@40000000', () => memory(tree, range * reserved))
}

function memory(tree: TreeCounter, cells: number): void {
  tree.text('device_type', 'memory'.length)
  tree.cells('reg', cells)
}

/** Ranges of a second memory node, in which dom0 finds reserved memory (make_memory_node with bootinfo.reserved_mem). */
const reservedRanges = ({ claims }: XenView): number => claims.filter(({ kind }) => kind === 'reserved memory').length

const hasClock = ({ node }: ScannedNode): boolean => readU32(node, 'clock-frequency') !== undefined

const kernelOf = ({ modules }: XenView) => modules.find(({ kind, domU }) => kind === 'kernel' && !domU)

/** Properties of `/chosen` that Xen leaves out. It leaves out `bootargs` too, and writes its own. */
const TAKEN_OUT: ReadonlySet<string> = new Set([
  'bootargs',
  'xen,dom0-bootargs',
  'xen,static-heap',
  'xen,xen-bootargs',
  'linux,initrd-start',
  'linux,initrd-end',
  'stdout-path',
  'linux,uefi-system-table',
  'linux,uefi-mmap-start',
  'linux,uefi-mmap-size',
  'linux,uefi-mmap-desc-size',
  'linux,uefi-mmap-desc-ver',
])

const OF_IOMMU: ReadonlySet<string> = new Set(['iommus', 'iommu-map', 'iommu-map-mask'])

function properties(tree: TreeCounter, view: XenView, node: ScannedNode): void {
  const isChosen = node === view.chosen
  const isMaster = hasIommu(view, node)
  const isLeft = ({ name }: DtProperty): boolean =>
    name !== 'xen,passthrough' &&
    name !== 'status' &&
    !(isChosen && TAKEN_OUT.has(name)) &&
    !(isMaster && OF_IOMMU.has(name))
  for (const property of node.node.properties) if (isLeft(property)) copyProperty(tree, property)
  const status = node.node.properties.find(({ name }) => name === 'status')
  if (isMarked(node)) tree.text('status', 'disabled'.length)
  else if (status) tree.property('status', lengthOf(status))
  if (isChosen) chosen(tree, view, node)
}

function hasIommu(view: XenView, { node }: ScannedNode): boolean {
  const phandle = readU32(node, 'iommus')
  const target = phandle === undefined ? undefined : nodeWithPhandle(view.root, phandle)
  return target !== undefined && isIommu(view, target)
}

/** Counts what Xen writes into `/chosen`. Dom0's arguments are those of its kernel's module, else of `/chosen` itself. */
function chosen(tree: TreeCounter, view: XenView, { node }: ScannedNode): void {
  const given = [kernelOf(view)?.bootargs, readProperty(node, 'xen,dom0-bootargs'), readProperty(node, 'bootargs')]
  const text = given.find((one, index) => one !== undefined && (index > 0 || firstString(one) !== ''))
  if (text) tree.text('bootargs', stringLength(text))
  if (!view.modules.some(({ kind, domU }) => kind === 'ramdisk' && !domU)) return
  tree.cells('linux,initrd-start', 2)
  tree.cells('linux,initrd-end', 2)
}

/** Counts the GIC's node (gic-v2.c: gicv2_make_hwdom_dt_node; gic-v3.c: gicv3_make_hwdom_dt_node), with one region of redistributors. */
function interruptController(tree: TreeCounter, { node: gic, version }: GicView): void {
  const { node, cells } = gic
  for (const name of ['phandle', '#address-cells', '#size-cells']) {
    const copied = node.properties.find((one) => one.name === name)
    if (copied) copyProperty(tree, copied)
  }
  tree.cells('#interrupt-cells', 1)
  tree.property('interrupt-controller', 0)
  tree.property('compatible', readProperty(node, 'compatible')?.data.length ?? 0)
  if (version === 'v3') tree.cells('#redistributor-regions', 1)
  tree.cells('reg', 2 * (cells.address + cells.size))
}
