/** Every way in which a guest may end, on Xen and Linux of Debian: how Xen shows it, and what the generated supervisor calls it. */
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect } from 'vitest'
import { bootPieces, type DebianRelease } from '../../debian/fetch.ts'
import { guestProgram } from '../../debian/guest-program.ts'
import { kernelModule } from '../../debian/kernel-module.ts'
import { watchdogModules } from '../../debian/package-file.ts'
import { plainMachine } from '../machine.ts'
import { mortalGuest } from '../mortal-guest.ts'
import { buildSupervised } from '../supervised.ts'
import { bootSystem, inScratch } from '../system.ts'

interface Ending {
  readonly name: string
  readonly enhanced: 'enabled' | 'no-xenstore' | 'disabled'
  /** Keys of its lifecycle, each of which is `stop`. */
  readonly lifecycle?: string
  readonly panic?: string
  /** Shell; what ends it. */
  readonly life: string
  /** State in Xen's list, and the number of its reason. */
  readonly shown: RegExp
  /** What the supervisor calls it; absent: nothing is seen. */
  readonly event?: string
}

const ENDINGS: readonly Ending[] = [
  { name: 'off', enhanced: 'enabled', life: 'poweroff -f', shown: /^---s-- 0$/, event: 'poweroff' },
  { name: 'resets', enhanced: 'enabled', life: 'reboot -f', shown: /^---sr- 1$/, event: 'reboot' },
  { name: 'storeless', enhanced: 'no-xenstore', life: 'reboot -f', shown: /^---sr- 1$/, event: 'reboot' },
  { name: 'bare', enhanced: 'disabled', panic: 'panic=1', life: 'panic', shown: /^---sr- 1$/, event: 'reboot' },
  {
    name: 'marks',
    enhanced: 'enabled',
    lifecycle: 'reboot-told-by: mark',
    life: 'mark reboot; reboot -f',
    shown: /^---sr- 1$/,
    event: 'marked',
  },
  // After the others: it takes a processor for itself.
  { name: 'spins', enhanced: 'enabled', life: 'sleep 10; panic', shown: /^[r-]----- -$/ },
  {
    name: 'late',
    enhanced: 'enabled',
    lifecycle: 'boot-limit: 30s, on-hang: stop',
    life: '',
    shown: /^[r-][b-]---- -$/,
    event: 'silent',
  },
  {
    name: 'in-time',
    enhanced: 'enabled',
    lifecycle: 'boot-limit: 10min, on-hang: stop',
    life: '/etc/domforge/mark up',
    shown: /^[r-][b-]---- -$/,
  },
  {
    name: 'hangs',
    enhanced: 'enabled',
    lifecycle: 'watchdog: 5s, on-hang: stop',
    life: 'WATCHDOG timeout=5; exec 9>/dev/watchdog; for feed in 1 2; do echo >&9; sleep 1; done',
    shown: /^---sw- 4$/,
    event: 'hang',
  },
  {
    name: 'tells',
    enhanced: 'no-xenstore',
    lifecycle: 'reboot-told-by: module',
    panic: 'panic=1',
    life: 'insmod /modules/xen-panic.ko; panic',
    shown: /^---sc- 3$/,
    event: 'crash',
  },
]

const domain = ({ name, enhanced, panic = 'panic=0', lifecycle }: Ending): string => `  ${name}:
    boot: dom0less
    kernel: { image: Image, bootargs: console=ttyAMA0 quiet ${panic} }
    ramdisk: ${name}.cpio.gz
    memory: 96MiB
    enhanced: ${enhanced}
    lifecycle: { on-crash: stop${lifecycle ? `, ${lifecycle}` : ''} }
`

/** Each switch between ten guests makes QEMU forget what it had translated for the one before: with Xen's 1 ms they hardly come up. */
const manifest = (release: string): string => `api-version: domforge/v1
name: deaths
platform: { device-tree: board.dtb }
xen: { release: "${release}", image: xen, bootargs: console=dtuart dtuart=serial0 bootscrub=0 sched_ratelimit_us=30000 }
boot: { load: { from: virtio } }
domains:
  dom0:
    boot: dom0
    kernel: { image: Image, bootargs: console=hvc0 quiet panic=5 }
    ramdisk: dom0.cpio.gz
    memory: 512MiB
    files-at: /boot/guests
${ENDINGS.map(domain).join('')}`

