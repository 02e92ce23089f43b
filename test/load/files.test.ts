/** What becomes of each file on its way into memory: what it is, whose, from where, and what it must not be in the way of. */
import { describe, expect, it } from 'vitest'
import { Findings } from '../../src/diagnostics/findings.ts'
import { type Board, fileKey } from '../../src/facts/facts.ts'
import { planSystem } from '../../src/load/plan-system.ts'
import type { SystemModel } from '../../src/model/system-model.ts'
import { bytes, hostPhys } from '../../src/units/quantities.ts'
import { arm64, boardWith, type FileWords, factsFor } from '../support/facts/builder.ts'
import { dom0, dom0less, systemOf, xlDomain } from '../support/model/builder.ts'

const virt = boardWith([[0x4000_0000n, 0x8000_0000n]])

function planned(model: SystemModel, board: Board = virt, files: Readonly<Record<string, FileWords>> = {}) {
  const findings = new Findings()
  const plan = planSystem(model, factsFor(model, board, files), findings.report)
  return { plan, codes: findings.all.map(({ code }) => code) }
}

const file = (size: bigint, format: FileWords['format']): FileWords => ({ size: bytes(size), format })

describe('a file to load', () => {
  it.each<[string, string, Partial<SystemModel['boot']>, bigint | undefined, string[]]>([
    ['the tree that U-Boot changes', 'board-tree.dtb', { 'device-tree': 'commands' }, undefined, ['REF-021']],
    ["the user's own tree", '/elsewhere/board.dtb', { 'device-tree': 'commands' }, 4096n, ['REF-020']],
    ['no merged tree, where U-Boot changes it', 'xen.dtb', { 'device-tree': 'commands' }, 4096n, []],
    [
      'no tree that U-Boot has',
      '/elsewhere/board.dtb',
      { 'device-tree': 'commands', 'tree-from': 'fdtcontroladdr' },
      4096n,
      [],
    ],
    ["no tree of the user's that is merged", '/elsewhere/board.dtb', {}, 4096n, []],
    [
      'the bitstream',
      '/elsewhere/top.bit',
      {
        bitstream: {
          pointer: '/boot/bitstream',
          image: { pointer: '/boot/bitstream/image', path: 'top.bit', folder: '/nowhere' },
          device: 0,
        },
      },
      undefined,
      ['REF-020'],
    ],
    [
      'nothing that lies in memory',
      'xen.dtb',
      { load: { from: 'memory', addresses: new Map(), pointer: '/l' } },
      undefined,
      [],
    ],
  ])('checks paths on the boot medium against %s', (_name, kernel, boot, blobSize, expected) => {
    const board = blobSize === undefined ? virt : { ...virt, blobSize: bytes(blobSize) }
    expect(planned(systemOf([dom0less('a', { kernel })], { boot }), board).codes).toEqual(expected)
  })

  it("loads the user's own tree where U-Boot is to change it and it is a blob", () => {
    const model = systemOf([dom0less('a')], { boot: { 'device-tree': 'commands' } })
    expect(planned(model, { ...virt, blobSize: bytes(4096) }).plan?.load.deviceTree.path).toBe('board.dtb')
  })

  it('says of each file what it is, who chose its address and why, and gives domains theirs', () => {
    const fixed = file(0x1000n, arm64(0x10_0000n, { anywhere: false }))
    const model = systemOf([dom0(), dom0less('a', { ramdisk: 'ra' }), xlDomain('x', { kernel: 'kx', ramdisk: 'rx' })])
    const { plan } = planned(model, virt, { xen: fixed })
    const [, , ramdisk] = plan?.load.modules ?? []
    expect(ramdisk).toMatchObject({ id: 'domains/a/ramdisk', contents: { kind: 'file', facts: { path: 'ra' } } })
    expect(plan?.dom0less[0]?.ramdisk).toBe(ramdisk)
    expect(plan?.dom0).not.toHaveProperty('ramdisk')
    expect(plan?.xl[0]).toMatchObject({ kernel: { path: 'kx' }, ramdisk: { path: 'rx' } })
    const [xen, other] = [plan?.load.xen.address, ramdisk?.address]
    expect([xen?.by, other?.by]).toEqual(['allocated', 'allocated'])
    expect({ ...xen, value: 0n }).not.toEqual({ ...other, value: 0n })
  })

  it("loads Xen's policy as Xen, for no domain", () => {
    const model = systemOf([dom0less('a')])
    const load = { from: 'usb', device: '0:1', prefix: '', pointer: '/xen/load' } as const
    const policy = { pointer: '/xen/xsm-policy', path: 'policy', folder: '/nowhere' }
    const facts = factsFor(model, virt)
    const files = new Map([...facts.files, [fileKey(policy), { path: 'policy', ...file(0x1000n, { kind: 'cpio' }) }]])
    const { xen } = model
    const own = { ...model, xen: { ...xen, load, 'xsm-policy': policy } }
    const plan = planSystem(own, { ...facts, files }, new Findings().report)
    expect(plan?.load.modules.map(({ id, kind, usedBy, load: { from } }) => [id, kind, usedBy, from])).toEqual([
      ['domains/a/kernel', 'kernel', ['a'], 'tftp'],
      ['xsm-policy', 'xsm-policy', [], 'usb'],
    ])
  })

  it('needs no window where every file lies in memory already, and one for each that does not', () => {
    const addresses = new Map([
      ['xen', hostPhys(0x4100_0000n)],
      ['xen.dtb', hostPhys(0x4200_0000n)],
      ['Image', hostPhys(0x4300_0000n)],
    ])
    const codes = (paths: readonly string[]) => {
      const load = {
        from: 'memory' as const,
        addresses: new Map([...addresses].filter(([path]) => paths.includes(path))),
        pointer: '/boot/load',
      }
      return planned(systemOf([dom0less('a')], { boot: { load }, loadWindow: [0x1000n, 0x1000n] })).codes
    }
    expect(codes(['xen', 'xen.dtb', 'Image'])).toEqual([])
    expect(codes(['xen', 'xen.dtb'])).toEqual(['RES-002'])
  })
})
