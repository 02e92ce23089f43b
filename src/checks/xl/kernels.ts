/** XL, KRN: kernels that libxl loads, and where it puts them (tools/libs/guest/xg_dom_armzimageloader.c, xg_dom_arm.c: meminit). */
import type { FileFacts, GzipFile } from '../../facts/facts.ts'
import { formatRange, formatSize } from '../../units/format.ts'
import { bytes, type GuestPhys, MiB, PAGE, times } from '../../units/quantities.ts'
import { end, overlaps, type Range, range } from '../../units/range.ts'
import { GUEST_RAM } from '../../xen/address-map.ts'
import type { Rule } from '../rule.ts'
import { type PlacedImage, placedImage } from '../xen/kernel-image.ts'
import { type Placement, placeKernel } from '../xen/kernel-placement.ts'
import { entryOf, integerOf, ownerOf, type XlContext, type XlDomainContext } from './xl-context.ts'

const FORMATS = {
  uimage: 'a uImage',
  cpio: 'a cpio archive',
  'xilinx-bit': 'a bitstream',
  'xsm-policy': 'a security policy',
  empty: 'empty',
} as const

interface Placed {
  readonly domain: XlDomainContext
  readonly kernel: FileFacts
  readonly image: PlacedImage
  readonly bank: Range<GuestPhys>
  readonly placement: Placement
}

/** Size of a guest's tree: libxl begins with a page, which is enough for most. */
const TREE = PAGE

function placements({ domains, release }: XlContext): readonly Placed[] {
  const [low] = GUEST_RAM
  return domains.flatMap((domain) => {
    const { kernel, ramdisk } = domain
    const memory = times(integerOf(entryOf(domain, 'memory')) ?? 0n, MiB)
    if (!kernel || !low || memory <= 0n || kernel.format.kind === 'uimage') return []
    const image = placedImage(kernel, release)
    if (!image) return []
    const bank = range(low.base, memory < low.size ? memory : low.size)
    const placement = placeKernel(image, bank, { tree: TREE, ramdisk: ramdisk?.size ?? bytes(0), block: PAGE })
    return [{ domain, kernel, image, bank, placement }]
  })
}

/** Bytes that libxl adds to the size at the end of a gzip file (xg_dom_core.c: xc_dom_check_gzip). */
const GZIP_SLACK = 16n
/** Largest size there with which libxl decompresses a file (XC_DOM_DECOMPRESS_MAX). It loads others as they are. */
const LARGEST_UNPACKED = 1n << 30n

/** Why libxl cannot unpack a gzip file, as a predicate. Unlike Xen it accepts one that unpacks to less than its end says. */
function faultOf({ content, unpacked, uncompressedSize }: GzipFile): string | undefined {
  if (!content) return 'looks like gzip but cannot be decompressed'
  if (!unpacked) return undefined
  if ('fault' in unpacked) return `${unpacked.fault}: only its beginning can be decompressed`
  if (uncompressedSize <= LARGEST_UNPACKED && unpacked.size <= uncompressedSize + GZIP_SLACK) return undefined
  return `has ${formatSize(unpacked.size)} when decompressed, and its last four bytes, where libxl looks, say ${formatSize(uncompressedSize)}`
}

export const kernelRules: readonly Rule<XlContext>[] = [
  {
    code: 'XL-011',
    check(context, verdict) {
      for (const domain of context.domains) {
        const { kernel } = domain
        const format = kernel?.format.kind === 'gzip' ? kernel.format.content : kernel?.format
        if (!kernel || !format || format.kind === 'missing') continue
        if (format.kind === 'arm64-image' || format.kind === 'zimage') continue
        const seen =
          format.kind === 'unknown' ? (format.looksLike ?? 'in a format that it does not know') : FORMATS[format.kind]
        verdict.violated({
          at: entryOf(domain, 'kernel')?.origin ?? ownerOf(domain),
          message: `xl cannot load the kernel of '${domain.config.domain}': ${kernel.path} is ${seen}`,
          help: 'use an arm64 Image or a zImage, plain or compressed with gzip',
        })
      }
      for (const domain of context.domains) {
        const { kernel } = domain
        const fault = kernel?.format.kind === 'gzip' ? faultOf(kernel.format) : undefined
        if (kernel && fault)
          verdict.violated({
            at: entryOf(domain, 'kernel')?.origin ?? ownerOf(domain),
            message: `xl cannot load the kernel of '${domain.config.domain}': ${kernel.path} ${fault}`,
            help: 'compress the kernel again, as one gzip file with nothing after it',
          })
      }
      for (const { domain, kernel, bank, placement } of placements(context))
        if ('fails' in placement)
          verdict.violated({
            at: entryOf(domain, 'memory')?.origin ?? ownerOf(domain),
            message: `kernel, device tree and ramdisk of '${domain.config.domain}' need ${formatSize(placement.needed)} and do not fit into ${formatSize(bank.size)} (${kernel.path})`,
            help: 'give the domain more memory, or a smaller ramdisk',
          })
    },
  },
  {
    code: 'KRN-016',
    needs: ['XL-011'],
    check(context, verdict) {
      for (const { domain, kernel, image, bank, placement } of placements(context)) {
        if ('fails' in placement || image.runtime === undefined) continue
        const running = range(placement.kernel.base, image.runtime)
        if (!overlaps(running, placement.treeAndRamdisk) && end(running) <= end(bank)) continue
        verdict.violated({
          at: entryOf(domain, 'memory')?.origin ?? ownerOf(domain),
          message: `the kernel of '${domain.config.domain}' (${kernel.path}) runs in ${formatRange(running)}, over its device tree or past the end of its RAM ${formatRange(bank)} (guest-physical)`,
          help: 'give the domain more memory',
        })
      }
    },
  },
]
