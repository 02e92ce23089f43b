/** Xen's libraries for programs that are virtio devices, to compile with. */
import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { unpack } from './apt-root.ts'
import { fetchFromDebian } from './fetch.ts'

const libraries = ['xendevicemodel', 'xenforeignmemory', 'xenevtchn', 'xencall', 'xentoolcore', 'xentoollog']

export interface BackendLibraries {
  /** For the compiler. */
  readonly flags: readonly string[]
  /** For the linker, after the sources: static libraries, whose interfaces Xen keeps stable from release to release. */
  readonly libraries: readonly string[]
}

/** Of bookworm. Fetched on first use. */
export async function backendLibraries(): Promise<BackendLibraries> {
  const folder = await fetchFromDebian('bookworm/backend-libraries', 'bookworm', '1', async (apt, scratch, into) => {
    const [deb = ''] = await apt.download(['libxen-dev'])
    await unpack(deb, scratch, ['./usr/include/*', ...libraries.map((name) => `*/lib${name}.a`)])
    cpSync(join(scratch, 'usr/include'), join(into, 'include'), { recursive: true })
    cpSync(join(scratch, 'usr/lib/aarch64-linux-gnu'), join(into, 'lib'), { recursive: true })
  })
  return {
    flags: ['-D__XEN_TOOLS__', `-I${join(folder, 'include')}`, `-L${join(folder, 'lib')}`],
    libraries: libraries.map((name) => `-l${name}`),
  }
}
