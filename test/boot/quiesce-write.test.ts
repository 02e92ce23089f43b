/** Between two lives of a guest dom0 writes a register of the clock that the guest has, by the program that examples/quiesce-write shows. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { type Dom0Pieces, dom0Pieces } from '../debian/dom0-pieces.ts'
import { bootPieces } from '../debian/fetch.ts'
import { guestProgram } from '../debian/guest-program.ts'
import { runCase } from './boot-case.ts'
import { deviceGuest } from './device-guest.ts'
import { type Dom0Content, dom0Initramfs } from './dom0-initramfs.ts'
import { expectedCreated, type PlanJson } from './expectations.ts'
import { boardTree, plainMachine } from './machine.ts'
import { dom0Tool, installed, SUPERVISE } from './supervised.ts'
import { buildSystem, inScratch, type SystemSource } from './system.ts'

const manifest = `api-version: domforge/v1
name: clock-written
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
  clock:
    boot: dom0less
    kernel: { image: Image, bootargs: console=ttyAMA0 panic=5 }
    ramdisk: clock.cpio.gz
    memory: 192MiB
    vcpus: 1
    enhanced: enabled
    passthrough:
      rtc: { path: /pl031@9010000 }
    lifecycle: { on-reboot: restart }
`

/** Seconds since 1970; in the load register of a PL031, at 0x8, its time. */
const WRITTEN = 1_000_000_000

/** A row as the table has it for devices that do DMA: the clock does none, and shows what was written. Before that, what no write may do. */
const AGAIN = `sleep 20
${SUPERVISE}
DOMFORGE_INIT=/bin/true
echo 'quiesce clock rtc /usr/lib/domforge/quiesce-write 0x9010008=0x${WRITTEN.toString(16)}' >>/etc/domforge/lifecycle.tab
said() { echo "used |$1: $2|" >>/facts; }
devmem 0x9010008 32 0 2>/dev/null; said unmapped $?
/usr/lib/domforge/quiesce-write clock rtc 0x8010000=0; said not-ours $?
/usr/lib/domforge/quiesce-write clock rtc 0x9010002=0; said unaligned $?
/usr/lib/domforge/quiesce-write clock rtc 0x9010008=0x100000000; said wide $?
/usr/lib/domforge/quiesce-write clock rtc; said nothing $?
supervise &
until grep -qs 'looks after' /tmp/supervisor.log; do sleep 1; done
/opt/test/end 1 1
`

async function inputs(folder: string, pieces: Dom0Pieces, content: Dom0Content): Promise<SystemSource['inputs']> {
  const { xen, busybox } = await bootPieces('bookworm')
  return {
    'board.dtb': await boardTree(plainMachine, folder),
    xen,
    Image: pieces.image,
    'dom0.cpio.gz': dom0Initramfs(busybox, pieces, content),
    'clock.cpio.gz': deviceGuest('clock', busybox, ['clock']),
  }
}

async function clockInDom0(folder: string, pieces: Dom0Pieces): Promise<Dom0Content> {
  const first = join(folder, 'first')
  await buildSystem({ manifest, inputs: await inputs(folder, pieces, NOTHING) }, first)
  const source = fileURLToPath(new URL('../../examples/quiesce-write/quiesce-write.c', import.meta.url))
  return {
    files: {
      ...installed(join(first, 'system'), ['clock.cpio.gz']),
      'boot/guests/clock-xl-passthrough.dtb': readFileSync(join(first, 'system/out/domains/clock/xl-passthrough.dtb')),
      'usr/lib/domforge/quiesce-write': readFileSync(await guestProgram('quiesce-write', [source])),
      'opt/test/end': await dom0Tool('end'),
    },
    create: [{ name: 'clock', by: AGAIN }],
  }
}

const NOTHING: Dom0Content = { files: {}, create: [] }

test('the next life of a guest sees the register that dom0 wrote: stock Xen 4.17', { timeout: 600_000 }, async () => {
  const pieces = await dom0Pieces('bookworm')
  await inScratch(async (folder) => {
    const given = await inputs(folder, pieces, await clockInDom0(folder, pieces))
    const created = (plan: PlanJson) => [expectedCreated(plan, 'clock')]
    const { differences, reports } = await runCase(
      { name: 'quiesce-write', manifest, inputs: given, created, timeoutSeconds: 150 },
      folder,
    )
    expect(differences).toEqual([])
    const [before = NaN, after = NaN] = ['clock', 'xl:clock'].map((life) =>
      Number(reports.get(life)?.devicesUsed[0]?.replace('clock ', '')),
    )
    expect(Math.abs(before - Date.now() / 1000)).toBeLessThan(600)
    expect(after - WRITTEN).toBeGreaterThanOrEqual(0)
    expect(after - WRITTEN).toBeLessThan(100)
    expect(reports.get('dom0')?.devicesUsed).toEqual([
      'unmapped: 137',
      'not-ours: 137',
      'unaligned: 2',
      'wide: 2',
      'nothing: 2',
    ])
  })
})
