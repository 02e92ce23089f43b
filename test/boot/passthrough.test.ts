/** Guests use real devices of the host that the manifest gives them, under the real Xen and Linux. */
import { createHash } from 'node:crypto'
import { openSync, readFileSync, readSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { driverKernel } from '../debian/driver-modules.ts'
import { bootPieces } from '../debian/fetch.ts'
import { type CaseResult, runCase, xenInputs } from './boot-case.ts'
import type { GivenHardware } from './compare-xen.ts'
import { deviceGuest, SENT, type Trial, WRITTEN, WRITTEN_AT } from './device-guest.ts'
import { boardTree, type Machine, plainMachine } from './machine.ts'
import { type BuiltSystem, inScratch } from './system.ts'
import type { BootMedium } from './uboot-env.ts'
import { zcu102Arguments, zcu102Overlay, zcu102Tree } from './zcu102.ts'

const clockAndPins = `api-version: domforge/v1
name: clock-and-pins
platform: { device-tree: board.dtb }
xen: { release: "4.17", image: xen, bootargs: console=dtuart dtuart=serial0 bootscrub=0 conswitch=ax }
boot: { load: { from: virtio, device: "0:1" } }
domains:
  clock:
    boot: dom0less
    kernel: { image: Image, bootargs: console=ttyAMA0 }
    ramdisk: clock.cpio.gz
    memory: 256MiB
    vcpus: 1
    passthrough:
      rtc: { path: /pl031@9010000 }
      pins: { path: /pl061@9030000 }
`

test.each([3, 2] as const)('the real-time clock and the GPIO controller: stock Xen 4.17, GICv%i', async (gic) => {
  const { image, xen, busybox } = await bootPieces('bookworm')
  await inScratch(async (folder) => {
    const machine: Machine = { ...plainMachine, gic, gpio: true }
    const inputs = {
      'board.dtb': await boardTree(machine, folder),
      xen,
      Image: image,
      'clock.cpio.gz': deviceGuest('clock', busybox, ['clock', 'pin']),
    }
    const hardware = { clock: { interrupts: '{ 34, 39 }', ioMemory: '{ 9010-9011, 9030-9031 }' } }
    const name = `passthrough-clock-gic${gic}`
    const result = await runCase({ name, manifest: clockAndPins, inputs, machine, hardware }, folder)
    expect(result.differences).toEqual([])
    const [clock = '', ...others] = result.reports.get('clock')?.devicesUsed ?? []
    expect(Math.abs(Number(clock.replace('clock ', '')) - Date.now() / 1000)).toBeLessThan(600)
    expect(others).toEqual(['alarm', 'pin 0', 'pin 1'])
  })
})

/** Without an IOMMU the devices see the host's addresses: so does their guest. */
const directMapped = ({ medium, passthrough }: DiskCase): string => `api-version: domforge/v1
name: io
platform: { device-tree: board.dtb }
xen: { release: "4.17", image: xen, config: xen.config, bootargs: console=dtuart dtuart=serial0 bootscrub=0 conswitch=ax }
boot: { load: { from: ${medium}, device: "0:1" } }
domains:
  io:
    boot: dom0less
    kernel: { image: Image, bootargs: console=ttyAMA0 }
    ramdisk: io.cpio.gz
    memory: 256MiB
    vcpus: 1
    static-mem: auto
    direct-map: true
    passthrough:
${passthrough.map(([name, path]) => `      ${name}: { path: "${path}", force-assign-without-iommu: the board has none }\n`).join('')}`

interface DiskCase {
  readonly name: string
  readonly medium: BootMedium
  readonly drivers: readonly string[]
  readonly trials: readonly Trial[]
  /** QEMU's arguments, with disks of the drives `disk1` and `disk2`. */
  readonly devices: readonly string[]
  /** Names of devices with their paths on the host. */
  readonly passthrough: readonly (readonly [name: string, path: string])[]
  readonly hardware: GivenHardware
}

const CASES: readonly DiskCase[] = [
  {
    name: 'a page of virtio transports',
    medium: 'scsi',
    drivers: ['virtio_mmio', 'virtio_blk', 'virtio_net'],
    trials: [{ disk: 'vda' }, 'network'],
    devices: [
      ...['-device', 'virtio-blk-device,drive=disk1,bus=virtio-mmio-bus.2'],
      ...['-netdev', 'user,id=net1', '-device', 'virtio-net-device,netdev=net1,bus=virtio-mmio-bus.5'],
    ],
    passthrough: [0, 1, 2, 3, 4, 5, 6, 7].map((slot) => [
      `slot-${slot}`,
      `/virtio_mmio@${(0xa000000 + slot * 0x200).toString(16)}`,
    ]),
    hardware: { interrupts: '{ 48-55 }', ioMemory: '{ a000-a001 }' },
  },
  {
    name: 'a whole PCIe bridge',
    medium: 'virtio',
    drivers: ['virtio_pci', 'virtio_blk', 'virtio_net'],
    trials: [{ disk: 'nvme0n1' }, { disk: 'vda' }, 'network'],
    devices: [
      ...['-device', 'nvme,serial=1,drive=disk1', '-device', 'virtio-blk-pci,drive=disk2'],
      ...['-netdev', 'user,id=net1', '-device', 'virtio-net-pci,netdev=net1,romfile='],
    ],
    passthrough: [['bridge', '/pcie@10000000']],
    hardware: { interrupts: '{ 35-38 }', ioMemory: '{ 10000-3f000, 4010000-4020000, 8000000-10000000 }' },
  },
]

const DISK_BYTES = 8 << 20

/** Bytes that differ from disk to disk and from block to block. */
function makeDisk(folder: string, name: string): string {
  const image = join(folder, `${name}.img`)
  const block = (index: number): Buffer => createHash('sha512').update(`${name} ${index}`).digest()
  writeFileSync(image, Buffer.concat(Array.from({ length: DISK_BYTES / 64 }, (_, index) => block(index))))
  return image
}

const sumOf = (image: string): string => createHash('sha256').update(readFileSync(image)).digest('hex')

function writtenOn(image: string): string {
  const sector = Buffer.alloc(512)
  readSync(openSync(image, 'r'), sector, 0, sector.length, WRITTEN_AT)
  return sector.toString('latin1').replace(/\n\0*$/, '')
}

async function bootDisks(given: DiskCase, images: readonly string[], folder: string): Promise<CaseResult> {
  const { busybox } = await bootPieces('bookworm')
  const kernel = await driverKernel('cloud')
  const drives = images.flatMap((image, index) => ['-drive', `if=none,id=disk${index + 1},file=${image},format=raw`])
  const inputs = {
    ...(await xenInputs({ release: '4.17', from: 'source' })),
    'board.dtb': await boardTree(plainMachine, folder),
    Image: kernel.image,
    'io.cpio.gz': deviceGuest('io', busybox, given.trials, kernel.modulesFor(given.drivers)),
  }
  const manifest = directMapped(given)
  const name = `passthrough ${given.name}`.replaceAll(' ', '-')
  const { medium, hardware } = given
  return runCase(
    {
      name,
      manifest,
      inputs,
      medium,
      devices: [...drives, ...given.devices],
      hardware: { io: hardware },
      timeoutSeconds: 100,
    },
    folder,
  )
}

describe.each(CASES)('$name, by DMA to a direct-mapped guest', (given) => {
  test('it reads what is on the disk, its write is there, the network answers', async () => {
    await inScratch(async (folder) => {
      const images = ['first', 'second'].map((name) => makeDisk(folder, name))
      const sums = images.map(sumOf)
      const result = await bootDisks(given, images, folder)
      expect(result.differences).toEqual([])
      const disks = given.trials.flatMap((trial) => (typeof trial === 'object' && 'disk' in trial ? [trial.disk] : []))
      expect(result.reports.get('io')?.devicesUsed).toEqual([
        ...disks.flatMap((disk, index) => [`${disk} ${sums[index]}`, `${disk} written`]),
        'ping',
      ])
      for (const image of images.slice(0, disks.length)) expect(writtenOn(image)).toBe(WRITTEN)
    })
  })
})

const onZcu102 = `api-version: domforge/v1
name: zcu102
platform:
  device-tree: board.dtb
  overlays: [qemu.dtso]
  memory: { low: { start: 0, size: 0x7ff0_0000 } }
xen: { release: "4.17", image: xen, config: xen.config, bootargs: console=dtuart dtuart=serial0 bootscrub=0 conswitch=ax }
boot: { load: { from: memory }, load-window: { start: 0x1000_0000, size: 0x2000_0000 } }
domains:
  net:
    boot: dom0less
    kernel: { image: Image, bootargs: console=ttyAMA0 }
    ramdisk: net.cpio.gz
    memory: 256MiB
    vcpus: 1
    static-mem: auto
    direct-map: true
    passthrough:
      ethernet:
        path: ethernet0
        force-assign-without-iommu: QEMU's board has its SMMU disabled
        clocks: { pclk: 125000000, hclk: 125000000, tx_clk: 125000000, rx_clk: 125000000, tsu_clk: 125000000 }
      serial: { path: serial1, clocks: { uart_clk: 99999999, pclk: 99999999 } }
`

test('an Ethernet controller by DMA and a serial port of another board, ZCU102', async () => {
  const { busybox } = await bootPieces('bookworm')
  const kernel = await driverKernel('full')
  await inScratch(async (folder) => {
    const [board, port] = [join(folder, 'zcu102.dtb'), join(folder, 'port.txt')]
    await zcu102Tree(board)
    const inputs = {
      ...(await xenInputs({ release: '4.17', from: 'source' })),
      'board.dtb': board,
      'qemu.dtso': Buffer.from(zcu102Overlay),
      Image: kernel.image,
      'net.cpio.gz': deviceGuest('net', busybox, [{ serial: 'ttyPS0' }, 'network'], kernel.modulesFor(['macb'])),
    }
    const hardware = { net: { interrupts: '{ 54, 95 }', ioMemory: '{ ff010-ff011, ff0e0-ff0e1 }' } }
    const start = { board: (built: BuiltSystem) => zcu102Arguments(built, port) }
    const name = 'passthrough-zcu102'
    const result = await runCase({ name, manifest: onZcu102, inputs, hardware, ...start }, folder)
    expect(result.differences).toEqual([])
    expect(result.reports.get('net')?.devicesUsed).toEqual(['ttyPS0 sent', 'ping'])
    expect(readFileSync(port, 'utf8')).toBe(`${SENT}\n`)
  })
})
