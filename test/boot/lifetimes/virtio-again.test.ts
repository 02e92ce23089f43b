/**
 * A virtio disk in both lives of a guest, from generated files alone: Xen starts it, then the supervisor has it created again, and the program behind
 * the disk follows. A boot of its own, of about 40 s: the others with devices of programs have no supervisor, and no room for one more guest.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { dom0Pieces } from '../../debian/dom0-pieces.ts'
import { driverKernel } from '../../debian/driver-modules.ts'
import { bootPieces } from '../../debian/fetch.ts'
import { runCase, xenInputs } from '../boot-case.ts'
import { asWritten, deviceGuest, installForModprobe, sumOf, WRITTEN, WRITTEN_AT } from '../device-guest.ts'
import { type Dom0Content, dom0Initramfs } from '../dom0-initramfs.ts'
import { expectedCreated, type PlanJson } from '../expectations.ts'
import { boardTree, plainMachine } from '../machine.ts'
import { backendProgram, installedFor, programLogs, START } from '../serving-dom0.ts'
import { dom0Tool, installed, SUPERVISE } from '../supervised.ts'
import { buildSystem, inScratch, type SystemSource } from '../system.ts'

const manifest = `api-version: domforge/v1
name: served-again
platform: { device-tree: board.dtb }
xen: { release: "4.17", image: xen, config: xen.config, bootargs: console=dtuart dtuart=serial0 bootscrub=0 conswitch=ax }
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
    kernel: { image: Image, bootargs: console=ttyAMA0 panic=5 modprobe.blacklist=virtio_mmio }
    ramdisk: app.cpio.gz
    memory: 192MiB
    vcpus: 1
    enhanced: enabled
    lifecycle: { on-reboot: restart }
virtio:
  data:
    type: block
    transport: mmio
    frontend: app
    backend: dom0
    backend-program: { command: [/bin/backend, disk, /var/data.img, "{domain-id}", "{base}", "{interrupt}", "{vcpus}", "{ready}"] }
`

const DISK = Buffer.alloc(1 << 20, 'what is on the disk ')

/** The first life ends when it has written and reported. */
const AGAIN = `${START}${SUPERVISE}
DOMFORGE_INIT=/bin/true
is_written() { dd if=/var/data.img bs=1 skip=${WRITTEN_AT} count=${WRITTEN.length} 2>/dev/null | grep -q '${WRITTEN}'; }
wait_for is_written && used written
sleep 6
supervise &
wait_for "grep -qs 'looks after' /tmp/supervisor.log"
must /opt/test/end 1 1
`

async function inputs(folder: string, content: Dom0Content): Promise<SystemSource['inputs']> {
  const { busybox } = await bootPieces('bookworm')
  const kernel = await driverKernel('cloud')
  const pieces = { ...(await dom0Pieces('bookworm')), modules: kernel.modules }
  const drivers = kernel.modulesFor(['virtio_mmio', 'virtio_blk'])
  const wait = { script: '/etc/domforge/virtio-wait || problem "virtio-wait"\nmodprobe virtio_blk\n' }
  return {
    ...(await xenInputs({ release: '4.17', from: 'source' })),
    'board.dtb': await boardTree(plainMachine, folder),
    Image: kernel.image,
    'dom0.cpio.gz': dom0Initramfs(busybox, pieces, content),
    'app.cpio.gz': deviceGuest('app', busybox, [wait, { disk: 'vda' }], drivers, installForModprobe),
  }
}

async function appInDom0(folder: string): Promise<Dom0Content> {
  const first = join(folder, 'first')
  await buildSystem({ manifest, inputs: await inputs(folder, { files: {}, create: [] }) }, first)
  const system = join(first, 'system')
  return {
    files: {
      ...installed(system, ['Image', 'app.cpio.gz']),
      ...(await installedFor('sysvinit', system)),
      'bin/backend': readFileSync(await backendProgram()),
      'opt/test/end': await dom0Tool('end'),
      'etc/default/domforge': Buffer.from('DOMFORGE_INIT=/bin/true\n'),
      'var/data.img': DISK,
    },
    create: [{ name: 'app', by: AGAIN }],
    then: programLogs,
  }
}

test('a disk of a program in dom0: both lives of its guest', { timeout: 600_000 }, async () => {
  await inScratch(async (folder) => {
    const given = await inputs(folder, await appInDom0(folder))
    const created = (plan: PlanJson) => [expectedCreated(plan, 'app')]
    const result = await runCase(
      { name: 'virtio-again', manifest, inputs: given, created, timeoutSeconds: 240 },
      folder,
    )
    expect(result.differences).toEqual([])
    expect(result.reports.get('app')?.devicesUsed).toEqual([`vda ${sumOf(DISK)}`, 'vda written'])
    expect(result.reports.get('xl:app')?.devicesUsed).toEqual([`vda ${sumOf(asWritten(DISK))}`, 'vda written'])
  })
})
