/** A `plan.json` as a flat list of facts that two plans can be compared by. Who chose a number is no part of it. */
import { type Classified, classify } from './classify.ts'

/** One fact of a plan. */
export interface Fact {
  /** Names from the top of the document; of a list's entries, what they are called. */
  readonly path: readonly string[]
  readonly value: string
}

/** A fact with what it is about. */
export interface Entry extends Fact, Classified {}

/** In the order of the document. Of what is empty there is none. */
export const factsOf = (plan: object): readonly Fact[] =>
  [...leaves(plan, [])].map(([path, value]) => ({ path, value }))

export const entryOf = ({ path, value }: Fact): Entry => ({ path, value, ...classify(path) })

type Leaf = readonly [path: readonly string[], value: string]
type Members = Readonly<Record<string, unknown>>

/** Said twice: where a file's room begins is its address; and the document's version is no fact of the system. */
const isLeftOut = ([section, , member = '']: readonly string[]): boolean =>
  section === 'version' || (section === 'load' && ['address', 'behind'].includes(member))

function* leaves(value: unknown, path: readonly string[]): Generator<Leaf> {
  if (isLeftOut(path)) return
  const scalar = scalarOf(value)
  if (scalar !== undefined) yield [path, scalar]
  else if (Array.isArray(value)) yield* items(value, path)
  else for (const [name, one] of Object.entries(value as Members)) yield* leaves(one, [...path, name])
}

function* items(list: readonly unknown[], path: readonly string[]): Generator<Leaf> {
  const scalars = list.map(scalarOf)
  if (list.length === 0) return
  if (scalars.every((one) => one !== undefined)) yield [path, scalars.join(', ')]
  else for (const [index, one] of list.entries()) yield* leaves(one, [...path, nameOf(one as Members, index)])
}

/** What an entry of a list is called, wherever it stands. */
function nameOf({ id, kind, queue, vcpu }: Members, index: number): string {
  const name = [id ?? kind ?? vcpu, id === undefined ? queue : undefined].filter((part) => part !== undefined)
  return name.length === 0 ? String(index) : name.join(' ')
}

/** A scalar, a number with who chose it, or a range. */
function scalarOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return String(value)
  const members = value as Members
  if ('value' in members && 'by' in members) return String(members['value'])
  return rangeOf(members)
}

const wholeOf = (value: unknown): bigint | undefined => {
  const text = scalarOf(value) ?? ''
  return /^(0x[0-9a-f]{1,16}|[0-9]{1,20})$/.test(text) ? BigInt(text) : undefined
}

const RANGE = new Set(['base', 'size', 'owner', 'noMap'])

/** `[0x40000000..0x48000000)`, and whose it is. */
function rangeOf(members: Members): string | undefined {
  if (!('base' in members && 'size' in members) || Object.keys(members).some((key) => !RANGE.has(key))) return undefined
  const [base, size] = [members['base'], members['size']].map(wholeOf)
  if (base === undefined || size === undefined) return undefined
  const range = `[0x${base.toString(16)}..0x${(base + size).toString(16)})`
  return [range, members['owner']].filter((part) => part !== undefined).join(' ')
}
