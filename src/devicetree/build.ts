/** Short constructors for trees that are made rather than read. */
import type { Origin } from '../diagnostics/diagnostic.ts'
import type { Cell, DtNode, DtPart, DtProperty, DtValue, ReferenceTarget } from './model.ts'

export interface NodeContents {
  readonly labels?: readonly string[]
  readonly properties?: readonly DtProperty[]
  readonly children?: readonly DtNode[]
}

/** Of each kind two literals: V8 gives every object a shape of its own that is a copy with one more key. */
export function node(name: string, contents: NodeContents, origin?: Origin): DtNode {
  const { labels = [], properties = [], children = [] } = contents
  return origin ? { name, labels, properties, children, origin } : { name, labels, properties, children }
}

export const property = (name: string, value: DtValue, origin?: Origin): DtProperty =>
  origin ? { name, value, origin } : { name, value }

/** 32-bit cells. */
export function cells(values: readonly (number | bigint | Cell)[], origin?: Origin): DtPart {
  const list = values.map((v) => (typeof v === 'number' ? BigInt(v) : v))
  return origin ? { kind: 'cells', bits: 32, cells: list, origin } : { kind: 'cells', bits: 32, cells: list }
}

/** `value` as `count` 32-bit cells, most significant first, the way `reg` holds addresses and sizes. */
export const wideCells = (value: bigint, count: 1 | 2, origin?: Origin): DtPart =>
  cells(count === 1 ? [value] : [value >> 32n, value & 0xffff_ffffn], origin)

export const text = (value: string, origin?: Origin): DtPart =>
  origin ? { kind: 'string', text: value, origin } : { kind: 'string', text: value }

export const strings = (values: readonly string[], origin?: Origin): DtValue => values.map((v) => text(v, origin))

export const phandleOf = (target: ReferenceTarget): Cell => ({ kind: 'phandle', target })

export const pathOf = (target: ReferenceTarget, origin?: Origin): DtPart =>
  origin ? { kind: 'path', target, origin } : { kind: 'path', target }
