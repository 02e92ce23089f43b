/** Guests with virtio-mmio devices, from generated files alone: two boots, in one of which nothing serves. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { expect, test } from 'vitest'
import { dom0Pieces } from '../debian/dom0-pieces.ts'
import { driverKernel } from '../debian/driver-modules.ts'
import { bootPieces } from '../debian/fetch.ts'
import { runCase, xenInputs } from './boot-case.ts'
import { asWritten, deviceGuest, installForModprobe, sumOf, used, WRITTEN, WRITTEN_AT } from './device-guest.ts'
import { dom0Initramfs } from './dom0-initramfs.ts'
import { expectedCreated, type PlanJson } from './expectations.ts'
import { reportingInitramfs } from './initramfs.ts'
import { boardTree, plainMachine } from './machine.ts'
import { backendProgram, installedFor, programLogs, START } from './serving-dom0.ts'
import { buildSystem, inScratch, type SystemSource } from './system.ts'

const hasty = `api-version: domforge/v1
name: hasty
platform: { device-tree: board.dtb }
xen: { release: "4.17", image: xen, config: xen.config, bootargs: console=dtuart dtuart=serial0 bootscrub=0 conswitch=ax }
boot: { load: { from: virtio, device: "0:1" } }
domains:
  dom0: { boot: dom0, kernel: { image: Image, bootargs: console=hvc0 }, ramdisk: dom0.cpio.gz, memory: 256MiB, vcpus: 1 }
  app:
    boot: dom0less
    kernel: { image: Image, bootargs: console=ttyAMA0 modprobe.blacklist=virtio_mmio }
    ramdisk: app.cpio.gz
    memory: 192MiB
    vcpus: 1
    enhanced: enabled
virtio:
  disk: { type: block, transport: mmio, frontend: app, backend: dom0 }
`

/** The Oops takes insmod with it, and the shell goes on. */
const loadAtOnce = (modules: readonly string[]): string => `${modules
  .map((path) => `insmod /modules/${basename(path)}\n`)
  .join('')}${used("$(dmesg | grep -o 'Internal error: Oops' | head -n 1)")}
${used("$(dmesg | grep -o 'pc : virtio_mmio_probe' | head -n 1)")}
`

test('a driver that does not wait for the program behind its device dies at its first access, as VIO-030 says', async () => {
  const { busybox } = await bootPieces('bookworm')
  const kernel = await driverKernel('cloud')
  const modules = kernel.modulesFor(['virtio_mmio'])
  await inScratch(async (folder) => {
    const inputs = {
      ...(await xenInputs({ release: '4.17', from: 'source' })),
      'board.dtb': await boardTree(plainMachine, folder),
      Image: kernel.image,
      'dom0.cpio.gz': reportingInitramfs('dom0', busybox),
      'app.cpio.gz': deviceGuest('app', busybox, [], modules, loadAtOnce),
    }
    const result = await runCase({ name: 'virtio-without-program', manifest: hasty, inputs }, folder)
    // The plan counts the page of xenstore, which nothing in this dom0 makes.
    expect(result.differences).toEqual(['app: pages planned 49153, given by Xen 49152'])
    expect(result.reports.get('app')?.devicesUsed).toEqual(['Internal error: Oops', 'pc : virtio_mmio_probe'])
  })
})

const command = (what: string, base = '{base}') =>
  `command: [/bin/backend, ${what}, "{domain-id}", "${base}", "{interrupt}", "{vcpus}", "{ready}"]`

const device = (frontend: string, type: string, words: string): string =>
  `{ type: ${type}, transport: mmio, frontend: ${frontend}, backend: dom0, backend-program: { ${words} } }`

/** Where no device of its guest is. */
const ASTRAY = '0x2008000'

/**
 * A guest with three programs, one that xl creates with three of its own, one whose program serves other registers than those of its tree, and one
 * with a disk in the words of xl, whose program asks xenstore.
 */