const SEEN = ENDINGS.filter(({ event }) => event !== undefined).length

/** Three times, since lines of dom0 can be cut by others. */
const SCRIPT = `
supervise &
seconds=0
until [ $(grep -c ': stop$' /tmp/supervisor.log) -ge ${SEEN} ] || [ $seconds -gt 240 ]; do sleep 1; seconds=$((seconds + 1)); done
until xl list -v | grep -q '^spins .* [r-]----- ' || [ $seconds -gt 240 ]; do sleep 1; seconds=$((seconds + 1)); done
sleep 6
for round in 1 2 3; do
  xl list -v | sed 1d | awk '{ print "SHOWN |" $1 "|" $5 " " $8 "|" }'
  sed -n 's/^[0-9]* domforge: \\(.*\\) (id [0-9]*): \\(.*\\): stop$/SAID |\\1|\\2|/p' /tmp/supervisor.log
  sleep 1
done
echo "ROUNDS DONE"
while :; do sleep 1000; done
`

/** Lines of one kind by name; a line that another has cut is among them in full elsewhere. */
function told(lines: readonly string[], kind: 'SHOWN' | 'SAID'): Readonly<Record<string, string>> {
  const found = lines.flatMap((line) => {
    const [, name = '', what] = new RegExp(`^${kind} \\|([^|]*)\\|([^|]*)\\|$`).exec(line.trimEnd()) ?? []
    return what === undefined ? [] : [[name, what] as const]
  })
  return Object.fromEntries(found)
}

async function ramdisks(debian: DebianRelease): Promise<Record<string, Uint8Array>> {
  const { busybox } = await bootPieces(debian)
  const example = (path: string) => fileURLToPath(new URL(`../../../examples/guest-panic/${path}`, import.meta.url))
  const panic = await kernelModule(debian, 'xen-panic', example('linux/xen-panic'))
  const watchdog = await watchdogModules(debian)
  const modules = [...watchdog, panic]
  const load = watchdog.map((path) => `insmod /modules/${basename(path)}`).join('; ')
  const programs = [await guestProgram('domforge-mark', [example('mark/domforge-mark.c')])]
  return Object.fromEntries(
    ENDINGS.map(({ name, life }) => [
      `${name}.cpio.gz`,
      mortalGuest(busybox, `sleep 15\n${life.replace('WATCHDOG', load)}`, { modules, programs }),
    ]),
  )
}

/** A release of Xen with dom0's shell. */
export interface Deaths {
  readonly debian: DebianRelease
  readonly release: string
  readonly shell: 'dash' | 'busybox'
}

/** Boots it, and compares what Xen shows and what the supervisor said with what each guest does. */
export async function bootDeaths({ debian, release, shell }: Deaths): Promise<void> {
  await inScratch(async (folder) => {
    const system = { debian, manifest: manifest(release), images: await ramdisks(debian), created: [] }
    const { files } = await buildSupervised({ ...system, shell, script: SCRIPT }, folder)
    const { lines } = await bootSystem(
      {
        name: `deaths-${release}`,
        machine: plainMachine,
        medium: 'virtio',
        files,
        isDone: (all) => all.at(-1)?.includes('ROUNDS DONE') === true,
        failures: [/Panic on CPU/, /^=> /, /^Failed to load/],
        timeoutSeconds: 800,
      },
      folder,
    )
    const shown = told(lines, 'SHOWN')
    for (const ending of ENDINGS)
      expect([ending.name, shown[ending.name]]).toEqual([ending.name, expect.stringMatching(ending.shown)])
    expect(told(lines, 'SAID')).toEqual(
      Object.fromEntries(ENDINGS.flatMap(({ name, event }) => (event === undefined ? [] : [[name, event]]))),
    )
  })
}
