/** Prints device trees as DTS source for people to read and for dtc to compile. */
import { childNamed, type DeviceTree, type DtNode, propertyNamed } from '../model.ts'
import { u32 } from '../readings/values.ts'
import { childPath } from '../write/fault.ts'
import { commentLines, indentation, propertyLines } from './lines.ts'
import { at, entryWidth, type InterruptWidths, inside, interruptWidths, type Surroundings } from './surroundings.ts'
import { printedItems } from './value.ts'

export interface PrintOptions {
  /** What to say about a node in a line comment above it; no comment for `undefined`. May have several lines. */
  readonly comment?: (node: DtNode, path: string) => string | undefined
}

export interface PrintNodeOptions extends PrintOptions {
  /** Tabs before the node. Default 0. */
  readonly depth?: number
  /** The node's path, for `comment`. Default: its name below the root. */
  readonly path?: string
  /** The node's parent, whose cell counts group `reg` and `ranges`. */
  readonly parent?: DtNode
}

/**
 * The whole tree as a source file. Typed values and references look as they were made; bytes are shown as strings, cells or bytes by
 * their property's name and looks. dtc makes the same blob of it as `writeDtb`; only `boot_cpuid_phys` has no syntax, and a comment says so
 * where dtc's guess would be another number. The tree must be one that `writeDtb` accepts.
 */
export function printDts(tree: DeviceTree, options: PrintOptions = {}): string {
  const out: string[] = ['/dts-v1/;\n\n']
  if (tree.bootCpuid !== guessedBootCpuid(tree.root)) {
    const cpu = `0x${tree.bootCpuid.toString(16)}`
    out.push(commentLines(0, `boot_cpuid_phys is ${cpu}: compile with dtc -b ${cpu}`), '\n')
  }
  for (const { address, size } of tree.reservations) {
    out.push(`/memreserve/ 0x${address.toString(16)} 0x${size.toString(16)};\n`)
  }
  if (tree.reservations.length > 0) out.push('\n')
  new Printer(out, options, interruptWidths(tree.root)).node(tree.root, '/', 0, {})
  for (const label of tree.root.labels) out.push(`\n${label}: &{/} {\n};\n`)
  return out.join('')
}

/** One node with all below it, without the frame of a source file. */
export function printNode(node: DtNode, options: PrintNodeOptions = {}): string {
  const out: string[] = []
  const path = options.path ?? childPath('/', node.name)
  const around: Surroundings = options.parent ? { parent: options.parent } : {}
  new Printer(out, options, interruptWidths(node)).node(node, path, options.depth ?? 0, around)
  return out.join('')
}

class Printer {
  private readonly out: string[]
  private readonly options: PrintOptions
  private readonly widths: InterruptWidths

  constructor(out: string[], options: PrintOptions, widths: InterruptWidths) {
    this.out = out
    this.options = options
    this.widths = widths
  }

  node(node: DtNode, path: string, depth: number, around: Surroundings): void {
    const comment = this.options.comment?.(node, path)
    if (comment !== undefined) this.out.push(commentLines(depth, comment))
    this.out.push(`${indentation(depth)}${heading(node)} {\n`)
    const own = at(node, around, this.widths)
    for (const property of node.properties) {
      const items = printedItems(property, entryWidth(property.name, node, own))
      this.out.push(propertyLines(depth + 1, `${labelled(property.labels ?? [])}${property.name}`, items))
    }
    const below = inside(node, around, this.widths)
    node.children.forEach((child, index) => {
      if (index > 0 || node.properties.length > 0) this.out.push('\n')
      this.node(child, childPath(path, child.name), depth + 1, below)
    })
    this.out.push(`${indentation(depth)}};\n`)
  }
}

/** Labels of the root cannot stand before it; `printDts` adds them afterwards. */
function heading(node: DtNode): string {
  if (node.name === '') return '/'
  return `${node.omitIfUnreferenced ? '/omit-if-no-ref/ ' : ''}${labelled(node.labels)}${node.name}`
}

const labelled = (labels: readonly string[]): string => labels.map((label) => `${label}: `).join('')

/** What dtc puts into the header: `reg` of the first CPU, if it has one cell. */
function guessedBootCpuid(root: DtNode): number {
  const cpu = childNamed(root, 'cpus')?.children[0]
  return (cpu && u32(propertyNamed(cpu, 'reg'))) ?? 0
}
