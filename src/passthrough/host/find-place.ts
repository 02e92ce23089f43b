/** The node that a manifest means when it names a device. */
import { propertyNamed } from '../../devicetree/model.ts'
import { resolvePath } from '../../devicetree/readings/paths.ts'
import { type Reading, read, unread } from '../../devicetree/readings/reading.ts'
import type { Place, TreeIndex } from '../../devicetree/readings/tree-index.ts'
import { stringValue } from '../../devicetree/readings/values.ts'

/** A full path, a name in `/aliases`, or a label where the tree keeps them in `/__symbols__` (`dtc -@`). */
export function placeNamed(index: TreeIndex, name: string): Reading<Place> {
  const found = resolvePath(index, name)
  if (found.ok) return read(found.value.place)
  const label = labelled(index, name.replace(/^&/, ''))
  if (label) return read(label)
  if (name.startsWith('/')) return found
  const labels = index.at('/__symbols__') ? 'and no label of that name' : 'and the tree keeps no labels'
  return unread(`${found.reason}, ${labels}`)
}

function labelled(index: TreeIndex, label: string): Place | undefined {
  const symbols = index.at('/__symbols__')
  const path = symbols && stringValue(propertyNamed(symbols.node, label))
  return path === undefined ? undefined : index.at(path)
}
