/** Stand-ins: enough to generate every file. They do not boot; the real guests are built from `peer.c`. */
import { arm64Image } from '../../scripts/stand-ins.mjs'

export const board = 'qemu-virt'

const guest = () => arm64Image({ size: 0x1000, imageSize: 0x8000 })

export const files = {
  xen: () => arm64Image({ size: 0x120308, imageSize: 0x150000 }),
  'xen.config': () =>
    Buffer.from(
      'CONFIG_EXPERT=y\nCONFIG_UNSUPPORTED=y\nCONFIG_ARGO=y\nCONFIG_DOM0LESS_BOOT=y\nCONFIG_GICV3=y\nCONFIG_HAS_PL011=y\nCONFIG_SBSA_VUART_CONSOLE=y\n',
    ),
  'sensor.bin': guest,
  'fusion.bin': guest,
}
