/** Xen releases that domforge knows, oldest first, and how they compare. */

export const RELEASES = ['4.17', '4.18', '4.19', '4.20', '4.21', '4.22'] as const

/** A Xen release by its two-part number. A string: as a number 4.20 would be 4.2. */
export type Release = (typeof RELEASES)[number]

export const isRelease = (text: string): text is Release => (RELEASES as readonly string[]).includes(text)

/** Whether `release` is `first` or newer. */
export const isAtLeast = (release: Release, first: Release): boolean =>
  RELEASES.indexOf(release) >= RELEASES.indexOf(first)

/** What Xen's master branch calls itself (xen/Makefile, August 2026), and the release whose rules it is judged by until it is one. */
export const MASTER = { branch: '4.23', judgedAs: '4.22' } as const satisfies { branch: string; judgedAs: Release }

/** What can be asked for, for messages. */
export const KNOWN_RELEASES = `${RELEASES.join(', ')}, and ${MASTER.branch} for the master branch`

/** The release by whose rules a branch, such as `4.20`, is judged; `undefined`: domforge does not know it. */
export function releaseOf(branch: string): Release | undefined {
  if (branch === MASTER.branch) return MASTER.judgedAs
  return isRelease(branch) ? branch : undefined
}

/** Stands in for a release that is missing or was refused for its type: the manifest is then checked for what no release allows. */
export const NO_RELEASE = ''
