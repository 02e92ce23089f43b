import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import { assemble } from '../../src/assemble/assemble.ts'
import { cells, node, phandleOf, property } from '../../src/devicetree/build.ts'
import { childNamed, type DtNode } from '../../src/devicetree/model.ts'
import { readDtb } from '../../src/devicetree/read/read-dtb.ts'
import { buildRecord, bytesOf } from '../../src/emit/build-record.ts'
import { overlayOf } from '../../src/emit/overlay.ts'
import { EMITTERS, emitAll } from '../../src/emit/registry.ts'
import type { Boot } from '../../src/model/system-model.ts'
import { bytes, hostPhys, MiB, times } from '../../src/units/quantities.ts'
import { range } from '../../src/units/range.ts'
import { dom0, dom0less, makePlan, type PlanOptions, xlDomain } from '../plan/builder.ts'

const reserved = [{ name: 'r', pointer: '/platform/reserved/r', range: range(hostPhys(0xb000_0000n), times(1, MiB)) }]
const everything: PlanOptions = {
  release: '4.20',
  load: { from: 'virtio', device: '0:1', prefix: 'boot/', pointer: '/boot/load' },
  domains: [dom0(), dom0less('camera', { enhanced: 'enabled' }), xlDomain('viewer'), dom0less('radio')],
  reserved,
}

const emitted = (options: PlanOptions = everything) => emitAll(assemble(makePlan(options)))
const textOf = (path: string, options: PlanOptions = everything): string => {
  const contents = emitted(options).find((artifact) => artifact.path === path)?.contents
  if (typeof contents !== 'string') throw new Error(`no text at ${path}`)
  return contents
}

describe('the artefacts', () => {
  it('have the paths that the design names', () => {
    expect(emitted().map(({ path }) => path)).toEqual([
      'boot.scr',
      'boot.cmd',
      'xen.dtb',
      'xen.dts',
      'xen-chosen.dts',
      'xen-chosen.dtbo',
      'xen-options.config',
      'domains/viewer/viewer.cfg',
      'domains/camera/camera.cfg',
      'domains/radio/radio.cfg',
      'control/prepare',
      'control/domforge-prepare.service',
      'control/domforge-prepare.init',
      'control/domforge-prepare.openrc',
      'plan.json',
      'report/report.txt',
    ])
  })

  it("hold the board's own tree instead of the complete one, where U-Boot changes it and there is no blob of it", () => {
    const blobs = (boot: Partial<Boot>, blobSize?: bigint) => {
      const plan = makePlan({ boot })
      const board = blobSize === undefined ? plan.board : { ...plan.board, blobSize: bytes(blobSize) }
      return emitAll(assemble({ ...plan, board })).flatMap(({ path }) => (path.endsWith('.dtb') ? [path] : []))
    }
    expect(blobs({})).toEqual(['xen.dtb'])
    expect(blobs({ 'device-tree': 'commands' })).toEqual(['board-tree.dtb'])
    expect(blobs({ 'device-tree': 'commands' }, 4096n)).toEqual([])
    expect(blobs({ 'device-tree': 'commands', 'tree-from': 'fdtcontroladdr' })).toEqual([])
  })

  it('are the same bytes again', () => {
    expect(emitted().map(({ contents }) => contents)).toEqual(emitted().map(({ contents }) => contents))
  })

  it('say nothing of folders on this machine', () => {
    for (const { contents } of emitted())
      expect(Buffer.from(bytesOf(contents)).toString('latin1')).not.toContain('/inputs')
  })

  it('end with one newline where they are text, without blanks at line ends', () => {
    for (const { path, contents } of emitted()) {
      if (typeof contents !== 'string') continue
      expect(contents, path).toMatch(/[^\n]\n$/)
      expect(contents, path).not.toMatch(/[ \t]\n/)
    }
  })

  it('have a summary for --help each', () => {
    expect(new Set(EMITTERS.map(({ name }) => name)).size).toBe(EMITTERS.length)
    for (const { summary } of EMITTERS) expect(summary.length).toBeGreaterThan(10)
  })

  it('survive a system without domains', () => {
    expect(() => emitted({ domains: [] })).not.toThrow()
  })
})

describe('the schemas', () => {
  const schema = (name: string): object =>
    JSON.parse(readFileSync(new URL(`../../schemas/${name}.schema.json`, import.meta.url), 'utf8'))
  const ajv = new Ajv2020({ strict: true, allErrors: true })

  it.each([{ options: everything }, { options: { gic: 'v2' as const, domains: [] } }])(
    'describe plan.json',
    ({ options }) => {
      const validate = ajv.compile({ ...schema('plan'), $id: undefined } as object)
      validate(JSON.parse(textOf('plan.json', options)))
      expect(validate.errors).toBeNull()
    },
  )

  it('describe build.json', () => {
    const assembly = assemble(makePlan(everything))
    const record = buildRecord(assembly, emitAll(assembly), '1.2.3')
    const validate = ajv.compile(schema('build-record'))
    validate(JSON.parse(String(record.contents)))
    expect(validate.errors).toBeNull()
    expect(JSON.parse(String(record.contents)).outputs).toHaveLength(emitAll(assembly).length)
  })
})

