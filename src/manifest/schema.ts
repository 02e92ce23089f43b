/** The schema as data: what stands at a pointer, for messages that name the keys and choices there. */
import { tokensOf, valueAt } from '../diagnostics/pointer.ts'
import { schemaText } from './published.ts'

/** The keywords that messages are made of. */
export interface SchemaNode {
  readonly $ref?: string
  readonly title?: string
  readonly description?: string
  readonly type?: string | readonly string[]
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly examples?: readonly unknown[]
  readonly properties?: Readonly<Record<string, SchemaNode>>
  readonly additionalProperties?: boolean | SchemaNode
  readonly items?: SchemaNode
  readonly pattern?: string
  readonly required?: readonly string[]
  readonly maxItems?: number
  readonly maxProperties?: number
  readonly oneOf?: readonly SchemaNode[]
  readonly discriminator?: { readonly propertyName: string }
  readonly 'x-unit'?: string
  /** What `pattern` asks for, in words. */
  readonly 'x-form'?: string
  readonly minimum?: number
  readonly maximum?: number
  readonly minProperties?: number
  readonly propertyNames?: SchemaNode
}

interface WholeSchema extends SchemaNode {
  readonly $defs: Readonly<Record<string, SchemaNode>>
}

let whole: WholeSchema | undefined

/** Read with the first message that needs it: a manifest that conforms never does. */
function wholeSchema(): WholeSchema {
  whole ??= JSON.parse(schemaText('manifest')) as WholeSchema
  return whole
}

/** What the schema says of the value at `pointer` in `manifest`, references followed; empty where it says nothing. */
export function schemaAt(pointer: string, manifest: unknown): SchemaNode {
  let node = followed(wholeSchema())
  let above = ''
  for (const token of tokensOf(pointer)) {
    const inside = branch(node, valueAt(manifest, above))
    const { additionalProperties } = inside
    const fallback = typeof additionalProperties === 'object' ? additionalProperties : inside.items
    const own = inside.properties && Object.hasOwn(inside.properties, token) ? inside.properties[token] : undefined
    node = followed(own ?? fallback ?? {})
    above += `/${token.replaceAll('~', '~0').replaceAll('/', '~1')}`
  }
  return branch(node, valueAt(manifest, above))
}

/** The one string that is taken, where there is only one. */
export const onlyWord = ({ pattern }: SchemaNode): string | undefined => /^\^(\w+)\$$/.exec(pattern ?? '')?.[1]

/** The variants of a union, whichever is meant. */
export const variantsOf = (node: SchemaNode): readonly SchemaNode[] => (node.oneOf ?? []).map(followed)

/** The values that choose a variant of a union. */
export function choicesOf(node: SchemaNode): readonly string[] {
  const tag = node.discriminator?.propertyName ?? ''
  return variantsOf(node).map((variant) => String(variant.properties?.[tag]?.const))
}

export const followed = (node: SchemaNode): SchemaNode => {
  if (node.$ref === undefined) return node
  const { $ref, ...own } = node
  return { ...followed(wholeSchema().$defs[$ref.slice('#/$defs/'.length)] ?? {}), ...own }
}

/** The variant that `value` says it is; the union itself where it says nothing that is known. */
function branch(node: SchemaNode, value: unknown): SchemaNode {
  const tag = node.discriminator?.propertyName
  if (tag === undefined) return node
  const wanted = valueAt(value, `/${tag}`)
  return variantsOf(node).find((variant) => variant.properties?.[tag]?.const === wanted) ?? node
}
