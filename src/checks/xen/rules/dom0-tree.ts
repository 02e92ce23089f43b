/** D0: the tree that Xen makes for dom0: whether it has a `/chosen`, and fits the room that Xen takes for it. */
import { alignUp, type Bytes, bytes, PAGE, sum } from '../../../units/quantities.ts'
import { dom0TreeGrowth } from '../../../xen/boot-limits.ts'
import type { Rule } from '../../rule.ts'
import { builtWithout } from '../built-without.ts'
import { dom0TreeSize } from '../dom0-tree-size.ts'
import { packedSize } from '../tree-counter.ts'
import { optionOrigin } from '../view/command-line.ts'
import { HostInterrupts } from '../view/device-interrupts.ts'
import { hasDom0, keptFromOwner } from '../view/hardware-owner.ts'
import type { XenView } from '../view.ts'

/** Spare bytes that U-Boot leaves in a tree that it has packed, before it rounds up to a whole page (boot/fdt_support.c: fdt_shrink_to_minimum). */
const KEPT_BY_U_BOOT = bytes(5 * 16)

/** Most that Xen's EFI stub enlarges the tree: a page for what it adds, rounded up to whole pages (arch/arm/efi/efi-boot.h: fdt_increase_size). */
const ADDED_BY_EFI = bytes(2n * PAGE)

/** `totalsize` of the host's tree as U-Boot hands it over, if U-Boot adds nothing to it. */
const asHandedOver = ({ context }: XenView): Bytes => alignUp(sum([packedSize(context.tree), KEPT_BY_U_BOOT]), PAGE)

/** The largest `totalsize` that the host's tree can have: what U-Boot adds can take it over the end of a page. */
function most(view: XenView): Bytes {
  const { treeSize = bytes(0), entry } = view.context
  const size = sum([asHandedOver(view), PAGE, ...(entry === 'bootefi' ? [ADDED_BY_EFI] : [])])
  return size > treeSize ? size : treeSize
}

export const dom0TreeRules: readonly Rule<XenView>[] = [
  {
    code: 'D0-006',
    needs: ['D0-004'],
    check(view, verdict) {
      const { release, optionOrigins } = view.context
      const size = hasDom0(view) ? dom0TreeSize(view) : undefined
      if (size === undefined) return
      const growth = dom0TreeGrowth(release, builtWithout(view.context, 'static-shm') === undefined)
      const room = sum([asHandedOver(view), growth])
      if (size <= room) return
      const finding = {
        at: optionOrigin(view.commandLine, optionOrigins, 'dom0_max_vcpus'),
        message: `the device tree that Xen ${release} makes for dom0 takes at least ${size} bytes, and there is room for ${room}`,
        help: 'give dom0 fewer vCPUs, or reserve memory in fewer ranges',
      }
      if (size > sum([most(view), growth])) verdict.violated(finding)
      else verdict.doubtful({ ...finding, effect: MAYBE })
    },
  },
  {
    code: 'D0-022',
    check(view, verdict) {
      const { chosen, modules } = view
      if (!chosen || !hasDom0(view) || !keptFromOwner(view, new HostInterrupts(view))(chosen)) return
      const hasRamdisk = modules.some(({ kind, domU }) => kind === 'ramdisk' && !domU)
      verdict.violated({
        at: chosen.origin,
        message:
          'Xen leaves /chosen out of the tree that it makes for dom0: device_type or compatible says that it is none of its own',
        help: 'remove device_type and compatible from /chosen',
        ...(hasRamdisk ? {} : { effect: 'dom0 would get no arguments' }),
      })
    },
  },
]

const MAYBE = 'Xen would panic at boot, unless what U-Boot adds to the host tree takes that into another page'
