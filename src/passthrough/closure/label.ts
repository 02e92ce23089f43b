/** How the guest's tree calls a node of the host that others there refer to. */
import { baseName, phandleOfNode, unitAddress } from '../../devicetree/readings/node.ts'
import type { Place } from '../../devicetree/readings/tree-index.ts'

/** Of its name and its phandle on the host, which no other node has: `ethernet_phy_17_2c`. A node to which something refers has one. */
export function labelOf({ node }: Place): string {
  const parts = [baseName(node), unitAddress(node), phandleOfNode(node)?.toString(16)]
  const words = parts.filter((part) => part !== undefined)
  return `host_${words.join('_').replace(/[^A-Za-z0-9_]/g, '_')}`
}
