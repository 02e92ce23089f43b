/** What Xen finds when it starts from our own output. */
import type { Assembly } from '../../assemble/assembly.ts'
import { flattened } from '../../assemble/flattened.ts'
import { roomForEdits } from '../../assemble/tree-edits.ts'
import { atKey, atValue, type Origin } from '../../diagnostics/diagnostic.ts'
import { type BootCommandName, type Dom0, originOf } from '../../model/system-model.ts'
import { factsOfFile } from '../../plan/system-plan.ts'
import { alignUp, type Bytes, bytes, PAGE, sum } from '../../units/quantities.ts'
import { range } from '../../units/range.ts'
import type { BootContext, MemoryAtBoot } from './boot-context.ts'

/** The context of a boot of what `assembly` puts together: every file of it, where the plan places it. */
export function bootContextOf(assembly: Assembly): BootContext {
  const { plan, hostTree } = assembly
  const blob = flattened(hostTree)
  const memory = memoryAtBoot(assembly)
  return {
    tree: hostTree,
    ...(blob.ok ? { treeSize: treeSizeOf(assembly, bytes(blob.value.length)) } : {}),
    entry: entryOf(plan.model.boot.command),
    release: plan.model.xen.release,
    features: plan.model.xen.features,
    ...(plan.pointRelease === undefined ? {} : { point: plan.pointRelease }),
    ...(plan.kconfig ? { kconfig: plan.kconfig } : {}),
    notLinux: new Set(plan.model.domains.filter(({ os }) => os !== 'linux').map(({ name }) => name)),
    ...(memory ? { memory } : {}),
    optionOrigins: new Map([...coloringOrigins(plan), ...(plan.dom0 ? originsOfOptions(plan.dom0.domain) : [])]),
    origin: atValue(plan.model.platform['device-tree'].pointer),
  }
}

/** `totalsize` of the tree that Xen gets. One that U-Boot changes at boot is as large as its file and what is added, rounded up to whole pages. */
function treeSizeOf({ plan, additions }: Assembly, merged: Bytes): Bytes {
  const { blobSize, tree } = plan.board
  if (plan.model.boot['device-tree'] === 'merged') return merged
  const own = flattened(tree)
  const before = blobSize ?? (own.ok ? bytes(own.value.length) : merged)
  return alignUp(sum([before, roomForEdits(plan, additions)]), PAGE)
}

/** How Xen is started. With `none` the user's own command does it, presumably as `booti` does, like every command but EFI's. */
const entryOf = (command: BootCommandName): BootContext['entry'] => (command === 'none' ? 'booti' : command)

function memoryAtBoot({ plan: { load, dom0less } }: Assembly): MemoryAtBoot | undefined {
  const xenFile = factsOfFile(load.xen)
  if (!xenFile) return undefined
  const trees = new Map(dom0less.map(({ partialTree }) => [partialTree?.module.id, partialTree?.source]))
  return {
    xen: load.xenRuns ?? load.xen.room,
    deviceTree: load.deviceTree.room,
    isComplete: true,
    modules: load.modules.map((module) => {
      const partial = trees.get(module.id)
      const file = factsOfFile(module)
      return {
        range: range(module.address.value, module.size),
        path: partial?.path ?? file?.path ?? module.path,
        ...(file ? { file } : {}),
        ...(partial ? { tree: partial.tree } : {}),
      }
    }),
  }
}

/** Xen's options of cache colouring, with the keys of the manifest that they are made from. */
function coloringOrigins({ model: { xen } }: Assembly['plan']): readonly (readonly [string, Origin])[] {
  const coloring = xen['cache-coloring']
  if (!coloring) return []
  return [
    ['llc-coloring', atKey(coloring.pointer)],
    ['llc-size', originOf(coloring, 'llc-size')],
    ['llc-nr-ways', originOf(coloring, 'llc-nr-ways')],
    ['xen-llc-colors', originOf(coloring, 'xen')],
    ['dom0-llc-colors', originOf(coloring, 'dom0')],
    ['buddy-alloc-size', originOf(coloring, 'buddy-alloc-size')],
  ]
}

/** Xen's options about dom0, with the keys of the manifest that they are made from. */
const originsOfOptions = (dom0: Dom0): ReadonlyMap<string, Origin> =>
  new Map([
    ['dom0_mem', originOf(dom0, 'memory')],
    ['dom0_max_vcpus', originOf(dom0, 'vcpus')],
    ...(dom0.sve === undefined ? [] : [['dom0', originOf(dom0, 'sve')] as const]),
  ])
