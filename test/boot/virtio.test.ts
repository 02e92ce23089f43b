/** Guests with virtio devices by registers, from generated files alone. */
import { basename } from 'node:path'
import { expect, test } from 'vitest'
import { driverKernel } from '../debian/driver-modules.ts'
import { bootPieces } from '../debian/fetch.ts'
import { runCase, xenInputs } from './boot-case.ts'
import { deviceGuest, used } from './device-guest.ts'
import { reportingInitramfs } from './initramfs.ts'
import { boardTree, plainMachine } from './machine.ts'
import { inScratch } from './system.ts'

const manifest = `api-version: domforge/v1
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
    const result = await runCase({ name: 'virtio-without-program', manifest, inputs }, folder)
    // The plan counts the page of xenstore, which nothing in this dom0 makes.
    expect(result.differences).toEqual(['app: pages planned 49153, given by Xen 49152'])
    expect(result.reports.get('app')?.devicesUsed).toEqual(['Internal error: Oops', 'pc : virtio_mmio_probe'])
  })
})
