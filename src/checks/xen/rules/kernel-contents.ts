/** KRN: what uImages and gzip streams contain (arch/arm/kernel.c: kernel_uimage_probe, kernel_decompress; common/gzip). */
import type { GzipFile, ImageFormat } from '../../../facts/facts.ts'
import { formatSize, hex } from '../../../units/format.ts'
import { isAtLeast } from '../../../xen/releases.ts'
import type { Rule } from '../../rule.ts'
import { gzipIn, probed, UIMAGE_HEADER, uimageIn } from '../kernel-image.ts'
import { type KernelUse, kernelsOf } from '../kernel-uses.ts'
import type { XenView } from '../view.ts'

/** What is wrong with a stream, as a clause about the file: a fault at which Xen stops; `undefined`: nothing. */
function faultOf({ content, unpacked, uncompressedSize, headerChecksum }: GzipFile): string | undefined {
  if (!content) return 'looks like gzip but cannot be decompressed'
  if (headerChecksum) return 'has a checksum in its gzip header, which Xen reads as a file in several parts'
  if (unpacked && 'fault' in unpacked) return `${unpacked.fault}: only its beginning can be decompressed`
  if (!unpacked || unpacked.size === uncompressedSize) return undefined
  return `has ${formatSize(unpacked.size)} when decompressed, and its last four bytes, where Xen looks, say ${formatSize(uncompressedSize)}`
}

/** Whether the header of a uImage says gzip, and something else follows. */
function isMislabelled({ file }: KernelUse, { context }: XenView): boolean {
  const image = uimageIn(file, context.release)
  return isAtLeast(context.release, '4.18') && image?.compression === 1 && image.content?.kind !== 'gzip'
}

/** Formats whose marks are so long that code does not begin with them by chance. Lzma's is not: it reads as a branch over 93 instructions. */
const NO_CODE = /^(gzip|xz|zstd|lz4)-compressed$|ELF|FIT|zboot/

/** The format that is found in place of code; `undefined`: it may be code, which has no mark. */
function foreign(content: ImageFormat | undefined): string | undefined {
  if (content?.kind === 'cpio') return 'a cpio archive'
  if (content?.kind === 'uimage') return 'another uImage'
  if (content?.kind !== 'unknown' || !content.looksLike) return undefined
  return NO_CODE.test(content.looksLike) ? content.looksLike : undefined
}

export const kernelContentRules: readonly Rule<XenView>[] = [
  {
    code: 'KRN-008',
    check(view, verdict) {
      for (const { owner, file, origin } of kernelsOf(view)) {
        const image = uimageIn(file, view.context.release)
        const size = probed(file)?.size ?? file.size
        if (image && image.dataSize + UIMAGE_HEADER > size)
          verdict.violated({
            at: origin,
            message: `the uImage of ${owner} (${file.path}) claims ${hex(image.dataSize)} bytes after its header, and the file has ${hex(size - UIMAGE_HEADER)}`,
            help: 'copy the file again: it was probably cut off',
          })
      }
    },
  },
  {
    code: 'KRN-009',
    check(view, verdict) {
      const gzip = isAtLeast(view.context.release, '4.18')
      for (const { owner, file, origin } of kernelsOf(view)) {
        const compression = uimageIn(file, view.context.release)?.compression ?? 0
        if (compression !== 0 && !(gzip && compression === 1))
          verdict.violated({
            at: origin,
            message: `the uImage of ${owner} (${file.path}) is compressed (type ${compression}), and Xen ${view.context.release} ${gzip ? 'knows only gzip' : 'does not decompress it'}`,
            help: 'use mkimage -C none',
          })
      }
    },
  },
  {
    code: 'KRN-010',
    check(view, verdict) {
      if (!isAtLeast(view.context.release, '4.18')) return
      for (const { owner, file, origin } of kernelsOf(view)) {
        const image = uimageIn(file, view.context.release)
        if (image?.load === 0n && image.entry !== 0n)
          verdict.violated({
            at: origin,
            message: `the uImage of ${owner} (${file.path}) has entry ${hex(image.entry)} and no load address`,
            help: 'use mkimage -e 0 for a kernel that runs anywhere, or give -a too',
          })
      }
    },
  },
  {
    code: 'KRN-011',
    check(view, verdict) {
      for (const { owner, file, origin } of kernelsOf(view)) {
        const image = uimageIn(file, view.context.release)
        if (image && image.arch !== 2 && image.arch !== 22)
          verdict.violated({
            at: origin,
            message: `the uImage of ${owner} (${file.path}) is for architecture ${image.arch}, not arm (2) or arm64 (22)`,
            help: 'use mkimage -A arm64, or arm for a 32-bit kernel',
          })
      }
    },
  },
  {
    code: 'KRN-012',
    check(view, verdict) {
      if (isAtLeast(view.context.release, '4.18')) return
      for (const { owner, file, origin } of kernelsOf(view)) {
        const image = uimageIn(file, view.context.release)
        if (image && (image.load !== 0n || image.entry !== 0n))
          verdict.violated({
            at: origin,
            message: `the uImage of ${owner} (${file.path}) has load address ${hex(image.load)} and entry ${hex(image.entry)}, which Xen 4.17 does not look at`,
            help: 'build it for any address (mkimage -a 0 -e 0), or use Xen 4.18 or newer',
          })
      }
    },
  },
  {
    code: 'KRN-013',
    check(view, verdict) {
      for (const use of kernelsOf(view)) {
        const { owner, file, origin } = use
        const stream = gzipIn(file, view.context.release)
        const fault = stream
          ? faultOf(stream)
          : isMislabelled(use, view) && 'is marked as compressed with gzip, but holds no gzip data'
        if (fault)
          verdict.violated({
            at: origin,
            message: `the kernel of ${owner} (${file.path}) ${fault}`,
            help: 'compress the kernel again, as one gzip file with nothing after it',
          })
        else if (stream && !stream.unpacked && ['arm64-image', 'zimage', 'uimage'].includes(stream.content?.kind ?? ''))
          verdict.undecided(
            origin,
            `${file.path} is too large to be unpacked here: only its beginning and its end were looked at`,
          )
      }
    },
  },
  {
    code: 'KRN-018',
    check(view, verdict) {
      for (const { owner, file, origin } of kernelsOf(view)) {
        const image = uimageIn(file, view.context.release)
        const content = image?.compression === 0 ? image.content : undefined
        const found = foreign(content)
        if (found)
          verdict.violated({
            at: origin,
            message: `the uImage of ${owner} (${file.path}) says that its content is not compressed, and the content is ${found}`,
            help: 'make it of an arm64 Image: mkimage -A arm64 -O linux -T kernel -C none -d Image FILE',
          })
      }
    },
  },
]
