/** The manifest's schema as a list of sections, each of which is a table of keys. */
import { definitionName, entryOf, type RootSchema, resolved, type Schema } from './schema.ts'

/** Keys that stand side by side in a manifest. */
export interface Section {
  /** How one comes to them: `domains.<name>.kernel`; empty at the top. */
  readonly path: string
  /** `boot: dom0less` where the keys depend on the value of one. */
  readonly variant?: string
  readonly schema: Schema
}

/** Sections from the top down, in the schema's order; what several places refer to is listed at the first of them. */
export function sectionsOf(root: RootSchema): readonly Section[] {
  const seen = new Map<string, Section>()
  const sections: Section[] = []
  const visit = (path: string, schema: Schema): void => {
    const name = definitionName(root, schema)
    if (name !== undefined && seen.has(name)) return
    const whole = resolved(root, schema)
    const own = variantsOf(root, path, whole)
    if (name !== undefined && own[0]) seen.set(name, own[0])
    sections.push(...own)
    for (const section of own)
      for (const [key, value] of Object.entries(section.schema.properties ?? {})) descend(dotted(path, key), value)
  }
  const descend = (path: string, schema: Schema): void => {
    const whole = resolved(root, schema)
    const entry = entryOf(whole)
    if (hasKeys(whole)) visit(path, schema)
    if (entry && hasKeys(resolved(root, entry))) visit(`${path}.<name>`, entry)
    if (whole.items && hasKeys(resolved(root, whole.items))) visit(`${path}[]`, whole.items)
  }
  visit('', root)
  return sections
}

/** One section, or one for each variant that a key's value chooses. */
function variantsOf(root: RootSchema, path: string, schema: Schema): readonly Section[] {
  const chooser = schema.discriminator?.propertyName
  if (chooser === undefined || !schema.oneOf) return [{ path, schema }]
  return schema.oneOf.map((one) => {
    const variant = resolved(root, one)
    const chosen = resolved(root, variant.properties?.[chooser] ?? {})
    return { path, variant: `${chooser}: ${chosen.const}`, schema: variant }
  })
}

const hasKeys = (schema: Schema): boolean => schema.properties !== undefined || schema.discriminator !== undefined

const dotted = (path: string, key: string): string => (path === '' ? key : `${path}.${key}`)
