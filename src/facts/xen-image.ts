/** Whether U-Boot can start what the manifest calls Xen. */
import { atValue, type Report } from '../diagnostics/diagnostic.ts'
import type { BootCommandName, SystemModel } from '../model/system-model.ts'
import { formatSize, hex } from '../units/format.ts'
import { bytes, isAligned, MiB, PAGE, times } from '../units/quantities.ts'
import type { Arm64Image, FileFacts, ImageFormat, Uimage } from './facts.ts'

/** Reports an image that the boot command would refuse, or would start wrongly. What is missing or empty was reported as that. */
export function checkXenImage({ xen, boot }: SystemModel, { path, format }: FileFacts, report: Report): void {
  if (format.kind === 'missing' && boot.command === 'bootm' && xen.image.declared)
    report('REF-016', {
      at: atValue(xen.image.pointer),
      message: `${path} does not exist yet, and its header says where bootm puts Xen`,
      help: "build it first, or set 'boot.command: booti' and name Xen's own Image",
    })
  if (format.kind === 'missing' || format.kind === 'empty') return
  const wrong = WRONG[boot.command](format)
  if (wrong) report('REF-016', { at: atValue(xen.image.pointer), message: `${path} is ${wrong.is}`, help: wrong.help })
}

interface Wrong {
  /** Completes `xen is`. */
  readonly is: string
  readonly help: string
}

const WRONG: Readonly<Record<BootCommandName, (format: ImageFormat) => Wrong | undefined>> = {
  booti: wrongForBooti,
  bootefi: wrongForBootefi,
  bootm: wrongForBootm,
  none: () => undefined,
}

function wrongForBooti(format: ImageFormat): Wrong | undefined {
  if (format.kind === 'arm64-image' && format.headerComplete) return undefined
  const help: Partial<Record<ImageFormat['kind'], string>> = {
    gzip: 'decompress it, and name the result',
    uimage: "set 'boot.command: bootm', or name the file 'xen' of Xen's build folder",
  }
  return {
    is: `${nameOf(format)}, not an arm64 Image`,
    help: help[format.kind] ?? "name the file 'xen' of Xen's build folder",
  }
}

/** U-Boot and Xen call it an EFI program by its first two bytes, which Linux's and Xen's Images only have when built for that. */
function wrongForBootefi(format: ImageFormat): Wrong | undefined {
  if (format.kind !== 'arm64-image' || format.efi) return wrongForBooti(format)
  return {
    is: 'an arm64 Image that is not an EFI program',
    help: "build Xen with CONFIG_ARM_EFI, or set 'boot.command: booti'",
  }
}

/** Codes of U-Boot's include/image.h. */
const OS_LINUX = 5
const ARCH_ARM64 = 22
const TYPE_KERNEL = 2

const MKIMAGE =
  'make it with: mkimage -A arm64 -O linux -T kernel -C none -a ADDRESS -e ADDRESS -d xen FILE, ADDRESS a multiple of 4 KiB in RAM'

function wrongForBootm(format: ImageFormat): Wrong | undefined {
  if (format.kind !== 'uimage')
    return {
      is: `${nameOf(format)}, not an image for U-Boot's bootm`,
      help: `${MKIMAGE}; or set 'boot.command: booti'`,
    }
  const { os, arch, type, compression, content } = format
  if (os !== OS_LINUX || arch !== ARCH_ARM64 || type !== TYPE_KERNEL)
    return {
      is: "an image for U-Boot's bootm, but not of type kernel for Linux on arm64, which Xen needs to be",
      help: MKIMAGE,
    }
  if (compression !== 0) return { is: "a compressed image for U-Boot's bootm", help: MKIMAGE }
  if (content?.kind !== 'arm64-image' || !content.headerComplete)
    return { is: "an image for U-Boot's bootm that does not contain an arm64 Image", help: MKIMAGE }
  return wrongPlace(format, content)
}

const ALIGNMENT = times(2, MiB)

/**
 * Xen runs at any page (arch/arm/arm64/head.S). From 2023.10 on `bootm` moves an Image as `booti` does, away from everything but a multiple
 * of 2 MiB and its own offset: one that may lie anywhere to the next such place, any other to the start of RAM.
 */
function wrongPlace({ load, entry }: Uimage, { textOffset, anywhere, imageSize }: Arm64Image): Wrong | undefined {
  if (load !== entry)
    return {
      is: `to be loaded to ${hex(load)} and entered at ${hex(entry)}: Xen must be entered at its first byte`,
      help: MKIMAGE,
    }
  const alignment = anywhere && imageSize > 0n ? PAGE : ALIGNMENT
  if (load >= textOffset && isAligned(bytes(load - textOffset), alignment)) return undefined
  return {
    is: `to be loaded to ${hex(load)}, which is not ${hex(textOffset)} past a multiple of ${formatSize(alignment)}`,
    help: MKIMAGE,
  }
}

function nameOf(format: ImageFormat): string {
  switch (format.kind) {
    case 'gzip':
      return 'compressed with gzip'
    case 'arm64-image':
      return format.headerComplete ? 'an arm64 Image' : 'truncated'
    case 'zimage':
      return 'a 32-bit zImage'
    case 'uimage':
      return "an image for U-Boot's bootm"
    case 'cpio':
      return 'a cpio archive'
    default:
      return ('looksLike' in format && format.looksLike) || 'something unknown'
  }
}
