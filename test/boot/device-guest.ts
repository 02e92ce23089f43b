/** Guests that use devices of the host that they were given, and say how that went: one line of `used` for each thing that worked. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { type CpioEntry, file, folder, program } from './cpio.ts'
import { reportingInitramfs } from './initramfs.ts'

/** What a guest tries, in this order. */
export type Trial =
  /** The real-time clock: `clock SECONDS`, then `alarm` when its interrupt has come. */
  | 'clock'
  /** Pin 5 of a PL061: `pin 0`, `pin 1` as they are read back. */
  | 'pin'
  /** A block device by name: `NAME SHA-256` of all of it, then `NAME written`. */
  | { readonly disk: string }
  /** The network card, with QEMU's user network behind it: `ping`. */
  | 'network'
  /** A serial port by name: `NAME sent`, after a line of text. */
  | { readonly serial: string }
  /** So many bytes of the source of random numbers, as they are. */
  | { readonly entropy: number }
  /** Commands: `wait_for` and `problem` are there for them. */
  | { readonly script: string }

export const used = (what: string): string => `echo "used |${what}|" >>/facts`

/** Where a guest's own sector of a disk begins. */
export const WRITTEN_AT = 4096

export const WRITTEN = 'written by the guest that was given this disk'

/** As guests print it of a disk. */
export const sumOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** What the next to look finds on a disk when a guest has written. */
export function asWritten(disk: Uint8Array): Uint8Array {
  const found = Buffer.from(disk)
  found.fill(0, WRITTEN_AT, WRITTEN_AT + 512)
  found.write(`${WRITTEN}\n`, WRITTEN_AT)
  return found
}

export const SENT = 'sent by the guest that was given this port'

const CLOCK = `[ -e /sys/class/rtc/rtc0 ] || problem "no clock"
${used('clock $(cat /sys/class/rtc/rtc0/since_epoch)')}
interrupts() { grep rtc-pl031 /proc/interrupts | awk '{ print $2 + $3 }'; }
before=$(interrupts)
echo +2 >/sys/class/rtc/rtc0/wakealarm
wait_for '[ "$(interrupts)" -gt "$before" ]' && ${used('alarm')}
`

const PIN = `base=$(cat /sys/class/gpio/gpiochip*/base | head -n 1)
pin=$((base + 5))
echo $pin >/sys/class/gpio/export
for value in 0 1; do
  echo $([ $value = 1 ] && echo high || echo low) >/sys/class/gpio/gpio$pin/direction
  ${used('pin $(cat /sys/class/gpio/gpio$pin/value)')}
done
`

const diskTrial = (name: string): string => `wait_for '[ -b /dev/${name} ]' || problem "no ${name}"
${used(`${name} $(sha256sum </dev/${name} | cut -c 1-64)`)}
echo '${WRITTEN}' | dd of=/dev/${name} bs=512 seek=${WRITTEN_AT / 512} conv=sync,fsync 2>/dev/null && ${used(`${name} written`)}
`

const NETWORK = `wait_for 'ls /sys/class/net | grep -qv ^lo' || problem "no network card"
card=$(ls /sys/class/net | grep -v ^lo | head -n 1)
ifconfig $card 10.0.2.15
wait_for 'ping -c 1 -W 1 10.0.2.2 >/dev/null' && ${used('ping')}
`

const serialTrial = (name: string): string =>
  `stty -F /dev/${name} raw && echo '${SENT}' >/dev/${name} && ${used(`${name} sent`)}\n`

const entropyTrial = (length: number): string => `wait_for '[ -c /dev/hwrng ]' || problem "no /dev/hwrng"
${used(`$(dd if=/dev/hwrng bs=${length} count=1 2>/dev/null)`)}
`

const COMMON = `problem() { echo "problem |$1|" >>/facts; }
wait_for() { tries=0; until eval "$1"; do tries=$((tries + 1)); [ $tries -gt 100 ] && return 1; usleep 100000; done; }
`

function scriptOf(trial: Trial): string {
  if (trial === 'clock') return CLOCK
  if (trial === 'pin') return PIN
  if (trial === 'network') return NETWORK
  if ('script' in trial) return trial.script
  if ('entropy' in trial) return entropyTrial(trial.entropy)
  return 'disk' in trial ? diskTrial(trial.disk) : serialTrial(trial.serial)
}

/** Commands that load `modules`, in this order. */
const loadEach = (modules: readonly string[]): string =>
  modules.map((path) => `insmod /modules/${basename(path)} || problem "insmod ${basename(path)}"\n`).join('')

/** Puts modules where modprobe finds them, which then loads what it is asked for. */
export const installForModprobe = (): string => `folder=/lib/modules/$(uname -r)
mkdir -p $folder
mv /modules/* $folder
(cd $folder && depmod)
`

/** The ramdisk of a guest called `name` that loads `modules`, in this order, and then does its trials. `load` makes the commands for the former. */
export function deviceGuest(
  name: string,
  busybox: string,
  trials: readonly Trial[],
  modules: readonly string[] = [],
  load = loadEach,
): Uint8Array {
  const script = `${COMMON}${load(modules)}${trials.map(scriptOf).join('')}`
  const entries: readonly CpioEntry[] = [
    folder('modules'),
    ...modules.map((path) => file(`modules/${basename(path)}`, readFileSync(path))),
    program('etc/more', script),
  ]
  return reportingInitramfs(name, busybox, entries)
}
