/** Short constructors for trees that are made rather than read. */
import type { Origin } from '../diagnostics/diagnostic.ts'
import type { Cell, DtNode, DtPart, DtProperty, DtValue, ReferenceTarget } from './model.ts'

const withOrigin = <T extends object>(value: T, origin: Origin | undefined): T =>
  origin ? { ...value, origin } : value

export interface NodeContents {
  readonly labels?: readonly string[]
  readonly properties?: readonly DtProperty[]
  readonly children?: readonly DtNode[]
}

export const node = (name: string, contents: NodeContents, origin?: Origin): DtNode =>
  withOrigin(
    {
      name,
      labels: contents.labels ?? [],
      properties: contents.properties ?? [],
      children: contents.children ?? [],
    },
    origin,
  )

export const property = (name: string, value: DtValue, origin?: Origin): DtProperty =>
  withOrigin({ name, value }, origin)

/** 32-bit cells. */
export const cells = (values: readonly (number | bigint | Cell)[], origin?: Origin): DtPart =>
  withOrigin({ kind: 'cells', bits: 32, cells: values.map((v) => (typeof v === 'number' ? BigInt(v) : v)) }, origin)

/** `value` as `count` 32-bit cells, most significant first, the way `reg` holds addresses and sizes. */
export const wideCells = (value: bigint, count: 1 | 2, origin?: Origin): DtPart =>
  cells(count === 1 ? [value] : [value >> 32n, value & 0xffff_ffffn], origin)

export const text = (value: string, origin?: Origin): DtPart => withOrigin({ kind: 'string', text: value }, origin)

export const strings = (values: readonly string[], origin?: Origin): DtValue => values.map((v) => text(v, origin))

export const phandleOf = (target: ReferenceTarget): Cell => ({ kind: 'phandle', target })

export const pathOf = (target: ReferenceTarget, origin?: Origin): DtPart => withOrigin({ kind: 'path', target }, origin)
