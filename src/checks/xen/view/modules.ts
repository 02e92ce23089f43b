/** Boot modules as the early scan reads them (bootinfo-fdt.c: process_multiboot_node; bootfdt.c: fdt_node_to_kind). */
import type { Origin } from '../../../diagnostics/diagnostic.ts'
import { bytes, type HostPhys, hostPhys } from '../../../units/quantities.ts'
import { type Range, range } from '../../../units/range.ts'
import { MAX_MODULE_PATH } from '../../../xen/boot-limits.ts'
import type { Claims, ModuleKind, Registration } from './claims.ts'
import { type ReadProperty, readCells, readProperty, stringList } from './property.ts'
import { isCompatible, originOfProperty, type ScannedNode } from './scan.ts'

/** One module node. */
export interface ModuleView {
  readonly node: ScannedNode
  /** For people: `kernel of 'logger'`, `dom0's ramdisk`. */
  readonly what: string
  readonly kind: ModuleKind
  /** Its node does not say what it is. Xen takes the first such module for dom0's kernel, and the second for its ramdisk. */
  readonly guessed: boolean
  /** Its parent is a boot-time domain. */
  readonly domU: boolean
  /** Absent: `reg` is missing or too short. */
  readonly range?: Range<HostPhys>
  readonly bootargs?: ReadProperty
  /** Absent: Xen does not get as far as that (its path is too long, or it has no `reg`). */
  readonly registration?: Registration
}

/** Whether the early scan takes a node for a module. */
export const isModule = (node: ScannedNode): boolean =>
  node.depth <= 3 &&
  node.path.startsWith('/chosen') &&
  (isCompatible(node, 'multiboot,module') || isCompatible(node, 'xen,multiboot-module'))

/** The file that Xen's EFI stub loads for a module, giving it its `reg` (arch/arm/efi/efi-boot.h: handle_module_node). */
export function efiFileOf({ node }: ScannedNode): string | undefined {
  const property = readProperty(node, 'xen,uefi-binary')
  return property && Buffer.from(property.data).toString('latin1')
}

/** The modules that the scan has met so far, in its order. */
export class ModuleScan {
  readonly modules: ModuleView[] = []
  readonly #claims: Claims
  #guesses = 0

  constructor(claims: Claims) {
    this.#claims = claims
  }

  take(node: ScannedNode): void {
    const declared = kindOf(node)
    const domU = node.parent !== undefined && isExactly(node.parent, 'xen,domain')
    const ignored = node.path.length > MAX_MODULE_PATH
    const kind = declared === 'unknown' && !ignored ? this.#guess() : declared
    const what = domU ? `${kind} of '${node.parent?.node.name}'` : `dom0's ${kind}`
    const range = moduleRange(node)
    const bootargs = readProperty(node.node, 'bootargs')
    const module = { node, what, kind, guessed: declared === 'unknown', domU, ...(bootargs ? { bootargs } : {}) }
    if (!range) this.modules.push(module)
    else if (ignored) this.modules.push({ range, ...module })
    else this.modules.push({ range, registration: this.#register(module, range), ...module })
  }

  #guess(): ModuleKind {
    const guess = this.#guesses++
    return guess === 0 ? 'kernel' : guess === 1 ? 'ramdisk' : 'unknown'
  }

  #register({ kind, what, domU, node: { origin } }: ModuleView, range: Range<HostPhys>): Registration {
    return this.#claims.addModule({ kind: 'module', module: kind, range, what, domU, origin })
  }
}

/** Dom0's ramdisk, if `/chosen` gives its start and end as in a boot without Xen. */
export interface PlainRamdisk {
  readonly range: Range<HostPhys>
  readonly origin: Origin
  readonly registration: Registration
}

/** The range from `linux,initrd-start` up to `linux,initrd-end`; `undefined` without one, or where Xen refuses it (process_chosen_node). */
export function readRamdisk(chosen: ScannedNode, claims: Claims): PlainRamdisk | undefined {
  const [from, to] = ['linux,initrd-start', 'linux,initrd-end'].map((name) => numberOf(chosen, name))
  if (from === undefined || to === undefined || from >= to) return undefined
  const place = range(hostPhys(from), bytes(to - from))
  const origin = originOfProperty(chosen, 'linux,initrd-start')
  const claim = { kind: 'module' as const, module: 'ramdisk' as const, domU: false, range: place, origin }
  const what = "dom0's ramdisk of linux,initrd-start"
  return { range: place, origin, registration: claims.addModule({ ...claim, what }) }
}

function numberOf({ node }: ScannedNode, name: string): bigint | undefined {
  const property = readProperty(node, name)
  const length = property?.data.length
  return property && (length === 4 || length === 8) ? readCells(property, 0, length / 4) : undefined
}

const KINDS: readonly (readonly [string, ModuleKind])[] = [
  ['xen,linux-zimage', 'kernel'],
  ['multiboot,kernel', 'kernel'],
  ['xen,linux-initrd', 'ramdisk'],
  ['multiboot,ramdisk', 'ramdisk'],
  ['xen,xsm-policy', 'xsm-policy'],
  ['multiboot,device-tree', 'device-tree'],
  ['multiboot,microcode', 'microcode'],
]

const kindOf = (node: ScannedNode): ModuleKind =>
  KINDS.find(([compatible]) => isExactly(node, compatible))?.[1] ?? 'unknown'

/** Whether `compatible` lists `text` in the same case, which only the early scan minds (libfdt: fdt_node_check_compatible). */
export const isExactly = ({ node }: ScannedNode, text: string): boolean =>
  stringList(readProperty(node, 'compatible')).includes(text)

/** First entry of `reg`, in the cells of the parent. */
function moduleRange(node: ScannedNode): Range<HostPhys> | undefined {
  const reg = readProperty(node.node, 'reg')
  const { address, size } = node.cells
  if (!reg || reg.data.length < (address + size) * 4) return undefined
  return range(hostPhys(readCells(reg, 0, address)), bytes(readCells(reg, address * 4, size)))
}
