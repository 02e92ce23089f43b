/** What the schema promises beside its rules: every key is described, with unit, default, example and first release. */
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import schema from '../../schemas/manifest.schema.json' with { type: 'json' }
import { followed, type SchemaNode } from '../../src/manifest/schema.ts'
import { RELEASES } from '../../src/xen/releases.ts'

interface Map extends SchemaNode {
  readonly patternProperties?: object
  readonly required?: readonly string[]
}

interface Key extends SchemaNode {
  readonly default?: unknown
  readonly 'x-first-release'?: string
}

const maps = Object.entries<Map>(schema.$defs as Record<string, Map>).filter(
  ([, node]) => 'additionalProperties' in node,
)
const keys = [['Manifest', schema as Map] as const, ...maps].flatMap(([owner, node]) =>
  Object.entries(node.properties ?? {}).map(([key, property]) => ({
    name: `${owner}.${key}`,
    property: followed(property as Key) as Key,
    required: node.required?.includes(key) === true,
  })),
)

describe.each(keys)('$name', ({ property, required }) => {
  it('has a description and an example that conforms', () => {
    expect(property.description).toMatch(/\.$/)
    const choices = property.const === undefined ? property.examples : [property.const]
    expect(choices).toBeTruthy()
    const ajv = new Ajv2020({ strict: false, discriminator: true })
    const validate = ajv.compile({ ...property, $defs: schema.$defs })
    for (const example of choices ?? []) expect([example, validate(example)]).toEqual([example, true])
  })

  it('says its default, where it may be left out', () => {
    if (!required) expect(property.default !== undefined || /Default: /.test(property.description ?? '')).toBe(true)
  })

  it('names a release that exists', () => {
    expect(RELEASES).toContain(property['x-first-release'])
  })
})

it('every map refuses what it does not know, and lets the user have x- keys', () => {
  for (const [name, node] of maps)
    if ('properties' in node) {
      expect([name, node.additionalProperties]).toEqual([name, false])
      expect([name, Object.keys(node.patternProperties ?? {})]).toEqual([name, ['^x-']])
    }
})
