import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { type CpioEntry, cpioArchive, file, folder, program } from './cpio.ts'

/**
 * Reports what Linux found, one line per fact (facts.ts reads them). Xen splits a guest's console line at about 128
 * characters, so a longer value comes in pieces; `|` marks both ends of each, since blanks count. Lines of dom0 can be
 * cut by those of guests: the report is repeated, and each round ends with the number of its facts. The kernel is
 * silenced first, or its messages would cut lines as well. Pauses grow, so that reports of many guests do not pile up.
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
{
  grep '^[0-9a-f].* : System RAM' /proc/iomem | while read -r range rest; do echo "ram |$range|"; done
  echo "cpus |$(grep -c ^processor /proc/cpuinfo)|"
  fold -b -w 50 /proc/cmdline | while IFS= read -r piece; do echo "cmdline |$piece|"; done
  for node in /proc/device-tree/*/; do node=\${node%/}; echo "device |\${node##*/}|"; done
  for node in /proc/device-tree/reserved-memory/*/; do
    [ -d "$node" ] || continue
    node=\${node%/}
    echo "reserved |\${node##*/} $(hexdump -v -e '1/1 "%02x"' $node/reg)|"
  done
  [ -f /etc/domforge/virtio.json ] && echo "metadata |$(sha256sum </etc/domforge/virtio.json | cut -c 1-64)|"
  echo "console |$(sed 's/.* //' /sys/class/tty/console/active)|"
} >/facts
[ -x /etc/more ] && . /etc/more
round=1
while :; do
  while IFS= read -r fact; do echo "FACT $name $round $fact"; done </facts
  echo "FACT $name $round done |$(wc -l </facts)|"
  [ -f /relayed ] && cat /relayed
  sleep $((round < 10 ? round + 1 : 10))
  round=$((round + 1))
done
`

/**
 * A guest's ramdisk: busybox and a first process that reports facts under `name` again and again. `more` is added to it;
 * a script /etc/more runs before the first report, may append to /facts, and may leave reports of others in /relayed.
 */
export function reportingInitramfs(name: string, busybox: string, more: readonly CpioEntry[] = []): Uint8Array {
  const archive = cpioArchive([
    folder('bin'),
    program('bin/busybox', readFileSync(busybox)),
    folder('etc'),
    file('etc/name', `${name}\n`),
    program('init', init),
    ...more,
  ])
  return gzipSync(archive, { level: 1 })
}
