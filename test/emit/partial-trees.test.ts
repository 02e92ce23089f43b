/** Partial trees among the artefacts, and everything that one run writes. */
import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { assemble } from '../../src/assemble/assemble.ts'
import { node } from '../../src/devicetree/build.ts'
import { encode } from '../../src/emit/encode.ts'
import { partialTrees } from '../../src/emit/partial-trees.ts'
import { EMITTERS } from '../../src/emit/registry.ts'
import type { PlannedPartialTree, SystemPlan } from '../../src/plan/system-plan.ts'
import { bytes } from '../../src/units/quantities.ts'
import { dom0, dom0less, file, makePlan, xlDomain } from '../plan/builder.ts'

const plan = makePlan({ domains: [dom0(), dom0less('camera'), xlDomain('viewer')] })
const assembly = assemble(plan)
const compiled = Uint8Array.of(1, 2, 3)
const tree = { root: node('', {}), reservations: [], bootCpuid: 0 }
const source = (path: string) => ({ path, tree, size: bytes(3), compiled })
const made = (name: string, path: string): PlannedPartialTree => ({
  kind: 'generated',
  output: `domains/${name}/passthrough.dtb`,
  pointer: '',
  source: source(path),
})

function emitted(camera?: PlannedPartialTree, viewer?: PlannedPartialTree) {
  const changed: SystemPlan = {
    ...plan,
    dom0less: plan.dom0less.map((guest) => ({
      ...guest,
      ...(camera ? { partialTree: { ...camera, module: plan.load.xen } } : {}),
    })),
    xl: plan.xl.map((guest) => ({ ...guest, ...(viewer ? { partialTree: viewer } : {}) })),
  }
  return partialTrees.emit({ ...assembly, plan: changed }, { timestamp: 0 })
}

describe('partial trees', () => {
  it('are written for whoever creates the domain, as a blob and as a source', () => {
    const artifacts = emitted(made('camera', 'camera.dts'), made('viewer', 'viewer.dts'))
    expect(artifacts.map(({ path }) => path)).toEqual([
      'domains/camera/passthrough.dtb',
      'domains/camera/passthrough.dts',
      'domains/viewer/passthrough.dtb',
      'domains/viewer/passthrough.dts',
    ])
    expect(artifacts[0]?.contents).toEqual(compiled)
    expect(artifacts[1]?.contents).toMatch(/camera\.dts(?:.|\n)*\n\/dts-v1\/;\n/)
  })

  it("name a source where there is one, and are not written for a blob of the user's", () => {
    const [, alone] = emitted(made('camera', 'domains/camera/passthrough.dtb'))
    expect(alone?.contents).not.toContain('domains/camera/passthrough.dtb')
    const { compiled: _, ...blob } = source('own.dtb')
    const own = { kind: 'file', pointer: '', reference: file('own.dtb', '') } as const
    expect(emitted({ ...own, source: blob })).toEqual([])
    expect(emitted({ ...own, source: source('own.dtb') })).toEqual([])
    expect(emitted()).toEqual([])
  })
})

describe('a place in dom0', () => {
  const places = (changes: Partial<SystemPlan>) =>
    partialTrees
      .emit({ ...assembly, plan: { ...plan, ...changes } }, { timestamp: 0 })
      .flatMap(({ path, install }) => (install ? [[path, install]] : []))
  const { dom0: _, ...without } = plan
  const camera = plan.dom0less.map((guest) => ({
    ...guest,
    partialTree: { ...made('camera', 'camera.dts'), module: plan.load.xen },
  }))
  const viewer = plan.xl.map((guest) => ({ ...guest, partialTree: made('viewer', 'viewer.dts') }))
  const at = (name: string) => [{ domain: 'dom0', at: `/boot/guests/${name}-passthrough.dtb`, mode: '0644' }]

  it('has the blob that xl gives a domain', () => {
    expect(places({ dom0less: camera, xl: viewer })).toEqual([
      ['domains/camera/passthrough.dtb', at('camera')],
      ['domains/viewer/passthrough.dtb', at('viewer')],
    ])
  })

  it('has one of two where xl gives the domain another tree than Xen does', () => {
    const xlTree = { ...made('camera', 'camera.dts'), output: 'domains/camera/xl-passthrough.dtb' }
    expect(places({ dom0less: camera.map((guest) => ({ ...guest, xlTree })), xl: [] })).toEqual([
      ['domains/camera/passthrough.dtb', []],
      ['domains/camera/xl-passthrough.dtb', [{ ...at('camera')[0], at: '/boot/guests/camera-xl-passthrough.dtb' }]],
    ])
  })

  it('has none that xl does not give, and none without dom0', () => {
    const gone = camera.map((guest) => ({ ...guest, notRecreatable: [{ because: 'static-mem' }] as const }))
    expect(places({ dom0less: gone, xl: [] })).toEqual([['domains/camera/passthrough.dtb', []]])
    const none = partialTrees.emit({ ...assembly, plan: { ...without, dom0less: camera, xl: [] } }, { timestamp: 0 })
    expect(none.flatMap(({ install = [] }) => install)).toEqual([])
  })
})

describe('what one run writes', () => {
  const recordOf = ({ record }: ReturnType<typeof encode>) => JSON.parse(String(record.contents))

  it('is recorded file by file, and has the time that it is given', () => {
    const run = encode(assembly, 0x1234_5678)
    expect(run.artifacts.map(({ path }) => path)).toContain('report/report.txt')
    expect(recordOf(run).outputs).toMatchObject(
      run.artifacts.map(({ path, contents }) => ({
        path,
        size: Buffer.from(contents).length,
        sha256: createHash('sha256').update(contents).digest('hex'),
      })),
    )
    const image = run.artifacts.find(({ path }) => path === 'boot.scr')?.contents
    expect(Buffer.from(image ?? '').readUInt32BE(8)).toBe(0x1234_5678)
  })

  it('is beside what dom0 needs of the inputs, each once, to create domains from', () => {
    const viewer = plan.xl.map((guest) => ({
      ...guest,
      partialTree: {
        kind: 'file',
        pointer: '',
        reference: file('trees/own.dtb', ''),
        source: source('own.dtb'),
      } as const,
    }))
    const { images } = recordOf(encode({ ...assembly, plan: { ...plan, xl: viewer } }))
    expect(images.map(({ path, domain, at }: Record<string, string>) => [path, domain, at])).toEqual([
      ['Image', 'dom0', '/boot/guests/Image'],
      ['viewer.cpio.gz', 'dom0', '/boot/guests/viewer.cpio.gz'],
      ['trees/own.dtb', 'dom0', '/boot/guests/own.dtb'],
      ['camera.cpio.gz', 'dom0', '/boot/guests/camera.cpio.gz'],
    ])
    expect(recordOf(encode(assemble(makePlan())))).not.toHaveProperty('images')
  })

  it('is no more than what is asked for', () => {
    const wanted = EMITTERS.filter(({ name }) => name === 'plan.json')
    expect(encode(assembly, 0, wanted).artifacts.map(({ path }) => path)).toEqual(['plan.json'])
  })
})
