import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { unpack } from './apt-root.ts'
import { type DebianRelease, fetchFromDebian, onlyDependency, onlyFile } from './fetch.ts'

/** A header of the kernel's own, such as `linux/rsc_table.h`, from Debian's kernel. Gives its path. */
export async function kernelHeader(release: DebianRelease, header: string): Promise<string> {
  const name = header.replaceAll('/', '-')
  const directory = await fetchFromDebian(`${release}/header-${name}`, release, '1', async (apt, scratch, into) => {
    const headers = await onlyDependency(apt, 'linux-headers-cloud-arm64', /^linux-headers-[0-9]/)
    const common = await onlyDependency(apt, headers, /^linux-headers-.*-common$/)
    for (const deb of await apt.download([common])) await unpack(deb, scratch, [`*/include/${header}`])
    copyFileSync(onlyFile(scratch, new RegExp(`/include/${header}$`)), join(into, name))
  })
  return join(directory, name)
}
