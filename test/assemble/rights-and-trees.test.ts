/** Capabilities, vectors, affinities, policies and partial trees, from a manifest to the trees and configurations. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Assembly } from '../../src/assemble/assembly.ts'
import { type DtNode, hasProperty, nodeAt, propertyNamed } from '../../src/devicetree/model.ts'
import { cellsOf, stringList, stringValue } from '../../src/devicetree/readings/values.ts'
import { partialTrees } from '../../src/emit/partial-trees.ts'
import { ownershipLines } from '../../src/emit/report/ownership.ts'
import { runPipeline } from '../../src/pipeline.ts'
import { plannedGuest, treeByXl } from '../../src/plan/by-domain.ts'
import { makeInputs } from '../support/checks/inputs.ts'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'domforge-rights-'))
  makeInputs(folder)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const guest = (more: string): string => `{ boot: dom0less, kernel: { image: Image }, memory: 64MiB, ${more} }`
const dom0 = 'dom0: { boot: dom0, kernel: { image: Image }, memory: 256MiB }'

interface Words {
  readonly release?: string
  readonly xen?: string
  readonly boot?: string
  readonly board?: string
}

/** The assembly of lines below `domains:`, which obey every rule. */
function assembled(domains: readonly string[], words: Words = {}): Assembly {
  const { release = '4.21', xen = '', boot = '', board = 'smmu-board.dts' } = words
  const file = join(folder, 'system.yaml')
  const lines = [
    'api-version: domforge/v1',
    'name: rights',
    `platform: { device-tree: ${board} }`,
    `xen: { release: "${release}", image: xen, config: xen.config${xen} }`,
    `boot: { load: { from: tftp }${boot} }`,
    'domains:',
    ...domains.map((line) => `  ${line}`),
  ]
  writeFileSync(file, `${lines.join('\n')}\n`)
  const { assembly, findings } = runPipeline(file)
  expect(findings.all.filter(({ severity }) => severity === 'error')).toEqual([])
  if (!assembly) throw new Error('no assembly')
  return assembly
}

function nodeOf({ hostTree }: Assembly, path: string): DtNode {
  const node = nodeAt(hostTree.root, path)
  if (!node) throw new Error(`no ${path}`)
  return node
}

const cells = (assembly: Assembly, path: string, name: string) => cellsOf(propertyNamed(nodeOf(assembly, path), name))

const entriesOf = ({ xl }: Assembly, name: string) =>
  Object.fromEntries(xl.find(({ domain }) => domain === name)?.entries.map(({ key, value }) => [key, value]) ?? [])

describe('boot-time domains', () => {
  it('have the bits of their capabilities, and the hardware domain is the last', () => {
    const assembly = assembled([
      `first: ${guest('capabilities: [hardware, control]')}`,
      `second: ${guest('capabilities: [xenstore]')}`,
      `third: ${guest('console: none')}`,
    ])
    expect(cells(assembly, '/chosen/first', 'capabilities')).toEqual([3])
    expect(cells(assembly, '/chosen/second', 'capabilities')).toEqual([4])
    expect(hasProperty(nodeOf(assembly, '/chosen/third'), 'capabilities')).toBe(false)
    expect(nodeOf(assembly, '/chosen').children.map(({ name }) => name)).toEqual(['second', 'third', 'first'])
    expect(assembly.plan.dom0less.map(({ domain, id }) => [domain.name, id.value])).toEqual([
      ['second', 1],
      ['third', 2],
      ['first', 3],
    ])
    expect(hasProperty(nodeOf(assembly, '/chosen/first'), 'vpl011')).toBe(false)
  })

  it.each([
    ['256', [256]],
    ['hw', []],
    ['0', [0]],
  ])('have SVE of the length %s', (length, expected) => {
    const assembly = assembled([`one: ${guest(`sve: ${length}`)}`], { board: 'sve-board.dts' })
    expect(cells(assembly, '/chosen/one', 'sve')).toEqual(expected)
    expect(assembly.options.map(({ name }) => name)).toContain('ARM64_SVE')
  })

  it('have virtual CPUs bound by the numbers of Xen', () => {
    const assembly = assembled([`one: ${guest('vcpus: 2, hard-affinity: { 1: [cpu@1, cpu@0, cpu@1], 0: [cpu@1] }')}`])
    const bound = nodeOf(assembly, '/chosen/one').children.filter(({ name }) => name.startsWith('vcpu'))
    expect(bound.map((node) => stringValue(propertyNamed(node, 'hard-affinity')))).toEqual(['1', '0,1'])
    expect(bound.map((node) => cellsOf(propertyNamed(node, 'id')))).toEqual([[0], [1]])
  })

  it('say whether accesses to nothing fault, where the manifest does', () => {
    const domains = [
      `one: ${guest('trap-unmapped-accesses: false')}`,
      `two: ${guest('trap-unmapped-accesses: true')}`,
      `three: ${guest('vcpus: 1')}`,
    ]
    const assembly = assembled(domains, { release: '4.22' })
    expect(cells(assembly, '/chosen/one', 'trap-unmapped-accesses')).toEqual([0])
    expect(cells(assembly, '/chosen/two', 'trap-unmapped-accesses')).toEqual([1])
    expect(hasProperty(nodeOf(assembly, '/chosen/three'), 'trap-unmapped-accesses')).toBe(false)
  })
})

