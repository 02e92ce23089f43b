/** What U-Boot's command `fdt` does to a tree, rewritten from cmd/fdt.c and libfdt: a small stand-in for the real one, which the boot tests run. */
import type { DtNode } from '../../src/devicetree/model.ts'
import { valueBytes } from '../../src/devicetree/write/value-bytes.ts'

/** A node of a blob: properties as bytes, in any order. */
export interface FlatNode {
  readonly name: string
  readonly properties: Map<string, Buffer>
  readonly children: FlatNode[]
}

export const flatNode = ({ name, properties, children }: DtNode): FlatNode => ({
  name,
  properties: new Map(properties.map((property) => [property.name, Buffer.from(valueBytes(property.value) ?? [])])),
  children: children.map(flatNode),
})

/** Bytes of the structure block that the node takes, without the strings of its properties' names. */
export const flatSize = ({ name, properties, children }: FlatNode): number =>
  8 +
  aligned(name.length + 1) +
  [...properties.values()].reduce((sum, value) => sum + 12 + aligned(value.length), 0) +
  children.reduce((sum, child) => sum + flatSize(child), 0)

const aligned = (length: number): number => (length + 3) & ~3

/** Runs one command on the tree below `root`. Throws where U-Boot's fails. `overlays`: what lies where, as the script writes addresses. */
export function runFdt(
  [command, verb, ...words]: readonly string[],
  root: FlatNode,
  overlays: ReadonlyMap<string, FlatNode> = new Map(),
): void {
  if (command !== 'fdt') throw new Error(`not a command for trees: ${command}`)
  if (words.length + 2 > 255) throw new Error('more words than the command takes')
  const [path = '', name = '', ...values] = words
  if (verb === 'mknod') makeNode(nodeOf(root, path), name)
  else if (verb === 'set') setProperty(nodeOf(root, path), name, values)
  else if (verb === 'rm') removeProperty(nodeOf(root, path), name)
  else if (verb === 'apply') applyOverlay(root, overlays.get(path))
  else if (verb !== 'addr' && verb !== 'resize') throw new Error(`unknown: fdt ${verb}`)
}

/** fdt_add_subnode: before the children that are there. */
function makeNode(parent: FlatNode, name: string): void {
  if (find(parent, name)) throw new Error(`FDT_ERR_EXISTS: ${name}`)
  parent.children.unshift({ name, properties: new Map(), children: [] })
}

function setProperty(node: FlatNode, name: string, values: readonly string[]): void {
  if ((node.properties.get(name)?.length ?? 0) > 1024) throw new Error("doesn't fit in scratchpad")
  const value = values.length === 0 ? Buffer.alloc(0) : parseValue(values)
  if (value.length > 1024) throw new Error('U-Boot writes over its own memory')
  node.properties.set(name, value)
}

function removeProperty(node: FlatNode, name: string): void {
  if (!node.properties.delete(name)) throw new Error(`FDT_ERR_NOTFOUND: ${name}`)
}

/** fdt_overlay_apply, of overlays whose labels are only targets, without the labels that it adds. */
function applyOverlay(root: FlatNode, overlay: FlatNode | undefined): void {
  if (!overlay) throw new Error('FDT_ERR_BADMAGIC')
  if (child(overlay, '__local_fixups__')) throw new Error('not in this model: references inside an overlay')
  const most = largestPhandle(root)
  const fixups = child(overlay, '__fixups__')?.properties ?? new Map<string, Buffer>()
  for (const fragment of overlay.children) {
    const contents = child(fragment, '__overlay__')
    if (!contents) continue
    const [label] =
      [...fixups].find(([, places]) => text(places).split('\0').includes(`/${fragment.name}:target:0`)) ?? []
    const symbol = label === undefined ? undefined : child(root, '__symbols__')?.properties.get(label)
    const path = label === undefined ? fragment.properties.get('target-path') : symbol
    if (!path) throw new Error('FDT_ERR_NOTFOUND: target of an overlay')
    merge(nodeOf(root, text(path)), contents, most)
  }
}

const largestPhandle = ({ properties, children }: FlatNode): number =>
  Math.max(properties.get('phandle')?.readUInt32BE() ?? 0, ...children.map(largestPhandle))

/** overlay_adjust_node_phandles: numbers of the overlay's own nodes begin after those of the tree. */
function merge(target: FlatNode, addition: FlatNode, most: number): void {
  for (const [name, value] of addition.properties)
    target.properties.set(name, name === 'phandle' ? cellOf(value.readUInt32BE() + most) : value)
  for (const own of addition.children) {
    if (!find(target, own.name)) makeNode(target, own.name)
    const there = find(target, own.name)
    if (there) merge(there, own, most)
  }
}

function cellOf(value: number): Buffer {
  const cell = Buffer.alloc(4)
  cell.writeUInt32BE(value)
  return cell
}

const child = ({ children }: FlatNode, name: string): FlatNode | undefined => children.find((own) => own.name === name)

const text = (value: Buffer): string => value.toString('latin1').replace(/\0$/, '')

function nodeOf(root: FlatNode, path: string): FlatNode {
  let node: FlatNode | undefined = root
  for (const name of path.split('/').filter((part) => part !== '')) node = node && find(node, name)
  if (!node || !path.startsWith('/')) throw new Error(`FDT_ERR_NOTFOUND: ${path}`)
  return node
}

/** fdt_nodename_eq_: a name without unit address finds one with it. */
const find = ({ children }: FlatNode, name: string): FlatNode | undefined =>
  children.find((child) => child.name === name || (!name.includes('@') && child.name.startsWith(`${name}@`)))

/** fdt_parse_prop, as far as a value in one word goes; strings may be several words. */
function parseValue(words: readonly string[]): Buffer {
  const [first = ''] = words
  if (first.startsWith('<')) return cells(first)
  if (first.startsWith('[')) return byteString(first)
  return Buffer.concat(words.map((word) => Buffer.from(`${word}\0`, 'latin1')))
}

function cells(word: string): Buffer {
  const [, inside] = /^<((?:0x[0-9a-f]{1,8} ?)*)>$/.exec(word) ?? []
  if (inside === undefined) throw new Error(`Sorry, I could not convert "${word}"`)
  const numbers = inside.split(' ').filter((number) => number !== '')
  return Buffer.concat(numbers.map((number) => cellOf(Number(number))))
}

function byteString(word: string): Buffer {
  const [, inside] = /^\[((?:[0-9a-f]{1,2} ?)*)\]$/.exec(word) ?? []
  if (inside === undefined) throw new Error(`Unexpected character in ${word}`)
  return Buffer.from(inside.split(' ').flatMap((byte) => (byte === '' ? [] : [Number.parseInt(byte, 16)])))
}
