/** What the manifest adds to a node, as a property of it. */
import { cells, property, text } from '../devicetree/build.ts'
import type { DtProperty, DtValue } from '../devicetree/model.ts'
import { atValue, type Origin } from '../diagnostics/diagnostic.ts'
import type { ExtraProperty } from './extra.ts'

/** With the entry of the manifest as its origin. */
export function extraNodeProperty(extra: ExtraProperty): DtProperty {
  const origin = atValue(extra.pointer)
  return property(extra.name, extraValue(extra, origin), origin)
}

function extraValue({ value }: ExtraProperty, origin: Origin): DtValue {
  if (value === true) return []
  if (typeof value === 'string') return [text(value, origin)]
  if (value instanceof Uint8Array) return [{ kind: 'bytes', data: value, origin }]
  return value.map((item) => (typeof item === 'string' ? text(item, origin) : cells([item], origin)))
}
