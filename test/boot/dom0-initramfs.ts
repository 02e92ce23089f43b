import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Dom0Pieces, dom0Modules } from '../debian/dom0-pieces.ts'
import { type CpioEntry, file, folder, program } from './cpio.ts'
import { reportingInitramfs } from './initramfs.ts'

/** What lies in dom0 beside Xen's tools. */
export interface Dom0Content {
  /** File in dom0, without leading slash → its bytes. */
  readonly files: Readonly<Record<string, Uint8Array>>
  /** Domains that come while it runs: `by` a command of the shell, or by `xl create` of /etc/guests/NAME.cfg. */
  readonly create: readonly { readonly name: string; readonly by?: string }[]
  /** Commands of the shell that come last. */
  readonly then?: string
}

/** Says what went wrong as a fact too, so that a comparison shows it. Order: the store, then consoles; Xen's domains come next, then ours. */
const start = `export PATH=/opt/xen:$PATH LD_LIBRARY_PATH=/lib
mkdir -p /run/xen /run/xenstored /var/lib/xen /var/lib/xenstored /var/log/xen/console /var/lock /tmp /proc/xen
ln -s /run /var/run
ip link set lo up
mkdir -p /dev/pts
mount -t devpts devpts /dev/pts
problem() { echo "problem |$1|" >>/facts; }
must() { "$@" >/tmp/log 2>&1 || { problem "$*: $(tail -n 1 /tmp/log | cut -c 1-60)"; cat /tmp/log; }; }
for module in ${dom0Modules.join(' ')}; do must insmod /modules/$module.ko; done
must mount -t xenfs xenfs /proc/xen
must xenstored --pid-file /run/xen/xenstored.pid
must xen-init-dom0
must xenconsoled --pid-file=/run/xen/xenconsoled.pid --log=guest
`

/** Waits until a guest has reported in full, and passes its report on under the name that tells it from a boot-time domain's. */
const createGuest = ({
  name,
  by = `must xl create /etc/guests/${name}.cfg`,
}: Dom0Content['create'][number]): string => `${by}
seconds=0
until grep -qs 'FACT ${name} .* done' /var/log/xen/console/guest-${name}*.log; do
  sleep 1
  seconds=$((seconds + 1))
  if [ $seconds -gt 150 ]; then problem "${name} does not report"; tail -n 5 /var/log/xen/console/*; break; fi
done
cat /var/log/xen/console/guest-${name}*.log | tr -d '\\r' | grep '^FACT' | sed 's/^FACT ${name} /FACT xl:${name} /' >>/relayed
`

/** Clocks that dom0 has itself, and what xl and the store say of every domain. Lines of JSON are short; what is longer than a console line comes in pieces. */
const ask = `for clock in /sys/class/rtc/*; do [ -e "$clock" ] && echo "used |\${clock##*/}|" >>/facts; done
xl list -l >/tmp/list 2>/tmp/log || problem "xl list: $(tail -n 1 /tmp/log | cut -c 1-60)"
{ tr -d '\\n\\t' </tmp/list; echo; } | sed 's/   *//g' | fold -b -w 80 | while IFS= read -r piece; do echo "list |$piece|"; done >>/facts
for id in $(xl list | sed 1d | awk '{ print $(NF - 4) }'); do
  echo "store |$id $(xenstore-read /local/domain/$id/name)|" >>/facts
done
`

/** dom0's ramdisk: reports as every guest does, then what its tools say. Gives its bytes. */
export function dom0Initramfs(
  busybox: string,
  pieces: Dom0Pieces,
  { files, create, then = '' }: Dom0Content,
): Uint8Array {
  const script = `${start}must init-dom0less\n${create.map(createGuest).join('')}${ask}${then}`
  return withXenTools(busybox, pieces, files, script)
}

/** dom0's ramdisk without any of that: `script` introduces the domains that Xen has started. Gives its bytes. */
export const controlInitramfs = (
  busybox: string,
  pieces: Dom0Pieces,
  files: Dom0Content['files'],
  script: string,
): Uint8Array => withXenTools(busybox, pieces, files, `${start}${script}`)

function withXenTools(busybox: string, pieces: Dom0Pieces, files: Dom0Content['files'], script: string): Uint8Array {
  const inFolder = (from: string, to: string, make: typeof file): CpioEntry[] => [
    ...parents(`${to}/x`),
    ...readdirSync(from).map((name) => make(`${to}/${name}`, readFileSync(join(from, name)))),
  ]
  const given = Object.entries(files)
  const entries = [
    ...inFolder(pieces.libraries, 'lib', program),
    ...inFolder(pieces.programs, 'opt/xen', program),
    ...inFolder(pieces.modules, 'modules', file),
    ...['etc/xen/x', 'var/x', ...given.map(([path]) => path)].flatMap(parents),
    file('etc/xen/xl.conf', ''),
    ...given.map(([path, data]) => file(path, data)),
    program('etc/more', script),
  ]
  const once = new Map(entries.map((entry) => [entry.path, entry]))
  return reportingInitramfs('dom0', busybox, [...once.values()])
}

/** Folders above a path, outermost first. */
function parents(path: string): CpioEntry[] {
  const parts = path.split('/').slice(0, -1)
  return parts.map((_, index) => folder(parts.slice(0, index + 1).join('/')))
}
