/** What a place in the manifest means (from the schema), what it is set to, and what it became in the output. */
import type { Assembly } from '../../assemble/assembly.ts'
import { walk } from '../../devicetree/model.ts'
import { atValue, type Origin } from '../../diagnostics/diagnostic.ts'
import { schemaText } from '../../manifest/published.ts'
import type { Outcome } from '../../pipeline.ts'
import type { SourceDocument } from '../../source/document.ts'
import { stdout } from '../output.ts'
import { paint, wrap } from '../terminal.ts'
import { explainDevice } from './device.ts'

interface SchemaNode {
  readonly $ref?: string
  readonly description?: string
  readonly default?: unknown
  readonly examples?: readonly unknown[]
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly properties?: Readonly<Record<string, SchemaNode>>
  readonly additionalProperties?: SchemaNode | boolean
  readonly items?: SchemaNode
  readonly oneOf?: readonly SchemaNode[]
  readonly allOf?: readonly SchemaNode[]
  readonly anyOf?: readonly SchemaNode[]
  readonly $defs?: Readonly<Record<string, SchemaNode>>
  readonly 'x-unit'?: string
  readonly 'x-first-release'?: string
}

/** The page for `pointer`, or `undefined` where no manifest can have such a place. */
export function explainPointer(pointer: string, outcome: Outcome | undefined): string | undefined {
  const root = JSON.parse(schemaText('manifest')) as SchemaNode
  const steps = (pointer === '/' ? '' : pointer)
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
  const meaning = meaningOf(root, steps, outcome?.source?.value)
  if (!meaning) return undefined
  const value = valueAt(outcome?.source?.value, steps)
  const parts = [
    paint(stdout, 'bold', pointer),
    page(root, meaning, value),
    ...(outcome ? here(value, pointer, outcome.source) : []),
    ...(outcome?.plan ? explainDevice(outcome.plan, pointer) : []),
    ...became(outcome?.assembly, pointer),
  ]
  return `${parts.join('\n')}\n`
}

/** A scalar or list as the manifest has it, and the file and line that say so; what a map holds is seen better there. */
function here(value: unknown, pointer: string, source: SourceDocument | undefined): readonly string[] {
  if (value === undefined) return ['  Here: not written']
  const isMap = typeof value === 'object' && value !== null && !Array.isArray(value)
  const at = source?.locate(atValue(pointer))
  return isMap ? [] : [`  Here: ${JSON.stringify(value)}${at ? ` (${at.file}:${at.line})` : ''}`]
}

/** The schema of the place; where a map has several forms, that of the form which the manifest uses. */
function meaningOf(root: SchemaNode, steps: readonly string[], manifest: unknown): SchemaNode | undefined {
  let candidates: readonly SchemaNode[] = [root]
  let value = manifest
  for (const step of steps) {
    candidates = candidates.flatMap((schema) => inside(root, schema, value, step))
    value = valueAt(value, [step])
  }
  return candidates[0]
}

/** The schema itself and everything that it refers to or combines, without forms that `value` is not. */
function alternatives(root: SchemaNode, node: SchemaNode, value: unknown): readonly SchemaNode[] {
  const target = node.$ref === undefined ? undefined : root.$defs?.[node.$ref.replace('#/$defs/', '')]
  const parts = [...(target ? [target] : []), ...(node.oneOf ?? []), ...(node.allOf ?? []), ...(node.anyOf ?? [])]
  return [node, ...parts.flatMap((part) => alternatives(root, part, value)).filter((schema) => isForm(schema, value))]
}

/** Whether no constant of the schema contradicts `value`. */
const isForm = (schema: SchemaNode, value: unknown): boolean =>
  Object.entries(schema.properties ?? {}).every(([key, property]) => {
    const actual = valueAt(value, [key])
    return property.const === undefined || actual === undefined || property.const === actual
  })

const inside = (root: SchemaNode, node: SchemaNode, value: unknown, step: string): readonly SchemaNode[] =>
  alternatives(root, node, value).flatMap((schema) => {
    const named = Object.hasOwn(schema.properties ?? {}, step) ? schema.properties?.[step] : undefined
    if (named) return [named]
    if (schema.items && /^[0-9]+$/.test(step)) return [schema.items]
    return typeof schema.additionalProperties === 'object' ? [schema.additionalProperties] : []
  })

function page(root: SchemaNode, node: SchemaNode, value: unknown): string {
  const all = alternatives(root, node, value)
  const first = <K extends keyof SchemaNode>(key: K): SchemaNode[K] | undefined =>
    all.find((schema) => schema[key] !== undefined)?.[key]
  const facts: readonly (readonly [string, unknown])[] = [
    ['Unit', first('x-unit')],
    ['Choices', first('enum')?.join(', ')],
    ['Default', first('default') === undefined ? undefined : JSON.stringify(first('default'))],
    ['Since', first('x-first-release') === undefined ? undefined : `Xen ${first('x-first-release')}`],
    ['Example', first('examples') === undefined ? undefined : JSON.stringify(first('examples')?.[0])],
  ]
  const keys = [...new Set(all.flatMap((schema) => Object.keys(schema.properties ?? {})))]
  const entry = all.map((schema) => schema.additionalProperties).find((schema) => typeof schema === 'object')
  const entryKeys = entry ? alternatives(root, entry, undefined).flatMap((s) => Object.keys(s.properties ?? {})) : []
  const lines = facts.filter(([, value]) => value !== undefined).map(([name, value]) => `  ${name}: ${value}`)
  if (keys.length > 0) lines.push(wrap(`Keys: ${keys.join(', ')}`, '  '))
  if (entryKeys.length > 0) lines.push(wrap(`Keys of each entry: ${[...new Set(entryKeys)].join(', ')}`, '  '))
  return [wrap(first('description') ?? '', '  '), ...lines].join('\n')
}

function valueAt(value: unknown, steps: readonly string[]): unknown {
  let here = value
  for (const step of steps) {
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, step)) return undefined
    here = (here as Readonly<Record<string, unknown>>)[step]
  }
  return here
}

/** Everything in the output whose origin is this place. */
function became(assembly: Assembly | undefined, pointer: string): string[] {
  if (!assembly) return []
  const isHere = (origin: Origin | undefined): boolean => origin?.kind === 'manifest' && origin.pointer === pointer
  const lines: string[] = []
  for (const { node, path } of walk(assembly.hostTree.root)) {
    if (isHere(node.origin)) lines.push(`    node ${path} in xen.dtb`)
    for (const property of node.properties)
      if (isHere(property.origin) || property.value.some((part) => isHere(part.origin)))
        lines.push(`    property ${property.name} of ${path} in xen.dtb`)
  }
  for (const config of assembly.xl)
    for (const entry of config.entries)
      if (isHere(entry.origin)) lines.push(`    ${entry.key} in domains/${config.domain}/${config.domain}.cfg`)
  return lines.length === 0 ? [] : ['  Became:', ...lines]
}
