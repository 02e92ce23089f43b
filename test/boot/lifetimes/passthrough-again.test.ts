/**
 * A device that Xen gave a guest at boot goes to the same guest when the supervisor creates it again, and never to dom0. Between the two lives
 * dom0 writes one of its registers, by the program that examples/quiesce-write shows.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { dom0Pieces } from '../../debian/dom0-pieces.ts'
import { bootPieces, type DebianRelease } from '../../debian/fetch.ts'
import { guestProgram } from '../../debian/guest-program.ts'
import { runCase } from '../boot-case.ts'
import { deviceGuest } from '../device-guest.ts'
import { type Dom0Content, dom0Initramfs } from '../dom0-initramfs.ts'
import { expectedCreated, type PlanJson } from '../expectations.ts'
import { boardTree, plainMachine } from '../machine.ts'
import { dom0Tool, installed, SUPERVISE } from '../supervised.ts'
import { buildSystem, inScratch, type SystemSource } from '../system.ts'

const manifest = (release: string): string => `api-version: domforge/v1
name: clock-again
platform: { device-tree: board.dtb }
xen: { release: "${release}", image: xen, bootargs: console=dtuart dtuart=serial0 bootscrub=0 conswitch=ax }
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

/**
 * When Xen has written the report of the first life. A row as the table has it for devices that do DMA: the clock does none, and shows what
 * was written. Before that, what no write may do.
 */
const AGAIN = `until xl dmesg | grep -q 'FACT clock .* done'; do sleep 1; done
${SUPERVISE}
DOMFORGE_INIT=/bin/true
echo 'before clock rtc /usr/lib/domforge/quiesce-write 0x9010008=0x${WRITTEN.toString(16)}' >>/etc/domforge/lifecycle.tab
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

/** A system of one release of Debian, whose Xen is `release`. */
interface Again {
  readonly debian: DebianRelease
  readonly release: string
}

async function systemOf({ debian, release }: Again, folder: string, content: Dom0Content): Promise<SystemSource> {
  const [{ xen, busybox }, pieces] = await Promise.all([bootPieces(debian), dom0Pieces(debian)])
  const inputs = {
    'board.dtb': await boardTree(plainMachine, folder),
    xen,
    Image: pieces.image,
    'dom0.cpio.gz': dom0Initramfs(busybox, pieces, content),
    'clock.cpio.gz': deviceGuest('clock', busybox, ['clock']),
  }
  return { manifest: manifest(release), inputs }
}

/** The guest's files where its generated configuration looks for them. */
async function clockInDom0(system: Again, folder: string): Promise<Dom0Content> {
  const first = join(folder, 'first')
  await buildSystem(await systemOf(system, folder, { files: {}, create: [] }), first)
  const source = fileURLToPath(new URL('../../../examples/quiesce-write/quiesce-write.c', import.meta.url))
  return {
    files: {
      ...installed(join(first, 'system'), ['Image', 'clock.cpio.gz']),
      'boot/guests/clock-xl-passthrough.dtb': readFileSync(join(first, 'system/out/domains/clock/xl-passthrough.dtb')),
      'usr/lib/domforge/quiesce-write': readFileSync(await guestProgram('quiesce-write', [source])),
      'opt/test/end': await dom0Tool('end'),
    },
    create: [{ name: 'clock', by: AGAIN }],
  }
}

const REFUSED = ['unmapped: 137', 'not-ours: 137', 'unaligned: 2', 'wide: 2', 'nothing: 2']

test.each<Again>([
  { debian: 'bookworm', release: '4.17' },
  { debian: 'trixie', release: '4.20' },
])(
  'the next life of a guest has the clock, as dom0 has set it: stock Xen $release',
  { timeout: 600_000 },
  async (system) => {
    await inScratch(async (folder) => {
      const source = await systemOf(system, folder, await clockInDom0(system, folder))
      const created = (plan: PlanJson) => [expectedCreated(plan, 'clock')]
      const { differences, reports } = await runCase(
        { ...source, name: `passthrough-again-${system.release}`, created, timeoutSeconds: 150 },
        folder,
      )
      expect(differences).toEqual([])
      const lives = ['clock', 'xl:clock'].map((life) => reports.get(life)?.devicesUsed ?? [])
      for (const [, ...others] of lives) expect(others).toEqual(['alarm'])
      const [before = NaN, after = NaN] = lives.map(([clock = '']) => Number(clock.replace('clock ', '')))
      expect(Math.abs(before - Date.now() / 1000)).toBeLessThan(600)
      expect(after - WRITTEN).toBeGreaterThanOrEqual(0)
      expect(after - WRITTEN).toBeLessThan(100)
      // Without any `rtc`: it never has the clock itself.
      expect(reports.get('dom0')?.devicesUsed).toEqual(REFUSED)
    })
  },
)
