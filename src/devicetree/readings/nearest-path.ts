/** What a path that leads to no node was probably meant to be. */
import { closest } from '../../diagnostics/closest.ts'
import { aliases } from './paths.ts'
import type { TreeIndex } from './tree-index.ts'

/**
 * The node that `path` was probably meant to be: the one of an alias; else, at each step, the child of that name, else one that has it with a
 * unit address, else the one that is most alike, else one with another unit address; else the only node of that name anywhere. Where nothing
 * of this is there, the last node that is.
 */
export function nearestPath(path: string, index: TreeIndex): string | undefined {
  const names = path.split('/').filter((part) => part !== '')
  const [alias = ''] = names
  const named = aliases(index)
  if (names.length === 1 && named.has(alias)) return named.get(alias)?.path
  if (!path.startsWith('/')) {
    const meant = closest(alias, [...named.keys()])
    if (meant !== undefined) return meant
  }
  const { steps, place } = follow(names, index)
  if (steps === names.length) return place
  const namesakes = index.places.filter(({ node }) => node.name === names.at(-1))
  return (namesakes.length === 1 ? namesakes[0]?.path : undefined) ?? place
}

function follow(names: readonly string[], index: TreeIndex): { steps: number; place: string | undefined } {
  let place = index.root
  for (const [steps, name] of names.entries()) {
    const children = index.children(place)
    const known = children.map(({ node }) => node.name)
    const meant =
      known.find((other) => other === name) ??
      known.find((other) => other.startsWith(`${name}@`)) ??
      closest(name, known) ??
      known.find((other) => other.split('@')[0] === name.split('@')[0])
    const next = children.find(({ node }) => node.name === meant)
    if (!next) return { steps, place: steps === 0 ? undefined : place.path }
    place = next
  }
  return { steps: names.length, place: names.length === 0 ? undefined : place.path }
}
