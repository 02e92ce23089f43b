import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { cpioArchive, file, folder, program } from './cpio.ts'

/**
 * Reports what Linux found, one line per fact (facts.ts reads them): Xen splits a guest's console line at about 128
 * characters, so longer values come in pieces. The kernel is silenced first, or its messages would cut lines in two.
 * `|` marks both ends of a piece, since blanks at the ends count.
 */
const init = `#!/bin/busybox sh
/bin/busybox mkdir -p /proc /sys /dev /sbin /usr/bin /usr/sbin
/bin/busybox --install -s
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev
exec </dev/console >/dev/console 2>&1
dmesg -n 1
name=$(cat /etc/name)
report() { echo "FACT $name $1 |$2|"; }
grep '^[0-9a-f].* : System RAM' /proc/iomem | while read -r range rest; do report ram "$range"; done
report cpus "$(grep -c ^processor /proc/cpuinfo)"
fold -b -w 60 /proc/cmdline | while IFS= read -r piece; do report cmdline "$piece"; done
report done ''
while :; do sleep 1000; done
`

/** A guest's ramdisk: busybox and a first process that reports facts under `name`, then sleeps. */
export function reportingInitramfs(name: string, busybox: string): Uint8Array {
  const archive = cpioArchive([
    folder('bin'),
    program('bin/busybox', readFileSync(busybox)),
    folder('etc'),
    file('etc/name', `${name}\n`),
    program('init', init),
  ])
  return gzipSync(archive, { level: 1 })
}
