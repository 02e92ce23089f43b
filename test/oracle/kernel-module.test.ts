/** The example's kernel module against Debian's kernels: Linux 6.1 here, and 6.12 in the boots that load it. */
import { existsSync } from 'node:fs'
import { expect, it } from 'vitest'
import { kernelModule } from '../debian/kernel-module.ts'

const source = new URL('../../examples/static-link/linux/xen-shm', import.meta.url).pathname

it.each(['bookworm', 'trixie'] as const)(
  'xen-shm compiles for the kernel of %s',
  { timeout: 600_000 },
  async (release) => {
    expect(existsSync(await kernelModule(release, 'xen-shm', source))).toBe(true)
  },
)
