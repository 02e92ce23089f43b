import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { unpack } from './apt-root.ts'
import { fetchFromDebian } from './fetch.ts'

/** systemd-analyze for the machine that runs the tests, unpacked and not installed. */
export interface SystemdAnalyze {
  /** Before its own arguments: the dynamic linker that belongs to its libraries, them, and the program. */
  readonly command: readonly [string, ...string[]]
  /** systemd's own units. */
  readonly units: string
}

const LIBRARIES = [
  ...[
    'libsystemd-shared',
    'libseccomp2',
    'libpam0g',
    'libaudit1',
    'libkmod2',
    'libapparmor1',
    'libselinux1',
    'libmount1',
    'libacl1',
    'libblkid1',
  ],
  ...[
    'libcap2',
    'libcrypt1',
    'libgcrypt20',
    'libip4tc2',
    'liblz4-1',
    'libssl3',
    'libzstd1',
    'liblzma5',
    'libcap-ng0',
    'libpcre2-8-0',
    'libgpg-error0',
  ],
]

/** Fetches it on first use. Later uses find it in the cache. */
export async function systemdAnalyze(): Promise<SystemdAnalyze> {
  const architecture = execFileSync('dpkg', ['--print-architecture'], { encoding: 'utf8' }).trim()
  const folder = await fetchFromDebian(
    `bookworm/systemd-analyze-${architecture}`,
    'bookworm',
    '1',
    async (apt, _scratch, into) => {
      const [systemd = '', libc = '', ...libraries] = await apt.download(['systemd', 'libc6', ...LIBRARIES])
      for (const name of ['lib', 'system']) mkdirSync(join(into, name))
      await unpack(systemd, into, [...FLAT, './usr/bin/systemd-analyze'])
      await unpack(systemd, join(into, 'system'), ['--transform=s,^./lib/systemd/system/,,', './lib/systemd/system/*'])
      await unpack(libc, join(into, 'lib'), [...FLAT, '*/ld-linux*.so.*'])
      for (const deb of [systemd, libc, ...libraries]) await unpack(deb, join(into, 'lib'), [...FLAT, '*/lib*.so*'])
    },
    architecture,
  )
  const libraries = join(folder, 'lib')
  const linker = readdirSync(libraries).find((name) => name.startsWith('ld-linux'))
  if (linker === undefined) throw new Error(`${libraries} has no dynamic linker`)
  return {
    command: [join(libraries, linker), '--library-path', libraries, join(folder, 'systemd-analyze')],
    units: join(folder, 'system'),
  }
}

/** For tar: every file lands in one folder. In `lib64` is a link to the linker, under the linker's name. */
const FLAT = ['--transform=s,.*/,,', '--exclude=*/lib64/*']
