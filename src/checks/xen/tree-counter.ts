/**
 * Sizes of flattened trees as libfdt's sequential writer makes them: header, reservation block, structure block, and in the strings block each name of a
 * property once, unless a name before it ends in it.
 */
import type { DeviceTree, DtNode, DtProperty } from '../../devicetree/model.ts'
import { valueBytes } from '../../devicetree/write/value-bytes.ts'
import { type Bytes, bytes } from '../../units/quantities.ts'

/** Header rounded to an entry, and the terminating entry of the reservation block. */
const FIXED = 48 + 16

/** Adds up one tree, whose nodes and properties are given in order, from the root on. */
export class TreeCounter {
  #structure = 0
  #strings = 0
  readonly #names = new Set<string>()
  /**
   * A trie of the names, read from their ends: it tells without comparing all of them whether one ends in another. Key: number of an ending and the letter
   * before it. Value: number of the ending with that letter.
   */
  readonly #endings = new Map<number, number>()

  /** A node; `contents` adds its properties and children. The root's name is empty. */
  node(name: string, contents: () => void): void {
    this.#structure += 8 + align4(name.length + 1)
    contents()
  }

  /** A property with a value of `length` bytes. */
  property(name: string, length: number): void {
    if (this.#isNew(name)) this.#strings += name.length + 1
    this.#structure += 12 + align4(length)
  }

  /** A property with a string of `length` bytes, without its NUL. */
  text(name: string, length: number): void {
    this.property(name, length + 1)
  }

  /** A property of `count` cells. */
  cells(name: string, count: number): void {
    this.property(name, count * 4)
  }

  /** `totalsize` of the tree so far. */
  get size(): Bytes {
    return bytes(FIXED + this.#structure + 4 + this.#strings)
  }

  /** Remembers `name`, and returns whether no name before ended in it. */
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

/** How many values a UTF-16 code unit has. */
const LETTERS = 0x1_0000

const align4 = (length: number): number => (length + 3) & ~3

/** Counts a node and all below it as they are. */
export function copy(tree: TreeCounter, { name, properties, children }: DtNode): void {
  tree.node(name, () => {
    for (const property of properties) copyProperty(tree, property)
    for (const child of children) copy(tree, child)
  })
}

/** Bytes of a property's value; 0 if a reference in it cannot be resolved. */
export const lengthOf = ({ value }: DtProperty): number => valueBytes(value)?.length ?? 0

/** Counts a property as it is. */
export const copyProperty = (tree: TreeCounter, property: DtProperty): void =>
  tree.property(property.name, lengthOf(property))

/** Size of a blob without gaps between its parts, as dtc and U-Boot write it: the header is not rounded up, and each reservation takes an entry. */
export function packedSize({ root, reservations }: DeviceTree): Bytes {
  const tree = new TreeCounter()
  copy(tree, root)
  return bytes(tree.size - 8n + 16n * BigInt(reservations.length))
}
