/** The overlay's labels: known in the base tree once the nodes are there, so that further overlays can use them. */
import { node as makeNode, property, text } from '../build.ts'
import type { BlobNode } from './blob-node.ts'
import type { BlobProperty } from './blob-property.ts'
import type { Fragment, TargetTree } from './fragments.ts'
import { OverlayProblem } from './overlay-problem.ts'

/** `/fragment/__overlay__/path/below`; the last group is absent for the fragment's target itself. */
const INSIDE = /^\/([^/]+)\/__overlay__(?:\/(.*))?$/

/** Labels of what does not get into the base tree are left out. */
export function addSymbols(base: TargetTree, overlay: BlobNode, fragments: readonly Fragment[]): void {
  const symbols = overlay.child('__symbols__')
  if (!symbols) return
  const known = base.root.child('__symbols__') ?? base.root.addChild(makeNode('__symbols__', {}, symbols.source.origin))
  const byNode = new Map(fragments.map((fragment) => [fragment.node, fragment]))
  const fragmentNamed = (name: string): Fragment | undefined => {
    const node = overlay.child(name)
    return node && byNode.get(node)
  }
  for (const symbol of symbols.properties()) {
    const path = pathInBase(base, fragmentNamed, symbol)
    const { name, origin } = symbol.source
    if (path !== undefined) known.setProperty(property(name, [text(path, origin)], origin))
  }
}

function pathInBase(
  base: TargetTree,
  fragmentNamed: (name: string) => Fragment | undefined,
  symbol: BlobProperty,
): string | undefined {
  const { name, origin } = symbol.source
  const path = symbol.text()
  if (!path?.startsWith('/')) {
    throw new OverlayProblem(`the overlay's /__symbols__: ${name} is not a full path`, origin)
  }
  const [, fragmentName, below] = INSIDE.exec(path) ?? []
  if (fragmentName === undefined) return undefined
  const fragment = fragmentNamed(fragmentName)
  if (!fragment) throw new OverlayProblem(`the overlay's /__symbols__: ${name} is in no fragment`, origin)
  const target = base.get(fragment)
  const start = target.spelling ?? target.node.path
  // For the target itself libfdt leaves a slash at the end, which no reader of paths minds.
  return start.length > 1 ? `${start}/${below ?? ''}` : `/${below ?? ''}`
}
