/** Xen releases that domforge knows, oldest first, and how they compare. */

export const RELEASES = ['4.17', '4.18', '4.19', '4.20', '4.21', '4.22'] as const

/** A Xen release by its two-part number. A string: as a number 4.20 would be 4.2. */
export type Release = (typeof RELEASES)[number]

export const isRelease = (text: string): text is Release => (RELEASES as readonly string[]).includes(text)

/** Whether `release` is `first` or newer. */
export const isAtLeast = (release: Release, first: Release): boolean =>
  RELEASES.indexOf(release) >= RELEASES.indexOf(first)
