/** Boot modules as the early scan meets them (bootinfo-fdt.c: process_multiboot_node; bootfdt.c: fdt_node_to_kind). */
import { bytes, type HostPhys, hostPhys } from '../../../units/quantities.ts'
import { type Range, range } from '../../../units/range.ts'
import { MAX_MODULE_PATH } from '../../../xen/boot-limits.ts'
import type { Claims, ModuleKind, Registration } from './claims.ts'
import { type ReadProperty, readCells, readProperty } from './property.ts'
import { isCompatible, type ScannedNode } from './scan.ts'

/** One module node. */
export interface ModuleView {
  readonly node: ScannedNode
  /** For people: `kernel of 'logger'`, `dom0's ramdisk`. */
  readonly what: string
  readonly kind: ModuleKind
  /** Its node does not say what it is: Xen takes the first such for dom0's kernel, the second for its ramdisk. */
  readonly guessed: boolean
  /** Its parent is a boot-time domain. */
  readonly domU: boolean
  /** Absent: `reg` is missing or too short. */
  readonly range?: Range<HostPhys>
  readonly bootargs?: ReadProperty
  /** Absent: Xen never gets that far with it (path too long, no `reg`). */
  readonly registration?: Registration
}

/** Whether the early scan takes a node for a module. */
export const isModule = (node: ScannedNode): boolean =>
  node.depth <= 3 &&
  node.path.startsWith('/chosen') &&
  (isCompatible(node, 'multiboot,module') || isCompatible(node, 'xen,multiboot-module'))

export class ModuleScan {
  readonly modules: ModuleView[] = []
  readonly #claims: Claims
  #guesses = 0

  constructor(claims: Claims) {
    this.#claims = claims
  }

  take(node: ScannedNode): void {
    const declared = kindOf(node)
    const domU = node.parent !== undefined && isCompatible(node.parent, 'xen,domain')
    const ignored = node.path.length > MAX_MODULE_PATH
    const kind = declared === 'unknown' && !ignored ? this.#guess() : declared
    const what = domU ? `${kind} of '${node.parent?.node.name}'` : `dom0's ${kind}`
    const range = moduleRange(node)
    const bootargs = readProperty(node.node, 'bootargs')
    const module = { node, what, kind, guessed: declared === 'unknown', domU, ...(bootargs ? { bootargs } : {}) }
    if (!range) this.modules.push(module)
    else if (ignored) this.modules.push({ ...module, range })
    else this.modules.push({ ...module, range, registration: this.#register({ ...module, range }) })
  }

  #guess(): ModuleKind {
    const guess = this.#guesses++
    return guess === 0 ? 'kernel' : guess === 1 ? 'ramdisk' : 'unknown'
  }

  #register(module: ModuleView & { readonly range: Range<HostPhys> }): Registration {
    const { range, what, domU } = module
    return this.#claims.addModule({
      kind: 'module',
      module: module.kind,
      range,
      what,
      domU,
      origin: module.node.origin,
    })
  }
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
  KINDS.find(([compatible]) => isCompatible(node, compatible))?.[1] ?? 'unknown'

/** First entry of `reg`, in the cells of the parent. */
function moduleRange(node: ScannedNode): Range<HostPhys> | undefined {
  const reg = readProperty(node.node, 'reg')
  const { address, size } = node.cells
  if (!reg || reg.data.length < (address + size) * 4) return undefined
  return range(hostPhys(readCells(reg, 0, address)), bytes(readCells(reg, address * 4, size)))
}
