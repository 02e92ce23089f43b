/** The structure block of a resolved tree: Devicetree Specification 0.4 §5.4. */
import { nameFault, shown } from '../limits.ts'
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

class Flattener {
  readonly out = new ByteWriter()
  /** Indices of property names, in order of first use. */
  readonly names = new Map<string, number>()
  /** Where `out` holds such an index for now. */
  readonly nameOffsets: number[] = []
  readonly problems: DtProblem[] = []

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
    const taken = new Set<string>()
    for (const property of node.properties) {
      this.checkName(property.name, taken, path, node, property)
      this.property(property, path, node)
    }
    taken.clear()
    for (const child of node.children) {
      this.checkName(child.name, taken, path, child)
      this.node(child, childPath(path, child.name))
    }
    this.out.word(2)
  }

  private checkName(name: string, taken: Set<string>, path: string, node: DtNode, property?: DtProperty): void {
    const what = property ? 'property' : 'child node'
    const fault = nameFault(name)
    if (fault) this.problems.push(faultIn(path, node, undefined, `the name of the ${what} ${shown(name)} ${fault}`))
    if (taken.has(name)) this.problems.push(faultIn(path, node, undefined, `a second ${what} ${shown(name)}`))
    taken.add(name)
  }

  private property(property: DtProperty, path: string, node: DtNode): void {
    this.out.word(3)
    const lengthAt = this.out.length
    this.out.word(0)
    this.nameOffsets.push(this.out.length)
    this.out.word(this.nameIndex(property.name))
    const from = this.out.length
    for (const part of property.value) this.part(part, path, node, property)
    this.out.setWord(lengthAt, this.out.length - from)
    this.out.align()
  }

  private nameIndex(name: string): number {
    const known = this.names.get(name)
    if (known !== undefined) return known
    this.names.set(name, this.names.size)
    return this.names.size - 1
  }

  private part(part: DtPart, path: string, node: DtNode, property: DtProperty): void {
    const bytes = partBytes(part)
    if (typeof bytes === 'string') this.problems.push(faultIn(path, node, property, bytes, part))
    else this.out.bytes(bytes)
  }
}
