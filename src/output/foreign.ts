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

function whyForeign(root: string, path: string, { recordPath, record, outputs }: EarlierOutputs): string | undefined {
  if (isAsWritten(root, path, outputs)) return undefined
  if (outputs.some((output) => output.path === path)) return 'it was changed since a build wrote it'
  return record.kind === 'absent'
    ? `there is no ${recordPath} that lists it as an output`
    : `${recordPath} does not list it as an output`
}

/** One finding for all of them. */
export function reportForeign(folder: string, files: readonly ForeignFile[], report: Report): void {
  const [first, ...others] = files
  if (!first) return
  const elsewhere = 'move what you need to another place, choose another folder with -o'
  if (others.length === 0) {
    const file = shown(folder, first.path)
    report('OUT-023', {
      at: inFile(file),
      message: `${file} would be replaced, but ${first.reason}`,
      help: `${elsewhere}, or have it replaced with --replace`,
    })
    return
  }
  report('OUT-023', {
    at: inFile(folder),
    message: `${files.length} files in ${shown(folder, '.')} would be replaced, but are not as a build left them`,
    help: `${elsewhere}, or have all of them replaced with --replace`,
    related: files.map(({ path, reason }) => ({ at: inFile(shown(folder, path)), message: reason })),
  })
}
