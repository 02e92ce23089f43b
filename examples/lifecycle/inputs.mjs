/** Stand-ins with the sizes of Debian's images: enough to see every file that domforge makes. They do not boot. */
import { arm64Image, cpio, gzip } from '../../scripts/stand-ins.mjs'

export const board = 'qemu-virt'

export const files = {
  xen: () => arm64Image({ size: 0x100308, imageSize: 0x130000 }),
  Image: () => arm64Image({ size: 27_000_000, imageSize: 28_000_256 }),
  'zephyr.bin': () => arm64Image({ size: 500_000, imageSize: 600_000 }),
  'dom0.cpio.gz': () => gzip(cpio(3_000_000)),
  'guest.cpio.gz': () => gzip(cpio(1_200_000)),
}
