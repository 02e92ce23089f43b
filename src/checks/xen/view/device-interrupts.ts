/** Interrupts of host devices as Xen routes them (arch/arm/device.c: map_device_irqs_to_domain). */
import { interruptsOf } from '../../../devicetree/readings/interrupts.ts'
import { indexTree, type TreeIndex } from '../../../devicetree/readings/tree-index.ts'
import { FIRST_SPI } from '../../../xen/gic.ts'
import type { XenView } from '../view.ts'

/** One interrupt of a device. */
export interface DeviceInterrupt {
  /** INTID at the GIC; absent: it goes to another controller, and Xen leaves it out. */
  readonly id?: number
  /** Path of the controller that it goes to. */
  readonly controller: string
  /** Edge or level: the low four bits of the specifier's flags. */
  readonly trigger: number
}

/** Interrupts of nodes of the host's tree. */
export class HostInterrupts {
  readonly #tree: TreeIndex
  readonly #gic: string | undefined

  constructor({ context, gic }: XenView) {
    this.#tree = indexTree(context.tree.root)
    this.#gic = gic?.node.path
  }

  /** All interrupts of the node at `path`, or a clause about why they cannot be found. */
  of(path: string): readonly DeviceInterrupt[] | string {
    const place = this.#tree.at(path)
    if (!place) return []
    const specifiers = interruptsOf(this.#tree, place)
    if (!specifiers.ok) return specifiers.reason
    return specifiers.value.map(({ controller: { path: controller }, cells }) => {
      const [kind = 0, number = 0, flags = 0] = cells
      const trigger = flags & 0xf
      const id = number + (kind === 0 ? FIRST_SPI : PPI)
      return controller === this.#gic ? { controller, trigger, id } : { controller, trigger }
    })
  }

  /** INTIDs of the node's shared interrupts at the GIC; none where they cannot be found. */
  sharedOf(path: string): readonly number[] {
    const found = this.of(path)
    return typeof found === 'string' ? [] : found.flatMap(({ id }) => (id !== undefined && id >= FIRST_SPI ? [id] : []))
  }
}

const PPI = 16
