/** What a build depends on, as a rule in Make's syntax (GNU Make 4, as compilers write it; Ninja reads it too). */
import { readFileSync, statSync, utimesSync } from 'node:fs'
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

export interface DependencyFile {
  /** As the user knows it. */
  readonly file: string
  readonly text: string
  /** Whether a file that is no dependency file may be replaced, too. */
  readonly replace: boolean
}

/** The rule, staged; `undefined` after reporting why it cannot be written. */
export function stageDepfile({ file, text, replace }: DependencyFile, report: Report): StagedFile | undefined {
  if (replace || isReplaceable(file))
    return stageSideFile(
      { file, text, what: 'dependency file', help: 'name another place with --depfile FILE' },
      report,
    )
  report('OUT-023', {
    at: inFile(file),
    message: `${file} would be replaced, but is not a dependency file that a build wrote`,
    help: 'name another place with --depfile FILE, or have it replaced with --replace',
  })
  return undefined
}

/** Bytes: more than any rule has. */
const LARGEST = 16 * 1024 * 1024

/** Whether nobody misses what is at `file`: nothing, an empty file, or what `depfileText` wrote. */
function isReplaceable(file: string): boolean {
  try {
    const found = statSync(file, { throwIfNoEntry: false })
    if (!found?.isFile() || found.size === 0) return true
    return found.size <= LARGEST && isDepfile(readFileSync(file, 'utf8'))
  } catch (error) {
    if (!isSystemError(error)) throw error
    return error.syscall === 'stat' // no way to it: staging says why
  }
}

function isDepfile(text: string): boolean {
  const [rule = '', empty = '', ...more] = text.split('\n\n')
  const [targets = '', ...needed] = rule.split(' \\\n')
  return (
    more.length === 0 &&
    /^.+:$/.test(targets) &&
    needed.every((line) => /^ {2}.+$/.test(line)) &&
    empty.split('\n').every((line) => line === '' || line.endsWith(':'))
  )
}

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
