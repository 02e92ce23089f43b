/** FDT, CPU: processors, interrupt controller and timer of the host. */
import { hex } from '../../../units/format.ts'
import { bytes, isAligned, KiB, PAGE, times } from '../../../units/quantities.ts'
import { LAST_INTERRUPT } from '../../../xen/gic.ts'
import type { Rule } from '../../rule.ts'
import { saysHowToStart, whyNoStart } from '../view/cpu-start.ts'
import { HostInterrupts } from '../view/device-interrupts.ts'
import { cpuNodesOf, type GicView, regionCount, regOf, strangeCpus } from '../view/host.ts'
import { readProperty } from '../view/property.ts'
import { findNode, isCompatible, type ScannedNode } from '../view/scan.ts'
import type { XenView } from '../view.ts'

/** Size that Xen assumes for a GICv2 CPU interface that the tree makes smaller (arch/arm/gic-v2.c: gicv2_dt_init). */
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
    code: 'CPU-017',
    needs: ['FDT-015'],
    check({ root, cpus }, verdict) {
      if (!saysHowToStart(root, cpus)) return
      const [, ...others] = cpus
      const off = others.flatMap((cpu) => {
        const why = whyNoStart(root, cpu)
        return why === undefined ? [] : [{ cpu, why }]
      })
      const [first] = off
      if (first)
        verdict.violated({
          at: first.cpu.origin,
          message: `Xen cannot start ${first.cpu.path}, which ${first.why}${off.length > 1 ? `, nor ${off.length - 1} more` : ''}`,
          help: 'take /psci and enable-method from the tree that the running board has, unless its U-Boot adds them',
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
    check(view, verdict) {
      const { gic } = view
      if (!gic) return
      const { node } = gic
      const faults = gic.version === 'v2' ? faultsOfGicV2(gic) : faultsOfGicV3(gic)
      for (const fault of [...faults, ...faultsOfInterrupt(node, new HostInterrupts(view))])
        verdict.violated({ at: node.origin, message: `${node.path} ${fault}`, help: GIC_REMEDY })
    },
  },
]

function faultsOfGicV2(gic: GicView): readonly string[] {
  const { reg, node } = gic
  const [, cpu, , virtual] = reg
  if (!cpu || !virtual) return [tooFew(gic, 'distributor, CPU, hypervisor and virtual CPU interface')]
  const size = bytes(cpu.size < GICC_SIZE ? GICC_SIZE : cpu.size)
  const odd = reg.slice(0, 4).filter(({ base }) => !isAligned(base, PAGE))
  const frames = node.children.filter(
    (child) => isCompatible(child, 'arm,gic-v2m-frame') && regOf(child).reg.length === 0,
  )
  return [
    ...frames.map(({ path }) => `has a frame for MSIs without a host address, ${path}`),
    ...odd.map(({ base }) => `has registers at ${hex(base)}, which is not a multiple of 4 KiB`),
    ...(size === virtual.size
      ? []
      : [
          `has a CPU interface of ${hex(size)} bytes and a virtual one of ${hex(virtual.size)}: Xen needs the same size`,
        ]),
  ]
}

function faultsOfGicV3(gic: GicView): readonly string[] {
  const regions = regionCount(gic.node)
  if (regions === 0) return ['says that it has no region of redistributors (#redistributor-regions)']
  return gic.reg.length < 1 + regions ? [tooFew(gic, `the distributor and ${regions} for redistributors`)] : []
}

const tooFew = ({ reg, untranslated }: GicView, wanted: string): string =>
  untranslated === undefined
    ? `lists ${reg.length} register ranges: Xen needs ${wanted}`
    : `has registers without a host address (${untranslated}): Xen needs ${wanted}`

function faultsOfInterrupt({ path }: ScannedNode, interrupts: HostInterrupts): readonly string[] {
  const found = interrupts.of(path)
  if (typeof found === 'string') return [`has a maintenance interrupt that cannot be read: ${found}`]
  const [first] = found
  if (!first) return ['has no maintenance interrupt']
  const { id } = first
  return id !== undefined && id > LAST_INTERRUPT
    ? [`has the maintenance interrupt ${id}, and ${LAST_INTERRUPT} is the last`]
    : []
}
