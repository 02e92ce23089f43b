/** A device that Xen gave a guest at boot goes to the same guest when the supervisor creates it again, and never to dom0. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type Dom0Pieces, dom0Pieces } from '../debian/dom0-pieces.ts'
import { bootPieces } from '../debian/fetch.ts'
import { runCase } from './boot-case.ts'
import { deviceGuest } from './device-guest.ts'
import { type Dom0Content, dom0Initramfs } from './dom0-initramfs.ts'
import { expectedCreated, type PlanJson } from './expectations.ts'
import { boardTree, plainMachine } from './machine.ts'
import { dom0Tool, installed, SUPERVISE } from './supervised.ts'
import { buildSystem, inScratch, type SystemSource } from './system.ts'

const manifest = `api-version: domforge/v1
name: clock-again
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

/** Its first life ends when it has reported; what Xen has started is introduced already. */
const AGAIN = `sleep 20
${SUPERVISE}
DOMFORGE_INIT=/bin/true
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

/** The guest's files where its generated configuration looks for them. */
async function clockInDom0(folder: string, pieces: Dom0Pieces): Promise<Dom0Content> {
  const first = join(folder, 'first')
  await buildSystem({ manifest, inputs: await inputs(folder, pieces, NOTHING) }, first)
  const tree = readFileSync(join(first, 'system/out/domains/clock/xl-passthrough.dtb'))
  return {
    files: {
      ...installed(join(first, 'system'), ['clock.cpio.gz']),
      'boot/guests/clock-xl-passthrough.dtb': tree,
      'opt/test/end': await dom0Tool('end'),
    },
    create: [{ name: 'clock', by: AGAIN }],
  }
}

const NOTHING: Dom0Content = { files: {}, create: [] }

test('the real-time clock: stock Xen 4.17', { timeout: 600_000 }, async () => {
  const pieces = await dom0Pieces('bookworm')
  await inScratch(async (folder) => {
    const given = await inputs(folder, pieces, await clockInDom0(folder, pieces))
    const created = (plan: PlanJson) => [expectedCreated(plan, 'clock')]
    const { differences, reports } = await runCase(
      { name: 'passthrough-again', manifest, inputs: given, created, timeoutSeconds: 150 },
      folder,
    )
    expect(differences).toEqual([])
    for (const life of ['clock', 'xl:clock']) {
      const [clock = '', ...others] = reports.get(life)?.devicesUsed ?? []
      expect(Math.abs(Number(clock.replace('clock ', '')) - Date.now() / 1000)).toBeLessThan(600)
      expect([life, ...others]).toEqual([life, 'alarm'])
    }
    expect(reports.get('dom0')?.devicesUsed).toEqual([])
  })
})
