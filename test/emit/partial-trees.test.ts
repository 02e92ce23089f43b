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

  it('is no more than what is asked for', () => {
    const wanted = EMITTERS.filter(({ name }) => name === 'plan.json')
    expect(encode(assembly, 0, wanted).artifacts.map(({ path }) => path)).toEqual(['plan.json'])
  })
})
