/**
 * Policies on the target, from generated files alone: Xen, Linux and xl of Debian, the generated supervisor in dash and in BusyBox ash. It is killed
 * at three points; what it knew before is neither lost nor done twice. `one` serves `app` a disk, and xl finds it by its name when it has come back with another id. xenstored
 * stops for 20 seconds, and all of dom0 for as long: nothing is reset. In the end xenstored dies, or a guest crashes for ever, and the machine is reset.
 */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect } from 'vitest'
import { bootPieces, type DebianRelease } from '../../debian/fetch.ts'
import { guestProgram } from '../../debian/guest-program.ts'
import { kernelModule } from '../../debian/kernel-module.ts'
import { idleGuest } from '../bare-guest.ts'
import { plainMachine } from '../machine.ts'
import { mortalGuest } from '../mortal-guest.ts'
import { buildSupervised, dom0Tool, type Supervised } from '../supervised.ts'
import { bootSystem, inScratch } from '../system.ts'

const ATTEMPTS = 'attempts: { max: 9, window: 1h }, backoff: { first: 1s, max: 2s }'

/** `one` and `app` end when dom0 says so, `tells` and `marks` by themselves, once, and `loops` in each life. */
const LIFECYCLES = {
  one: `{ on-crash: restart-dependents, reboot-told-by: module, ${ATTEMPTS} }`,
  app: `{ after: [one], on-crash: restart, reboot-told-by: module, ${ATTEMPTS} }`,
  tells: `{ on-crash: restart, reboot-told-by: module, ${ATTEMPTS} }`,
  marks: `{ on-crash: restart, reboot-told-by: mark, ${ATTEMPTS} }`,
  loops: '{ start: manual, attempts: { max: 2, window: 1h, then: reset-platform }, may-reset-platform: it has to run }',
} as const
type Name = keyof typeof LIFECYCLES

/** Those that Xen starts. */
const BOOTED: readonly Name[] = ['one', 'tells', 'marks']

/** Those that dom0 ends: nothing runs in them. */
const IDLE: readonly Name[] = ['one', 'app']

const KINDS = {
  booted: { boot: 'dom0less', console: 'ttyAMA0', more: '    enhanced: enabled\n' },
  created: { boot: 'xl', console: 'hvc0', more: '' },
} as const

function domain(name: Name): string {
  const { boot, console, more } = BOOTED.includes(name) ? KINDS.booted : KINDS.created
  const what = IDLE.includes(name)
    ? '    os: other\n    kernel: { image: idle }\n    memory: 16MiB'
    : `    kernel: { image: Image, bootargs: console=${console} quiet panic=1 }\n    ramdisk: ${name}.cpio.gz\n    memory: 192MiB`
  return `  ${name}:
    boot: ${boot}
${what}
${more}${name === 'app' ? '    disks: { data: { target: /d, format: qcow2, backend: one } }\n' : ''}    lifecycle: ${LIFECYCLES[name]}
`
}

const manifest = (release: string, names: readonly Name[]): string => `api-version: domforge/v1
name: policies
platform: { device-tree: board.dtb }
xen: { release: "${release}", image: xen, bootargs: console=dtuart dtuart=serial0 bootscrub=0 xsm=dummy }
boot: { load: { from: virtio } }
domains:
  dom0:
    boot: dom0
    kernel: { image: Image, bootargs: console=hvc0 quiet panic=5 }
    ramdisk: dom0.cpio.gz
    memory: 768MiB
    files-at: /boot/guests
${names.map(domain).join('')}platform-resets: { max: 1 }
`

/** Functions of dom0's script; what it finds out is said three times at the end, since lines of dom0 can be cut by others. */
const FUNCTIONS = `
log=/tmp/supervisor.log from=1
: >$log
here() { from=$(($(wc -l <$log) + 1)); }
await() {
  tries=0
  until tail -n +$from $log | grep -q "$1"; do
    [ $tries -lt 150 ] || { tell "not seen: $1"; return 1; }
    tries=$((tries + 1)); sleep 1
  done
}
tell() { echo "TOLD |$*|" | tee -a /tmp/told; }
id_of() { read -r _ id _ </run/domforge/$1.life; echo $id; }
items() { if [ "$1" = - ]; then echo 0; else echo "$1" | tr , '\\n' | wc -l; fi; }
# State, attempts and reboots of a domain, and how many of it Xen has.
life() {
  read -r state id time attempts reboots why </run/domforge/$1.life
  uuid=$(sed -n 's/^uuid = "\\(.*\\)"$/\\1/p' /etc/domforge/domains/$1.cfg)
  echo "$1 $state $(items $attempts)/$(items $reboots) $(xl list -v | grep -c "$uuid")"
}
said() { xenstore-read /local/domain/$(id_of $1)/data/domforge; }
end() { /opt/test/end $(id_of $1) $2; }
kill_supervisor() { kill -9 $(cat /run/domforge/pid); }
served() { [ "$(xenstore-read /local/domain/$(id_of app)/device/vbd/51712/backend-id)" = $(id_of one) ] && echo served; }
creating() { for pid in $(pidof xl); do tr '\\0' ' ' </proc/$pid/cmdline; done 2>/dev/null | grep -q 'xl create -e -p'; }
`

