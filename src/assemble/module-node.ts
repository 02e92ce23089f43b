/**
 * Nodes of boot modules: a file in memory that Xen gives to a domain.
 *
 *     module@40400000 {
 *             compatible = "multiboot,kernel", "multiboot,module";
 *             reg = <0x0 0x40400000 0x0 0x19bfcc0>;               // host-physical, exact size
 *             bootargs = "console=ttyAMA0";
 *     };
 */
import { node, property, strings, text, wideCells } from '../devicetree/build.ts'
import type { DtNode, DtProperty } from '../devicetree/model.ts'
import { atValue, type Origin } from '../diagnostics/diagnostic.ts'
import { type Dom0, type Kernel, originOf } from '../model/system-model.ts'
import type { LoadedFile, PlannedDom0, PlannedDom0less, SystemPlan } from '../plan/system-plan.ts'
import { hex } from '../units/format.ts'
import { CELLS, COMPATIBLE } from '../xen/bindings.ts'

/** Nodes of a domain's kernel, ramdisk and partial tree: dom0's go below `/chosen`, those of other domains below their own nodes. */
export function moduleNodes(planned: PlannedDom0 | PlannedDom0less): readonly DtNode[] {
  const { domain, kernel, ramdisk } = planned
  const nodes = [moduleNode(kernel, COMPATIBLE.kernel, domain.kernel.image.pointer, guestArguments(domain))]
  if (ramdisk && domain.ramdisk) nodes.push(moduleNode(ramdisk, COMPATIBLE.ramdisk, domain.ramdisk.pointer, []))
  const partial = 'partialTree' in planned ? planned.partialTree : undefined
  if (partial) nodes.push(moduleNode(partial.module, COMPATIBLE.partialTree, partial.pointer, []))
  return nodes
}

/** The node of Xen's own policy, below `/chosen`. */
export function policyNodes({ load, model }: SystemPlan): readonly DtNode[] {
  const reference = model.xen['xsm-policy']
  const file = load.modules.find(({ kind }) => kind === 'xsm-policy')
  return reference && file ? [moduleNode(file, COMPATIBLE.xsmPolicy, reference.pointer, [])] : []
}

/** Arguments of a kernel. Dom0's are in `/chosen` instead, where they have precedence over all that U-Boot adds. */
const guestArguments = (domain: Dom0 | PlannedDom0less['domain']): readonly DtProperty[] =>
  domain.boot === 'dom0' ? [] : bootargs(domain.kernel)

/** `bootargs`; none for empty arguments, which Xen treats like missing ones. */
function bootargs(kernel: Kernel): readonly DtProperty[] {
  if (kernel.bootargs === '') return []
  const origin = originOf(kernel, 'bootargs')
  return [property('bootargs', [text(kernel.bootargs, origin)], origin)]
}

/** A module's node. Its `reg` is exactly the file: Xen reads the unpacked size of a gzip kernel from the last four bytes. */
function moduleNode(
  file: LoadedFile,
  compatible: readonly string[],
  pointer: string,
  more: readonly DtProperty[],
): DtNode {
  const origin: Origin = atValue(pointer)
  const properties = [
    property('compatible', strings(compatible, origin), origin),
    property('reg', [wideCells(file.address.value, CELLS, origin), wideCells(file.size, CELLS, origin)], origin),
    ...more,
  ]
  return node(moduleName(file), { properties }, origin)
}

/** Name of a module's node, unique below its parent: no two files of a domain begin at the same address. */
export const moduleName = (file: LoadedFile): string => `module@${hex(file.address.value).slice(2)}`
