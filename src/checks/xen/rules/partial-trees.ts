/** PT: partial device trees: what Xen copies of them, and what it cannot read. */
import { nearestPath } from '../../../devicetree/readings/nearest-path.ts'
import { phandleOfNode } from '../../../devicetree/readings/node.ts'
import { indexTree } from '../../../devicetree/readings/tree-index.ts'
import { inFile } from '../../../diagnostics/diagnostic.ts'
import { formatRange } from '../../../units/format.ts'
import { isAligned, PAGE } from '../../../units/quantities.ts'
import { GIC_PHANDLE, highestPhandle, PARTIAL_TREE_NODES } from '../../../xen/partial-tree.ts'
import { isAtLeast } from '../../../xen/releases.ts'
import type { Rule } from '../../rule.ts'
import { atProperty, isGiven, type PassthroughNode, partialTreesOf } from '../view/passthrough.ts'
import { everyNode } from '../view/scan.ts'
import type { XenView } from '../view.ts'

/** The nodes of all partial trees that can give a device. */
export const passthroughNodes = (view: XenView): readonly PassthroughNode[] =>
  partialTreesOf(view).flatMap(({ nodes }) => nodes)

const widthOf = ({ cells }: PassthroughNode): number => (2 * cells.address + cells.size) * 4

/** Whether Xen reads `xen,reg`: only where the node names a device, or is excused from it by xen,force-assign-without-iommu. */
const readsReg = ({ reg, path, force }: PassthroughNode): boolean => reg !== undefined && (path !== undefined || force)

