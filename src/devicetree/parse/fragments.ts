/** What an overlay says about nodes outside of it: one fragment for each (dtc's livetree.c, add_orphan_node). */
import type { LiveTree } from './labelled-tree.ts'
import { appendChild, appendProperty, type LiveNode, type LiveValue, liveNode, liveProperty } from './live-tree.ts'
import { originOf } from './syntax-problem.ts'
import type { Token } from './token.ts'
import { targetOf } from './value.ts'

/** Appends `fragment@N` with the contents under `__overlay__`. */
export function addFragment(tree: LiveTree, contents: LiveNode, target: Token): void {
  const fragment = liveNode(`fragment@${tree.fragments++}`, target)
  const isPath = target.text.startsWith('/')
  appendProperty(fragment, liveProperty(isPath ? 'target-path' : 'target', valueFor(target, isPath), target))
  contents.name = '__overlay__'
  appendChild(fragment, contents)
  tree.attach(tree.root, fragment)
}

function valueFor(target: Token, isPath: boolean): LiveValue {
  const { text, ...at } = target
  const origin = originOf(at)
  if (isPath) return { parts: [{ part: { kind: 'string', text, origin } }], references: [], labels: [] }
  const cells = [{ kind: 'phandle', target: targetOf(text) } as const]
  return {
    parts: [{ part: { kind: 'cells', bits: 32, cells, origin }, cells }],
    references: [{ kind: 'phandle', target: text, at, part: 0, cell: 0 }],
    labels: [],
  }
}
