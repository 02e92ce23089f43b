import { execFileSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { unpack } from './apt-root.ts'
import { type DebianRelease, fetchFromDebian, xenReleases } from './fetch.ts'

/** xl for the machine that runs the tests, unpacked and not installed. */
export interface XlTools {
  /** Xen's, and so xl's. */
  readonly release: (typeof xenReleases)[DebianRelease]
  readonly program: string
  /** The dynamic linker that belongs to the libraries: both may be of another Debian release than the machine's. */
  readonly linker: string
  /** The folder of xl's libraries. */
  readonly libraries: string
}

/** What xl and its libraries are linked with, and libgcc, which glibc opens when a thread is cancelled. */
const libraryPackages = (xen: string): readonly string[] => [
  ...[`libxenmisc${xen}`, 'libxencall1', 'libxendevicemodel1', 'libxenevtchn1', 'libxenforeignmemory1', 'libxenhypfs1'],
  ...['libxengnttab1', 'libxenstore4', 'libxentoolcore1', 'libxentoollog1', 'libyajl2', 'libfdt1', 'libnl-3-200'],
  ...['libnl-route-3-200', 'libgcc-s1', 'libuuid1', 'libbz2-1.0', 'liblzma5', 'liblzo2-2', 'libzstd1', 'zlib1g'],
]

/** Fetches xl of a Debian release on first use. Later uses find it in the cache. */
export async function xlTools(debian: DebianRelease): Promise<XlTools> {
  const release = xenReleases[debian]
  const architecture = execFileSync('dpkg', ['--print-architecture'], { encoding: 'utf8' }).trim()
  const folder = await fetchFromDebian(
    `${debian}/xl-${architecture}`,
    debian,
    '1',
    async (apt, _scratch, into) => {
      const libraries = libraryPackages(release)
      const [utils = '', libc = '', ...debs] = await apt.download([`xen-utils-${release}`, 'libc6', ...libraries])
      await unpack(utils, into, [...flat, `./usr/lib/xen-${release}/bin/xl`])
      await unpack(libc, join(into, 'lib'), [...flat, '*/ld-linux*.so.*'])
      for (const deb of [libc, ...debs]) await unpack(deb, join(into, 'lib'), [...flat, '*/lib*.so.*'])
    },
    architecture,
  )
  const libraries = join(folder, 'lib')
  const linker = readdirSync(libraries).find((name) => name.startsWith('ld-linux'))
  if (linker === undefined) throw new Error(`${libraries} has no dynamic linker`)
  return { release, program: join(folder, 'xl'), linker: join(libraries, linker), libraries }
}

/** For tar: every file lands in one folder. In `lib64` is a link to the linker, under the linker's name. */
const flat = ['--transform=s,.*/,,', '--exclude=*/lib64/*']
