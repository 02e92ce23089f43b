import { expect, it } from 'vitest'
import { cells, node, property, text } from '../../src/devicetree/build.ts'
import { Findings } from '../../src/diagnostics/findings.ts'
import { pathsOf } from '../../src/isolation/reach.ts'
import { planSystem } from '../../src/load/plan-system.ts'
import type { Domain } from '../../src/model/system-model.ts'
import type { SystemPlan } from '../../src/plan/system-plan.ts'
import { bytes } from '../../src/units/quantities.ts'
import { boardRoot, dom0, dom0less, file, makePlan, xlDomain } from '../plan/builder.ts'
import { boardWith, factsFor } from '../support/facts/builder.ts'
import { partitionModel } from '../support/plan/partition-systems.ts'

const through = (plan: SystemPlan, from: string, to: string): readonly string[] =>
  pathsOf(plan)(from, to).map((path) => path.through)

it('regions and channels join who takes part, both ways, and nobody else', () => {
  const words = {
    domains: { a: {}, b: {}, c: {} },
    regions: { frames: { by: ['a', 'b'] } },
    channels: { kick: ['b', 'c'] },
  } as const
  const model = partitionModel(words)
  const facts = factsFor(model, boardWith([[0x4000_0000n, 0x8000_0000n]], []), {})
  const plan = planSystem(model, facts, new Findings().report)
  if (!plan) throw new Error('no plan')
  for (const [from, to] of [
    ['a', 'b'],
    ['b', 'a'],
  ] as const)
    expect(through(plan, from, to)).toEqual(["shared memory 'frames'"])
  expect(through(plan, 'c', 'b')).toEqual(["event channel 'kick'"])
  expect([through(plan, 'a', 'c'), through(plan, 'a', 'a')]).toEqual([[], []])
})

it('dom0 reaches everybody; back come those with xenstore', () => {
  const domains: Domain[] = [
    dom0(),
    dom0less('store', { enhanced: 'enabled' }),
    dom0less('quiet', { enhanced: 'no-xenstore' }),
    xlDomain('created'),
  ]
  const plan = makePlan({ domains })
  for (const name of ['store', 'quiet', 'created']) expect(through(plan, 'dom0', name)).toEqual(['its rights as dom0'])
  expect(through(plan, 'store', 'dom0')).toEqual(['xenstore'])
  expect(through(plan, 'created', 'dom0')).toEqual(['xenstore and its console'])
  expect([through(plan, 'quiet', 'dom0'), through(plan, 'store', 'created')]).toEqual([[], []])
})

it('capabilities count', () => {
  const plan = makePlan({
    domains: [
      dom0less('c', { capabilities: ['control'] }),
      dom0less('h', { capabilities: ['hardware'] }),
      dom0less('x'),
    ],
  })
  expect(through(plan, 'c', 'x')).toEqual(['its capability control'])
  expect(through(plan, 'h', 'c')).toEqual(["DMA of the host's devices"])
  expect(through(plan, 'x', 'c')).toEqual([])
})

it('a device that does DMA without an IOMMU reaches everything, one that does none nothing', () => {
  const device = (name: string, ...properties: readonly string[]) =>
    node(name, { properties: properties.map((own) => property(own, [])) })
  const root = { ...boardRoot, children: [...boardRoot.children, device('dma@1', 'dma-coherent'), device('uart@2')] }
  const forced = (path: string) =>
    node('x', { properties: [property('xen,path', [text(path)]), property('xen,force-assign-without-iommu', [])] })
  const withDevice = (path: string): SystemPlan => {
    const plan = makePlan({ root, domains: [dom0less('one'), dom0less('two')] })
    const cell = property('#address-cells', [cells([2])])
    const tree = {
      root: node('', { children: [node('passthrough', { properties: [cell], children: [forced(path)] })] }),
    }
    const source = { path: 'one.dtb', size: bytes(100), tree: { ...tree, reservations: [], bootCpuid: 0 } }
    const reference = file('one.dtb', '/domains/one/device-tree')
    const partialTree = { kind: 'file' as const, reference, pointer: reference.pointer, source }
    const dom0lessDomains = plan.dom0less.map((each, index) =>
      index === 0 ? { ...each, partialTree: { ...partialTree, module: each.kernel } } : each,
    )
    return { ...plan, dom0less: dom0lessDomains }
  }
  expect(through(withDevice('/dma@1'), 'one', 'two')).toEqual(['DMA of /dma@1, without an IOMMU'])
  expect(through(withDevice('/dma@1'), 'two', 'one')).toEqual([])
  expect(through(withDevice('/uart@2'), 'one', 'two')).toEqual([])
})
