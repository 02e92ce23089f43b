/** The manifest's schema as a list of sections, each a table of keys. */
import { definitionName, entryOf, type RootSchema, resolved, type Schema } from './schema.ts'

/** Keys that are beside each other in a manifest. */
export interface Section {
  /** The keys above them: `domains.<name>.kernel`; empty at the top. */
  readonly path: string
  /** The key and value on which the others depend: `boot: dom0less`; absent: there is none. */
  readonly variant?: string
  readonly schema: Schema
}

/** Sections from the top down, in the schema's order. One to which several places refer is listed at the first. */
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

/** A section, or several if the keys depend on the value of one. */
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
