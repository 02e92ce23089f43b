/** A guest that crashes for ever, on Xen and Linux of Debian: the generated supervisor brings it back, is killed, gives it up, and resets the machine. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { type Dom0Pieces, dom0Pieces } from '../debian/dom0-pieces.ts'
import { bootPieces, type DebianRelease } from '../debian/fetch.ts'
import { cpioArchive, folder as cpioFolder, program } from './cpio.ts'
import { dom0Initramfs } from './dom0-initramfs.ts'
import { boardTree, plainMachine } from './machine.ts'
import { bootSystem, buildSystem, inScratch, type SystemSource } from './system.ts'

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

/** Its first process ends, which is a panic. */
const crashing = `#!/bin/busybox sh
/bin/busybox mkdir -p /dev
/bin/busybox mount -t devtmpfs devtmpfs /dev
echo "here for a while" >/dev/console
/bin/busybox sleep 2
`

/** Runs the supervisor as an init system would, and kills it once: when it has decided for the first time. */
const SUPERVISE = `
chmod 755 /usr/lib/domforge/*
export DOMFORGE_INIT=/opt/xen/init-dom0less
{ while :; do sh /usr/lib/domforge/supervisor; sleep 1; done; } 2>&1 | tee /tmp/supervisor.log >/dev/console &
{
  until grep -q 'comes back' /tmp/supervisor.log; do sleep 0.2; done
  kill -9 $(cat /run/domforge/pid)
  echo "the supervisor is killed" >/dev/console
} &
`

async function inputs(
  debian: DebianRelease,
  folder: string,
  pieces: Dom0Pieces,
  files: Readonly<Record<string, Uint8Array>>,
): Promise<SystemSource['inputs']> {
  const { xen, busybox } = await bootPieces(debian)
  const guest = [cpioFolder('bin'), program('bin/busybox', readFileSync(busybox)), program('init', crashing)]
  return {
    'board.dtb': await boardTree(plainMachine, folder),
    xen,
    Image: pieces.image,
    'dom0.cpio.gz': dom0Initramfs(busybox, pieces, { files, create: [], then: SUPERVISE }),
    'one.cpio.gz': gzipSync(cpioArchive(guest), { level: 1 }),
  }
}

/** What `install.list` puts into dom0 whatever its init system is, and the images of the guest. The ramdisk has no modes: `SUPERVISE` sets them. */
function installed(system: string): Readonly<Record<string, Uint8Array>> {
  const list = readFileSync(join(system, 'out/control/install.list'), 'utf8').trim().split('\n').slice(1)
  const rows = list.map((line) => line.split(' ')).filter(([init]) => init === 'all')
  const control = rows.map(([, , , path = '', place = '']) => [place.slice(1), readFileSync(join(system, 'out', path))])
  const images = ['Image', 'one.cpio.gz'].map((name) => [`boot/guests/${name}`, readFileSync(join(system, name))])
  return Object.fromEntries([...control, ...images])
}

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
    const pieces = await dom0Pieces(debian)
    await inScratch(async (folder) => {
      const source = { manifest: manifest(release), inputs: await inputs(debian, folder, pieces, {}) }
      await buildSystem(source, join(folder, 'first'))
      const files = installed(join(folder, 'first/system'))
      const again = { ...source, inputs: await inputs(debian, folder, pieces, files) }
      const built = await buildSystem(again, folder)
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
