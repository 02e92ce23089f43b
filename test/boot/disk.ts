import { execFile } from 'node:child_process'
import { copyFileSync, mkdirSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import type { BootMedium } from './uboot-env.ts'

const run = promisify(execFile)

/** What is on the boot medium: path there, without leading slash → file here. */
export type MediumFiles = ReadonlyMap<string, string>

/** Puts `files` on a new medium in the folder `scratch`. Gives QEMU's arguments that attach it. */
export async function makeMedium(medium: BootMedium, files: MediumFiles, scratch: string): Promise<string[]> {
  if (medium === 'tftp') {
    const folder = join(scratch, 'tftp')
    copyAll(files, folder)
    return ['-netdev', `user,id=net0,tftp=${folder}`, '-device', 'virtio-net-device,netdev=net0']
  }
  const image = join(scratch, 'disk.img')
  await makeDisk(files, image)
  const drive = `if=none,id=disk0,file=${image},format=raw,snapshot=on`
  return ['-nic', 'none', '-drive', drive, ...controllers[medium].flatMap((device) => ['-device', device])]
}

/** What a disk hangs on, and how. */
const controllers: Readonly<Record<Exclude<BootMedium, 'tftp'>, readonly string[]>> = {
  virtio: ['virtio-blk-device,drive=disk0'],
  scsi: ['ahci,id=ahci0', 'ide-hd,drive=disk0,bus=ahci0.0'],
  usb: ['usb-ehci', 'usb-storage,drive=disk0'],
}

function copyAll(files: MediumFiles, folder: string): void {
  for (const [path, file] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    copyFileSync(file, join(folder, path))
  }
}

/** A disk without partition table, formatted FAT32 as a whole; U-Boot takes it as partition 1 as well. */
async function makeDisk(files: MediumFiles, image: string): Promise<void> {
  const content = [...files.values()].reduce((total, file) => total + statSync(file).size, 0)
  // FAT32 needs 32 MiB or so to be FAT32 at all; the rest is room for clusters that are not full.
  const megabytes = 40 + Math.ceil((content * 1.1) / (1 << 20))
  writeFileSync(image, '')
  truncateSync(image, megabytes << 20)
  await run('mformat', ['-i', image, '-F', '-v', 'BOOT', '::'])
  const folders = new Set([...files.keys()].flatMap(parents))
  for (const folder of folders) await run('mmd', ['-i', image, `::/${folder}`])
  for (const [path, file] of files) await run('mcopy', ['-i', image, file, `::/${path}`])
}

/** `a/b/c` → `a`, `a/b`. */
function parents(path: string): string[] {
  const parts = path.split('/').slice(0, -1)
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'))
}
