/** The structure block: Devicetree Specification 0.4 §5.4. Read in a loop, so that no nesting exhausts the stack. */
import { MAX_DEPTH, MAX_NODES, MAX_PROPERTIES, nodeNameFault, shown, TOO_MANY_HELP, tooMany } from '../limits.ts'
import type { DtNode, DtProperty, DtValue } from '../model.ts'
import { damaged } from './damage.ts'
import type { Extent } from './header.ts'
import { type StringsBlock, terminatedName } from './names.ts'

const BEGIN_NODE = 1
const END_NODE = 2
const PROP = 3
const NOP = 4
const END = 9

/** A node whose end has not been read yet. */
interface OpenNode {
  readonly node: DtNode
  /** The node's own arrays, still growing. */
  readonly properties: DtProperty[]
  readonly children: DtNode[]
  /** Names of the children; made for the first one. */
  childNames?: Set<string>
  /** `/` only for the root. */
  readonly path: string
}

const NO_LABELS: readonly string[] = []
const NO_VALUE: DtValue = []

/** One pass over the structure block. Values are views into `data`, which must not change afterwards. */
export class StructureReader {
  private readonly data: Buffer
  private readonly view: DataView
  private readonly limit: number
  private readonly strings: StringsBlock
  private readonly file: string | undefined
  private readonly open: OpenNode[] = []
  private offset: number
  private nodes = 0
  private properties = 0

  constructor(data: Buffer, view: DataView, block: Extent, strings: StringsBlock, file: string | undefined) {
    this.data = data
    this.view = view
    this.offset = block.from
    this.limit = block.to
    this.strings = strings
    this.file = file
  }

  /** The root node; throws BlobDamage at the first thing that is wrong. */
  read(): DtNode {
    let root: DtNode | undefined
    for (;;) {
      const token = this.word()
      if (token === NOP) continue
      if (token === END && root && this.open.length === 0) return root
      if (root && this.open.length === 0) damaged(`${this.here()}: ${tokenName(token)} after the end of the root node`)
      if (token === BEGIN_NODE) root = this.beginNode(root)
      else if (token === PROP) this.property()
      else if (token === END_NODE) this.endNode()
      else damaged(`${this.here()}: ${tokenName(token)} inside a node`)
    }
  }

  private beginNode(root: DtNode | undefined): DtNode {
    const parent = this.open.at(-1)
    const name = terminatedName(this.data, this.offset, this.limit)
    if (name === undefined) return damaged(`${this.here()}: the name of a node does not end, or is too long`)
    this.checkNodeName(parent, name)
    const path = !parent ? '/' : parent.path === '/' ? `/${name}` : `${parent.path}/${name}`
    this.nodes++
    if (this.nodes > MAX_NODES) damaged(tooMany('nodes', MAX_NODES), TOO_MANY_HELP)
    const properties: DtProperty[] = []
    const children: DtNode[] = []
    const node: DtNode =
      this.file === undefined
        ? { name, labels: NO_LABELS, properties, children }
        : { name, labels: NO_LABELS, properties, children, origin: { kind: 'file', file: this.file, node: path } }
    parent?.children.push(node)
    this.open.push({ node, properties, children, path })
    if (this.open.length > MAX_DEPTH) damaged(`${this.here()}: more than ${MAX_DEPTH} levels of nodes`)
    this.skip(name.length + 1)
    return root ?? node
  }

  private checkNodeName(parent: OpenNode | undefined, name: string): void {
    if (!parent) {
      if (name !== '') damaged(`${this.here()}: the root node has a name, ${shown(name)}`)
      return
    }
    const fault = nodeNameFault(name)
    if (fault) damaged(`${this.here()}: the node name ${shown(name)} ${fault}`)
    parent.childNames ??= new Set()
    if (parent.childNames.has(name)) damaged(`${this.here()}: a second node ${shown(name)}`)
    parent.childNames.add(name)
  }

  private property(): void {
    const owner = this.open.at(-1)
    if (!owner) damaged(`${this.here()}: a property before the root node`)
    const length = this.word()
    const name = this.strings.name(this.word(), this)
    if (owner.children.length > 0) damaged(`${this.here()}: the property ${shown(name.text)} follows a child node`)
    if (name.lastOwner === owner) damaged(`${this.here()}: a second property ${shown(name.text)}`)
    name.lastOwner = owner
    this.properties++
    if (this.properties > MAX_PROPERTIES) damaged(tooMany('properties', MAX_PROPERTIES), TOO_MANY_HELP)
    owner.properties.push({ name: name.text, value: this.value(name.text, length) })
  }

  private value(name: string, length: number): DtValue {
    if (length === 0) return NO_VALUE
    if (length > this.limit - this.offset) {
      damaged(`${this.here()}: the value of ${shown(name)} has ${length} bytes, more than are left`)
    }
    const data = new Uint8Array(this.data.buffer, this.data.byteOffset + this.offset, length)
    this.skip(length)
    return [{ kind: 'bytes', data }]
  }

  private endNode(): void {
    if (!this.open.pop()) damaged(`${this.here()}: the end of a node before the root node`)
  }

  private word(): number {
    if (this.offset + 4 > this.limit) damaged(`${this.here()}: the structure block ends too early`)
    const word = this.view.getUint32(this.offset)
    this.offset += 4
    return word
  }

  /** Moves past `length` bytes and the padding that aligns the next token to 4. Blocks start aligned, or count from there. */
  private skip(length: number): void {
    this.offset += (length + 3) & ~3
  }

  /** Offset and node, for messages. */
  here(): string {
    const path = this.open.at(-1)?.path
    return `at 0x${this.offset.toString(16)}${path === undefined ? '' : ` in ${path}`}`
  }
}

function tokenName(token: number): string {
  if (token === BEGIN_NODE) return 'a node begins'
  if (token === END_NODE) return 'a node ends'
  if (token === PROP) return 'a property'
  if (token === END) return 'the end of the tree'
  return `unknown token 0x${token.toString(16)}`
}
