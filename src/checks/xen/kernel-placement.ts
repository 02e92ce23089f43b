/** Where Xen puts kernel, tree and ramdisk in a guest's first bank (arch/arm/kernel.c: kernel_zimage_place, place_dtb_initrd); libxl does the same (tools/libs/guest/xg_dom_arm.c: meminit). */
import {
  alignDown,
  alignUp,
  type Bytes,
  bytes,
  distance,
  type GuestPhys,
  guestPhys,
  MiB,
  offset,
  sum,
  times,
} from '../../units/quantities.ts'
import { end, type Range, range } from '../../units/range.ts'
import type { PlacedImage } from './kernel-image.ts'

/** Xen rounds the end of the kernel, and the sizes of tree and ramdisk, up to multiples of this. */
export const BLOCK: Bytes = times(2, MiB)

/** Distance from the start of RAM at which Xen prefers to put tree and ramdisk. 32-bit kernels stay below it. */
const PREFERRED: Bytes = times(128, MiB)

/** Half-open guest-physical ranges, or why there is no place. */
export type Placement =
  | { readonly kernel: Range<GuestPhys>; readonly treeAndRamdisk: Range<GuestPhys> }
  /**
   * `room`: all together is larger than the bank. `position`: none of Xen's three places for tree and ramdisk is free. `kernel`: a 32-bit kernel does not fit.
   * `outside`: a kernel's fixed address is not in the bank. `needed` is the size of all, or of what does not fit.
   */
  | {
      readonly fails: 'room' | 'position' | 'kernel' | 'outside'
      readonly needed: Bytes
      readonly kernel?: Range<GuestPhys>
    }

/** Sizes of tree and ramdisk, and the block that each is rounded up to: 2 MiB for Xen, a page for libxl. */
export interface Companions {
  readonly tree: Bytes
  readonly ramdisk: Bytes
  readonly block: Bytes
}

/** Where Xen puts `image`, a tree and a ramdisk in the first bank of a domain. */
export function placeKernel(
  image: PlacedImage,
  bank: Range<GuestPhys>,
  { tree, ramdisk, block }: Companions,
): Placement {
  const modules = sum([alignUp(ramdisk, block), alignUp(tree, block)])
  const base = kernelBase(image, bank)
  if (base === undefined) return { fails: 'kernel', needed: image.length }
  const kernel = range(base, image.length)
  const needed = sum([distance(base, alignUp(end(kernel), BLOCK)), modules])
  if (needed > bank.size) return { fails: 'room', needed, kernel }
  if (base < bank.base || end(kernel) > end(bank)) return { fails: 'outside', needed, kernel }
  const place = modulesBase(kernel, bank, modules)
  return place === undefined ? { fails: 'position', needed, kernel } : { kernel, treeAndRamdisk: range(place, modules) }
}

function kernelBase(image: PlacedImage, bank: Range<GuestPhys>): GuestPhys | undefined {
  if (image.bits === 64 && image.start === 0n) return offset(bank.base, bytes(image.textOffset))
  if (image.start !== 0n) return guestPhys(image.start)
  const low = bank.size < PREFERRED ? bank.size : PREFERRED
  if (low < image.length) return undefined
  return alignDown(offset(bank.base, bytes(low - image.length)), BLOCK)
}

/** Start of ramdisk and tree: 128 MiB into the bank, else at its end, else right below the kernel. Xen compares with `<`, so that an exact fit can fail. */
function modulesBase(kernel: Range<GuestPhys>, bank: Range<GuestPhys>, modules: Bytes): GuestPhys | undefined {
  const preferred = offset(bank.base, PREFERRED)
  if (end(bank) >= offset(preferred, modules) && end(kernel) < preferred) return preferred
  const last = bank.size > modules ? offset(bank.base, bytes(bank.size - modules)) : bank.base
  if (last > alignUp(end(kernel), BLOCK)) return last
  const below = distance(bank.base, kernel.base)
  return below > modules ? offset(bank.base, bytes(below - modules)) : undefined
}
