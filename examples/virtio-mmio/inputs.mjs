/** Stand-ins with the sizes of Debian's images: enough to see every file that domforge makes. They do not boot. */
import { arm64Image, cpio, gzip } from '../../scripts/stand-ins.mjs'

export const board = 'qemu-virt'

export const files = {
  xen: () => arm64Image({ size: 0x100308, imageSize: 0x130000 }),
  'xen.config': () => Buffer.from('CONFIG_EXPERT=y\nCONFIG_IOREQ_SERVER=y\nCONFIG_DOM0LESS_BOOT=y\nCONFIG_GICV3=y\nCONFIG_HAS_PL011=y\nCONFIG_SBSA_VUART_CONSOLE=y\n'),
  Image: () => arm64Image({ size: 27_000_000, imageSize: 28_000_256 }),
  'linux.config': () =>
    Buffer.from('CONFIG_VIRTIO_MMIO=m\nCONFIG_VIRTIO_BLK=m\nCONFIG_HW_RANDOM_VIRTIO=m\nCONFIG_I2C_VIRTIO=m\n'),
  'dom0.cpio.gz': () => gzip(cpio(3_000_000)),
  'app.cpio.gz': () => gzip(cpio(1_200_000)),
}
