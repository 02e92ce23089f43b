/** A guest that crashes for ever, on Xen and Linux of Debian: the generated supervisor brings it back, is killed, gives it up, and resets the machine. */
import { expect, test } from 'vitest'
import { bootPieces } from '../debian/fetch.ts'
import { plainMachine } from './machine.ts'
import { mortalGuest } from './mortal-guest.ts'
import { buildSupervised } from './supervised.ts'
import { bootSystem, inScratch } from './system.ts'

const manifest = (release: string): string => `api-version: domforge/v1
name: crash-loop
platform: { device-tree: board.dtb }
xen: { release: "${release}", image: xen, bootargs: console=dtuart dtuart=serial0 bootscrub=0 }
boot: { load: { from: virtio } }
domains:
  dom0:
    boot: dom0
    kernel: { image: Image, bootargs: console=hvc0 panic=5 }
    ramdisk: dom0.cpio.gz
    memory: 768MiB
    files-at: /boot/guests
  one:
    boot: dom0less
    kernel: { image: Image, bootargs: console=ttyAMA0 panic=1 }
    ramdisk: one.cpio.gz
    memory: 192MiB
    enhanced: enabled
    lifecycle:
      on-crash: restart
      attempts: { max: 2, window: 10min, then: reset-platform }
      backoff: { first: 1s, max: 60s }
      may-reset-platform: it has to run
platform-resets: { max: 1 }
`

/** Kills the supervisor once: when it has decided for the first time. */
const SCRIPT = `
supervise &
until grep -qs 'comes back' /tmp/supervisor.log; do sleep 0.2; done
kill -9 $(cat /run/domforge/pid)
echo "the supervisor is killed"
while :; do sleep 1000; done
`

/** In this order; other lines come between them. */
const EXPECTED = [
  /looks after one$/,
  /one \(id 1\): reboot: restart$/,
  /the supervisor is killed/,
  /one: runs with id \d+$/,
  /one \(id \d+\): reboot: restart$/,
  /one: runs with id \d+$/,
  /one \(id \d+\): reboot: reset$/,
  /reset 1 of 1: one: reboot$/,
  /Hardware Dom0 shutdown: rebooting machine/,
]

/** How many of `EXPECTED` have been seen. */
function seenIn(lines: readonly string[]): number {
  let seen = 0
  for (const line of lines) if (EXPECTED[seen]?.test(line.trimEnd())) seen++
  return seen
}

test.each([
  ['bookworm', '4.17'],
  ['trixie', '4.20'],
] as const)(
  'a crash loop ends in a reset of the machine: %s, Xen %s',
  { timeout: 900_000 },
  async (debian, release) => {
    await inScratch(async (folder) => {
      const { busybox } = await bootPieces(debian)
      // Its first process ends, which is a panic.
      const ramdisks = { 'one.cpio.gz': mortalGuest(busybox, 'sleep 2; exit') }
      const system = { debian, manifest: manifest(release), ramdisks, created: Object.keys(ramdisks) }
      const built = await buildSupervised({ ...system, shell: 'busybox', script: SCRIPT }, folder)
      const { lines } = await bootSystem(
        {
          name: `crash-loop-${release}`,
          machine: plainMachine,
          medium: 'virtio',
          files: built.files,
          isDone: (all) => seenIn(all) === EXPECTED.length,
          failures: [/Panic on CPU/, /^=> /, /^Failed to load/],
          timeoutSeconds: 560,
        },
        folder,
      )
      const starts = lines.filter((line) => /one: runs with id/.test(line)).length
      expect(starts).toBe(2)
    })
  },
)
