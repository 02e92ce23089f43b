/** Partial device trees: where one that is made lies, and what xl would make of it. */
import { childNamed, type DeviceTree, propertyNamed, walk } from '../devicetree/model.ts'
import { phandleOfNode } from '../devicetree/readings/node.ts'
import { GIC_PHANDLE, PASSTHROUGH_PROPERTIES } from '../xen/partial-tree.ts'

/** Path of what a source is compiled to, below the output folder and on the boot medium. */
export const partialTreeOutput = (domain: string): string => `domains/${domain}/passthrough.dtb`

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
