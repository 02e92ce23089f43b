/** Text to YAML nodes: YAML 1.2 core schema, one document, syntax errors as findings. */
import {
  type Document,
  isCollection,
  isMap,
  isScalar,
  isSeq,
  type ParsedNode,
  parseDocument,
  type YAMLError,
} from 'yaml'
import type { Code } from '../diagnostics/catalogue/index.ts'
import type { FileOrigin, Report } from '../diagnostics/diagnostic.ts'
import { tooDeepAt } from './depth.ts'
import type { SourceText } from './text.ts'

export type YamlDocument = Document.Parsed<ParsedNode>

/** The document's nodes with their offsets; `undefined` after reporting why it is not YAML. Keys may still repeat. */
export function parseYaml(source: SourceText, report: Report): YamlDocument | undefined {
  const document = parseWithinStack(source, report)
  if (!document) return undefined
  reportErrors(document, source, report)
  const version = document.directives.yaml.explicit ? document.directives.yaml.version : '1.2'
  if (version !== '1.2') {
    const message = `the manifest asks for YAML ${version}, but it is read as YAML 1.2`
    report('MAN-006', { at: source.place(0, 5), message, help: 'remove the %YAML line' })
  }
  return document.errors.length > 0 || version !== '1.2' ? undefined : document
}

/** The parser recurses once a level: an exhausted stack can end the whole process, where it compiles a regular expression. */
function parseWithinStack(source: SourceText, report: Report): YamlDocument | undefined {
  const deep = tooDeepAt(source.text)
  if (deep !== undefined) {
    report('MAN-009', { at: source.place(deep, deep + 1), ...TOO_DEEP })
    return undefined
  }
  return parseDocument(source.text, {
    version: '1.2',
    schema: 'core',
    merge: false,
    intAsBigInt: true,
    // Found while projecting, with both places, and in linear time.
    uniqueKeys: false,
    prettyErrors: false,
  }) as YamlDocument
}

const GENERAL_HELP = 'look at the indentation, quotes and brackets here and on the line above'

/** Errors after the first few mostly follow from them. */
const MOST_ERRORS = 3

function reportErrors(document: YamlDocument, source: SourceText, report: Report): void {
  const conflict = document.errors.length > 0 ? /^<{7} .*$/m.exec(source.text) : null
  if (conflict) {
    reportConflict(source.place(conflict.index, conflict.index + conflict[0].length), report)
    return
  }
  const lines = new Set<number | undefined>()
  for (const error of document.errors) {
    const at = source.place(error.pos[0], error.pos[1])
    if (lines.has(at.line)) continue
    if (lines.size === MOST_ERRORS) return
    lines.add(at.line)
    const special = SPECIAL[error.code] ?? specialOf(error.message)
    const message = special?.message ?? uncapitalised(error.message)
    const opening = openedBefore(document.contents, error)
    const related = opening === undefined ? [] : [{ at: source.place(opening, opening + 1), message: 'it begins here' }]
    report(special?.code ?? 'MAN-003', { at, message, help: special?.help ?? GENERAL_HELP, related })
    // What a tab hides of the indentation makes the next lines look wrong.
    if (error.code === 'TAB_AS_INDENT') return
  }
}

/** What git leaves where it cannot merge: the parser's errors about these lines tell nobody that. */
function reportConflict(at: FileOrigin, report: Report): void {
  const help = 'keep one of the two, or both, and remove the lines that begin with <<<<<<<, ======= and >>>>>>>'
  report('MAN-003', { at, message: 'a merge left both sides of a conflict here', help })
}

interface Special {
  readonly code?: Code
  readonly message?: string
  readonly help?: string
}

const TOO_DEEP = {
  message: 'the manifest is nested too deeply to be read',
  help: 'no key of a manifest needs more than a few levels',
} as const

const SPECIAL: Readonly<Partial<Record<YAMLError['code'], Special>>> = {
  MULTIPLE_DOCS: {
    code: 'MAN-007',
    message: 'a second document begins here; a manifest is one document',
    help: "remove the '---', or put the rest into a file of its own",
  },
  TAB_AS_INDENT: { message: 'a tab is used as indentation', help: 'indent with spaces' },
  TAG_RESOLVE_FAILED: { code: 'MAN-006', message: 'this tag is not part of YAML 1.2', help: 'remove the tag' },
  BLOCK_AS_IMPLICIT_KEY: {
    message: "there is a second ':' in one value",
    help: 'see whether the next line is indented too far, or quote the string if the colon is part of it',
  },
  MULTILINE_IMPLICIT_KEY: {
    message: "this line has no 'key: value'",
    help: "perhaps the ':' is missing, or the space after it, or the indentation changed",
  },
  BAD_SCALAR_START: { help: 'quote the string' },
}

/** Mistakes that share a code of the parser's with others. */
const BY_MESSAGE: readonly (readonly [RegExp, (match: RegExpExecArray) => Special])[] = [
  [
    /^All (mapping|sequence) items must start/,
    ([, kind]) => ({
      message: `this line is indented differently from the other ${kind === 'mapping' ? 'keys of its map' : 'items of its list'}`,
      help: `indent it like them${kind === 'mapping' ? '; a map has no items that begin with -' : ''}`,
    }),
  ],
  [
    /^Flow (?:map|sequence) .* end with a (.)$/,
    ([, bracket]) => ({ message: `a '${bracket}' is missing before this`, help: 'close the bracket' }),
  ],
  [/^Missing closing (.)quote/, ([, quote]) => ({ message: `a closing ${quote} is missing`, help: 'close the quote' })],
]

function specialOf(message: string): Special | undefined {
  for (const [pattern, special] of BY_MESSAGE) {
    const match = pattern.exec(message)
    if (match) return special(match)
  }
  return undefined
}

const uncapitalised = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1).replace(/\.$/, '')

/** Offset of the quote or bracket that lacks its end: errors show where the end was missed, often far below. */
function openedBefore(root: ParsedNode | null, { code, pos, message }: YAMLError): number | undefined {
  if (code !== 'MISSING_CHAR' && !/^Flow /.test(message)) return undefined
  let opening: number | undefined
  const nodes: (ParsedNode | null)[] = [root]
  for (let node = nodes.pop(); node !== undefined; node = nodes.pop()) {
    if (node === null) continue
    const [start, , end] = node.range
    if (start > pos[0] || end < pos[0]) continue
    if (isScalar(node) ? /^QUOTE/.test(node.type ?? '') : isCollection(node) && node.flow)
      opening = Math.max(start, opening ?? 0)
    if (isMap<ParsedNode, ParsedNode | null>(node)) for (const pair of node.items) nodes.push(pair.key, pair.value)
    else if (isSeq<ParsedNode>(node)) for (const item of node.items) nodes.push(item)
  }
  return opening
}
