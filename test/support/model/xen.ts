import type { Xen } from '../../../src/model/system-model.ts'
import type { Release } from '../../../src/xen/releases.ts'

/** The model's fields about Xen for a `release` with two numbers. */
export const xenRelease = (release: Release): Pick<Xen, 'release' | 'version' | 'features'> => ({
  release,
  version: { text: release, branch: release },
  features: [],
})
