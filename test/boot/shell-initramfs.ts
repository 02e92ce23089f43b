/** Ramdisks for people: a shell at once, without login. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { type Dom0Pieces, dom0Modules } from '../debian/dom0-pieces.ts'
import { type CpioEntry, cpioArchive, file, folder, program } from './cpio.ts'

/** `cttyhack` makes the console the shell's terminal, for Ctrl-C; a shell that is left starts again. */
const init = (name: string, before: string): string => `#!/bin/busybox sh
/bin/busybox mkdir -p /proc /sys /dev /sbin /usr/bin /usr/sbin /tmp /root /var
/bin/busybox --install -s
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev
exec </dev/console >/dev/console 2>&1
dmesg -n 1
hostname ${name}
export HOME=/root PATH=/opt/xen:/sbin:/bin:/usr/sbin:/usr/bin PS1='${name}:\\w# '
cd
${before}cat /etc/motd
while :; do setsid cttyhack sh; done
`

/** A guest's: busybox alone. `name` is shown before every command. */
export const guestShell = (name: string, busybox: string): Uint8Array =>
  ramdisk(init(name, ''), `This is ${name}. Its numbers: cat /proc/iomem /proc/cmdline /proc/cpuinfo\n`, busybox, [])

/** What dom0 needs to see and create domains: the store, its own entries there, consoles (as pseudo terminals), the boot-time domains. */
const startXenTools = `export LD_LIBRARY_PATH=/lib
mkdir -p /run/xen /run/xenstored /var/lib/xen /var/lib/xenstored /var/log/xen/console /var/lock
ln -s /run /var/run
mkdir /dev/pts
mount -t devpts devpts /dev/pts
ip link set lo up
for module in ${dom0Modules.join(' ')}; do insmod /modules/$module.ko; done
mount -t xenfs xenfs /proc/xen
xenstored --pid-file /run/xen/xenstored.pid
xen-init-dom0
xenconsoled --pid-file=/run/xen/xenconsoled.pid
init-dom0less
`

/** What else lies in dom0. */
interface Dom0Content {
  /** File there, absolute → its bytes. */
  readonly files: ReadonlyMap<string, Uint8Array>
  /** What a person may do with it, one line each. */
  readonly hints: readonly string[]
}

/** dom0's: Xen's tools of `release` where xl looks for its own programs, and `files`. */
export function dom0Shell(busybox: string, pieces: Dom0Pieces, release: string, content: Dom0Content): Uint8Array {
  const programs = `usr/lib/xen-${release}/bin`
  const given = [...content.files].map(([path, data]) => file(path.slice(1), data))
  const welcome = ['This is dom0.', ...content.hints, '']
  return ramdisk(init('dom0', startXenTools), welcome.join('\n'), busybox, [
    ...inFolder(pieces.libraries, 'lib', program),
    ...inFolder(pieces.programs, programs, program),
    ...inFolder(pieces.modules, 'modules', file),
    { path: 'opt/xen', mode: 0o120777, data: Buffer.from(`/${programs}`) },
    file('etc/xen/xl.conf', ''),
    ...given,
  ])
}

const inFolder = (from: string, to: string, make: typeof file): CpioEntry[] =>
  readdirSync(from).map((name) => make(`${to}/${name}`, readFileSync(join(from, name))))

/** Folders that files need are made here. */
function ramdisk(initText: string, welcome: string, busybox: string, more: readonly CpioEntry[]): Uint8Array {
  const entries = [
    program('init', initText),
    program('bin/busybox', readFileSync(busybox)),
    file('etc/motd', welcome),
    ...more,
  ]
  const folders = new Set(entries.flatMap(({ path }) => parents(path)))
  return gzipSync(cpioArchive([...[...folders].sort().map(folder), ...entries]), { level: 1 })
}

/** Folders above a path, outermost first. */
function parents(path: string): string[] {
  const parts = path.split('/').slice(0, -1)
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'))
}
