/** YAML nodes to plain values: aliases replaced, integers exact, keys unique, everything bounded. */
import { type Alias, isAlias, isMap, isScalar, type Pair, type ParsedNode, type Scalar, type YAMLMap } from 'yaml'
import type { Code } from '../diagnostics/catalogue/index.ts'
import { type FileOrigin, type Finding, member, type Report } from '../diagnostics/diagnostic.ts'
import type { SourceText } from './text.ts'

/** What a node with its value looks like: an alias has been followed. */
export type Target = Exclude<ParsedNode, Alias.Parsed>

export interface Projection {
  readonly value: unknown
  readonly wideIntegers: ReadonlyMap<string, bigint>
  /** What each alias stands for. */
  readonly targets: ReadonlyMap<Alias, Target>
}

/** Far above what a manifest needs, far below what hurts: a few aliases of aliases unfold to billions of values. */
const MOST_VALUES = 100_000
const DEEPEST = 64

/** How many values the files of one manifest may still have together; counted down. */
export interface Budget {
  values: number
}

export const wholeBudget = (): Budget => ({ values: MOST_VALUES })

/** `undefined` after reporting what has no plain value; a repeated key is reported and its first value kept. */
export function project(root: ParsedNode, source: SourceText, budget: Budget, report: Report): Projection | undefined {
  const projector = new Projector(source, budget, report)
  const value = projector.value(root, '', 0)
  if (projector.failed) return undefined
  return { value, wideIntegers: projector.wideIntegers, targets: projector.targets }
}

const CORE_TAG = /^tag:yaml\.org,2002:(?:str|int|float|bool|null|map|seq)$/

class Projector {
  readonly wideIntegers = new Map<string, bigint>()
  readonly targets = new Map<Alias, Target>()
  failed = false
  readonly #budget: Budget
  readonly #anchors = new Map<string, Target>()
  /** Collections that are being projected: an alias to one of them has no end. */
  readonly #open = new Set<Target>()
  readonly #source: SourceText
  readonly #report: Report

  constructor(source: SourceText, budget: Budget, report: Report) {
    this.#source = source
    this.#budget = budget
    this.#report = report
  }

  value(node: ParsedNode | null, pointer: string, depth: number): unknown {
    if (node === null || this.failed) return null
    this.#budget.values--
    if (this.#budget.values < 0)
      return this.#fail('MAN-009', node, {
        message: `the manifest unfolds to more than ${MOST_VALUES} values`,
        help: 'use fewer aliases of aliases',
      })
    if (depth > DEEPEST)
      return this.#fail('MAN-009', node, {
        message: `this is nested more than ${DEEPEST} levels deep`,
        help: 'no key of a manifest needs that',
      })
    if (isAlias(node)) return this.#alias(node, pointer, depth)
    this.#checkTag(node)
    if (node.anchor !== undefined) this.#anchors.set(node.anchor, node)
    if (isScalar(node)) return this.#scalar(node, pointer)
    this.#open.add(node)
    const value = isMap(node)
      ? this.#map(node, pointer, depth)
      : node.items.map((item, index) => this.value(item, member(pointer, index), depth + 1))
    this.#open.delete(node)
    return value
  }

  #alias(alias: Alias.Parsed, pointer: string, depth: number): unknown {
    const target = this.targets.get(alias) ?? this.#anchors.get(alias.source)
    if (!target) {
      const message = `no anchor '&${alias.source}' comes before this`
      return this.#fail('MAN-005', alias, {
        message,
        help: `write &${alias.source} in front of the value that it repeats, or quote it if the string '*${alias.source}' is meant`,
      })
    }
    if (this.#open.has(target))
      return this.#fail('MAN-005', alias, {
        message: `'*${alias.source}' is used inside its own value`,
        help: 'write the value out',
      })
    this.targets.set(alias, target)
    return this.value(target, pointer, depth)
  }

  #scalar(scalar: Scalar, pointer: string): unknown {
    const { value } = scalar
    if (typeof value !== 'bigint') return value
    const number = Number(value)
    if (Number.isSafeInteger(number)) return number
    this.wideIntegers.set(pointer, value)
    return value < 0n ? `-0x${(-value).toString(16)}` : `0x${value.toString(16)}`
  }

  #map(map: YAMLMap.Parsed, pointer: string, depth: number): unknown {
    const value: Record<string, unknown> = Object.create(null)
    const first = new Map<string, Pair<ParsedNode, ParsedNode | null>>()
    const merged: Pair<ParsedNode, ParsedNode | null>[] = []
    for (const pair of map.items) {
      const key = keyOf(pair)
      if (key === undefined || isMergeKey(pair)) {
        this.#refuseKey(pair)
        if (isMergeKey(pair)) merged.push(pair)
        continue
      }
      const before = first.get(key)
      if (before) {
        this.#report('MAN-004', {
          at: this.#place(pair.key),
          message: `the key '${key}' is given twice`,
          help: `remove one of the two, here or in line ${this.#place(before.key).line}, or give it another name`,
          related: [{ at: this.#place(before.key), message: `'${key}' is first given here` }],
        })
        continue
      }
      first.set(key, pair)
      value[key] = this.value(pair.value, member(pointer, key), depth + 1)
    }
    for (const pair of merged) this.#merge(pair, value, pointer, depth)
    return value
  }

  /** What a refused merge key stands for is plain: with it the rest of the manifest can be checked. */
  #merge(
    pair: Pair<ParsedNode, ParsedNode | null>,
    value: Record<string, unknown>,
    pointer: string,
    depth: number,
  ): void {
    for (const source of [this.value(pair.value, pointer, depth + 1)].flat())
      if (typeof source === 'object' && source !== null)
        for (const [key, merged] of Object.entries(source)) if (!Object.hasOwn(value, key)) value[key] = merged
  }

  #refuseKey(pair: Pair<ParsedNode, ParsedNode | null>): void {
    const at = this.#place(pair.key)
    if (isMergeKey(pair))
      this.#report('MAN-008', {
        at,
        message: "the merge key '<<' is YAML 1.1's; YAML 1.2 has none",
        help: 'write the keys out here; an alias can stand for a whole value, as in kernel: *k',
      })
    else this.#report('MAN-008', { at, message: 'this key is not a plain name', help: 'write a name before the colon' })
  }

  #checkTag(node: Target): void {
    if (node.tag === undefined || CORE_TAG.test(node.tag)) return
    const message = `the tag '${node.tag}' has no meaning in a manifest`
    this.#fail('MAN-006', node, { message, help: 'remove it' })
  }

  #place(node: ParsedNode): FileOrigin {
    return this.#source.place(node.range[0], node.range[1])
  }

  #fail(code: Code, node: ParsedNode, finding: Omit<Finding, 'at'>): null {
    this.#report(code, { at: this.#place(node), ...finding })
    this.failed = true
    return null
  }
}

/** YAML 1.1's; in quotes it is a string like any other. */
const isMergeKey = ({ key }: Pair<ParsedNode, ParsedNode | null>): boolean =>
  isScalar(key) && key.value === '<<' && key.type === 'PLAIN'

/** The key as text: numbers and booleans as written. `undefined`: a collection, an alias, or nothing. */
export function keyOf(pair: Pair<ParsedNode, ParsedNode | null>): string | undefined {
  const { key } = pair
  if (!isScalar(key) || key.value === null) return undefined
  return typeof key.value === 'string' ? key.value : (key.source ?? String(key.value))
}
