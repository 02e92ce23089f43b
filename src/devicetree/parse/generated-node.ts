/** Nodes that are not in the source: added to by and by, on top of what the source may already have there. */
import { node as makeNode, property as makeProperty } from '../build.ts'
import type { DtNode, DtPart, DtProperty } from '../model.ts'
import { partBytes, valueBytes } from '../write/value-bytes.ts'

export class GeneratedNode {
  readonly #name: string
  readonly #source: DtNode | undefined
  readonly #added = new Map<string, DtPart[]>()
  readonly #children = new Map<string, GeneratedNode>()

  constructor(name: string, source: DtNode | undefined) {
    this.#name = name
    this.#source = source
  }

  /** Appends to the value of a property, which is made if need be. */
  append(property: string, part: DtPart): void {
    const parts = this.#added.get(property)
    if (parts) parts.push(part)
    else this.#added.set(property, [part])
  }

  child(name: string): GeneratedNode {
    const known = this.#children.get(name)
    if (known) return known
    const made = new GeneratedNode(
      name,
      this.#source?.children.find((child) => child.name === name),
    )
    this.#children.set(name, made)
    return made
  }

  get isEmpty(): boolean {
    return this.#added.size === 0 && this.#children.size === 0
  }

  /** What the source has comes first. */
  finished(): DtNode {
    const source = this.#source ?? makeNode(this.#name, {})
    const known = new Set(source.properties.map(({ name }) => name))
    const extended = source.properties.map((property) => extend(property, this.#added.get(property.name) ?? []))
    const fresh = [...this.#added].filter(([name]) => !known.has(name))
    const children = source.children.map((child) => this.#children.get(child.name)?.finished() ?? child)
    const oldChildren = new Set(source.children.map(({ name }) => name))
    const newChildren = [...this.#children].filter(([name]) => !oldChildren.has(name))
    return {
      ...source,
      properties: [...extended, ...fresh.map(([name, parts]) => makeProperty(name, parts, parts[0]?.origin))],
      children: [...children, ...newChildren.map(([, child]) => child.finished())],
    }
  }
}

/** Parts that the value already holds are not repeated: a decompiled overlay may say it all itself. */
function extend(property: DtProperty, parts: readonly DtPart[]): DtProperty {
  if (parts.length === 0) return property
  const held = new Set<string>()
  for (const part of property.value) for (const item of itemsOf(part)) held.add(item)
  const missing = parts.filter((part) => itemsOf(part).some((item) => !held.has(item)))
  return { ...property, value: [...property.value, ...missing] }
}

/** The strings of a string, the 32-bit numbers of anything else. */
function itemsOf(part: DtPart): string[] {
  if (part.kind === 'string') return [part.text]
  const bytes = valueBytes([part]) ?? new Uint8Array()
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  return Array.from({ length: Math.floor(bytes.length / 4) }, (_, index) => `<${view.getUint32(4 * index)}>`)
}

/** How many bytes the first `count` parts of a resolved value take. */
export function sizeOf(value: readonly DtPart[], count: number): number {
  let size = 0
  for (const part of value.slice(0, count)) {
    const bytes = partBytes(part)
    if (bytes instanceof Uint8Array) size += bytes.length
  }
  return size
}