const served = `api-version: domforge/v1
name: served
platform: { device-tree: board.dtb }
xen: { release: "4.17", image: xen, config: xen.config, bootargs: console=dtuart dtuart=serial0 bootscrub=0 conswitch=ax }
boot: { load: { from: virtio, device: "0:1" } }
domains:
  dom0:
    boot: dom0
    kernel: { image: Image, bootargs: console=hvc0 }
    ramdisk: dom0.cpio.gz
    memory: 512MiB
    vcpus: 1
    files-at: /boot/guests
  app:
    boot: dom0less
    kernel: { image: guest-Image, bootargs: console=ttyAMA0 modprobe.blacklist=virtio_mmio }
    ramdisk: app.cpio.gz
    memory: 256MiB
    vcpus: 1
    enhanced: enabled
  lost:
    boot: dom0less
    kernel: { image: guest-Image, bootargs: console=ttyAMA0 modprobe.blacklist=virtio_mmio }
    ramdisk: lost.cpio.gz
    memory: 192MiB
    vcpus: 1
    enhanced: enabled
  later:
    boot: xl
    kernel: { image: Image, bootargs: console=ttyAMA0 }
    ramdisk: later.cpio.gz
    memory: 192MiB
    vcpus: 1
    console: vpl011
  plain:
    boot: xl
    kernel: { image: Image, bootargs: console=hvc0 }
    ramdisk: plain.cpio.gz
    memory: 192MiB
    vcpus: 1
    extra-xl: { disk: ["format=raw,vdev=xvda,specification=virtio,backendtype=standalone,target=/var/plain.img"] }
virtio:
  data: ${device('app', 'block', command('disk, /var/data.img'))}
  seed: ${device('app', 'entropy', command('entropy, /etc/seed'))}
  lan: ${device('app', 'net', command('network, tap0'))}
  astray: ${device('lost', 'block', command('disk, /var/astray.img', ASTRAY))}
  more: ${device('later', 'block', command('disk, /var/more.img'))}
  noise: ${device('later', 'entropy', command('entropy, /etc/seed'))}
  wire: ${device('later', 'net', command('network, tap1'))}
`

const DISK = Buffer.from(
  Array.from({ length: 8192 }, (_, index) => createHash('sha512').update(`${index}`).digest('hex')).join(''),
)
const SEED = 'entropy of the test '

/** The kernel itself may have taken the first bytes. */
const partOfSeed = expect.toSatisfy((text: string) => text.length === SEED.length && SEED.repeat(2).includes(text))

/** Until the guest has written; then one program dies, and comes back. Guests see one network each. */
const serve = (
  key: string,
): string => `is_written() { dd if=/var/data.img bs=1 skip=${WRITTEN_AT} count=${WRITTEN.length} 2>/dev/null | grep -q '${WRITTEN}'; }
is_served() { xenstore-read /local/domain/1/${key} >/dev/null 2>&1; }
bring_up() { wait_for "[ -e /sys/class/net/$1 ]" && ip addr add $2/24 dev $1 && ip link set $1 up; }
wait_for is_served && used served
bring_up tap0 10.0.2.2
wait_for is_written && used written
for process in /proc/[0-9]*; do
  tr '\\0' ' ' <$process/cmdline | grep -q '^/bin/backend disk /var/data' && kill -9 $(basename $process)
done 2>/dev/null
wait_for '! is_served' && used gone
wait_for is_served && used 'served again'
`

/** A guest of xl's stays paused until its programs serve: its drivers look when they are loaded. */
const createGuests = (keys: readonly string[]): string => `id=''
must xl create -p /etc/xen/later.cfg
id=$(xl domid later)
for key in ${keys.join(' ')}; do wait_for "xenstore-read /local/domain/$id/$key >/dev/null 2>&1"; done
ip addr flush dev tap0
bring_up tap1 10.0.2.2
must xl unpause later
serve_by_keys &
must xl create -p /etc/xen/plain.cfg
wait_for '[ -e /tmp/plain ]' && must xl unpause plain
`

/** As a program does that finds its devices in xenstore: xl goes on when the disk's state is 2. The number of the disk is that of xvda. */
const SERVE_BY_KEYS = `serve_by_keys() {
  wait_for 'id=$(xl domid plain 2>/dev/null)' || return
  disk=/local/domain/0/backend/virtio_disk/$id/51712
  wait_for '[ "$(xenstore-read $disk/state 2>/dev/null)" = 1 ]' || return
  base=$(xenstore-read $disk/base) interrupt=$(xenstore-read $disk/irq)
  used "keys $base $interrupt"
  must xenstore-write $disk/state 2
  /bin/backend disk "$(xenstore-read $disk/params)" $id $(printf 0x%x $base) $interrupt 1 /tmp/plain >/dev/null 2>&1
}
`

/** The generated script loads virtio_mmio; who else is needed is not its concern. */
const WAIT = {
  script: `/etc/domforge/virtio-wait || problem "virtio-wait"
for driver in blk rng net; do modprobe virtio_$driver || problem "virtio_$driver"; done
`,
}

/** Dies in modprobe. */
const WAIT_IN_VAIN = {
  script: `/etc/domforge/virtio-wait
${used("$(dmesg | grep -o 'Internal error: Oops' | head -n 1)")}
${used("$(dmesg | grep -o 'pc : virtio_mmio_probe' | head -n 1)")}
`,
}