describe("Xen's own", () => {
  it('arguments say the vectors of dom0', () => {
    const argumentsWith = (sve: string) => {
      const assembly = assembled([dom0.replace('256MiB', `256MiB${sve}`)], { board: 'sve-board.dts' })
      return stringValue(propertyNamed(nodeOf(assembly, '/chosen'), 'xen,xen-bootargs'))
    }
    expect(argumentsWith('')).not.toContain('sve')
    expect(argumentsWith(', sve: 512')).toMatch(/ dom0=sve=512$/)
    expect(argumentsWith(', sve: hw')).toMatch(/ dom0=sve=-1$/)
  })

  it('policy is a module that no domain has', () => {
    const assembly = assembled([dom0], { xen: ', xsm-policy: xenpolicy, bootargs: xsm=flask' })
    const policy = assembly.plan.load.modules.find(({ kind }) => kind === 'xsm-policy')
    const node = nodeOf(assembly, `/chosen/module@${policy?.address.value.toString(16)}`)
    expect(stringList(propertyNamed(node, 'compatible'))).toEqual(['xen,xsm-policy', 'multiboot,module'])
    expect(policy).toMatchObject({ path: 'xenpolicy', usedBy: [], size: 64n })
    expect(assembly.options.map(({ name }) => name)).toContain('XSM_FLASK')
  })
})

