/** From a JSON pointer (RFC 6901) to the place in the text that it means. */
import { isAlias, isMap, isScalar, isSeq, type Pair, type ParsedNode, type YAMLMap } from 'yaml'
import type { FileOrigin, ManifestOrigin } from '../diagnostics/diagnostic.ts'
import { keyOf, type Projection, type Target } from './project.ts'
import type { SourceText } from './text.ts'

/** A pointer's end: the node that it means, or the closest one above it. */
interface Found {
  readonly key: ParsedNode | undefined
  readonly value: Target | undefined
  /** Whether this is what was asked for, rather than something above it. */
  readonly exact: boolean
}

/** What is before or behind a word: a blank, a quote, or nothing. */
const isEdge = (character: string | undefined): boolean => character === undefined || /[\s"']/.test(character)

type MapPair = Pair<ParsedNode, ParsedNode | null>

export class Locator {
  readonly #root: ParsedNode
  readonly #targets: Projection['targets']
  readonly #source: SourceText
  readonly #pairs = new Map<YAMLMap.Parsed, ReadonlyMap<string, MapPair>>()

  constructor(root: ParsedNode, targets: Projection['targets'], source: SourceText) {
    this.#root = root
    this.#targets = targets
    this.#source = source
  }

  /** See `SourceDocument.locate`. */
  place({ pointer, on, word }: ManifestOrigin): FileOrigin {
    const { key, value, exact } = this.#find(pointer)
    const at = exact && word !== undefined && isScalar(value) ? this.#lastWord(value, word) : undefined
    if (at !== undefined && word !== undefined) return this.#source.place(at, at + word.length)
    const node = exact && on === 'value' && value && this.#isOnOneLine(value) ? value : (key ?? value)
    return node ? this.#source.place(node.range[0], node.range[1]) : this.#source.place(0)
  }

  /** Where `word` stands for the last time in a scalar, as it is written. */
  #lastWord({ range: [start, end] }: Target, word: string): number | undefined {
    const written = this.#source.text.slice(start, end)
    for (let at = written.lastIndexOf(word); at >= 0; at = at === 0 ? -1 : written.lastIndexOf(word, at - 1))
      if (isEdge(written[at - 1]) && isEdge(written[at + word.length])) return start + at
    return undefined
  }

  /** See `SourceDocument.written`. */
  written(pointer: string): string | undefined {
    const { value, exact } = this.#find(pointer)
    return exact && isScalar(value) ? (value.source ?? String(value.value)) : undefined
  }

  #find(pointer: string): Found {
    let found: Found = { key: undefined, value: this.#target(this.#root), exact: true }
    for (const token of pointer.split('/').slice(1)) {
      const next = this.#member(found, token.replaceAll('~1', '/').replaceAll('~0', '~'))
      if (!next) return { ...found, exact: false }
      found = next
    }
    return found
  }

  #member({ key, value }: Found, name: string): Found | undefined {
    if (isMap<ParsedNode, ParsedNode | null>(value)) {
      const pair = this.#pairsOf(value).get(name)
      return pair && { key: pair.key, value: this.#target(pair.value), exact: true }
    }
    if (!isSeq<ParsedNode>(value)) return undefined
    const item = /^(?:0|[1-9][0-9]*)$/.test(name) ? value.items[Number(name)] : undefined
    return item && { key: item ?? key, value: this.#target(item), exact: true }
  }

  /** By name; of a repeated key the first. Kept, so that many findings in one large map stay cheap. */
  #pairsOf(map: YAMLMap.Parsed): ReadonlyMap<string, MapPair> {
    const known = this.#pairs.get(map)
    if (known) return known
    const pairs = new Map<string, MapPair>()
    for (const pair of map.items) {
      const name = keyOf(pair)
      if (name !== undefined && !pairs.has(name)) pairs.set(name, pair)
    }
    this.#pairs.set(map, pairs)
    return pairs
  }

  #target(node: ParsedNode | null): Target | undefined {
    if (node === null) return undefined
    return isAlias(node) ? this.#targets.get(node) : node
  }

  /** Scalars, even long ones, are shown by their first line; of collections only those in one line. Nothing is at its key. */
  #isOnOneLine(value: Target): boolean {
    const [start, end] = value.range
    return start < end && (isScalar(value) || this.#source.isOneLine(start, end))
  }
}
