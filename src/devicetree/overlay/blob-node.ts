/** A node as libfdt finds it and puts things into it (libfdt's fdt_ro.c and fdt_rw.c). */
import type { DtNode, DtProperty } from '../model.ts'
import { BlobProperty } from './blob-property.ts'

export class BlobNode {
  readonly source: DtNode
  readonly parent: BlobNode | undefined
  /** Last one first, as libfdt inserts in front of what is there. */
  readonly #properties = new Map<string, BlobProperty>()
  /** Last one first. */
  readonly #children = new Map<string, BlobNode>()
  /** Children by their name without unit address, last one first. */
  readonly #byBaseName = new Map<string, BlobNode[]>()

  constructor(source: DtNode, parent: BlobNode | undefined) {
    this.source = source
    this.parent = parent
    for (const property of source.properties.toReversed())
      this.#properties.set(property.name, new BlobProperty(property))
    for (const child of source.children.toReversed()) this.#insert(new BlobNode(child, this))
  }

  get name(): string {
    return this.source.name
  }

  get path(): string {
    if (!this.parent) return '/'
    const above = this.parent.path
    return above === '/' ? `/${this.name}` : `${above}/${this.name}`
  }

  properties(): BlobProperty[] {
    return [...this.#properties.values()].reverse()
  }

  children(): BlobNode[] {
    return [...this.#children.values()].reverse()
  }

  property(name: string): BlobProperty | undefined {
    return this.#properties.get(name)
  }

  /** Replaces a property where it stands; a new one becomes the first. */
  setProperty(property: DtProperty): void {
    this.#properties.set(property.name, new BlobProperty(property))
  }

  /** A name without unit address also finds the first child that has one. */
  child(name: string): BlobNode | undefined {
    return name.includes('@') ? this.#children.get(name) : this.#byBaseName.get(name)?.at(-1)
  }

  /** Adds an empty node as the first child. */
  addChild(source: DtNode): BlobNode {
    const { labels: _labels, ...rest } = source
    const child = new BlobNode({ ...rest, labels: [], properties: [], children: [] }, this)
    this.#insert(child)
    return child
  }

  /** The phandle by either of its names; `undefined` if there is none. */
  phandle(): number | undefined {
    for (const name of PHANDLE_NAMES) {
      const property = this.property(name)
      if (property?.bytes.length === 4) return property.word() || undefined
    }
    return undefined
  }

  /** As plain data. */
  finished(): DtNode {
    const properties = this.properties().map((property) => property.finished())
    return { ...this.source, properties, children: this.children().map((child) => child.finished()) }
  }

  #insert(child: BlobNode): void {
    this.#children.set(child.name, child)
    const [baseName = ''] = child.name.split('@')
    const namesakes = this.#byBaseName.get(baseName)
    if (namesakes) namesakes.push(child)
    else this.#byBaseName.set(baseName, [child])
  }
}

/** Both names of a node's phandle; the second is what old trees have. */
export const PHANDLE_NAMES = ['phandle', 'linux,phandle'] as const

/** The node with everything below it. */
export function* nodesOf(node: BlobNode): Generator<BlobNode> {
  const ahead = [node]
  for (let next = ahead.pop(); next; next = ahead.pop()) {
    yield next
    for (const child of next.children().reverse()) ahead.push(child)
  }
}

/** The node at a path as libfdt reads it: it may begin with an alias, and superfluous slashes mean nothing. */
export function nodeAtPath(root: BlobNode, path: string): BlobNode | undefined {
  const names = path.split('/')
  let node: BlobNode | undefined = root
  if (!path.startsWith('/')) {
    const alias = root
      .child('aliases')
      ?.property(names.shift() ?? '')
      ?.text()
    node = alias?.startsWith('/') ? nodeAtPath(root, alias) : undefined
  }
  for (const name of names) if (name !== '') node = node?.child(name)
  return node
}