/** A step of the story, and what is told after it. */
interface Step {
  readonly script: string
  readonly told: readonly string[]
}

const BEGIN: Step = {
  script: `supervise &
await 'app: runs with id' && tell $(life app) $(served)`,
  told: ['app run 0/0 1 served'],
}

/** With the number of attempts that are counted then: one for each crash. */
const kill = (at: string, until: string, crashes: number): Step => ({
  script: `here; end one 3; ${until}; kill_supervisor
await 'looks after' && await 'one: runs with id' && await 'app: runs with id'
tell ${at}: $(life one), $(life app) $(served)`,
  told: [`${at}: one run ${crashes}/0 1, app run 0/0 1 served`],
})

const KILLS: readonly Step[] = [
  kill('decided', "await '^[0-9]* domforge: one .*: crash: restart'", 1),
  kill('removed', "await 'one: id .* is removed'", 2),
  kill('creating', 'until creating; do :; done', 3),
]

const CREATED: Step = {
  // What serves the disk would do the first: xl waits ten seconds for it.
  script: `xenstore-rm /local/domain/$(id_of one)/backend
here; before=$(id_of one); end app 3; await 'app: runs with id'
tell crashed: $(life app) $(served), $([ $before = $(id_of one) ] && echo alone)
here; end app 0; await 'app .*: poweroff: stop'
tell off: $(life app)`,
  told: ['crashed: app run 1/0 1 served, alone', 'off: app stop 0/0 1'],
}

const OWN_ENDS: Step = {
  script: `from=1; await 'tells: runs with id' && await 'marks: runs with id'
until [ "$(said marks)" = up ] || [ $tries -gt 149 ]; do tries=$((tries + 1)); sleep 1; done
tell $(life tells), $(life marks) $(said marks)`,
  told: ['tells run 1/0 1, marks run 0/1 1 up'],
}

const STALLED: Step = {
  script: `here; before=$(id_of one); store=$(cat /run/domforge/xenstored)
kill -STOP $store; sleep 20; kill -CONT $store; sleep 6
tell stalled: $(life one) $([ $before = $(id_of one) ] && echo same) $(ls /run/domforge/reset /var/lib/domforge/resets 2>/dev/null | wc -l)
end one 3; await 'one: runs with id'; tell after: $(life one)`,
  told: ['stalled: one run 3/0 1 same 0', 'after: one run 4/0 1'],
}

const ZOMBIE: Step = {
  script: `here; corpse=$(id_of one); /opt/test/hold $corpse 0x40000 1000 & holder=$!
sleep 1; end one 3; await 'one .*: stuck: proceed' && await 'one: runs with id'
tell corpse: $(life one) $(xl list | awk -v id=$corpse '$(NF - 4) == id { print substr($(NF - 1), 4, 3) }')
kill $holder; sleep 3; tell let go: $(life one)`,
  // The corpse has the UUID still.
  told: ['corpse: one run 4/0 2 scd', 'let go: one run 4/0 1'],
}

/** Every process but the first and this one: what they wait for runs out meanwhile, and a guest ends. */
const BLOCKED: Step = {
  script: `here
kill -STOP -1; sleep 10; end one 3; sleep 10; kill -CONT -1
await 'one: runs with id'; tell blocked: $(life one) $(ls /run/domforge/reset /var/lib/domforge/resets 2>/dev/null | wc -l)`,
  told: ['blocked: one run 5/0 1 0'],
}

const ROUNDS = 'for round in 1 2 3; do cat /tmp/told; sleep 1; done'

/** How it ends: what makes the supervisor reset the machine, what it gives as the reason, and how often `loops` has begun by then. */
interface Finale {
  readonly script: string
  readonly reason: string
  readonly loops: number
}

