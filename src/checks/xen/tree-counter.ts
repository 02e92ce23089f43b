/** Size of a flattened tree as libfdt's sequential writer counts it: header, reservation block, structure, and each property name once, or not at all where another one ends in it. */
import type { DeviceTree, DtNode, DtProperty } from '../../devicetree/model.ts'
import { valueBytes } from '../../devicetree/write/value-bytes.ts'
import { type Bytes, bytes } from '../../units/quantities.ts'

/** Header rounded to an entry, and the terminating entry of the reservation block. */
const FIXED = 48 + 16

/** A trie of names from their last letters on: it shows whether one ends in another without comparing it with all. */
interface Letters {
  readonly before: Map<string, Letters>
}

/** Of one tree, from the root's start on. */
export class TreeCounter {
  #structure = 0
  #strings = 0
  readonly #ends: Letters = { before: new Map() }

  node(name: string, contents: () => void): void {
    this.#structure += 8 + align4(name.length + 1)
    contents()
  }

  property(name: string, length: number): void {
    if (this.#isNew(name)) this.#strings += name.length + 1
    this.#structure += 12 + align4(length)
  }

  text(name: string, length: number): void {
    this.property(name, length + 1)
  }

  cells(name: string, count: number): void {
    this.property(name, count * 4)
  }

  get size(): Bytes {
    return bytes(FIXED + this.#structure + 4 + this.#strings)
  }

  /** Whether no name so far ends in `name`; from now on one does. */
  #isNew(name: string): boolean {
    let at = this.#ends
    let isNew = false
    for (let index = name.length - 1; index >= 0; index--) {
      const letter = name.charAt(index)
      const next = at.before.get(letter) ?? { before: new Map() }
      isNew ||= !at.before.has(letter)
      at.before.set(letter, next)
      at = next
    }
    return isNew
  }
}

const align4 = (length: number): number => (length + 3) & ~3

/** A node with all below it, as it is. */
export function copy(tree: TreeCounter, { name, properties, children }: DtNode): void {
  tree.node(name, () => {
    for (const property of properties) copyProperty(tree, property)
    for (const child of children) copy(tree, child)
  })
}

export const lengthOf = ({ value }: DtProperty): number => valueBytes(value)?.length ?? 0

export const copyProperty = (tree: TreeCounter, property: DtProperty): void =>
  tree.property(property.name, lengthOf(property))

/** Of a blob with nothing between its parts (dtc, U-Boot): its header is not rounded, and each reservation is an entry. */
export function packedSize({ root, reservations }: DeviceTree): Bytes {
  const tree = new TreeCounter()
  copy(tree, root)
  return bytes(tree.size - 8n + 16n * BigInt(reservations.length))
}
