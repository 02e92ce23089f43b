/** Finds every file that a manifest extends, and the order in which they are merged. */
import { realpathSync } from 'node:fs'
import { dirname, join, posix, resolve, sep } from 'node:path'
import type { Report } from '../diagnostics/diagnostic.ts'
import { type BaseName, folderOf, type Layer, layerOf } from './layer.ts'
import type { Budget } from './project.ts'
import { LARGEST_MANIFEST, readText } from './read-text.ts'

/** Files of one manifest: far above what people can follow, far below what hurts. */
const MOST_FILES = 32

/** A file with the files that it extends, in the order of its list. */
interface Member {
  readonly layer: Layer
  readonly bases: Member[]
}

/**
 * Reads what `top` extends, each file once however often it is named, and returns all of them in the order in which they are merged:
 * a base before everything that extends it, the bases of one list in the order of that list, `top` last. `undefined` after reporting
 * a base that cannot be read or understood, a file that extends itself, or lists that contradict each other.
 */
export function withBases(top: Layer, budget: Budget, report: Report): readonly Layer[] | undefined {
  // Who the top file is matters only to what it extends.
  if (top.bases.length === 0) return [top]
  const reader = new BaseReader(top, budget, report)
  const root = reader.read(top, [])
  return root && !reader.failed ? inOrder(root, report) : undefined
}

class BaseReader {
  failed = false
  readonly #members = new Map<string, Member>()
  #bytes: number
  readonly #budget: Budget
  readonly #report: Report

  constructor(top: Layer, budget: Budget, report: Report) {
    this.#bytes = LARGEST_MANIFEST - top.text.data.length
    this.#budget = budget
    this.#report = report
  }

  /** `above`: the files on the way from the manifest to this one, by identity. */
  read(layer: Layer, above: readonly string[]): Member {
    const identity = identityOf(layer.text.file)
    const member: Member = { layer, bases: [] }
    this.#members.set(identity, member)
    for (const name of layer.bases) {
      const base = this.#base(name, layer, [...above, identity])
      if (base) member.bases.push(base)
      else this.failed = true
    }
    return member
  }

  #base({ path, at }: BaseName, from: Layer, above: readonly string[]): Member | undefined {
    const file = shownFrom(from.text.file, path)
    const identity = identityOf(file)
    if (above.includes(identity)) {
      const message = `'${from.text.file}' extends '${file}', which extends it`
      this.#report('MAN-026', {
        at,
        message: file === from.text.file ? 'this file extends itself' : message,
        help: HELP,
      })
      return undefined
    }
    const known = this.#members.get(identity)
    if (known) return known
    if (this.#members.size >= MOST_FILES) {
      const message = `the manifest consists of more than ${MOST_FILES} files`
      this.#report('MAN-009', { at, message, help: 'merge some of them' })
      return undefined
    }
    const text = readText(file, this.#report, { at, limit: this.#bytes })
    if (!text) return undefined
    this.#bytes -= text.data.length
    const layer = layerOf(text, folderOf(file), this.#budget, this.#report)
    return layer && this.read(layer, above)
  }
}

const HELP = 'remove one of the two, or move what both need into a file of its own'

/** `path`, as the file `from` names it, as the user would from where the tool runs. */
const shownFrom = (from: string, path: string): string =>
  posix.isAbsolute(path) ? path : join(dirname(from), path).split(sep).join('/')

/** Equal for names of one file, also through links. What is not there has its path. */
function identityOf(file: string): string {
  try {
    return realpathSync(file)
  } catch {
    return resolve(file)
  }
}

/**
 * The members below `root` so that every base stands before what extends it and every list in its own order; otherwise as early as
 * they are named. Reports lists for which there is no such order.
 */
function inOrder(root: Member, report: Report): readonly Layer[] | undefined {
  const waiting = membersBelow(root)
  const before = new Map([...waiting].map((member) => [member, new Set(member.bases)]))
  for (const { bases } of waiting)
    for (const [index, base] of bases.entries())
      for (const earlier of bases.slice(0, index)) before.get(base)?.add(earlier)
  const ordered: Layer[] = []
  while (waiting.size > 0) {
    const next = [...waiting].find((member) => ![...(before.get(member) ?? [])].some((other) => waiting.has(other)))
    if (!next) return reportContradiction(waiting, report)
    waiting.delete(next)
    ordered.push(next.layer)
  }
  return ordered
}

/** In the order in which they are named, bases before what extends them. */
function membersBelow(root: Member, found = new Set<Member>()): Set<Member> {
  for (const base of root.bases) if (!found.has(base)) membersBelow(base, found)
  return found.add(root)
}

/** Of the files in `waiting` none can be first. At the first list that has two of them. */
function reportContradiction(waiting: ReadonlySet<Member>, report: Report): undefined {
  for (const { layer, bases } of waiting) {
    const indices = bases.flatMap((base, index) => (waiting.has(base) ? [index] : []))
    const [first, second] = indices
    const name = second === undefined ? undefined : layer.bases[second]
    if (first === undefined || name === undefined) continue
    const message = `'${name.path}' cannot come after '${layer.bases[first]?.path}': it is extended by it, named twice, or named in another order elsewhere`
    report('MAN-026', { at: name.at, message, help: 'name a base once, and before what extends it' })
    return undefined
  }
  return undefined
}