describe('a partial tree', () => {
  const net = `net: ${guest('device-tree: ethernet1.dts')}`

  it('that is a source is compiled, and loaded from among the outputs', () => {
    const assembly = assembled([net])
    const [planned] = assembly.plan.dom0less
    const module = planned?.partialTree?.module
    expect(module).toMatchObject({ id: 'domains/net/partial-tree', path: 'domains/net/passthrough.dtb' })
    const node = nodeOf(assembly, `/chosen/net/module@${module?.address.value.toString(16)}`)
    expect(stringList(propertyNamed(node, 'compatible'))).toEqual(['multiboot,device-tree', 'multiboot,module'])
    const [blob, source] = partialTrees.emit(assembly, { timestamp: 0 })
    expect([blob?.path, source?.path]).toEqual(['domains/net/passthrough.dtb', 'domains/net/passthrough.dts'])
    expect(blob?.contents).toHaveLength(Number(module?.size))
  })

  it('that is a blob is loaded as it is, once for all', () => {
    const [blob] = partialTrees.emit(assembled([`plain: ${guest('device-tree: plain.dts')}`]), { timestamp: 0 })
    writeFileSync(join(folder, 'plain.dtb'), blob?.contents ?? '')
    const domains = ['one', 'two'].map((name) => `${name}: ${guest('device-tree: plain.dtb')}`)
    const assembly = assembled(domains)
    expect(partialTrees.emit(assembly, { timestamp: 0 })).toEqual([])
    expect(assembly.plan.load.modules.filter(({ kind }) => kind === 'partial-tree')).toMatchObject([
      { path: 'plain.dtb', usedBy: ['one', 'two'] },
    ])
  })

  it.each(['merged', 'commands'])('keeps dom0 from its device (%s)', (mode) => {
    const assembly = assembled([dom0, net], { boot: `, device-tree: ${mode}` })
    expect(hasProperty(nodeOf(assembly, '/ethernet@a001000'), 'xen,passthrough')).toBe(true)
    expect(hasProperty(nodeOf(assembly, '/ethernet@a000000'), 'xen,passthrough')).toBe(false)
    expect(nodeOf(assembly, '/ethernet@a001000').properties.length).toBeGreaterThan(3)
    const edits = assembly.script.flatMap((command) => (command.kind === 'edit-tree' ? command.edits : []))
    const marks = edits.filter((edit) => edit.kind === 'fdt-set' && edit.property === 'xen,passthrough')
    expect(marks).toHaveLength(mode === 'commands' ? 1 : 0)
    expect(edits.filter((edit) => edit.kind === 'fdt-mknod' && edit.name.startsWith('ethernet'))).toEqual([])
  })

  it('changes nothing at the host where nobody else has its devices', () => {
    expect(hasProperty(nodeOf(assembled([net]), '/ethernet@a001000'), 'xen,passthrough')).toBe(false)
  })

  it('keeps dom0 from what dtdev names for a domain of xl', () => {
    const line =
      'again: { boot: xl, kernel: { image: Image }, memory: 64MiB, extra-xl: { dtdev: [/ETHERNET@a001000] } }'
    const assembly = assembled([dom0, line])
    const marked = ['/ethernet@a000000', '/ethernet@a001000'].map((path) =>
      hasProperty(nodeOf(assembly, path), 'xen,passthrough'),
    )
    expect(marked).toEqual([false, true])
  })

  it('lets a boot-time domain be created again with the devices that it gives', () => {
    const assembly = assembled([dom0, net, `plain: ${guest('device-tree: plain.dts')}`])
    expect(assembly.xl.map(({ domain }) => domain)).toEqual(['net', 'plain'])
    expect(entriesOf(assembly, 'net')).toMatchObject({
      device_tree: '/boot/guests/net-xl-passthrough.dtb',
      passthrough: 'enabled',
      dtdev: ['/ethernet@a001000'],
      irqs: ['73'],
      iomem: ['0xa001,0x1@0x10000'],
    })
    expect(entriesOf(assembly, 'plain')).toMatchObject({ device_tree: '/boot/guests/plain-passthrough.dtb' })
  })

  it('keeps one from being created again where it gives the interrupt controller a phandle of its own, and names others', () => {
    const assembly = assembled([dom0, `other: ${guest('device-tree: lost-gic.dts')}`])
    expect(assembly.xl).toEqual([])
    expect(assembly.plan.dom0less[0]?.notRecreatable).toEqual([{ because: 'partial-tree', path: 'lost-gic.dts' }])
  })

  it.each([
    ['dom0less', 'other-xl-passthrough.dtb'],
    ['xl', 'other-passthrough.dtb'],
  ])('gives xl the number that it knows, where all interrupts can be followed (boot: %s)', (boot, file) => {
    const line = `other: { boot: ${boot}, kernel: { image: Image }, memory: 64MiB, device-tree: other-gic.dts }`
    const assembly = assembled([dom0, line])
    expect(entriesOf(assembly, 'other')).toMatchObject({ device_tree: `/boot/guests/${file}` })
    const root = treeByXl(plannedGuest(assembly.plan, 'other'))?.source.tree.root
    const device = root && nodeAt(root, '/passthrough/device')
    expect(device && cellsOf(propertyNamed(device, 'interrupts-extended'))).toEqual([65000, 0, 1, 4])
  })

  it('gives an xl domain the same by keys, and dom0 is kept from it', () => {
    const line = 'made: { boot: xl, kernel: { image: Image }, memory: 64MiB, device-tree: ethernet1.dts }'
    const assembly = assembled([dom0, line])
    const again = entriesOf(assembled([dom0, net]), 'net')
    const made = entriesOf(assembly, 'made')
    for (const key of ['passthrough', 'dtdev', 'irqs', 'iomem']) expect(made[key]).toEqual(again[key])
    expect(made['device_tree']).toBe('/boot/guests/made-passthrough.dtb')
    expect(ownershipLines(assembly.plan).join('')).toContain('/ethernet@a001000: made')
    expect(hasProperty(nodeOf(assembly, '/ethernet@a001000'), 'xen,passthrough')).toBe(true)
    const [blob] = partialTrees.emit(assembly, { timestamp: 0 })
    expect(Buffer.from(blob?.contents ?? '').includes('xen,path')).toBe(false)
  })
})

describe('an xl configuration', () => {
  const made = (more: string, release = '4.21') => {
    const domains = [dom0, `made: { boot: xl, kernel: { image: Image }, memory: 64MiB, ${more} }`]
    return entriesOf(assembled(domains, { release }), 'made')
  }

  it('has what xl knows of the same', () => {
    expect(made('vcpus: 3, hard-affinity: { 1: [cpu@1], 2: [cpu@0, cpu@1] }')['cpus']).toEqual(['all', '1', '0,1'])
    expect(made('sve: 256')['sve']).toBe('256')
    expect(made('sve: hw')['sve']).toBe('hw')
    expect(made('sve: 0')['sve']).toBe('disabled')
    expect(made('trap-unmapped-accesses: false', '4.22')['trap_unmapped_accesses']).toBe(0n)
    expect(made('device-tree: plain.dts')['device_tree']).toBe('/boot/guests/made-passthrough.dtb')
  })

  it('has none of it where the manifest has not', () => {
    expect(Object.keys(made('vcpus: 2'))).toEqual(['name', 'type', 'kernel', 'memory', 'vcpus'])
  })

  it('is not made for a domain with capabilities', () => {
    expect(assembled([dom0, `one: ${guest('capabilities: [control]')}`]).xl).toEqual([])
  })
})
