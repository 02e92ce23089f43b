/** The manifest's schema, for the page about its keys. */

/** The keywords of JSON Schema that are used. */
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

/** A schema with definitions. */
export interface RootSchema extends Schema {
  readonly $defs: Readonly<Record<string, Schema>>
}

/** A schema with the keywords that its reference leads to, unless it has these itself. */
export function resolved(root: RootSchema, schema: Schema): Schema {
  if (schema.$ref === undefined) return schema
  const { $ref, ...own } = schema
  return resolved(root, { ...definition(root, $ref), ...own })
}

/** The name under `$defs` at the end of the references of `schema`; `undefined`: it has none. */
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

/** The schema of a map's values; `undefined`: it has none. */
export const entryOf = ({ additionalProperties }: Schema): Schema | undefined =>
  typeof additionalProperties === 'object' ? additionalProperties : undefined
