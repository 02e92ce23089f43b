/** Before any boot: everything that must be built for boots is built, so that what is missing fails the run at once and by name. */
import type { TestProject } from 'vitest/node'
import { type BuiltXenRelease, builtXens } from '../debian/xen-build.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Releases of Xen that were built from source. */
    readonly xens: readonly BuiltXenRelease[]
  }
}

export default async function setup(project: TestProject): Promise<void> {
  const start = Date.now()
  project.provide('xens', await builtXens())
  process.stdout.write(`Xen built from source, or found in the cache: ${Math.round((Date.now() - start) / 1000)} s\n`)
}
