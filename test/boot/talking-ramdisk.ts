import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { cpioArchive, folder, program } from './cpio.ts'

const init = `#!/bin/busybox sh
/bin/busybox mkdir -p /dev
/bin/busybox mount -t devtmpfs devtmpfs /dev
exec </dev/console >/dev/console 2>&1
while :; do echo up; /bin/busybox sleep 1; done
`

/** A guest that says that it is there, and no more. */
export const talkingRamdisk = (busybox: string): Uint8Array =>
  gzipSync(cpioArchive([folder('bin'), program('bin/busybox', readFileSync(busybox)), program('init', init)]))
