/** Systems whose dom0 runs the generated supervisor, put there as `install.list` says. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { dom0Pieces } from '../debian/dom0-pieces.ts'
import { bootPieces, type DebianRelease } from '../debian/fetch.ts'
import { guestProgram } from '../debian/guest-program.ts'
import { dash } from '../debian/package-file.ts'
import { controlInitramfs } from './dom0-initramfs.ts'
import { boardTree, plainMachine } from './machine.ts'
import { type BuiltSystem, buildSystem } from './system.ts'

export interface Supervised {
  readonly debian: DebianRelease
  /** The kernels' image is `Image`, dom0's ramdisk `dom0.cpio.gz`, the tree `board.dtb`, Xen `xen`. */
  readonly manifest: string
  /** Ramdisks of guests and kernels without a system, by the names that the manifest has for them. */
  readonly images: Readonly<Record<string, Uint8Array>>
  /** What guests that dom0 creates are started from, in its folder for guests, /boot/guests. */
  readonly created: readonly string[]
  /** Other files of dom0, without leading slash; all that lie in /opt/test may be run. */
  readonly files?: Readonly<Record<string, Uint8Array>>
  /** What /bin/sh is in dom0. */
  readonly shell: 'dash' | 'busybox'
  /** Shell, run in dom0 once Xen's tools are there: `supervise` runs the supervisor as an init system would. */
  readonly script: string
}

/** Gives dom0's files their modes, which they do not have in its ramdisk, and a function that keeps a supervisor running. */
export const SUPERVISE = `
chmod 755 /usr/lib/domforge/* /opt/test/* /bin/sh 2>/dev/null
export DOMFORGE_INIT=/opt/xen/init-dom0less
supervise() { while :; do /usr/lib/domforge/supervisor; sleep 1; done 2>&1 | tee -a /tmp/supervisor.log >/dev/console; }
`

/** Builds it twice: what is generated goes into dom0's ramdisk. */
export async function buildSupervised(system: Supervised, folder: string): Promise<BuiltSystem> {
  const { manifest, images, debian } = system
  const [{ xen, busybox }, pieces] = await Promise.all([bootPieces(debian), dom0Pieces(debian)])
  const board = await boardTree(plainMachine, folder)
  const build = (files: Readonly<Record<string, Uint8Array>>, into: string): Promise<BuiltSystem> => {
    const dom0 = controlInitramfs(busybox, pieces, files, `${SUPERVISE}${system.script}`)
    const inputs = { 'board.dtb': board, xen, Image: pieces.image, 'dom0.cpio.gz': dom0, ...images }
    return buildSystem({ manifest, inputs }, into)
  }
  await build({}, join(folder, 'first'))
  const shell = system.shell === 'dash' ? { 'bin/sh': readFileSync(await dash(debian)) } : {}
  return build({ ...installed(join(folder, 'first/system'), system.created), ...system.files, ...shell }, folder)
}

/** A program of dom0 in test/boot/guest/dom0, compiled on first use. Gives its bytes. */
export async function dom0Tool(name: 'end' | 'hold'): Promise<Uint8Array> {
  const source = (file: string): string => fileURLToPath(new URL(`guest/dom0/${file}`, import.meta.url))
  return readFileSync(await guestProgram(name, [source(`${name}.c`)], [], [source('privcmd.h')]))
}

/** What `install.list` puts into dom0 whatever its init system is, and the images of the guests that it creates. */
export function installed(system: string, created: readonly string[]): Readonly<Record<string, Uint8Array>> {
  const list = readFileSync(join(system, 'out/control/install.list'), 'utf8').trim().split('\n').slice(1)
  const rows = list.map((line) => line.split(' ')).filter(([init]) => init === 'all')
  const control = rows.map(([, , , path = '', place = '']) => [place.slice(1), readFileSync(join(system, 'out', path))])
  const images = created.map((name) => [`boot/guests/${name}`, readFileSync(join(system, name))])
  return Object.fromEntries([...control, ...images])
}
