import { execFileSync } from 'node:child_process'
import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import { unpack } from './apt-root.ts'
import { fetchFromDebian } from './fetch.ts'

/** shellcheck for the machine that runs the tests, unpacked and not installed: it needs no library but libc, libgmp and libffi. */
export async function shellcheck(): Promise<string> {
  const architecture = execFileSync('dpkg', ['--print-architecture'], { encoding: 'utf8' }).trim()
  const folder = await fetchFromDebian(
    `bookworm/shellcheck-${architecture}`,
    'bookworm',
    '1',
    async (apt, _scratch, into) => {
      const [deb = ''] = await apt.download(['shellcheck'])
      await unpack(deb, into, ['--transform=s,.*/,,', './usr/bin/shellcheck'])
      chmodSync(join(into, 'shellcheck'), 0o755)
    },
    architecture,
  )
  return join(folder, 'shellcheck')
}