/** A program that starts anew knows nothing of queues: the driver has to begin anew, too. Asks by the function that the generated script has. */
const again = (key: string) => ({
  script: `sed '/^until /,$d' /etc/domforge/virtio-wait >/served
. /served
wait_for '! served ${key}' && ${used('gone')}
/etc/domforge/virtio-wait
driver=/sys/bus/virtio/drivers/virtio_blk
device=$(ls $driver | grep '^virtio')
echo $device >$driver/unbind
echo $device >$driver/bind
`,
})

const DRIVERS = ['virtio_mmio', 'virtio_blk', 'virtio_rng', 'virtio_net']

async function servedInputs(folder: string, built?: string): Promise<SystemSource['inputs']> {
  const { busybox } = await bootPieces('bookworm')
  const kernel = await driverKernel('cloud')
  const pieces = { ...(await dom0Pieces('bookworm')), modules: kernel.modules }
  const modules = kernel.modulesFor(DRIVERS)
  const key = built === undefined ? '' : keysIn(built, 'app')['data']
  const trials = [
    WAIT,
    { disk: 'vda' },
    { entropy: SEED.length },
    'network',
    again(key ?? ''),
    { disk: 'vda' },
  ] as const
  const later = [{ disk: 'vda' }, { entropy: SEED.length }, 'network'] as const
  const content = {
    files: {
      ...(built === undefined ? {} : await installedFor('sysvinit', built)),
      'bin/backend': readFileSync(await backendProgram()),
      'var/data.img': DISK,
      'var/more.img': DISK,
      'var/astray.img': DISK,
      'var/plain.img': DISK,
      'etc/seed': Buffer.from(SEED.repeat(20)),
      'etc/default/domforge': Buffer.from('DOMFORGE_INIT=/bin/true\n'),
    },
    create:
      built === undefined
        ? []
        : [
            {
              name: 'later',
              by: `${START}${serve(key ?? '')}${SERVE_BY_KEYS}${createGuests(Object.values(keysIn(built, 'later')))}`,
            },
            { name: 'plain', by: ':' },
          ],
    then: programLogs,
  }
  return {
    ...(await xenInputs({ release: '4.17', from: 'source' })),
    'board.dtb': await boardTree(plainMachine, folder),
    Image: kernel.image,
    'guest-Image': kernel.image,
    'dom0.cpio.gz': dom0Initramfs(busybox, pieces, content),
    'app.cpio.gz': deviceGuest('app', busybox, trials, modules, installForModprobe),
    'lost.cpio.gz': deviceGuest('lost', busybox, [WAIT_IN_VAIN], modules, installForModprobe),
    'plain.cpio.gz': deviceGuest('plain', busybox, [{ disk: 'vda' }], modules),
    'later.cpio.gz': deviceGuest('later', busybox, later, modules),
  }
}

/** Below the guest's own place in xenstore, by device, as its metadata says it. */
function keysIn(system: string, guest: string): Readonly<Record<string, string>> {
  const { devices } = JSON.parse(readFileSync(join(system, 'out/domains', guest, 'virtio.json'), 'utf8'))
  return Object.fromEntries(Object.entries<{ readyAt: string }>(devices).map(([name, { readyAt }]) => [name, readyAt]))
}

test('a disk, entropy and a network of programs in dom0, for a guest of Xen and one of xl; one dies and comes back, one is astray', async () => {
  await inScratch(async (folder) => {
    const first = join(folder, 'first')
    await buildSystem({ manifest: served, inputs: await servedInputs(folder) }, first)
    const inputs = await servedInputs(folder, join(first, 'system'))
    const created = (plan: PlanJson) => ['later', 'plain'].map((name) => expectedCreated(plan, name))
    const result = await runCase(
      { name: 'virtio-served', manifest: served, inputs, created, timeoutSeconds: 300 },
      folder,
    )
    expect(result.differences).toEqual([])
    expect(result.reports.get('app')?.devicesUsed).toEqual([
      ...[`vda ${sumOf(DISK)}`, 'vda written', partOfSeed, 'ping', 'gone'],
      ...[`vda ${sumOf(asWritten(DISK))}`, 'vda written'],
    ])
    expect(result.reports.get('xl:later')?.devicesUsed).toEqual([
      `vda ${sumOf(DISK)}`,
      ...['vda written', partOfSeed, 'ping'],
    ])
    expect(result.reports.get('xl:plain')?.devicesUsed).toEqual([`vda ${sumOf(DISK)}`, 'vda written'])
    expect(result.reports.get('lost')?.devicesUsed).toEqual(['Internal error: Oops', 'pc : virtio_mmio_probe'])
    // Its kernel has a driver for the board's clock.
    expect(result.reports.get('dom0')?.devicesUsed).toEqual([
      ...['served', 'written', 'gone', 'served again', 'keys 33554432 33', 'rtc0'],
    ])
  })
})
