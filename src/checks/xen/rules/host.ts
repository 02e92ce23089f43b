/** FDT: processors, interrupt controller and timer of the host. */
import { hex } from '../../../units/format.ts'
import { bytes, isAligned, KiB, PAGE, times } from '../../../units/quantities.ts'
import type { Rule, Verdict } from '../../rule.ts'
import { cpuNodesOf, type GicView, regionCount, strangeCpus } from '../view/host.ts'
import { readProperty } from '../view/property.ts'
import { findNode, type ScannedNode } from '../view/scan.ts'
import type { XenView } from '../view.ts'

/** Xen takes a smaller GICv2 CPU interface for one of this size (arch/arm/gic-v2.c: gicv2_dt_init). */
const GICC_SIZE = times(8, KiB)

const GIC_REMEDY =
  "complete the node from the chip's manual: the interrupt controller is there, but its description is incomplete"

export const hostRules: readonly Rule<XenView>[] = [
  {
    code: 'FDT-015',
    check({ root }, verdict) {
      const [first] = cpuNodesOf(root)
      if (!first) {
        const at = findNode(root, '/cpus')?.origin ?? root.origin
        verdict.violated({
          at,
          message: '/cpus has no node with device_type = "cpu"',
          help: "take the CPU nodes from the board's original tree",
        })
      } else if (!readProperty(first.node, 'compatible'))
        verdict.violated({
          at: first.origin,
          message: `the first CPU, ${first.path}, has no compatible`,
          help: "take the CPU nodes from the board's original tree",
        })
    },
  },
  {
    code: 'CPU-016',
    needs: ['FDT-015'],
    check({ root }, verdict) {
      for (const [node, why] of strangeCpus(cpuNodesOf(root)))
        verdict.violated({
          at: node.origin,
          message: `Xen does not use the CPU ${node.path}, which ${why}`,
          help: "take the CPU nodes from the board's original tree",
        })
    },
  },
  {
    code: 'FDT-016',
    check({ root, gic, timer, context }, verdict) {
      if (!gic)
        verdict.violated({
          at: root.origin,
          message:
            'the tree has no interrupt controller that Xen drives, which is a GICv2 (such as a GIC-400) or a GICv3',
          help: 'use the tree of a board with a GICv2 or GICv3 and its architected timer',
        })
      else if (gic.version === 'v3' && context.kconfig && context.kconfig.options.get('GICV3') !== 'y')
        verdict.violated({
          at: gic.node.origin,
          message: `${gic.node.path} is a GICv3, and Xen was built without GICV3 (${context.kconfig.path})`,
          help: 'build Xen with CONFIG_GICV3=y',
        })
      if (!timer)
        verdict.violated({
          at: root.origin,
          message: 'the tree has no architected timer (arm,armv7-timer or arm,armv8-timer)',
          help: 'use the tree of a board with a GICv2 or GICv3 and its architected timer',
        })
    },
  },
  {
    code: 'FDT-023',
    needs: ['FDT-016'],
    check({ gic }, verdict) {
      if (gic?.version === 'v2') checkGicV2(gic, verdict)
      else if (gic) checkGicV3(gic, verdict)
    },
  },
]

function checkGicV2(gic: GicView, verdict: Verdict): void {
  const { node, reg } = gic
  const at = node.origin
  const violated = (message: string) => verdict.violated({ at, message: `${node.path} ${message}`, help: GIC_REMEDY })
  const [, cpu, , virtual] = reg
  if (!cpu || !virtual) {
    violated(`lists ${reg.length} register ranges: Xen needs distributor, CPU, hypervisor and virtual CPU interface`)
    return
  }
  for (const { base } of reg.slice(0, 4))
    if (!isAligned(base, PAGE)) violated(`has registers at ${hex(base)}, which is not a multiple of 4 KiB`)
  const size = cpu.size < GICC_SIZE ? GICC_SIZE : cpu.size
  if (bytes(size) !== virtual.size)
    violated(
      `has a CPU interface of ${hex(size)} bytes and a virtual one of ${hex(virtual.size)}: Xen wants the same size`,
    )
  if (!hasInterrupt(node)) violated('has no maintenance interrupt')
}

function checkGicV3(gic: GicView, verdict: Verdict): void {
  const { node, reg } = gic
  const regions = regionCount(node)
  if (reg.length < 1 + regions)
    verdict.violated({
      at: node.origin,
      message: `${node.path} lists ${reg.length} register ranges, and Xen needs the distributor and ${regions} for redistributors`,
      help: GIC_REMEDY,
    })
  if (!hasInterrupt(node))
    verdict.violated({ at: node.origin, message: `${node.path} has no maintenance interrupt`, help: GIC_REMEDY })
}

const hasInterrupt = ({ node }: ScannedNode): boolean =>
  readProperty(node, 'interrupts') !== undefined || readProperty(node, 'interrupts-extended') !== undefined
