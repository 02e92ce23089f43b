/** Paths as the user of this process would write them. */
import { isAbsolute, relative } from 'node:path'

/** Absolute `places` as they are seen from the working directory; they stay absolute when the manifest was named so. */
export const seenFromHere = (places: readonly string[], manifest: string): readonly string[] =>
  isAbsolute(manifest) ? places : places.map((place) => relative('', place))
