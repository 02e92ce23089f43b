/** Xen releases that domforge knows, oldest first, and how they compare. */

export const RELEASES = ['4.17', '4.18', '4.19', '4.20', '4.21', '4.22'] as const

/** A release of Xen by its first two numbers; a string, since the number 4.20 would be 4.2. */
export type Release = (typeof RELEASES)[number]

export const isRelease = (text: string): text is Release => (RELEASES as readonly string[]).includes(text)

/** Whether `release` is `first` or a newer one. */
export const isAtLeast = (release: Release, first: Release): boolean =>
  RELEASES.indexOf(release) >= RELEASES.indexOf(first)

/** What Xen's master branch calls itself (xen/Makefile, August 2026), and the release by whose rules it is judged until it is released. */
export const MASTER = { branch: '4.23', judgedAs: '4.22' } as const satisfies { branch: string; judgedAs: Release }

/** For messages: all that a manifest can name. */
export const KNOWN_RELEASES = `${RELEASES.join(', ')}, and ${MASTER.branch} for the master branch`

/** The release by whose rules a branch, such as `4.20`, is judged; `undefined`: domforge does not know it. */
export function releaseOf(branch: string): Release | undefined {
  if (branch === MASTER.branch) return MASTER.judgedAs
  return isRelease(branch) ? branch : undefined
}

/** Stands in for a release that the manifest does not give, or gives as another type: then only what no release allows is an error. */
export const NO_RELEASE = ''