describe('plan.json', () => {
  it('gives every number with its source', () => {
    const plan = JSON.parse(textOf('plan.json'))
    expect(plan.load.map(({ id }: { id: string }) => id).slice(0, 3)).toEqual([
      'xen',
      'device-tree',
      'domains/dom0/kernel',
    ])
    expect(plan.load[1].size).toEqual({ value: '0x200000', by: 'default', reason: 'slot that Xen maps for the tree' })
    expect(plan.domains.camera.id).toEqual({ value: 1, by: 'allocated', reason: 'order of nodes' })
    expect(plan.domains.camera.memory).toEqual({ value: '0x8000000', by: 'manifest', at: '/domains/camera/memory' })
    expect(Object.keys(plan.domains)).toEqual(['dom0', 'camera', 'viewer', 'radio'])
  })
})

describe('the overlay', () => {
  const below = (tree: DtNode | undefined, ...names: readonly string[]): DtNode | undefined =>
    names.reduce((at: DtNode | undefined, name) => at && childNamed(at, name), tree)

  it('holds children last to first, because applying it turns them around', () => {
    const chosen = below(
      overlayOf(assemble(makePlan(everything)).additions, makePlan(everything).board.tree.root),
      'fragment@0',
      '__overlay__',
      'chosen',
    )
    expect(chosen?.children.map(({ name }) => name).slice(0, 2)).toEqual(['radio', 'camera'])
  })

  it('refers to its own nodes by labels and to the board by its numbers, since applying it moves its phandles alone', () => {
    const reference = (path: string) => cells([phandleOf({ path })])
    const numbered = (name: string, phandle: bigint, children: readonly DtNode[] = []) =>
      node(name, { properties: [property('phandle', [cells([phandle])])], children })
    const board = node('', { children: [numbered('clock', 7n), node('bare', {})] })
    const uses = ['/clock', '/chosen/pool', '/bare'].map(reference)
    const chosen = node('chosen', {
      properties: [property('uses', [...uses, cells([1n])])],
      children: [numbered('pool', 9n)],
    })
    const overlay = overlayOf(node('', { children: [chosen] }), board)
    const made = below(overlay, 'fragment@0', '__overlay__', 'chosen')
    expect(made?.properties[0]?.value).toEqual([
      cells([7n]),
      cells([phandleOf({ label: 'phandle_9' })]),
      reference('/bare'),
      cells([1n]),
    ])
    expect(below(made, 'pool')?.labels).toEqual(['phandle_9'])
    expect(made?.labels).toEqual([])
  })

  it('leaves the merged tree in planned order', () => {
    const blob = emitted().find(({ path }) => path === 'xen.dtb')?.contents
    const tree = readDtb(blob as Uint8Array)
    if (!tree.ok) throw new Error('unreadable')
    expect(
      below(tree.value.root, 'chosen')
        ?.children.map(({ name }) => name)
        .slice(-2),
    ).toEqual(['camera', 'radio'])
  })
})

describe('xen-options.config', () => {
  it('gives each option with what needs it', () => {
    expect(textOf('xen-options.config')).toContain(
      '# needed by /domains/camera/boot, /domains/radio/boot\nCONFIG_DOM0LESS_BOOT=y\n',
    )
  })
})

describe('report.txt', () => {
  it('is at most 100 columns wide, and ASCII', () => {
    for (const line of textOf('report/report.txt').split('\n')) expect(line.length, line).toBeLessThanOrEqual(100)
    expect(textOf('report/report.txt')).toMatch(/^[\x20-\x7e\n]*$/)
  })

  it('accounts for all RAM, ascending and without gaps', () => {
    const rows = [
      ...(textOf('report/report.txt').split(/HOST MEMORY|WHAT EACH/)[1] ?? '').matchAll(
        /^ +(0x[0-9a-f]+) +(0x[0-9a-f]+) /gm,
      ),
    ].map(([, from, to]) => [Number(from), Number(to)])
    expect(rows[0]?.[0]).toBe(0x4000_0000)
    expect(rows.at(-1)?.[1]).toBe(0xc000_0000)
    expect(rows.slice(1).map(([from]) => from)).toEqual(rows.slice(0, -1).map(([, to]) => to))
  })

  it('names the medium of each file where they differ', () => {
    const usb = { from: 'usb', device: '1:1', prefix: '', pointer: '/domains/b/load' } as const
    const plan = makePlan({ domains: [dom0less('a')] })
    expect(textOf('report/report.txt', { domains: [dom0less('a')] })).not.toMatch(/ on$/m)
    const modules = plan.load.modules.map((file) => ({ ...file, load: usb }))
    const other = assemble({ ...plan, load: { ...plan.load, modules } })
    const report = String(emitAll(other).find(({ path }) => path === 'report/report.txt')?.contents)
    expect(report).toMatch(/kernel of a +usb device 1:1$/m)
    expect(report).toMatch(/ Xen +the TFTP server$/m)
  })

  it('says where everything is to whoever starts Xen', () => {
    const report = textOf('report/report.txt', { boot: { command: 'none' } })
    expect(report).toContain('host_kernel_addr')
    expect(textOf('report/report.txt')).not.toContain('host_kernel_addr')
  })

  it('says why a domain has no xl configuration', () => {
    expect(textOf('report/report.txt', {})).toContain(
      'control: no xl configuration, because there is no dom0 for xl to run in',
    )
  })
})
