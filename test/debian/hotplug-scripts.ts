/** What xl runs in dom0 when it gives a guest disks and networks: Debian's scripts, with the shell and the tools of xenstore that they want. */
import { copyFileSync, mkdirSync, readdirSync, readFileSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import { unpack } from './apt-root.ts'
import { type DebianRelease, fetchFromDebian, onlyFile } from './fetch.ts'

/** Each with its file among the unpacked packages; the library is bash's. */
const TOOLS = ['bin/bash', 'bin/xenstore-list', 'lib/libtinfo.so.6'] as const

/** Files of dom0, without leading slash. Fetched on first use. */
export async function hotplugScripts(release: DebianRelease): Promise<Readonly<Record<string, Uint8Array>>> {
  const folder = await fetchFromDebian(`${release}/hotplug-scripts`, release, '2', async (apt, scratch, into) => {
    const packages = ['bash', 'libtinfo6', 'xenstore-utils', 'xen-utils-common']
    const [bash = '', library = '', store = '', scripts = ''] = await apt.download(packages)
    await unpack(bash, scratch, ['*bin/bash'])
    await unpack(library, scratch, ['*/libtinfo.so.6*'])
    await unpack(store, scratch, ['./usr/bin/xenstore*'])
    await unpack(scripts, scratch, ['./etc/xen/scripts/*'])
    for (const name of ['bin', 'lib']) mkdirSync(join(into, name))
    for (const path of TOOLS) {
      const [, name = ''] = path.split('/')
      copyFileSync(realpathSync(onlyFile(scratch, new RegExp(`/${name}$`))), join(into, path))
    }
    copyFolder(join(scratch, 'etc/xen/scripts'), join(into, 'scripts'))
  })
  const files = (from: string, to = from) =>
    readdirSync(join(folder, from)).map((name) => [`${to}/${name}`, readFileSync(join(folder, from, name))] as const)
  return Object.fromEntries([...files('bin'), ...files('lib'), ...files('scripts', 'etc/xen/scripts')])
}

function copyFolder(from: string, to: string): void {
  mkdirSync(to)
  for (const name of readdirSync(from)) copyFileSync(join(from, name), join(to, name))
}
