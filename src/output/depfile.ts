/** What a build depends on, as a rule in Make's syntax (GNU Make 4, as compilers write it; Ninja reads it too). */
import { utimesSync } from 'node:fs'
import { inFile, type Report } from '../diagnostics/diagnostic.ts'
import { type StagedFile, stageSideFile } from './side-file.ts'
import { isSystemError } from './system-error.ts'

/**
 * One rule for all `targets`, and an empty one for each prerequisite, so that Make goes on when an input is removed that nothing
 * needs any more. A name with a semicolon or a line break is left out: Make would run what follows it.
 */
export function depfileText(targets: readonly string[], prerequisites: readonly string[]): string {
  const needed = prerequisites.filter(isWritable).map((path) => makeWord(path, 'prerequisite'))
  const made = targets.filter(isWritable).map((path) => makeWord(path, 'target'))
  const rule = [`${made.join(' ')}:`, ...needed].join(' \\\n  ')
  const empty = prerequisites.filter(isWritable).map((path) => `${makeWord(path, 'target')}:\n`)
  return `${rule}\n\n${empty.join('')}`
}

const isWritable = (path: string): boolean => !/[;\r\n]/.test(path)

/**
 * `path` as a word of a rule. A backslash quotes what Make would take for something else, and those before a quoted character are
 * doubled; `%` means something in targets only, `|` in prerequisites only; `=` would make the line an assignment, and can only
 * come out of a function.
 */
function makeWord(path: string, role: 'target' | 'prerequisite'): string {
  const special = role === 'target' ? /(\\*)([ \t#:*?[%])/g : /(\\*)([ \t#:*?[|])/g
  const word = path
    .replaceAll('$', '$$$$')
    .replaceAll(special, (_, backslashes: string, character: string) => `${backslashes}${backslashes}\\${character}`)
    .replaceAll('=', '$(subst ,,=)')
  return /^~/.test(word) || DIRECTIVES.has(word) ? `./${word}` : word
}

/** At the beginning of a line these are not targets. Make takes `./name` and `name` for one file. */
const DIRECTIVES: ReadonlySet<string> = new Set(
  'define endef undefine ifdef ifndef ifeq ifneq else endif include -include sinclude override export unexport private vpath load'.split(
    ' ',
  ),
)

/** The rule, staged; `undefined` after reporting why it cannot be written. */
export const stageDepfile = (file: string, text: string, report: Report): StagedFile | undefined =>
  stageSideFile({ file, text, what: 'dependency file', help: 'name another place with --depfile FILE' }, report)

/**
 * Gives the build record at `record` a new time stamp: outputs that did not change keep theirs, so without it Make would think that the
 * build had never run. False after reporting OUT-001.
 */
export function touchRecord(record: string, report: Report): boolean {
  const now = new Date()
  try {
    utimesSync(record, now, now)
    return true
  } catch (error) {
    if (!isSystemError(error)) throw error
    const message = `${record} cannot be given a new time stamp, which Make goes by: ${error.message}`
    report('OUT-001', { at: inFile(record), message, help: 'remove it, or let its owner build' })
    return false
  }
}
