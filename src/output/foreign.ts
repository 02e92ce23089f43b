/** Files in the way of outputs that only the user can give up: no build wrote them, or not as they are now. */
import { inFile, type Report } from '../diagnostics/diagnostic.ts'
import { isAsWritten } from './compare.ts'
import type { EarlierOutputs } from './earlier.ts'
import { shown } from './places.ts'

export interface ForeignFile {
  /** Below the output folder. */
  readonly path: string
  /** Why it is not for a build to replace: a clause about it. */
  readonly reason: string
}

/** Those of `paths`, files below `root` that a build would change. */
export const foreignAmong = (root: string, paths: readonly string[], earlier: EarlierOutputs): readonly ForeignFile[] =>
  paths.flatMap((path) => {
    const reason = path === earlier.recordPath ? whyNoRecord(earlier) : whyForeign(root, path, earlier)
    return reason === undefined ? [] : [{ path, reason }]
  })

/** A record has no hash of itself: it is a build's if it reads as one. */
const whyNoRecord = ({ record }: EarlierOutputs): string | undefined =>
  record.kind === 'unusable' ? `it ${record.reason}` : undefined

function whyForeign(root: string, path: string, { outputs }: EarlierOutputs): string | undefined {
  if (isAsWritten(root, path, outputs)) return undefined
  const isListed = outputs.some((output) => output.path === path)
  return isListed ? 'it was changed since a build wrote it' : 'no record of a build lists it'
}

/** One finding for all of them. */
export function reportForeign(folder: string, files: readonly ForeignFile[], report: Report): void {
  if (files.length === 0) return
  report('OUT-023', {
    at: inFile(folder),
    message: `${files.length === 1 ? 'a file' : `${files.length} files`} in ${shown(folder, '.')} would be replaced, but ${files.length === 1 ? 'is not as a build left it' : 'are not as a build left them'}`,
    help: 'move what you need to another place, choose another folder with -o, or have it replaced with --replace',
    related: files.map(({ path, reason }) => ({ at: inFile(shown(folder, path)), message: reason })),
  })
}
