/** Files that lie in memory before U-Boot's script runs. */
import { afterAll, describe, expect, it } from 'vitest'
import { emitAll } from '../../src/emit/registry.ts'
import { loadedFiles } from '../../src/plan/loaded-files.ts'
import { overlaps } from '../../src/units/range.ts'
import { Bench, codesOf, manifestOf } from '../support/checks/systems.ts'

const bench = new Bench()
afterAll(() => bench.remove())

const built = (load: string, more = '', boot = '') => {
  const outcome = bench.outcomeOf(manifestOf({ more }).replace('{ from: tftp }', `${load}${boot}`))
  const { plan, assembly } = outcome
  const codes = codesOf(outcome.findings.all)
  return { codes, plan, assembly, script: assembly?.script ?? [] }
}
const at = (plan: ReturnType<typeof built>['plan'], id: string) =>
  plan && loadedFiles(plan.load).find((file) => file.id === id)?.address

describe('files in memory', () => {
  it('are not loaded, and lie where domforge says', () => {
    const { codes, plan, script } = built('{ from: memory }')
    const loaded = built('{ from: tftp }')
    expect(codes).toEqual([])
    expect(script.some(({ kind }) => kind === 'load')).toBe(false)
    expect(script.at(-1)).toEqual(loaded.script.at(-1))
    for (const id of ['xen', 'device-tree', 'domains/guest/kernel']) expect(at(plan, id)).toEqual(at(loaded.plan, id))
  })

  it('lie where the manifest says, and what is chosen keeps off them', () => {
    const { codes, plan } = built('{ from: memory, addresses: { Image: 0x4010_0000, xen: 0x4a00_0000 } }')
    expect(codes).toEqual([])
    const address = { by: 'manifest', at: '/boot/load/addresses/Image' }
    expect(at(plan, 'domains/guest/kernel')).toEqual({ ...address, value: 0x4010_0000n })
    expect(at(plan, 'xen')?.value).toBe(0x4a00_0000n)
    const rooms = plan ? loadedFiles(plan.load).map(({ room }) => room) : []
    expect(rooms.flatMap((a, index) => rooms.slice(index + 1).filter((b) => overlaps(a, b)))).toEqual([])
  })

  it('come before static memory that may lie elsewhere', () => {
    const { codes, plan } = built('{ from: memory, addresses: { Image: 0x7600_0000 } }', 'static-mem: auto')
    expect(codes).toEqual([])
    expect(at(plan, 'domains/guest/kernel')?.value).toBe(0x7600_0000n)
  })

  it("may lie at any page, the tree at any multiple of 8 bytes, the last up to the end of RAM or of what is U-Boot's", () => {
    const places = 'Image: 0x4800_1000, xen.dtb: 0x4a00_0008'
    expect(built(`{ from: memory, addresses: { ${places} } }`).codes).toEqual([])
    const window = ', load-window: { start: 0x4000_0000, size: 1GiB }'
    expect(built('{ from: memory, addresses: { Image: 0x7f00_0000 } }', '', window).codes).toEqual([])
    expect(built('{ from: memory, addresses: { Image: 0x7f00_0000 } }').codes).toEqual(['RES-016'])
  })

  it('may be some of all: a domain has a load of its own', () => {
    const { codes, script } = built('{ from: tftp }', 'load: { from: memory, addresses: { Image: 0x4800_0000 } }')
    expect(codes).toEqual([])
    expect(script.flatMap((command) => (command.kind === 'load' ? [command.path] : []))).toEqual(['xen.dtb', 'xen'])
  })

  it('may be started by bootefi where Xen is loaded', () => {
    const load = built('{ from: memory }', '', ', command: bootefi')
    expect(load.codes).toContain('REF-033')
    expect(built('{ from: tftp }', 'load: { from: memory }', ', command: bootefi').codes).not.toContain('REF-033')
  })

  it('are listed with their sizes, and with what QEMU puts them there', () => {
    const { assembly } = built('{ from: memory, addresses: { Image: 0x4800_0000 } }')
    const artifacts = assembly ? emitAll(assembly) : []
    const contents = (path: string) => artifacts.find((artifact) => artifact.path === path)?.contents ?? ''
    const report = String(contents('report/report.txt'))
    expect(report).toMatch(/^ +Image +0x48000000 +2097152 bytes +kernel of guest$/m)
    expect(report).toMatch(
      new RegExp(`^ +xen\\.dtb +0x[0-9a-f]+ +${contents('xen.dtb').length} bytes +device tree$`, 'm'),
    )
    expect(report).toContain('-device loader,file=Image,addr=0x48000000,force-raw=on\n')
  })
})
