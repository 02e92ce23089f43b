/** What `xen.features` lifts, and that nothing else is. */
import { afterAll, describe, expect, it } from 'vitest'
import manifestSchema from '../../schemas/manifest.schema.json' with { type: 'json' }
import { propertyNamed, walk } from '../../src/devicetree/model.ts'
import { FORK_FEATURES } from '../../src/xen/fork-features.ts'
import { Bench, codesOf, DOM0, manifestOf } from '../support/checks/systems.ts'

const bench = new Bench()
afterAll(() => bench.remove())

const OTHERS = Object.keys(FORK_FEATURES)

interface Fork {
  readonly feature: string
  readonly release?: string
  readonly bootargs?: string
  readonly domain: string
  /** Without the feature. */
  readonly found: readonly string[]
}

const dom0less = (more: string): string => `a: { boot: dom0less, kernel: { image: Image }, memory: 64MiB${more} }`
const xl = (more: string): string => `a: { boot: xl, kernel: { image: Image }, memory: 64MiB${more} }`

const FORKS: readonly Fork[] = [
  {
    feature: 'xenstore-page',
    release: '4.17',
    domain: dom0less(', static-mem: auto, enhanced: enabled'),
    found: ['DOM-044'],
  },
  {
    feature: 'xenstore-page',
    release: '4.19',
    domain: dom0less(', static-mem: auto, enhanced: enabled'),
    found: ['DOM-044'],
  },
  { feature: 'domain-tee', domain: dom0less(', extra-properties: { "xen,tee": optee }'), found: ['DOM-059'] },
  { feature: 'viommu', domain: dom0less(', extra-properties: { viommu: true }'), found: ['DOM-059'] },
  { feature: 'viommu', bootargs: 'viommu=1 dom0_viommu=1', domain: dom0less(''), found: ['D0-012', 'D0-012'] },
  { feature: 'viommu', domain: xl(', extra-xl: { viommu: smmuv3 }'), found: ['XL-002'] },
  { feature: 'vpl011-pl011', domain: dom0less(', extra-properties: { vpl011: pl011 }'), found: ['REF-006'] },
  { feature: 'bitmask-colors', domain: dom0less(', extra-properties: { colors: 0x7fc0 }'), found: ['DOM-059'] },
  {
    feature: 'bitmask-colors',
    bootargs: 'xen_colors=0-0 dom0_colors=1-5 way_size=65536',
    domain: dom0less(''),
    found: ['D0-012', 'D0-012', 'D0-012'],
  },
  { feature: 'bitmask-colors', domain: xl(', extra-xl: { colors: ["4-7"] }'), found: ['XL-002'] },
  {
    feature: 'scmi-agents',
    domain: dom0less(', extra-properties: { "xen,sci_type": scmi_smc_multiagent, "xen,sci-agent-id": 2 }'),
    found: ['DOM-047', 'DOM-059'],
  },
  {
    feature: 'scmi-agents',
    domain: xl(', extra-xl: { arm_sci: "type=scmi_smc_multiagent,agent_id=2" }'),
    found: ['XL-002'],
  },
  {
    feature: 'scmi-agents',
    release: '4.21',
    domain: xl(', extra-xl: { arm_sci: "type=scmi_smc_multiagent,agent_id=2" }'),
    found: ['XL-017'],
  },
]

const codes = ({ release = '4.20', bootargs = '', domain }: Fork, features: readonly string[]): readonly string[] =>
  codesOf(
    bench.buildText(
      manifestOf({
        release,
        bootargs,
        domains: [DOM0, domain],
        ...(features.length > 0 ? { xenMore: `features: [${features.join(', ')}]` } : {}),
      }),
    ),
  ).toSorted()

describe.each(FORKS)('$feature: $domain', (fork) => {
  it('is refused by upstream, and passes with the feature, by no other one', () => {
    expect(codes(fork, [])).toEqual(fork.found)
    expect(
      codes(
        fork,
        OTHERS.filter((name) => name !== fork.feature),
      ),
    ).toEqual(fork.found)
    expect(codes(fork, [fork.feature])).toEqual([])
  })
})

it('the published case passes with what its Xen has', () => {
  const domain = dom0less(
    ', vcpus: 1, static-mem: auto, direct-map: true, enhanced: enabled, extra-properties: { "xen,tee": optee }',
  )
  expect(codes({ feature: '', release: '4.19', domain, found: [] }, [])).toEqual(['DOM-044', 'DOM-059'])
  expect(codes({ feature: '', release: '4.19', domain, found: [] }, ['xenstore-page', 'domain-tee'])).toEqual([])
})

it('who has no fork learns what upstream reads instead, and who has one how to say it', () => {
  const helps = (bootargs: string, more: string): readonly (string | undefined)[] =>
    bench
      .outcomeOf(manifestOf({ bootargs, more }))
      .findings.all.filter(({ code }) => ['D0-012', 'DOM-059', 'REF-006'].includes(code))
      .map(({ help, remedy }) => remedy ?? help)
  const or = (feature: string): string => `or if your Xen reads it add '${feature}' to 'xen.features'`
  expect(helps('xen_colors=0-0 dom0_viommu=1', 'extra-properties: { colors: 0x7fc0 }').toSorted()).toEqual([
    `remove it, ${or('viommu')}`,
    `set 'llc-colors' of the domain instead (Xen 4.20), ${or('bitmask-colors')}`,
    `set 'xen' of xen.cache-coloring instead (Xen 4.20), ${or('bitmask-colors')}`,
  ])
  expect(helps('', 'extra-properties: { vpl011: pl011 }')).toEqual([
    "remove it, and set 'console' of the domain; if your Xen reads another value, add 'vpl011-pl011' to 'xen.features'",
  ])
  expect(helps('bootscrup=0', '')).toEqual([expect.stringContaining("'bootscrub'")])
})

it('a property that a fork reads otherwise replaces ours', () => {
  const { assembly } = bench.outcomeOf(
    manifestOf({ xenMore: 'features: [vpl011-pl011]', more: 'extra-properties: { vpl011: pl011 }' }),
  )
  const guests = assembly ? [...walk(assembly.hostTree.root)].filter(({ node }) => node.name === 'guest') : []
  const values = guests.flatMap(({ node }) => propertyNamed(node, 'vpl011')?.value ?? [])
  expect(values).toMatchObject([{ kind: 'string', text: 'pl011' }])
})

it('the schema names every feature', () => {
  expect(manifestSchema.$defs.Xen.properties.features.items.enum.toSorted()).toEqual(OTHERS.toSorted())
})
