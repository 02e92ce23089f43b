/**
 * Makes what is derived from schemas and templates:
 *   schemas/manifest.schema.json → src/manifest/manifest.gen.ts (types, committed) and validate.gen.js (validator)
 *                                → schemas/editor.schema.json, fragment.schema.json (for editors)
 *   templates/*.hbs              → src/emit/templates.gen.js (functions from a view to text)
 * `--check` writes no committed file and fails when one is out of date.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { editorSchema, fragmentSchema } from './editor-schema.mjs'

const root = new URL('../', import.meta.url)
const path = (name) => fileURLToPath(new URL(name, root))
const read = (name) => readFileSync(path(name), 'utf8')
const check = process.argv.includes('--check')

/** Writes a file only if it changes, so that watchers and caches do not notice otherwise. */
function write(name, text) {
  if (!existsSync(path(name)) || read(name) !== text) writeFileSync(path(name), text)
}

/** A schema without users' `x-…` keys: nothing reads them, and an index signature would hide misspelt names from the compiler. */
const withoutUserKeys = (schema) =>
  JSON.parse(JSON.stringify(schema, (key, value) => (key === 'patternProperties' ? undefined : value)))

/** Throws if a type is written by hand: that would hide new keys from the compiler, which checks that every key is read (src/model/every-key.ts). */
function refuseHandWrittenKeys(schema) {
  JSON.stringify(schema, (key, value) => {
    if (value?.tsType !== undefined && value.properties)
      throw new Error(`'${key}' has properties and a tsType: remove the tsType`)
    return value
  })
}

async function manifestTypes(schema) {
  refuseHandWrittenKeys(schema)
  const { compile } = await import('json-schema-to-typescript')
  return compile(withoutUserKeys(schema), 'Manifest', {
    bannerComment: '/* Generated from schemas/manifest.schema.json by `npm run generate`: edit the schema. */',
    additionalProperties: false,
    format: false,
    strictIndexSignatures: true,
  })
}

/** ajv's stand-alone code with imports in place of `require`, with which it loads its few run-time functions. */
function asModule(code) {
  const imports = new Map()
  const body = code.replace(/require\("(ajv\/dist\/runtime\/(\w+))"\)/g, (_, module, name) => {
    imports.set(module, name)
    return `${name}Module`
  })
  const lines = [...imports].map(([module, name]) => `import ${name}Module from '${module}.js'`)
  return `${lines.join('\n')}\n${body}\n`
}

const MAPS_OF_NAMES = ['properties', 'patternProperties', '$defs']
const FOR_READERS = [
  'title',
  'description',
  'examples',
  'default',
  'tsType',
  'x-unit',
  'x-form',
  'x-first-release',
  'x-editor-pattern',
]

/** The keywords of a schema that decide about values. The validator would contain the others too. */
function judging(schema, areNames = false) {
  if (Array.isArray(schema)) return schema.map((one) => judging(one))
  if (typeof schema !== 'object' || schema === null) return schema
  const entries = Object.entries(schema).filter(([key]) => areNames || !FOR_READERS.includes(key))
  return Object.fromEntries(
    entries.map(([key, value]) => [key, judging(value, !areNames && MAPS_OF_NAMES.includes(key))]),
  )
}

async function manifestValidator(schema) {
  const { default: Ajv2020 } = await import('ajv/dist/2020.js')
  const { default: standaloneCode } = await import('ajv/dist/standalone/index.js')
  const ajv = new Ajv2020.default({
    strict: true,
    allErrors: true,
    allowUnionTypes: true,
    discriminator: true,
    inlineRefs: false,
    code: { source: true, esm: true, lines: true },
  })
  return asModule(standaloneCode(ajv, ajv.compile(judging(schema))))
}

async function templates() {
  const { default: Handlebars } = await import('handlebars')
  const entries = readdirSync(path('templates'))
    .filter((file) => file.endsWith('.hbs'))
    .sort()
    .map((file) => {
      const name = file.slice(0, -'.hbs'.length).replace(/[-.](\w)/g, (_, letter) => letter.toUpperCase())
      const spec = Handlebars.precompile(read(`templates/${file}`), {
        noEscape: true,
        strict: true,
        knownHelpersOnly: true,
      })
      return { name, spec }
    })
  const body = entries.map(({ name, spec }) => `  ${name}: handlebars.template(${spec}),`)
  return `import Handlebars from 'handlebars/runtime.js'\nconst handlebars = Handlebars.create()\nexport const templates = {\n${body.join('\n')}\n}\n`
}

const templateTypes = 'export declare const templates: Readonly<Record<string, (view: object) => string>>\n'
const validatorTypes =
  "import type { ErrorObject } from 'ajv'\ndeclare const validate: ((data: unknown) => boolean) & { errors?: ErrorObject[] | null }\nexport default validate\n"

const schema = JSON.parse(read('schemas/manifest.schema.json'))
const types = await manifestTypes(schema)
if (check && read('src/manifest/manifest.gen.ts') !== types) {
  console.error('src/manifest/manifest.gen.ts is out of date: run `npm run generate` and commit the result')
  process.exit(1)
}
write('src/manifest/manifest.gen.ts', types)
write('schemas/editor.schema.json', `${JSON.stringify(editorSchema(schema))}\n`)
write('schemas/fragment.schema.json', `${JSON.stringify(fragmentSchema(schema))}\n`)
write('src/manifest/validate.gen.js', await manifestValidator(schema))
write('src/manifest/validate.gen.d.ts', validatorTypes)
write('src/emit/templates.gen.js', await templates())
write('src/emit/templates.gen.d.ts', templateTypes)
