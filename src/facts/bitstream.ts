/** Judges the FPGA's bitstream by its first bytes. */
import { atValue, type Report } from '../diagnostics/diagnostic.ts'
import type { Bitstream } from '../model/system-model.ts'
import type { FileFacts } from './facts.ts'

/** Reports what is plainly not a bitstream. Raw configuration data has no header of its own. */
export function checkBitstream({ image }: Bitstream, { path, format }: FileFacts, report: Report): void {
  const { kind } = format
  if (kind === 'missing' || kind === 'empty' || kind === 'xilinx-bit') return
  const looks = kind === 'unknown' ? format.looksLike : LOOKS[kind]
  if (looks === undefined) return
  report('REF-017', {
    at: atValue(image.pointer),
    message: `${path} is ${looks}, not a bitstream`,
    help: kind === 'gzip' ? 'decompress it, and name the result' : 'name the .bit or .bin file of the design',
  })
}

const LOOKS = {
  gzip: 'compressed with gzip',
  'arm64-image': 'an arm64 Image',
  zimage: 'a 32-bit zImage',
  uimage: "an image for U-Boot's bootm",
  cpio: 'a cpio archive',
  'xsm-policy': 'a security policy of Xen',
} as const
