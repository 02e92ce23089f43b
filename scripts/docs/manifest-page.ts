/** `docs/manifest.md`: every key of a manifest. */
import { stringify } from 'yaml'
import { anchor, banner, code, markdownTable, page, plain } from './markdown.ts'
import { definitionName, entryOf, type RootSchema, resolved, type Schema } from './schema.ts'
import { type Section, sectionsOf } from './sections.ts'

/** The text of the page. */
export function manifestPage(root: RootSchema): string {
  const sections = sectionsOf(root)
  return page([
    '# Keys of a manifest',
    banner('schemas/manifest.schema.json'),
    'Keys that begin with `x-` are yours, everywhere; another unknown key is an error. `domforge schema` prints the same for programs, `domforge schema editor` for editors, and ' +
      '`domforge explain /domains/control/memory system.yaml` says what a key became.',
    list(sections.map((section) => `[${titleOf(section)}](#${anchor(titleOf(section))})`)),
    ...sections.flatMap((section) => printed(root, section, sections)),
  ])
}

const list = (items: readonly string[]): string => items.map((item) => `- ${item}`).join('\n')

const titleOf = ({ path, variant }: Section): string =>
  `${path === '' ? 'top of the manifest' : path}${variant === undefined ? '' : ` with ${variant}`}`.replaceAll(
    /[<>]/g,
    '',
  )

function printed(root: RootSchema, section: Section, sections: readonly Section[]): readonly string[] {
  const keys = Object.entries(section.schema.properties ?? {})
  const rows = keys.map(([key, schema]) => {
    const whole = resolved(root, schema)
    const since = whole['x-first-release']
    return [
      `${code(key)}${section.schema.required?.includes(key) ? ' (required)' : ''}`,
      `${plain(whole.description ?? '')}${defaultOf(whole)}${since === undefined || since === '4.17' ? '' : ` From Xen ${since} on.`}`,
      [sampleOf(root, schema), belowOf(root, schema, sections)].filter((text) => text !== '').join(' '),
    ]
  })
  return [
    `## ${titleOf(section)}`,
    section.path === '' ? '' : plain(section.schema.description ?? ''),
    markdownTable(['key', 'meaning', 'for example'], rows),
  ]
}

const defaultOf = ({ default: value, description = '' }: Schema): string =>
  value === undefined || description.includes('Default:')
    ? ''
    : ` Default: ${code(JSON.stringify(value).replaceAll('"', ''))}.`

/** All values of a key, if the schema lists them; else an example. */
function sampleOf(root: RootSchema, schema: Schema): string {
  const whole = resolved(root, schema)
  if (whole.const !== undefined) return code(String(whole.const))
  if (whole.enum) return whole.enum.map((value) => code(String(value))).join(', ')
  const [example] = whole.examples ?? []
  return example === undefined ? '' : code(flow(example))
}

/** `value` as YAML in one line. */
const flow = (value: unknown): string =>
  stringify(value, { collectionStyle: 'flow', lineWidth: 0, flowCollectionPadding: true }).trimEnd()

/** A link to the section that lists the keys below; empty if there is none. */
function belowOf(root: RootSchema, schema: Schema, sections: readonly Section[]): string {
  const names = [schema, entryOf(resolved(root, schema))].flatMap((one) => (one ? [definitionName(root, one)] : []))
  const target = sections.find(({ schema: { title } }) => title !== undefined && names.includes(title))
  return target ? `→ [${titleOf(target)}](#${anchor(titleOf(target))})` : ''
}
