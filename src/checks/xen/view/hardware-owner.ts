/** The owner of the hardware: the domain to which Xen gives the devices that no other is given (arch/arm/domain_build.c: handle_node; arch/arm/device.c: handle_device). */
import { FIRST_SPI, GIC_COMPATIBLES } from '../../../xen/gic.ts'
import { NEVER_OWNED, PLATFORMS } from '../../../xen/hardware-owner.ts'
import type { XenView } from '../view.ts'
import { hardwareDomains } from './capabilities.ts'
import type { HostInterrupts } from './device-interrupts.ts'
import type { DomainView } from './domains.ts'
import { isIommu } from './iommu.ts'
import { readProperty, stringList } from './property.ts'
import { isAvailable, type ScannedNode } from './scan.ts'
import { usedByXen } from './used-by-xen.ts'

/** Whether Xen builds dom0: a kernel that is no boot-time domain's. */
export const hasDom0 = ({ modules }: XenView): boolean =>
  modules.some((module) => module.kind === 'kernel' && !module.domU)

/** Dom0, or from 4.21 on the domain with the capability `hardware`. */
export interface HardwareOwner {
  /** For messages: `dom0`, or the quoted name. */
  readonly what: string
  /** Absent: dom0. */
  readonly domain?: DomainView
}

/** Who owns the hardware; `undefined`: nobody, and devices that no domain is given are unused. */
export function hardwareOwner(view: XenView): HardwareOwner | undefined {
  if (hasDom0(view)) return { what: 'dom0' }
  const [domain] = hardwareDomains(view)
  return domain && { what: `'${domain.name}'`, domain }
}

/** Whether `xen,passthrough` marks a device, which the owner then does not get, so that another domain can (docs/misc/arm/passthrough.txt). */
export const isMarked = ({ node }: ScannedNode): boolean => readProperty(node, 'xen,passthrough') !== undefined

/** A node of the host's tree in that of the owner. */
export interface OwnedNode {
  readonly node: ScannedNode
  /** Whether the owner's kernel may drive it: neither it nor a bus above is disabled or marked. Xen sets the status of marked ones to disabled. */
  readonly driven: boolean
}

/** The nodes whose registers Xen maps for the owner and whose interrupts it routes there, both unless marked. Xen does not look at `status`. */
export function ownedNodes(view: XenView, interrupts: HostInterrupts): readonly OwnedNode[] {
  const isKept = keptFromOwner(view, interrupts)
  const found: OwnedNode[] = []
  const visit = (node: ScannedNode, isOn: boolean): void => {
    if (isKept(node)) return
    const driven = isOn && isAvailable(node) && !isMarked(node)
    found.push({ node, driven })
    for (const child of node.children) visit(child, driven)
  }
  visit(view.root, true)
  return found
}

/** Tells whether Xen leaves a node, with all below it, out of the owner's tree, or makes another in its place. */
export function keptFromOwner(view: XenView, interrupts: HostInterrupts): (node: ScannedNode) => boolean {
  const xen = new Set(usedByXen(view))
  const kept = new Set([...NEVER_OWNED, ...GIC, ...keptOn(view.root)])
  const isKept = (node: ScannedNode) => compatiblesOf(node).some((one) => kept.has(one)) || node.path === '/cpus'
  return (node) =>
    isKept(node) ||
    xen.has(node) ||
    isIommu(view, node) ||
    node === view.timer ||
    isRam(node) ||
    hasPrivateInterrupt(interrupts, node)
}

const GIC: readonly string[] = [...GIC_COMPATIBLES.v2, ...GIC_COMPATIBLES.v3]

const compatiblesOf = ({ node }: ScannedNode): readonly string[] => stringList(readProperty(node, 'compatible'))

const keptOn = (root: ScannedNode): readonly string[] =>
  PLATFORMS.filter(({ compatible }) => compatiblesOf(root).some((text) => compatible.includes(text))).flatMap(
    ({ kept }) => kept,
  )

const isRam = ({ node }: ScannedNode): boolean => stringList(readProperty(node, 'device_type'))[0] === 'memory'

function hasPrivateInterrupt(interrupts: HostInterrupts, { path }: ScannedNode): boolean {
  const own = interrupts.of(path)
  return typeof own !== 'string' && own.some(({ id }) => id !== undefined && id < FIRST_SPI)
}
