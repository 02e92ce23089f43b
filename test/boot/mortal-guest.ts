/** Linux guests that end in a way of their own, without a shell for people or a report. */
import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { gzipSync } from 'node:zlib'
import { cpioArchive, file, folder, program } from './cpio.ts'

const START = `#!/bin/busybox sh
/bin/busybox mkdir -p /proc /sys /dev /sbin /usr/bin /usr/sbin
/bin/busybox --install -s
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev
exec </dev/console >/dev/console 2>&1
dmesg -n 1
panic() { echo c >/proc/sysrq-trigger; }
mark() { until domforge-mark $1; do sleep 1; done; }
`

/** A ramdisk whose first process runs `life`, with `modules` in /modules and `programs` in /bin. `panic` and `mark WORD` are functions there. */
export function mortalGuest(
  busybox: string,
  life: string,
  { modules = [], programs = [] }: { readonly modules?: readonly string[]; readonly programs?: readonly string[] } = {},
): Uint8Array {
  const archive = cpioArchive([
    ...['bin', 'modules'].map(folder),
    program('bin/busybox', readFileSync(busybox)),
    ...programs.map((path) => program(`bin/${basename(path)}`, readFileSync(path))),
    ...modules.map((path) => file(`modules/${basename(path)}`, readFileSync(path))),
    program('init', `${START}${life}\nwhile :; do sleep 1000; done\n`),
  ])
  return gzipSync(archive, { level: 1 })
}
