/** Size of a flattened tree as libfdt's sequential writer counts it: header, reservation block, structure, and each property name once, or not at all where another one ends in it. */
import type { DeviceTree, DtNode, DtProperty } from '../../devicetree/model.ts'
import { valueBytes } from '../../devicetree/write/value-bytes.ts'
import { type Bytes, bytes } from '../../units/quantities.ts'

/** Header rounded to an entry, and the terminating entry of the reservation block. */
const FIXED = 48 + 16

/** Of one tree, from the root's start on. */
export class TreeCounter {
  #structure = 0
  #strings = 0
  readonly #names = new Set<string>()
  /** A trie of names from their last letters on: it shows whether one ends in another without comparing it with all. By ending and the letter before it: the longer ending. */
  readonly #endings = new Map<number, number>()

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
    if (this.#names.has(name)) return false
    this.#names.add(name)
    let ending = 0
    let isNew = false
    for (let index = name.length - 1; index >= 0; index--) {
      const letter = ending * LETTERS + name.charCodeAt(index)
      let longer = this.#endings.get(letter)
      if (longer === undefined) {
        isNew = true
        longer = this.#endings.size + 1
        this.#endings.set(letter, longer)
      }
      ending = longer
    }
    return isNew
  }
}

/** Values of a UTF-16 code unit. */
const LETTERS = 0x1_0000

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
