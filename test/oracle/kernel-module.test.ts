/** The examples' kernel modules against Debian's kernels: Linux 6.1 here, and 6.12 in the boots that load them. */
import { existsSync } from 'node:fs'
import { expect, it } from 'vitest'
import { kernelModule } from '../debian/kernel-module.ts'

const MODULES = { 'xen-shm': 'static-link/linux/xen-shm', 'xen-panic': 'guest-panic/linux/xen-panic' } as const

const cases = Object.entries(MODULES).flatMap(([name, folder]) =>
  (['bookworm', 'trixie'] as const).map((release) => ({ name, folder, release })),
)

it.each(cases)('$name compiles for the kernel of $release', { timeout: 600_000 }, async ({ name, folder, release }) => {
  const source = new URL(`../../examples/${folder}`, import.meta.url).pathname
  expect(existsSync(await kernelModule(release, name, source))).toBe(true)
})
