/**
 * Schemas for editors, made from the manifest's. With that one editors would show titles, which are names of our types, would describe a value by its type, and
 * complete nothing behind a reference; and they would mark keys as missing in a file that has them from those that it extends.
 */

/** The schema for whole manifests, and for those that extend others, in which no key is required. */
export const editorSchema = (schema) => ({
  ...headOf(schema, 'editor', 'A manifest of domforge, for editors.'),
  type: 'object',
  if: { required: ['extends'] },
  then: fragmentOf(wholeOf(schema)),
  else: wholeOf(schema),
})

/** The schema for files that others extend: no key is required, and every value may be the word that removes it. */
export const fragmentSchema = (schema) => ({
  ...headOf(schema, 'fragment', 'A part of a manifest that others extend, for editors.'),
  ...fragmentOf(wholeOf(schema)),
})

const headOf = ({ $schema, $id }, name, description) => ({
  $schema,
  $id: $id.replace('manifest', name),
  description,
})

/** A schema with its definitions in the place of references. */
const wholeOf = ({ $schema: _, $id: _id, $defs, ...schema }) => described(inlined(schema, $defs))

function inlined(node, definitions) {
  if (Array.isArray(node)) return node.map((item) => inlined(item, definitions))
  if (typeof node !== 'object' || node === null) return node
  const { $ref, ...own } = node
  const merged = $ref === undefined ? own : { ...definitions[$ref.slice('#/$defs/'.length)], ...own }
  return $ref === undefined ? mapped(merged, (value) => inlined(value, definitions)) : inlined(merged, definitions)
}

const mapped = (object, change) =>
  Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value)]))

/** Applies `change` to every schema in `node`, the innermost first. Keys of `properties` are names, not keywords. */
function rewritten(node, change) {
  if (typeof node !== 'object' || node === null) return node
  const below = (key, value) => {
    if (['properties', 'patternProperties'].includes(key)) return mapped(value, (one) => rewritten(one, change))
    if (['oneOf', 'anyOf', 'allOf'].includes(key)) return value.map((one) => rewritten(one, change))
    return ['items', 'additionalProperties', 'propertyNames'].includes(key) ? rewritten(value, change) : value
  }
  return change(Object.fromEntries(Object.entries(node).map(([key, value]) => [key, below(key, value)])))
}

/** A schema with keywords that editors know in place of our own. */
const described = (schema) =>
  rewritten(schema, ({ oneOf, 'x-unit': unit, 'x-form': form, 'x-editor-pattern': stricter, ...rest }) => {
    // The tool itself accepts more by its pattern, and then has a rule with a better message.
    const own = stricter === undefined ? rest : { ...rest, pattern: stricter }
    return {
      ...Object.fromEntries(Object.entries(own).filter(([key]) => !LEFT_OUT.has(key))),
      ...(oneOf ? { anyOf: oneOf } : {}),
      ...(own.examples ? { examples: offered(own.examples) } : {}),
      ...(typeof own.pattern === 'string' ? { patternErrorMessage: messageOf(own, unit, form) } : {}),
    }
  })

/** Examples without maps, if there are others: beside words, the language server offers a map as `[object Object]`. It completes maps by their keys anyway. */
function offered(examples) {
  const words = examples.filter((example) => typeof example !== 'object' || Array.isArray(example))
  return words.length > 0 ? words : examples
}

/** Keywords that are our own, and `default`, which editors would insert although nobody has to write it. */
const LEFT_OUT = new Set(['title', 'tsType', 'discriminator', 'x-first-release', 'default'])

const QUANTITIES = {
  bytes: 'A size with a binary unit (KiB, MiB, GiB, TiB), or bytes as a whole number.',
  duration: 'A length of time with its unit: ms, s, min or h.',
  rate: 'A frequency with its unit: Hz, kHz, MHz or GHz.',
  'host-physical address': 'An address: a whole number such as 0x4000_0000.',
}

/** The message about a value that does not match a pattern: what is wanted, in place of the pattern itself. */
function messageOf({ description = 'Another value is wanted.', examples = [], pattern }, unit, form) {
  const what =
    QUANTITIES[unit] ??
    (form && `${form.charAt(0).toUpperCase()}${form.slice(1)}.`) ??
    (pattern === '.' ? 'It is empty.' : (/^.*?[.:](?= |$)/.exec(description)?.[0].replace(/:$/, '.') ?? description))
  const words = examples.filter((example) => typeof example !== 'object').slice(0, 3)
  return words.length === 0 ? what : `${what} For example: ${words.join(', ')}`
}

const DELETE = '$delete'

/** A schema without required keys, and with `$delete` as a value of each key. */
const fragmentOf = (schema) => ({
  ...rewritten(schema, ({ required: _, minProperties: _least, ...rest }) => deletable(rest)),
  type: 'object',
})

function deletable(schema) {
  if (schema.type === undefined || schema.const !== undefined) return schema
  if (schema.enum) return { ...schema, enum: [...schema.enum, DELETE] }
  const types = [schema.type].flat()
  if (!types.includes('string'))
    return { ...schema, type: [...types, 'string'], pattern: '^\\$delete$', patternErrorMessage: wanted(schema) }
  return schema.pattern === undefined ? schema : { ...schema, pattern: `^\\$delete$|${schema.pattern}` }
}

const NAMES = {
  object: 'a map',
  array: 'a list',
  integer: 'a whole number',
  boolean: 'true or false',
  number: 'a number',
}

const wanted = ({ type }) =>
  `This is ${[type]
    .flat()
    .map((one) => NAMES[one])
    .join(' or ')}, or ${DELETE}.`
