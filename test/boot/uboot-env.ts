import { truncateSync, writeFileSync } from 'node:fs'
import { crc32 } from 'node:zlib'

/** How the machine gets at its files before any script runs. */
export type BootMedium = 'tftp' | 'virtio' | 'scsi' | 'usb'

/** Printed when the boot script comes back, which one that boots never does. */
export const scriptReturned = 'BOOT-SCRIPT-RETURNED'

/** CONFIG_ENV_SIZE of U-Boot's qemu_arm64_defconfig. */
const environmentBytes = 0x40000
/** Size of each of the two flash chips of `virt`. */
const flashBytes = 64 << 20

/** How the script gets into memory: the only thing that is not in the script. */
const fetchScript: Readonly<Record<BootMedium, string>> = {
  tftp: 'tftpboot $scriptaddr boot.scr',
  virtio: 'load virtio 0:1 $scriptaddr boot.scr',
  scsi: 'pci enum; scsi scan; load scsi 0:1 $scriptaddr boot.scr',
  usb: 'pci enum; usb start; load usb 0:1 $scriptaddr boot.scr',
}

/**
 * The whole environment of U-Boot, instead of its default: no delay, no search for media, nothing typed. The machine
 * runs `boot.scr` as it is, then the command `afterwards` if that succeeds, and switches itself off should either ever
 * return. `ipaddr` and `serverip` are those of QEMU's user network.
 */
function variables(medium: BootMedium, afterwards: string): Readonly<Record<string, string>> {
  return {
    bootdelay: '-2',
    scriptaddr: '0x40200000',
    kernel_addr_r: '0x40400000',
    fdt_addr_r: '0x40000000',
    ramdisk_addr_r: '0x44000000',
    ipaddr: '10.0.2.15',
    netmask: '255.255.255.0',
    serverip: '10.0.2.2',
    bootcmd: `if ${fetchScript[medium]} && source $scriptaddr; then ${afterwards}; fi; echo ${scriptReturned}; poweroff`,
  }
}

/** Writes an image of the second flash chip, where Debian's U-Boot looks for its environment. */
export function writeFlash(file: string, medium: BootMedium, afterwards = 'true'): void {
  const text = Object.entries(variables(medium, afterwards)).map(([name, value]) => `${name}=${value}\0`)
  const data = Buffer.alloc(environmentBytes - 4)
  data.write(`${text.join('')}\0`)
  const checksum = Buffer.alloc(4)
  checksum.writeUInt32LE(crc32(data))
  writeFileSync(file, Buffer.concat([checksum, data]))
  truncateSync(file, flashBytes)
}