export const partialTreeRules: readonly Rule<XenView>[] = [
  {
    code: 'PT-002',
    check(view, verdict) {
      for (const node of passthroughNodes(view).filter(readsReg)) {
        const { address, size } = node.cells
        if ([address, size].every((count) => count === 1 || count === 2)) continue
        verdict.violated({
          at: atProperty(node, 'xen,reg'),
          message: `xen,reg of ${node.where} has addresses of ${address} cells and sizes of ${size} cells`,
          help: 'set #address-cells and #size-cells of the parent node to 1 or 2',
        })
      }
    },
  },
  {
    code: 'PT-003',
    needs: ['PT-002'],
    check(view, verdict) {
      for (const node of passthroughNodes(view).filter(readsReg))
        if (!node.hasCells && node.reg && node.reg.data.length % widthOf(node) !== 0)
          verdict.violated({
            at: atProperty(node, 'xen,reg'),
            message: `xen,reg of ${node.where} has ${node.reg.data.length / 4} cells; the parent node has no #address-cells or no #size-cells, and Xen then assumes 2 and 1`,
            help: 'give the parent node both: they are not inherited from further up',
          })
    },
  },
  {
    code: 'PT-004',
    needs: ['PT-002', 'PT-003'],
    check(view, verdict) {
      for (const node of passthroughNodes(view).filter(readsReg)) {
        const region = node.regions.find(
          ({ host, guest }) => ![host.base, guest.base, host.size].every((value) => isAligned(value, PAGE)),
        )
        if (region)
          verdict.violated({
            at: atProperty(node, 'xen,reg'),
            message: `xen,reg of ${node.where} maps ${formatRange(region.host)} (host-physical) to ${formatRange(region.guest)} (guest-physical): not whole pages of 4 KiB`,
            help: isGiven(node)
              ? 'give a multiple of 4 KiB'
              : 'map whole pages: round the start down and the size up to 4 KiB',
          })
      }
    },
  },
  {
    code: 'PT-005',
    needs: ['PT-002', 'PT-003'],
    check(view, verdict) {
      for (const node of passthroughNodes(view).filter(readsReg))
        if (node.regions.some(({ host }) => host.size === 0n))
          verdict.violated({
            at: atProperty(node, 'xen,reg'),
            message: `xen,reg of ${node.where} has an empty region`,
            help: 'give the region a size, or remove it',
          })
    },
  },
  {
    code: 'PT-006',
    needs: ['PT-002', 'PT-003'],
    check(view, verdict) {
      for (const node of passthroughNodes(view).filter(readsReg))
        if (node.reg && node.reg.data.length % widthOf(node) !== 0)
          verdict.violated({
            at: atProperty(node, 'xen,reg'),
            message: `xen,reg of ${node.where} has ${node.reg.data.length / 4} cells, not a multiple of ${widthOf(node) / 4}`,
            help: 'write host address, size and guest address for each region, in as many cells as the parent node says',
          })
    },
  },
  {
    code: 'PT-007',
    check(view, verdict) {
      for (const node of passthroughNodes(view)) {
        const { reg, path, force } = node
        if (path !== undefined && !reg)
          verdict.violated({
            at: atProperty(node, 'xen,path'),
            message: `${node.where} has xen,path and no xen,reg`,
            help: 'add xen,reg with the registers of the device',
          })
        else if (reg && path === undefined && !force)
          verdict.violated({
            at: atProperty(node, 'xen,reg'),
            message: `${node.where} has xen,reg and no xen,path`,
            help: 'add xen,path, or xen,force-assign-without-iommu for memory without a device',
          })
      }
    },
  },
  {
    code: 'PT-008',
    check(view, verdict) {
      for (const node of passthroughNodes(view))
        if (node.force && !node.reg && node.path === undefined)
          verdict.violated({
            at: atProperty(node, 'xen,force-assign-without-iommu'),
            message: `${node.where} has xen,force-assign-without-iommu, and neither xen,path nor xen,reg`,
            help: 'add xen,path and xen,reg, or remove it',
          })
    },
  },
  {
    code: 'PT-009',
    check(view, verdict) {
      const meant = (path: string): string | undefined => {
        const near = nearestPath(path, indexTree(view.context.tree.root))
        return near === undefined ? undefined : `did you mean ${near}?`
      }
      for (const node of passthroughNodes(view))
        if (node.path !== undefined && node.reg && !node.host)
          verdict.violated({
            at: atProperty(node, 'xen,path'),
            message: `the board has no node ${node.path} (${node.where})`,
            help:
              meant(node.path) ??
              'give the full path of the node in the host device tree, with its unit address; aliases do not work',
          })
    },
  },
  {
    code: 'PT-026',
    check(view, verdict) {
      const highest = highestPhandle(view.context.release)
      if (highest === undefined) return
      for (const { root, file } of partialTreesOf(view)) {
        const beyond = everyNode(root).find(({ node }) => (phandleOfNode(node) ?? 0) > highest)
        if (beyond)
          verdict.violated({
            at: inFile(file, { node: beyond.path }),
            message: `${beyond.path} in ${file} has the phandle ${phandleOfNode(beyond.node)}, and Xen ${view.context.release} accepts at most ${highest}`,
            help: 'give it a small phandle; the interrupt controller keeps that of /gic',
          })
      }
    },
  },
  {
    code: 'PT-027',
    check(view, verdict) {
      if (highestPhandle(view.context.release) !== undefined) return
      for (const { root, file } of partialTreesOf(view))
        for (const { node, path } of everyNode(root))
          if (phandleOfNode(node) === GIC_PHANDLE && node.name.toLowerCase() !== 'gic')
            verdict.violated({
              at: inFile(file, { node: path }),
              message: `${path} in ${file} has the phandle ${GIC_PHANDLE}, which Xen gives to the interrupt controller`,
              help: 'give it another phandle',
            })
    },
  },
  {
    code: 'PT-028',
    check(view, verdict) {
      if (isAtLeast(view.context.release, '4.20')) return
      for (const { root, file } of partialTreesOf(view))
        for (const { node, path } of root.children)
          if (node.name.toLowerCase() === 'gic' && phandleOfNode(node) === undefined)
            verdict.violated({
              at: inFile(file, { node: path }),
              message: `${path} in ${file} has no phandle, and Xen ${view.context.release} then gives the interrupt controller the phandle 0`,
              help: `write phandle = <${GIC_PHANDLE}>, or remove /gic`,
            })
    },
  },
  {
    code: 'PT-029',
    check(view, verdict) {
      for (const { root, file } of partialTreesOf(view))
        for (const top of root.children.filter((child) => !isTaken(child.node.name)))
          for (const { node, path } of everyNode(top))
            if (phandleOfNode(node) !== undefined)
              verdict.violated({
                at: inFile(file, { node: path }),
                message: `${path} in ${file} has a phandle, and Xen copies nothing of it: references to it would dangle`,
                help: 'move the node into /passthrough',
              })
    },
  },
  {
    code: 'PT-035',
    needs: ['PT-029'],
    check(view, verdict) {
      for (const { root, file, domain } of partialTreesOf(view)) {
        for (const { node, path } of root.children)
          if (!isTaken(node.name) && !node.name.startsWith('__'))
            verdict.violated({
              at: inFile(file, { node: path }),
              message: `Xen copies nothing of ${path} in ${file} for '${domain.name}'`,
              help: 'move the node into /passthrough, whose name has no unit address, or remove it',
            })
        if (!root.children.some(({ node }) => node.name.toLowerCase() === 'passthrough'))
          verdict.violated({
            at: inFile(file),
            message: `${file} has no /passthrough, so '${domain.name}' gets nothing from it`,
            help: "put the domain's nodes into /passthrough",
          })
      }
    },
  },
]

const isTaken = (name: string): boolean => PARTIAL_TREE_NODES.has(name.toLowerCase())
