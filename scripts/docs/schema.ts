/** The manifest's schema as the page about its keys reads it. */

/** What is used of a JSON Schema. */
export interface Schema {
  readonly $ref?: string
  readonly title?: string
  readonly description?: string
  readonly type?: string | readonly string[]
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly default?: unknown
  readonly examples?: readonly unknown[]
  readonly required?: readonly string[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly additionalProperties?: boolean | Schema
  readonly items?: Schema
  readonly oneOf?: readonly Schema[]
  readonly discriminator?: { readonly propertyName: string }
  readonly 'x-first-release'?: string
}

export interface RootSchema extends Schema {
  readonly $defs: Readonly<Record<string, Schema>>
}

/** A schema with what its reference says; what stands beside the reference wins. */
export function resolved(root: RootSchema, schema: Schema): Schema {
  if (schema.$ref === undefined) return schema
  const { $ref, ...own } = schema
  return resolved(root, { ...definition(root, $ref), ...own })
}

/** The name under `$defs` of what `schema` refers to last, if it refers to anything. */
export function definitionName(root: RootSchema, schema: Schema): string | undefined {
  if (schema.$ref === undefined) return undefined
  return definitionName(root, definition(root, schema.$ref)) ?? nameOf(schema.$ref)
}

const nameOf = (reference: string): string => reference.slice('#/$defs/'.length)

function definition(root: RootSchema, reference: string): Schema {
  const found = root.$defs[nameOf(reference)]
  if (!found) throw new Error(`the schema has no ${reference}`)
  return found
}

/** What a map has for each of its names, where that is described. */
export const entryOf = ({ additionalProperties }: Schema): Schema | undefined =>
  typeof additionalProperties === 'object' ? additionalProperties : undefined
