/** Single files of Debian's packages for arm64, fetched on first use. */
import { execFile } from 'node:child_process'
import { copyFileSync, readdirSync, renameSync } from 'node:fs'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import { unpack } from './apt-root.ts'
import { inOrder, nameOf } from './driver-modules.ts'
import { type DebianRelease, fetchFromDebian, onlyDependency, onlyFile } from './fetch.ts'

const run = promisify(execFile)

/** The cloud kernel's `xen_wdt`, after the modules that it needs. Gives their paths in the order in which they are loaded. */
export async function watchdogModules(release: DebianRelease): Promise<readonly string[]> {
  const directory = await fetchFromDebian(`${release}/watchdog`, release, '1', async (apt, scratch, into) => {
    const kernel = await onlyDependency(apt, 'linux-image-cloud-arm64', /^linux-image-[0-9]/)
    const [deb = ''] = await apt.download([kernel])
    const folder = join(scratch, 'modules')
    await unpack(deb, folder, ['*/drivers/watchdog/*'])
    const packed = modulesIn(folder, '.ko.xz')
    if (packed.length > 0) await run('xz', ['-d', ...packed])
    const modules = new Map(modulesIn(folder, '.ko').map((path) => [nameOf(path), path]))
    for (const path of inOrder(['xen_wdt'], modules)) copyFileSync(path, join(into, basename(path)))
  })
  return inOrder(['xen_wdt'], new Map(modulesIn(directory, '.ko').map((path) => [nameOf(path), path])))
}

const modulesIn = (folder: string, end: string): readonly string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith(end))
    .map((path) => join(folder, path))

/** The shell dash, which needs the C library of the same release. Gives its path. */
export async function dash(release: DebianRelease): Promise<string> {
  const directory = await fetchFromDebian(`${release}/dash`, release, '1', async (apt, scratch, into) => {
    const [deb = ''] = await apt.download(['dash'])
    await unpack(deb, join(scratch, 'dash'), ['*bin/dash'])
    renameSync(onlyFile(join(scratch, 'dash'), /bin\/dash$/), join(into, 'dash'))
  })
  return join(directory, 'dash')
}
