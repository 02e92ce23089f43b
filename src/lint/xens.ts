/** Which versions of Xen a tree is judged for: what was asked for, with what the files say of theirs. */
import { nameOf, type RunningXen } from '../xen/point-releases.ts'
import { KNOWN_RELEASES, RELEASES, releaseOf } from '../xen/releases.ts'
import { agree, type XenVersion } from '../xen/version.ts'
import type { LintInputs } from './read.ts'

export interface JudgedXen extends RunningXen {
  /** As people know it: `4.20`, `4.20.3`, `4.23`. */
  readonly name: string
}

/** A file that says of which Xen it is. */
interface Statement {
  readonly path: string
  readonly version: XenVersion
}

/** Xen's image first, whose word counts more, then the `.config`. */
export const statementsIn = ({ files, kconfig }: LintInputs): readonly Statement[] => [
  ...files.flatMap(({ file: { path, xen } }) => (xen ? [{ path, version: xen }] : [])),
  ...(kconfig?.version ? [{ path: kconfig.path, version: kconfig.version }] : []),
]

/** At least one, oldest first; a text is what is wrong. */
export function xensOf(
  asked: readonly XenVersion[],
  statements: readonly Statement[],
): readonly [JudgedXen, ...JudgedXen[]] | string {
  for (const version of asked) {
    const other = statements.find((statement) => !agree(statement.version, version))
    if (other) return `--release ${version.text}: ${other.path} is of Xen ${other.version.text}`
  }
  const [said] = statements
  if (said && !releaseOf(said.version.branch))
    return `${said.path} is of Xen ${said.version.text}; domforge knows ${KNOWN_RELEASES}`
  const point = said && pointIn(statements.filter(({ version }) => agree(version, said.version)))
  const judged = (asked.length > 0 ? asked : said ? [said.version] : ALL).flatMap((version) => judgedAs(version, point))
  const [first, ...rest] = withoutRepetitions(judged).toSorted(byAge)
  return first ? [first, ...rest] : 'no release is left to check'
}

const ALL: readonly XenVersion[] = RELEASES.map((release) => ({ text: release, branch: release }))

const pointIn = (statements: readonly Statement[]): number | undefined =>
  statements.find(({ version }) => version.point !== undefined)?.version.point

function judgedAs({ branch, point: own }: XenVersion, said: number | undefined): readonly JudgedXen[] {
  const release = releaseOf(branch)
  const point = own ?? said
  if (!release) return []
  const running = point === undefined ? { release } : { release, point }
  return [{ ...running, name: release === branch ? nameOf(running) : branch }]
}

const withoutRepetitions = (xens: readonly JudgedXen[]): readonly JudgedXen[] => [
  ...new Map(xens.map((xen) => [xen.name, xen])).values(),
]

const byAge = (a: JudgedXen, b: JudgedXen): number =>
  RELEASES.indexOf(a.release) - RELEASES.indexOf(b.release) || (a.point ?? -1) - (b.point ?? -1)
