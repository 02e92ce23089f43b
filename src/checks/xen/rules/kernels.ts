/** KRN: kernel images and their places. */

import type { Origin } from '../../../diagnostics/diagnostic.ts'
import type { FileFacts, Zimage } from '../../../facts/facts.ts'
import { formatRange, formatSize, hex } from '../../../units/format.ts'
import { bytes, type GuestPhys } from '../../../units/quantities.ts'
import { end, overlaps, type Range, range } from '../../../units/range.ts'
import { GUEST_RAM } from '../../../xen/address-map.ts'
import { isAtLeast } from '../../../xen/releases.ts'
import type { Rule } from '../../rule.ts'
import { fileOf } from '../files.ts'
import { seenBy } from '../guest-view.ts'
import { placedImage, UIMAGE_HEADER } from '../kernel-image.ts'
import { BLOCK, type Placement, placeKernel } from '../kernel-placement.ts'
import { at, type DomainView } from '../view/domains.ts'
import { originOfProperty } from '../view/scan.ts'
import type { XenView } from '../view.ts'

interface KernelUse {
  readonly owner: string
  readonly file: FileFacts
  readonly origin: Origin
}

/** Every kernel whose file is known, dom0's too. */
function kernelsOf(view: XenView): readonly KernelUse[] {
  const dom0 = view.modules.find((module) => module.kind === 'kernel' && !module.domU)
  const all = [
    ...(dom0 ? [{ owner: 'dom0', kernel: dom0 }] : []),
    ...view.domains.map((d) => ({ owner: d.name, kernel: d.kernel })),
  ]
  return all.flatMap(({ owner, kernel }) => {
    const file = fileOf(view, kernel)
    return kernel && file ? [{ owner, file, origin: originOfProperty(kernel.node, 'reg') }] : []
  })
}

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

/** Xen counts in 32 bits: an end before the start is a huge length. */
const zimageLength = ({ start, end: limit }: Zimage): bigint => BigInt.asUintN(32, limit - start)

/** Formats that are known, and no kernel. */
const NAMES: Readonly<Record<string, string>> = {
  cpio: 'a cpio archive',
  'xilinx-bit': 'a bitstream',
  'xsm-policy': 'a security policy',
  empty: 'empty',
}

export const kernelRules: readonly Rule<XenView>[] = [
  {
    code: 'KRN-001',
    check(view, verdict) {
      for (const { owner, file, origin } of kernelsOf(view)) {
        const format = file.format.kind === 'gzip' ? file.format.content : file.format
        if (!format || ['arm64-image', 'zimage', 'uimage'].includes(format.kind)) continue
        const named = NAMES[format.kind] ?? 'in a format that Xen does not know'
        const seen = format.kind === 'unknown' ? (format.looksLike ?? 'in a format that Xen does not know') : named
        verdict.violated({
          at: origin,
          message: `the kernel of ${owner} (${file.path}) is ${seen}${file.format.kind === 'gzip' ? ', compressed' : ''}`,
          help: 'use an arm64 Image, a zImage or a uImage, plain or compressed with gzip',
        })
      }
    },
  },
  {
    code: 'KRN-002',
    check(view, verdict) {
      for (const { owner, file, origin } of kernelsOf(view)) {
        const least = file.format.kind === 'arm64-image' ? 64n : file.format.kind === 'zimage' ? 48n : 0n
        if (file.size < least)
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
        const size = file.format.kind === 'gzip' ? file.format.uncompressedSize : file.size
        const format = file.format.kind === 'gzip' ? file.format.content : file.format
        if (format?.kind === 'zimage' && zimageLength(format) > size)
          verdict.violated({
            at: origin,
            message: `the zImage of ${owner} (${file.path}) claims ${hex(zimageLength(format))} bytes, and the file has ${hex(size)}`,
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
            message: `the kernel of '${domain.name}' (${file.path}) wants to be at ${formatRange(placement.kernel)}, outside its RAM ${formatRange(bank)} (guest-physical)`,
            help: 'build the kernel for an address there, or for any (load address 0)',
          })
    },
  },
  {
    code: 'KRN-008',
    check(view, verdict) {
      for (const { owner, file, origin } of kernelsOf(view))
        if (file.format.kind === 'uimage' && file.format.dataSize + UIMAGE_HEADER > file.size)
          verdict.violated({
            at: origin,
            message: `the uImage of ${owner} (${file.path}) claims ${hex(file.format.dataSize)} bytes after its header, and the file has ${hex(file.size - UIMAGE_HEADER)}`,
            help: 'copy the file again: it was probably cut off',
          })
    },
  },
  {
    code: 'KRN-009',
    check(view, verdict) {
      const gzip = isAtLeast(view.context.release, '4.18')
      for (const { owner, file, origin } of kernelsOf(view))
        if (file.format.kind === 'uimage' && file.format.compression !== 0 && !(gzip && file.format.compression === 1))
          verdict.violated({
            at: origin,
            message: `the uImage of ${owner} (${file.path}) is compressed (type ${file.format.compression}), and Xen ${view.context.release} ${gzip ? 'knows only gzip' : 'does not decompress it'}`,
            help: 'use mkimage -C none',
          })
    },
  },
  {
    code: 'KRN-010',
    check(view, verdict) {
      if (!isAtLeast(view.context.release, '4.18')) return
      for (const { owner, file, origin } of kernelsOf(view))
        if (file.format.kind === 'uimage' && file.format.load === 0n && file.format.entry !== 0n)
          verdict.violated({
            at: origin,
            message: `the uImage of ${owner} (${file.path}) has entry ${hex(file.format.entry)} and no load address`,
            help: 'use mkimage -e 0 for a kernel that runs anywhere, or give -a too',
          })
    },
  },
  {
    code: 'KRN-011',
    check(view, verdict) {
      for (const { owner, file, origin } of kernelsOf(view))
        if (file.format.kind === 'uimage' && file.format.arch !== 2 && file.format.arch !== 22)
          verdict.violated({
            at: origin,
            message: `the uImage of ${owner} (${file.path}) is for architecture ${file.format.arch}, not arm (2) or arm64 (22)`,
            help: 'use mkimage -A arm64, or arm for a 32-bit kernel',
          })
    },
  },
  {
    code: 'KRN-012',
    check(view, verdict) {
      if (isAtLeast(view.context.release, '4.18')) return
      for (const { owner, file, origin } of kernelsOf(view))
        if (file.format.kind === 'uimage' && (file.format.load !== 0n || file.format.entry !== 0n))
          verdict.violated({
            at: origin,
            message: `the uImage of ${owner} (${file.path}) has load address ${hex(file.format.load)} and entry ${hex(file.format.entry)}, which Xen 4.17 does not look at`,
            help: 'build it for any address (mkimage -a 0 -e 0), or use Xen 4.18 or newer',
          })
    },
  },
  {
    code: 'KRN-013',
    check(view, verdict) {
      for (const { owner, file, origin } of kernelsOf(view))
        if (file.format.kind === 'gzip' && file.format.content === undefined)
          verdict.violated({
            at: origin,
            message: `the kernel of ${owner} (${file.path}) looks like gzip but cannot be decompressed`,
            help: 'compress the kernel again',
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
