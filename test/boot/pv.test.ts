/**
 * A disk and a network of Xen's own drivers for a guest of stock Linux, in both its lives: Xen starts it, and the generated script gives it both; then
 * the supervisor creates it again, and its generated configuration does. A boot of its own, of about 35 s: no other has a stock Xen, xl's own
 * scripts in dom0 and a guest that comes back.
 */
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { dom0Pieces } from '../debian/dom0-pieces.ts'
import { driverKernel } from '../debian/driver-modules.ts'
import { bootPieces } from '../debian/fetch.ts'
import { hotplugScripts } from '../debian/hotplug-scripts.ts'
import { runCase } from './boot-case.ts'
import { asWritten, deviceGuest, sumOf } from './device-guest.ts'
import { type Dom0Content, dom0Initramfs } from './dom0-initramfs.ts'
import { expectedCreated, type PlanJson } from './expectations.ts'
import { boardTree, plainMachine } from './machine.ts'
import { dom0Tool, installed, SUPERVISE } from './supervised.ts'
import { buildSystem, inScratch, type SystemSource } from './system.ts'

const manifest = `api-version: domforge/v1
name: served-by-xen
platform: { device-tree: board.dtb }
xen: { release: "4.17", image: xen, bootargs: console=dtuart dtuart=serial0 bootscrub=0 conswitch=ax }
boot: { load: { from: virtio, device: "0:1" } }
domains:
  dom0:
    boot: dom0
    kernel: { image: Image, bootargs: console=hvc0 panic=5 }
    ramdisk: dom0.cpio.gz
    memory: 512MiB
    vcpus: 1
    files-at: /boot/guests
  app:
    boot: dom0less
    kernel: { image: Image, bootargs: console=ttyAMA0 panic=5 }
    ramdisk: app.cpio.gz
    memory: 192MiB
    vcpus: 1
    enhanced: enabled
    disks:
      data: { target: /var/data.img }
    networks:
      lan: { bridge: lan }
    lifecycle: { on-reboot: restart }
`

const DISK = Buffer.alloc(1 << 20, 'what is on the disk ')

/** Without /dev/stdin, which udev makes, the scripts wait for ever. The first life ends when dom0 has heard of it, and it has reported. */
const AGAIN = `ln -s /proc/self/fd/0 /dev/stdin
chmod 755 /bin/bash /bin/xenstore-list /etc/xen/scripts/*
for module in loop xen-blkback xen-netback llc stp bridge; do must insmod /modules/$module.ko; done
brctl addbr lan && ip addr add 10.0.2.2/24 dev lan && ip link set lan up
${SUPERVISE}
DOMFORGE_INIT=/bin/true
must /usr/lib/domforge/prepare devices
seconds=0
until grep -q '^10.0.2.15 ' /proc/net/arp; do
  sleep 1
  seconds=$((seconds + 1))
  [ $seconds -lt 60 ] || { problem "the guest is not seen"; tail -n 5 /var/log/xen/xen-hotplug.log; break; }
done
sleep 6
supervise &
until grep -qs 'looks after' /tmp/supervisor.log; do sleep 1; done
/opt/test/end 1 1
`

async function inputs(folder: string, content: Dom0Content): Promise<SystemSource['inputs']> {
  const { xen, busybox } = await bootPieces('bookworm')
  const kernel = await driverKernel('cloud')
  const pieces = { ...(await dom0Pieces('bookworm')), modules: kernel.modules }
  const drivers = kernel.modulesFor(['xen_blkfront', 'xen_netfront'])
  const wait = { script: "until [ -b /dev/xvda ] && ls /sys/class/net | grep -qv '^lo$'; do sleep 1; done\n" }
  return {
    'board.dtb': await boardTree(plainMachine, folder),
    xen,
    Image: kernel.image,
    'dom0.cpio.gz': dom0Initramfs(busybox, pieces, content),
    'app.cpio.gz': deviceGuest('app', busybox, [wait, { disk: 'xvda' }, 'network'], drivers),
  }
}

async function appInDom0(folder: string): Promise<Dom0Content> {
  const first = join(folder, 'first')
  await buildSystem({ manifest, inputs: await inputs(folder, { files: {}, create: [] }) }, first)
  return {
    files: {
      ...installed(join(first, 'system'), ['Image', 'app.cpio.gz']),
      ...(await hotplugScripts('bookworm')),
      'opt/test/end': await dom0Tool('end'),
      'var/data.img': DISK,
    },
    create: [{ name: 'app', by: AGAIN }],
  }
}

test('a disk and a network: stock Xen 4.17, both lives', { timeout: 600_000 }, async () => {
  await inScratch(async (folder) => {
    const given = await inputs(folder, await appInDom0(folder))
    const created = (plan: PlanJson) => [expectedCreated(plan, 'app')]
    const result = await runCase({ name: 'pv', manifest, inputs: given, created, timeoutSeconds: 240 }, folder)
    expect(result.differences).toEqual([])
    expect(result.reports.get('app')?.devicesUsed).toEqual([`xvda ${sumOf(DISK)}`, 'xvda written', 'ping'])
    expect(result.reports.get('xl:app')?.devicesUsed).toEqual([
      `xvda ${sumOf(asWritten(DISK))}`,
      'xvda written',
      'ping',
    ])
  })
})
