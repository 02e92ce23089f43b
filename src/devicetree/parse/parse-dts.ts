/** Reads device-tree source (DTS): what dtc 1.6.1 reads, and references relative to a label as later ones do. */
import type { DeviceTree, DtNode } from '../model.ts'
import type { DtProblem, DtResult } from '../problem.ts'
import { assignPhandles } from '../write/assign.ts'
import { resolve } from '../write/resolve.ts'
import { survey } from '../write/survey.ts'
import { guessBootCpu } from './boot-cpu.ts'
import { checkTree } from './check-tree.ts'
import { withFixups } from './fixups.ts'
import { dropDeleted, freeze, pathsOf } from './freeze.ts'
import { IncludeStack, type ReadInclude } from './include-stack.ts'
import type { LiveTree } from './labelled-tree.ts'
import { DtsParser, type ReadBinary, TooManyProblems } from './parser.ts'
import { type ParsedSource, readSource } from './source-file.ts'
import { withSymbols } from './symbols.ts'
import { DtsSyntaxProblem, originOf } from './syntax-problem.ts'

export interface ParseOptions {
  /** How the source is called in origins and problems. */
  readonly file: string
  /** Finds what `/include/` asks for; without it, every inclusion is a problem. */
  readonly include?: ReadInclude
  /** Finds what `/incbin/` asks for; without it, every one is a problem. */
  readonly incbin?: ReadBinary
  /** Adds `/__symbols__`, and a phandle to each labelled node, as `dtc -@` does. Default: no. */
  readonly symbols?: boolean
}

/**
 * The tree that dtc would write, byte for byte once `writeDtb` has flattened it: all definitions merged, deletions
 * done, references resolved, unreferenced `/omit-if-no-ref/` nodes gone, a redundant `name` dropped, and for a
 * `/plugin/` its fragments and fixups. Labels stay, and everything has its place in the source as origin.
 *
 * The text must be preprocessed already; line markers of cpp are followed. All syntax problems that can be told apart
 * are returned (up to 20); only without any of them the tree as a whole is looked at. As in dtc 1.6.1, a number that
 * does not fit its cell is a problem.
 */
export function parseDts(text: string, options: ParseOptions): DtResult<DeviceTree> {
  const problems: DtProblem[] = []
  try {
    const parser = new DtsParser(new IncludeStack(options.file, text, options.include), options.incbin, problems)
    const source = readSource(parser)
    if (problems.length === 0 && source.tree) return finish(parser, source, source.tree, options.symbols ?? false)
  } catch (thrown) {
    if (thrown instanceof DtsSyntaxProblem) problems.push(thrown.problem)
    else if (!(thrown instanceof TooManyProblems)) throw thrown
  }
  return { ok: false, problems }
}

function finish(parser: DtsParser, source: ParsedSource, tree: LiveTree, symbols: boolean): DtResult<DeviceTree> {
  const bootCpuid = guessBootCpu(tree.root)
  if (tree.root.deleted) {
    const at = originOf(tree.root.at)
    return { ok: false, problems: [{ message: 'the root of the tree is deleted at the end of the source', at }] }
  }
  checkTree(parser, tree, source.isPlugin)
  if (parser.problems.length > 0) return { ok: false, problems: parser.problems }
  dropDeleted(tree.root)
  const frozen = freeze(tree, symbols)
  const resolved = resolve({ root: frozen, reservations: source.reservations, bootCpuid })
  if (!resolved.ok) return resolved
  const { value } = resolved
  const labelled = symbols ? symbolised(value, tree, frozen) : value.root
  return { ok: true, value: { ...value, root: source.isPlugin ? withFixups(labelled, tree) : labelled } }
}

function symbolised({ root }: DeviceTree, tree: LiveTree, unresolved: DtNode): DtNode {
  const labelled = new Set<string>()
  for (const [node, path] of pathsOf(tree.root)) if (node.labels.size > 0) labelled.add(path)
  return withSymbols(root, (path) => labelled.has(path), lastAssigned(unresolved))
}

/** dtc goes on where it was with the references, some of which may have been in nodes that are gone since. */
function lastAssigned(unresolved: DtNode): number {
  const known = survey(unresolved)
  const assigned = assignPhandles(unresolved, known).phandles
  return [...assigned].reduce((last, [path, phandle]) => (known.phandles.has(path) ? last : Math.max(last, phandle)), 1)
}
