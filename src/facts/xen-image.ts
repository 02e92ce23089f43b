/** Whether U-Boot can start what the manifest calls Xen. */
import { atValue, type Report } from '../diagnostics/diagnostic.ts'
import type { FileReference } from '../model/system-model.ts'
import type { FileFacts, ImageFormat } from './facts.ts'

/** Reports an image that `booti` would refuse. What is missing or empty was reported as that. */
export function checkXenImage(reference: FileReference, { path, format }: FileFacts, report: Report): void {
  if (format.kind === 'missing' || format.kind === 'empty') return
  if (format.kind === 'arm64-image' && format.headerComplete) return
  report('REF-016', {
    at: atValue(reference.pointer),
    message: `${path} is ${nameOf(format)}, not an arm64 Image`,
    help: format.kind === 'gzip' ? 'uncompress it, and name the result' : "name the file 'xen' of Xen's build folder",
  })
}

function nameOf(format: ImageFormat): string {
  switch (format.kind) {
    case 'gzip':
      return 'compressed with gzip'
    case 'arm64-image':
      return 'cut short'
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