const LOST: Finale = {
  script: 'kill -9 $(cat /run/domforge/xenstored)',
  reason: 'xenstored is gone',
  loops: 0,
}

const LOOP: Finale = { script: '/usr/lib/domforge/supervisor start loops', reason: 'loops: reboot', loops: 3 }

const END = /Hardware Dom0 shutdown: rebooting machine/

/** Only in its first life: xl writes a model into the tree that it makes. */
const once = (death: string): string => `[ -e /proc/device-tree/model ] || { sleep 15; ${death}; }`

/** What runs in those that are Linux. */
const LIVES: Readonly<Partial<Record<Name, string>>> = {
  tells: once('insmod /modules/xen-panic.ko; panic'),
  // The script comes with metadata.cpio, which is in xl's life only where dom0 has appended it to the ramdisk.
  marks: `${once('until /etc/domforge/mark reboot; do sleep 1; done; reboot -f')}; /etc/domforge/mark up`,
  // Its first process ends, which is a panic.
  loops: 'exit',
}

async function systemOf({ debian, release, shell, names, steps, finale }: Policies): Promise<Supervised> {
  const { busybox } = await bootPieces(debian)
  const example = (path: string): string =>
    fileURLToPath(new URL(`../../../examples/guest-panic/${path}`, import.meta.url))
  const modules = [await kernelModule(debian, 'xen-panic', example('linux/xen-panic'))]
  const programs = [await guestProgram('domforge-mark', [example('mark/domforge-mark.c')])]
  const ramdisks = names.flatMap((name) => {
    const life = LIVES[name]
    return life === undefined ? [] : [[`${name}.cpio.gz`, mortalGuest(busybox, life, { modules, programs })] as const]
  })
  return {
    debian,
    manifest: manifest(release, names),
    images: { ...Object.fromEntries(ramdisks), idle: readFileSync(await idleGuest()) },
    created: ['Image', 'idle', ...ramdisks.map(([name]) => name)],
    files: { 'opt/test/end': await dom0Tool('end'), 'opt/test/hold': await dom0Tool('hold') },
    shell,
    script: [
      FUNCTIONS,
      ...steps.map(({ script }) => script),
      ROUNDS,
      finale.script,
      'while :; do sleep 1000; done\n',
    ].join('\n'),
  }
}

/** A release of Xen with its story; dom0's shell, and the guests. */
export interface Policies {
  readonly debian: DebianRelease
  readonly release: string
  readonly shell: Supervised['shell']
  readonly names: readonly Name[]
  readonly steps: readonly Step[]
  readonly finale: Finale
}

export const ON_4_17: Policies = {
  debian: 'bookworm',
  release: '4.17',
  shell: 'dash',
  names: ['one', 'app', 'tells', 'marks'],
  steps: [BEGIN, OWN_ENDS, ...KILLS, CREATED, STALLED],
  finale: LOST,
}

export const ON_4_20: Policies = {
  debian: 'trixie',
  release: '4.20',
  shell: 'busybox',
  names: ['one', 'app', 'loops'],
  steps: [BEGIN, ...KILLS, CREATED, ZOMBIE, BLOCKED],
  finale: LOOP,
}

/** Boots it, and compares what dom0 told and how it ended with what the story says. */
export async function bootPolicies(policies: Policies): Promise<void> {
  const { release, steps, finale } = policies
  await inScratch(async (folder) => {
    const { files } = await buildSupervised(await systemOf(policies), folder)
    const { lines } = await bootSystem(
      {
        name: `policies-${release}`,
        machine: plainMachine,
        medium: 'virtio',
        files,
        isDone: (all) => END.test(all.at(-1) ?? ''),
        failures: [/Panic on CPU/, /^=> /, /^Failed to load/],
        timeoutSeconds: 800,
      },
      folder,
    )
    const told = lines.flatMap((line) => /^TOLD \|([^|]*)\|$/.exec(line.trimEnd())?.[1] ?? [])
    expect([...new Set(told)].toSorted()).toEqual(steps.flatMap((step) => step.told).toSorted())
    const ends = lines.map((line) => line.trimEnd())
    expect(ends.filter((line) => line.endsWith(`: reset 1 of 1: ${finale.reason}`)).length).toBe(1)
    expect(ends.filter((line) => /loops: runs with id \d+$/.test(line)).length).toBe(finale.loops)
  })
}
