/** KRN: kernel images, and where Xen puts them. */

import type { FileFacts, Zimage } from '../../../facts/facts.ts'
import { formatRange, formatSize, hex } from '../../../units/format.ts'
import { bytes, type GuestPhys } from '../../../units/quantities.ts'
import { end, overlaps, type Range, range } from '../../../units/range.ts'
import { GUEST_RAM } from '../../../xen/address-map.ts'
import type { Rule } from '../../rule.ts'
import { fileOf } from '../files.ts'
import { seenBy } from '../guest-view.ts'
import { placedImage, probed, uimageIn } from '../kernel-image.ts'
import { BLOCK, type Placement, placeKernel } from '../kernel-placement.ts'
import { kernelsOf } from '../kernel-uses.ts'
import { at, type DomainView } from '../view/domains.ts'
import type { XenView } from '../view.ts'

interface Placed {
  readonly domain: DomainView
  readonly file: FileFacts
  readonly bank: Range<GuestPhys>
  readonly placement: Placement
}

/** Placements of all boot-time domains whose files are known. */
function placements(view: XenView): readonly Placed[] {
  const [low] = GUEST_RAM
  return view.domains.flatMap((domain) => {
    const file = fileOf(view, domain.kernel)
    const image = file && placedImage(file, view.context.release)
    const [direct] = domain.staticBanks
    if (!file || !image || !low || !domain.memory || (domain.directMap && !direct)) return []
    const bank =
      domain.directMap && direct
        ? seenBy(direct.range)
        : range(low.base, domain.memory < low.size ? domain.memory : low.size)
    const placement = placeKernel(image, bank, {
      tree: BLOCK,
      ramdisk: domain.ramdisk?.range?.size ?? bytes(0),
      block: BLOCK,
    })
    return [{ domain, file, bank, placement }]
  })
}

function failing(view: XenView, why: 'room' | 'position' | 'kernel' | 'outside'): readonly Placed[] {
  return placements(view).filter(({ placement }) => 'fails' in placement && placement.fails === why)
}

/** Bytes of the header of an arm64 Image (arch/arm/kernel.c: kernel_zimage64_probe). */
const IMAGE_HEADER = 64n

/** Xen counts in 32 bits: an end before the start is a huge length. */
const zimageLength = ({ start, end: limit }: Zimage): bigint => BigInt.asUintN(32, limit - start)

/** Names of formats that are no kernels. */
const NAMES: Readonly<Record<string, string>> = {
  cpio: 'a cpio archive',
  'xilinx-bit': 'a bitstream',
  'xsm-policy': 'a security policy',
  empty: 'empty',
  uimage: 'a uImage',
}

export const kernelRules: readonly Rule<XenView>[] = [
  {
    code: 'KRN-001',
    check(view, verdict) {
      for (const { owner, file, origin } of kernelsOf(view)) {
        const format = probed(file)?.format
        if (!format || ['arm64-image', 'zimage'].includes(format.kind) || uimageIn(file, view.context.release)) continue
        const named = NAMES[format.kind] ?? 'in a format that Xen does not know'
        const seen = format.kind === 'unknown' ? (format.looksLike ?? 'in a format that Xen does not know') : named
        verdict.violated({
          at: origin,
          message: `the kernel of ${owner} (${file.path}) is ${seen}${file.format.kind === 'gzip' ? ', compressed' : ''}`,
          help: 'use an arm64 Image or a zImage, plain or compressed with gzip, or a uImage that is not compressed as a whole',
        })
      }
    },
  },
  {
    code: 'KRN-002',
    check(view, verdict) {
      for (const { owner, file, origin } of kernelsOf(view)) {
        if (file.format.kind === 'arm64-image' && file.size < IMAGE_HEADER)
          verdict.violated({
            at: origin,
            message: `the kernel of ${owner} (${file.path}) has ${formatSize(file.size)}, less than a header`,
            help: 'copy the file again: it was probably cut off',
          })
      }
    },
  },
  {
    code: 'KRN-003',
    check(view, verdict) {
      for (const { owner, file, origin } of kernelsOf(view)) {
        const found = probed(file)
        if (found?.format.kind === 'zimage' && zimageLength(found.format) > found.size)
          verdict.violated({
            at: origin,
            message: `the zImage of ${owner} (${file.path}) claims ${hex(zimageLength(found.format))} bytes, and the file has ${hex(found.size)}`,
            help: 'copy the file again: it was probably cut off',
          })
      }
    },
  },
  {
    code: 'KRN-004',
    check(view, verdict) {
      for (const { domain, file, bank, placement } of failing(view, 'room'))
        if ('needed' in placement)
          verdict.violated({
            at: at(domain, 'memory'),
            message: `kernel, device tree and ramdisk of '${domain.name}' need ${formatSize(placement.needed)} in its first bank of ${formatSize(bank.size)} (${file.path})`,
            help: 'give the domain more memory, or a smaller ramdisk',
          })
    },
  },
  {
    code: 'KRN-005',
    check(view, verdict) {
      for (const { domain, bank } of failing(view, 'position'))
        verdict.violated({
          at: at(domain, 'memory'),
          message: `device tree and ramdisk of '${domain.name}' fit in none of the places that Xen tries in ${formatSize(bank.size)}`,
          help: 'give the domain a few MiB more',
        })
    },
  },
  {
    code: 'KRN-006',
    check(view, verdict) {
      for (const { domain, file } of failing(view, 'kernel'))
        verdict.violated({
          at: at(domain, 'memory'),
          message: `the 32-bit kernel of '${domain.name}' (${file.path}, ${formatSize(file.size)}) is larger than the memory below 128 MiB that it is loaded into`,
          help: 'give the domain more memory: only its first 128 MiB count',
        })
    },
  },
  {
    code: 'KRN-007',
    check(view, verdict) {
      for (const { domain, file, bank, placement } of failing(view, 'outside'))
        if (placement.kernel)
          verdict.violated({
            at: at(domain, 'memory'),
            message: `the kernel of '${domain.name}' (${file.path}) has to be at ${formatRange(placement.kernel)}, outside its RAM ${formatRange(bank)} (guest-physical)`,
            help: 'build the kernel for an address there, or for any (load address 0)',
          })
    },
  },
  {
    code: 'KRN-016',
    check(view, verdict) {
      for (const { domain, file, bank, placement } of placements(view)) {
        const runtime = placedImage(file, view.context.release)?.runtime
        if ('fails' in placement || runtime === undefined) continue
        const running = range(placement.kernel.base, runtime)
        const covers = overlaps(running, placement.treeAndRamdisk)
        if (covers || end(running) > end(bank))
          verdict.violated({
            at: at(domain, 'memory'),
            message: `the kernel of '${domain.name}' (${file.path}) runs in ${formatRange(running)}, ${covers ? `over its device tree and ramdisk ${formatRange(placement.treeAndRamdisk)}` : `past the end of its RAM ${formatRange(bank)}`} (guest-physical)`,
            help: 'give the domain more memory',
          })
      }
    },
  },
]
