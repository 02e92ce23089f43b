/** Partial device trees: which domain is given which, where it lies, and what xl would make of it. */
import { childNamed, type DeviceTree, propertyNamed, walk } from '../devicetree/model.ts'
import { phandleOfNode } from '../devicetree/readings/node.ts'
import type { PartialTree } from '../facts/facts.ts'
import type { Guest } from '../model/system-model.ts'
import type { LoadPlan, PlannedPartialTree } from '../plan/system-plan.ts'
import { GIC_PHANDLE, PASSTHROUGH_PROPERTIES } from '../xen/partial-tree.ts'

/** Path of what a source is compiled to, below the output folder and on the boot medium. */
export const partialTreeOutput = (domain: string): string => `domains/${domain}/passthrough.dtb`

/** `undefined`: the domain has none, or one that cannot be read (reported with the facts). `trees` by domain. */
export function planPartialTree(
  guest: Guest,
  trees: ReadonlyMap<string, PartialTree>,
  load: LoadPlan,
): PlannedPartialTree | undefined {
  const reference = guest['device-tree']
  const source = trees.get(guest.name)
  if (!reference || !source) return undefined
  const module = load.modules.find(({ kind, usedBy }) => kind === 'partial-tree' && usedBy.includes(guest.name))
  return {
    reference,
    source,
    ...(source.compiled ? { output: partialTreeOutput(guest.name) } : {}),
    ...(module ? { module } : {}),
  }
}

/** What Xen reads in a partial tree and xl does not: paths of nodes, each with a clause. xl copies `/passthrough` and `/aliases` as they are. */
export function lostForXl({ root }: DeviceTree): readonly { readonly path: string; readonly what: string }[] {
  const lost = root.children.flatMap((child) => {
    const phandle = phandleOfNode(child)
    const isOther = child.name.toLowerCase() === 'gic' && phandle !== undefined && phandle !== GIC_PHANDLE
    return isOther ? [{ path: `/${child.name}`, what: `gives the interrupt controller the phandle ${phandle}` }] : []
  })
  const passthrough = childNamed(root, 'passthrough')
  if (!passthrough) return lost
  for (const { node, path } of walk(passthrough))
    for (const name of PASSTHROUGH_PROPERTIES)
      if (propertyNamed(node, name))
        lost.push({ path: path === '/' ? '/passthrough' : `/passthrough${path}`, what: `has ${name}` })
  return lost
}
