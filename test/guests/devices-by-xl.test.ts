/** virtio-mmio devices of domains that xl creates, or creates again: nodes, interrupts, and who numbers them, by release. */
import { afterAll, describe, expect, it } from 'vitest'
import { assemble } from '../../src/assemble/assemble.ts'
import { phandleOfNode } from '../../src/devicetree/readings/node.ts'
import { whyNotTexts } from '../../src/guests/recreatable.ts'
import { mmioOf } from '../../src/plan/virtio/planned-virtio.ts'
import { Bench, codesOf, DOM0, manifestOf } from '../support/checks/systems.ts'

const bench = new Bench()
afterAll(() => bench.remove())

const KERNEL = 'kernel: { image: Image, bootargs: modprobe.blacklist=virtio_mmio }, memory: 64MiB'

function systemOf(release: string, app: string, more = '') {
  const { plan, findings } = bench.outcomeOf(
    manifestOf({
      release,
      config: 'ioreq.config',
      domains: [DOM0, `app: { ${app}, ${KERNEL} }`],
      end: [
        'virtio:',
        `  disk: { type: block, transport: mmio, frontend: app, backend: dom0${more} }`,
        '  seed: { type: entropy, transport: mmio, frontend: app, backend: dom0 }',
      ],
    }),
  )
  const entries = plan ? (assemble(plan).xl[0]?.entries ?? []) : []
  const guest = plan?.xl[0] ?? plan?.dom0less[0]
  const children = guest?.partialTree?.source.tree.root.children ?? []
  const top = children.find(({ name }) => name === 'passthrough')
  const controller = children.find(({ name }) => name === 'gic')
  return {
    errors: codesOf(findings.all.filter(({ severity }) => severity === 'error')),
    places: plan ? mmioOf(plan.virtio).map(({ interrupt }) => interrupt.value) : [],
    keys: entries.map(({ key }) => key).filter((key) => ['virtio', 'device_tree', 'nr_spis', 'vuart'].includes(key)),
    nodes: top?.children.map(({ name }) => name) ?? [],
    controller: controller && phandleOfNode(controller),
    why: plan?.dom0less[0]?.notRecreatable,
  }
}

describe('a domain of xl', () => {
  it('has them by the key virtio where xl has it, numbered by libxl', () => {
    for (const release of ['4.18', '4.22'])
      expect(systemOf(release, 'boot: xl')).toMatchObject({ errors: [], keys: ['virtio'], nodes: [], places: [33, 34] })
  })

  it('has them in its partial tree before that, where it may choose, with the interrupts of its console', () => {
    expect(systemOf('4.17', 'boot: xl, console: vpl011')).toMatchObject({
      errors: [],
      keys: ['device_tree', 'vuart'],
      nodes: ['virtio@2000000', 'virtio@2000200'],
      controller: 65000,
      places: [43, 42],
    })
    expect(systemOf('4.17', 'boot: xl, console: vpl011', ', interrupt: 40')).toMatchObject({
      errors: [],
      places: [40, 43],
    })
    expect(systemOf('4.18', 'boot: xl', ', interrupt: 40').errors).toEqual(['VIO-027'])
  })

  it('has no interrupts for them without a console or a device of the host', () => {
    expect(systemOf('4.17', 'boot: xl').errors).toEqual(['VIO-028'])
    expect(systemOf('4.17', 'boot: xl, extra-xl: { irqs: [40] }').errors).not.toContain('VIO-028')
  })
})

describe('a domain that Xen starts comes back', () => {
  it('with nr_spis where xl has it, whatever its console', () => {
    for (const console of ['vpl011', 'none'])
      expect(systemOf('4.19', `boot: dom0less, enhanced: enabled, console: ${console}`)).toMatchObject({
        errors: [],
        keys: ['device_tree', ...(console === 'none' ? [] : ['vuart']), 'nr_spis'],
      })
  })

  it('with the interrupts of its console before that, and not without one', () => {
    const { errors, keys } = systemOf('4.18', 'boot: dom0less, enhanced: enabled')
    expect([errors, keys]).toEqual([[], ['device_tree', 'vuart']])
    const without = systemOf('4.18', 'boot: dom0less, enhanced: enabled, console: none')
    expect([without.errors, without.keys]).toEqual([[], []])
    expect(whyNotTexts(without.why ?? [{ because: 'no-dom0' }])).toBe(
      'xl of 4.18 cannot give it the interrupts of its virtio devices: it has neither a virtual PL011 nor an interrupt of the host',
    )
  })
})
