/** Applies device tree overlays. */
import { MAX_NODES, TOO_MANY_HELP, tooMany } from '../limits.ts'
import { type DeviceTree, type DtNode, walk } from '../model.ts'
import type { DtResult } from '../problem.ts'
import { resolve } from '../write/resolve.ts'
import { BlobNode } from './blob-node.ts'
import { fillInLabels } from './external-phandles.ts'
import { fragmentsOf, TargetTree } from './fragments.ts'
import { largestPhandle, movePhandles } from './local-phandles.ts'
import { OverlayProblem } from './overlay-problem.ts'
import { keepBasePhandles } from './shared-phandles.ts'
import { addSymbols } from './symbols.ts'

/**
 * The base tree with the overlay merged into it, node for node and in the order that libfdt 1.8's `fdt_overlay_apply`
 * produces: new properties and nodes come first in their node, latest first. Unlike libfdt before 1.7.1, a node that
 * has a phandle in both trees keeps the base tree's. Both trees may hold references and either typed or plain bytes;
 * the result holds no references, keeps types, and has the base tree's labels only. Memory reservations are the base
 * tree's.
 *
 * Problems: what `resolve` finds in either tree, a label, target or place that does not exist, phandles used up.
 */
export function applyOverlay(base: DeviceTree, overlay: DeviceTree): DtResult<DeviceTree> {
  const resolvedBase = resolve(base)
  if (!resolvedBase.ok) return resolvedBase
  const resolvedOverlay = resolve(overlay)
  if (!resolvedOverlay.ok) return resolvedOverlay
  try {
    const root = new BlobNode(resolvedBase.value.root, undefined)
    applyTo(root, new BlobNode(resolvedOverlay.value.root, undefined))
    const merged = root.finished()
    if (countNodes(merged) > MAX_NODES) return { ok: false, problems: [TOO_LARGE] }
    return { ok: true, value: { ...resolvedBase.value, root: merged } }
  } catch (thrown) {
    if (!(thrown instanceof OverlayProblem)) throw thrown
    return { ok: false, problems: [thrown.problem] }
  }
}

const TOO_LARGE = { message: tooMany('nodes', MAX_NODES), help: TOO_MANY_HELP }

function countNodes(root: DtNode): number {
  let count = 0
  for (const _ of walk(root)) count++
  return count
}

/** In libfdt's order of steps. */
function applyTo(root: BlobNode, overlay: BlobNode): void {
  movePhandles(overlay, largestPhandle(root))
  fillInLabels(root, overlay)
  const base = new TargetTree(root)
  const fragments = fragmentsOf(overlay)
  keepBasePhandles(base, overlay, fragments)
  for (const fragment of fragments) merge(base, base.get(fragment).node, fragment.contents)
  addSymbols(base, overlay, fragments)
}

function merge(base: TargetTree, target: BlobNode, addition: BlobNode): void {
  for (const property of addition.properties()) {
    const { labels: _, ...unlabelled } = property.finished()
    target.setProperty(unlabelled)
  }
  base.remember(target)
  for (const child of addition.children()) {
    merge(base, target.child(child.name) ?? target.addChild(child.source), child)
  }
}
