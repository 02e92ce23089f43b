/** The structure block of a resolved tree: Devicetree Specification 0.4 §5.4. */
import { nodeNameFault, propertyNameFault, shown } from '../limits.ts'
import type { DtNode, DtPart, DtProperty } from '../model.ts'
import type { DtProblem } from '../problem.ts'
import { ByteWriter } from './byte-writer.ts'
import { childPath, faultIn } from './fault.ts'
import { layOutStrings } from './string-table.ts'
import { partBytes } from './value-bytes.ts'

/** Both blocks of a tree, or what is wrong with it. */
export interface FlatTree {
  readonly structure: Uint8Array
  readonly strings: Uint8Array
  readonly problems: readonly DtProblem[]
}

export function flatten(root: DtNode): FlatTree {
  const flattener = new Flattener()
  flattener.run(root)
  const names = [...flattener.names.keys()]
  const table = layOutStrings(names)
  for (const at of flattener.nameOffsets) {
    flattener.out.setWord(at, table.offsets[flattener.out.wordAt(at)] ?? 0)
  }
  const strings = new ByteWriter()
  for (const index of table.stored) strings.name(names[index] ?? '')
  return { structure: flattener.out.written(), strings: strings.written(), problems: flattener.problems }
}

/** A property name in use: its number in order of first use, and the number of the last node that was found to have it. */
interface UsedName {
  readonly index: number
  lastNode: number
}

class Flattener {
  readonly out = new ByteWriter()
  /** In order of first use. */
  readonly names = new Map<string, UsedName>()
  /** Where `out` holds the index of a name for now. */
  readonly nameOffsets: number[] = []
  readonly problems: DtProblem[] = []
  private nodeCount = 0

  run(root: DtNode): void {
    if (root.name !== '')
      this.problems.push(faultIn('/', root, undefined, `the root node has a name, ${shown(root.name)}`))
    this.node(root, '/')
    this.out.word(9)
  }

  private node(node: DtNode, path: string): void {
    this.out.word(1)
    this.out.name(node.name)
    this.out.align()
    const number = this.nodeCount++
    for (const property of node.properties) this.property(property, number, path, node)
    if (node.children.length > 0) this.children(node, path)
    this.out.word(2)
  }

  private children(node: DtNode, path: string): void {
    const taken = new Set<string>()
    for (const child of node.children) {
      const { name } = child
      const fault = nodeNameFault(name)
      if (fault)
        this.problems.push(faultIn(path, child, undefined, `the name of the child node ${shown(name)} ${fault}`))
      if (taken.has(name)) this.problems.push(faultIn(path, child, undefined, `a second child node ${shown(name)}`))
      taken.add(name)
      this.node(child, childPath(path, name))
    }
  }

  private property(property: DtProperty, number: number, path: string, node: DtNode): void {
    const name = this.usedName(property.name, path, node)
    if (name.lastNode === number) {
      this.problems.push(faultIn(path, node, undefined, `a second property ${shown(property.name)}`))
    }
    name.lastNode = number
    this.out.word(3)
    const lengthAt = this.out.length
    this.out.word(0)
    this.nameOffsets.push(this.out.length)
    this.out.word(name.index)
    const from = this.out.length
    for (const part of property.value) this.part(part, path, node, property)
    this.out.setWord(lengthAt, this.out.length - from)
    this.out.align()
  }

  private usedName(text: string, path: string, node: DtNode): UsedName {
    const known = this.names.get(text)
    if (known) return known
    const fault = propertyNameFault(text)
    if (fault) this.problems.push(faultIn(path, node, undefined, `the name of the property ${shown(text)} ${fault}`))
    const name: UsedName = { index: this.names.size, lastNode: -1 }
    this.names.set(text, name)
    return name
  }

  private part(part: DtPart, path: string, node: DtNode, property: DtProperty): void {
    const bytes = partBytes(part)
    if (typeof bytes === 'string') this.problems.push(faultIn(path, node, property, bytes, part))
    else this.out.bytes(bytes)
  }
}
