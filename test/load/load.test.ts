import { describe, expect, it } from 'vitest'
import { Findings } from '../../src/diagnostics/findings.ts'
import type { Board } from '../../src/facts/facts.ts'
import { planSystem } from '../../src/load/plan-system.ts'
import type { SystemModel } from '../../src/model/system-model.ts'
import type { SystemPlan } from '../../src/plan/system-plan.ts'
import { formatRange } from '../../src/units/format.ts'
import { bytes, hostPhys, MiB, times } from '../../src/units/quantities.ts'
import { range } from '../../src/units/range.ts'
import { arm64, boardWith, type FileWords, factsFor, gzip } from '../support/facts/builder.ts'
import { dom0, dom0less, systemOf, xlDomain } from '../support/model/builder.ts'

const GIB = 1n << 30n
const virt = boardWith([[0x4000_0000n, 2n * GIB]])

function planned(model: SystemModel, board: Board = virt, files: Readonly<Record<string, FileWords>> = {}) {
  const findings = new Findings()
  const plan = planSystem(model, factsFor(model, board, files), findings.report)
  return { plan, codes: findings.all.map(({ code }) => code), all: findings.all }
}

const rooms = (plan: SystemPlan | undefined): Record<string, string> =>
  Object.fromEntries(
    plan
      ? [plan.load.xen, plan.load.deviceTree, ...plan.load.modules].map(({ id, room }) => [id, formatRange(room)])
      : [],
  )

const file = (size: bigint, format = arm64(0n)): FileWords => ({ size: bytes(size), format })

describe('planSystem', () => {
  it('places Xen, the tree slot and the modules upwards, each at a multiple of 2 MiB', () => {
    const model = systemOf([dom0less('a', { ramdisk: 'a.cpio' }), dom0less('b', { kernel: 'zephyr' })])
    const { plan, codes } = planned(model, virt, {
      xen: { size: bytes(0xd_0001), format: arm64(0x20_0001n) },
      Image: file(0x10_0000n),
      'a.cpio': { size: bytes(0x1001), format: { kind: 'cpio' } },
      zephyr: file(1n),
    })
    expect(codes).toEqual([])
    expect(rooms(plan)).toEqual({
      xen: '[0x40000000..0x40201000)',
      'device-tree': '[0x40400000..0x40600000)',
      'domains/a/kernel': '[0x40600000..0x40700000)',
      'domains/a/ramdisk': '[0x40800000..0x40802000)',
      'domains/b/kernel': '[0x40a00000..0x40a01000)',
    })
    expect(plan?.load.modules.map(({ size }) => size)).toEqual([0x10_0000n, 0x1001n, 1n])
    expect(plan?.dom0less.map(({ id }) => id.value)).toEqual([1, 2])
  })

  it('loads an uncompressed kernel and a ramdisk once for the domains that Xen starts, whatever their compression', () => {
    const both = { kernel: 'Image', ramdisk: 'rootfs.gz' }
    const { plan } = planned(systemOf([dom0less('a', both), dom0less('b', both)]), virt, {
      'rootfs.gz': { size: MiB, format: gzip() },
    })
    expect(plan?.load.modules.map(({ id, usedBy }) => [id, usedBy])).toEqual([
      ['domains/a/kernel', ['a', 'b']],
      ['domains/a/ramdisk', ['a', 'b']],
    ])
    expect(plan?.dom0less[1]?.kernel).toBe(plan?.dom0less[0]?.kernel)
  })

  it('keeps room for the declared size, and gives each domain its own copy of such a kernel', () => {
    const declared = { pointer: '/k/size', size: times(6, MiB) }
    const kernel: FileWords = { size: MiB, format: arm64(MiB), declared }
    const words = { kernel: 'k', ramdisk: 'r' }
    const { plan, codes } = planned(systemOf([dom0less('a', words), dom0less('b', words)]), virt, {
      xen: file(0x1000n, arm64(0x1000n)),
      k: kernel,
      r: { ...kernel, format: { kind: 'cpio' } },
    })
    expect(codes).toEqual([])
    expect(rooms(plan)).toEqual({
      xen: '[0x40000000..0x40001000)',
      'device-tree': '[0x40200000..0x40400000)',
      'domains/a/kernel': '[0x40400000..0x40a00000)',
      'domains/a/ramdisk': '[0x40a00000..0x41000000)',
      'domains/b/kernel': '[0x41000000..0x41600000)',
    })
    expect(plan?.load.modules.map(({ size }) => size)).toEqual([MiB, MiB, MiB])
  })

  it('recognises one file under two spellings', () => {
    const { plan, codes } = planned(
      systemOf([dom0less('a', { kernel: 'Image' }), dom0less('b', { kernel: './Image' })]),
    )
    expect(codes).toEqual([])
    expect(plan?.load.modules).toHaveLength(1)
  })

  it.each([
    ['gzip', gzip()],
    [
      'gzipped uImage',
      { kind: 'uimage', os: 5, type: 2, arch: 22, compression: 1, load: 0n, entry: 0n, dataSize: MiB } as const,
    ],
  ])('gives every domain its own copy of a compressed kernel: %s', (_name, format) => {
    const { plan } = planned(systemOf([dom0less('a', { kernel: 'k' }), dom0less('b', { kernel: 'k' })]), virt, {
      k: { size: MiB, format },
    })
    expect(plan?.load.modules.map(({ usedBy }) => usedBy)).toEqual([['a'], ['b']])
  })

  it('loads a uImage that is not compressed once', () => {
    const format = { kind: 'uimage', os: 5, type: 2, arch: 22, compression: 0, load: 0n, entry: 0n } as const
    const files = { k: { size: MiB, format: { ...format, dataSize: MiB } } }
    const { plan } = planned(systemOf([dom0less('a', { kernel: 'k' }), dom0less('b', { kernel: 'k' })]), virt, files)
    expect(plan?.load.modules.map(({ usedBy }) => usedBy)).toEqual([['a', 'b']])
  })

  it('never shares with dom0, nor a file between a kernel and a ramdisk', () => {
    const words = { kernel: 'f', ramdisk: 'f' }
    const { plan } = planned(systemOf([dom0less('a', words), dom0(words), dom0less('b', words)]))
    expect(plan?.load.modules.map(({ id, usedBy }) => [id, usedBy])).toEqual([
      ['domains/dom0/kernel', ['dom0']],
      ['domains/dom0/ramdisk', ['dom0']],
      ['domains/a/kernel', ['a', 'b']],
      ['domains/a/ramdisk', ['a', 'b']],
    ])
  })

  it("keeps clear of Xen's heap and of shared memory in fixed places", () => {
    const base = systemOf([dom0less('a')])
    const heap = range(hostPhys(0x4000_0000n), times(8, MiB))
    const access = [{ domain: 'a', pointer: '/shared-memory/r/access/a', 'guest-address': 'auto' as const }]
    const region = {
      name: 'r',
      pointer: '/shared-memory/r',
      size: times(4, MiB),
      'host-address': hostPhys(0x4080_0000n),
      access,
    }
    const model: SystemModel = {
      ...base,
      xen: { ...base.xen, 'static-heap': { ranges: [{ name: '0', pointer: '/xen/static-heap', range: heap }] } },
      'shared-memory': [region],
    }
    const { plan } = planned(model)
    expect(plan?.load.xen.room.base).toBe(0x40c0_0000n)
  })

  it('gives an empty file a page of its own, so that the rest can be planned', () => {
    const { plan } = planned(systemOf([dom0less('a', { ramdisk: 'empty' })]), virt, {
      empty: { size: bytes(0), format: { kind: 'unknown' } },
    })
    expect(plan?.load.modules.map(({ size, room }) => [size, room.size])).toContainEqual([0n, 0x1000n])
  })

  it.each([
    ['merged', undefined, 'xen.dtb'],
    ['commands', undefined, 'board-tree.dtb'],
    ['commands', 'fdtcontroladdr', 'board.dtb'],
  ] as const)('loads the tree (%s, from %s) as %s', (tree, from, path) => {
    const boot = { 'device-tree': tree, ...(from === undefined ? {} : { 'tree-from': from }) }
    expect(planned(systemOf([dom0less('a')], { boot })).plan?.load.deviceTree.path).toBe(path)
  })

  it('loads nothing for domains that dom0 creates', () => {
    const { plan } = planned(systemOf([dom0(), xlDomain('x', { kernel: 'other' })]))
    expect(plan?.load.modules.map(({ path }) => path)).toEqual(['Image'])
    expect(plan?.xl.map(({ domain }) => domain.name)).toEqual(['x'])
  })

  it('moves nothing when a domain is appended', () => {
    const first = [dom0({ ramdisk: 'r0' }), dom0less('a', { ramdisk: 'ra' })]
    const before = rooms(planned(systemOf(first)).plan)
    const after = rooms(planned(systemOf([...first, dom0less('b', { kernel: 'kb', ramdisk: 'rb' })])).plan)
    expect(after).toMatchObject(before)
    expect(Object.keys(after)).toHaveLength(Object.keys(before).length + 2)
  })

  it('uses a bank above 4 GiB when the low ones are full, and keeps clear of what others own', () => {
    const board = boardWith(
      [
        [0n, 0x800_0000n],
        [0x8_0000_0000n, 0x4000_0000n],
      ],
      [[0x40_0000n, 0x1000n]],
    )
    const { plan } = planned(systemOf([dom0less('a'), dom0less('b', { kernel: 'big' })]), board, {
      xen: file(0x1000n, arm64(0x1000n)),
      big: file(0x1000_0000n),
    })
    expect(rooms(plan)).toEqual({
      xen: '[0x200000..0x201000)',
      'device-tree': '[0x600000..0x800000)',
      'domains/a/kernel': '[0x800000..0x1200000)',
      'domains/b/kernel': '[0x800000000..0x810000000)',
    })
  })

  it('never gives out the first page, nor memory that only touches a hole', () => {
    const board = boardWith([[0n, GIB]], [[0x40_0000n, 1n]])
    expect(rooms(planned(systemOf([]), board, { xen: file(0x20_0000n, arm64(0x20_0000n)) }).plan)).toEqual({
      xen: '[0x200000..0x400000)',
      'device-tree': '[0x600000..0x800000)',
    })
  })

  it('puts an image that booti would move to where booti moves it', () => {
    const format = arm64(0x10_0000n, { anywhere: false, textOffset: 0x8_0000n })
    const { plan } = planned(systemOf([]), boardWith([[0x4010_0000n, GIB]]), { xen: file(0x1000n, format) })
    expect(rooms(plan)['xen']).toBe('[0x40280000..0x40380000)')
  })

  it('counts an image without a size as booti does', () => {
    const { plan } = planned(systemOf([]), virt, { xen: file(0x1000n, arm64(0n)) })
    expect(rooms(plan)['xen']).toBe('[0x40080000..0x41080000)')
  })

  it('reports every file without room in one run, with its need and the largest hole', () => {
    const words = { kernel: 'huge', ramdisk: 'huger' }
    const { plan, all } = planned(systemOf([dom0less('a', words), dom0less('b')]), virt, {
      huge: file(3n * GIB),
      huger: file(4n * GIB),
    })
    expect(plan).toBeUndefined()
    expect(all.map(({ code, at }) => [code, at])).toEqual([
      ['RES-001', { kind: 'manifest', pointer: '/domains/a/kernel/image', on: 'value' }],
      ['RES-001', { kind: 'manifest', pointer: '/domains/a/ramdisk', on: 'value' }],
    ])
    expect(all[0]?.message).toContain('needs 3 GiB')
    expect(all[0]?.message).toMatch(/the largest free range is .* at \[0x[0-9a-f]+\.\.0xb8000000\)/)
    expect(all[0]?.related?.at(-1)?.message).toBe('[0xb8000000..0xc0000000) reserved for U-Boot itself')
    expect(all[1]?.related).toBeUndefined()
    expect(all[0]?.related?.[0]?.message).toBe("[0x40000000..0x40c00000) 'xen'")
  })

  it('respects the window of the manifest, also where U-Boot would be by default', () => {
    const model = systemOf([], { loadWindow: [0xbf00_0000n, 0x100_0000n] })
    expect(rooms(planned(model, virt, { xen: file(0x1000n, arm64(0x1000n)) }).plan)).toEqual({
      xen: '[0xbf000000..0xbf001000)',
      'device-tree': '[0xbf200000..0xbf400000)',
    })
  })

  it('reports a window without RAM', () => {
    const { plan, all } = planned(systemOf([], { loadWindow: [0x1000n, 0x1000n] }))
    expect(plan).toBeUndefined()
    expect(all.map(({ code, at }) => [code, at])).toEqual([
      ['RES-002', { kind: 'manifest', pointer: '/boot/load-window', on: 'value' }],
    ])
    expect(all[0]?.message).toContain('[0x1000..0x2000)')
  })

  it.each([
    ['two files of one name', ['Image', '/elsewhere/Image'], ['REF-020']],
    ['a file that leaves its folder', ['Image', '../Image'], ['REF-020']],
    ['the generated tree', ['xen.dtb', 'other'], ['REF-021']],
    ['the script', ['./boot.scr', 'other'], ['REF-021']],
    ['a file where another needs a folder', ['a/b/Image', '/elsewhere/a'], ['REF-020']],
    ['names that begin alike', ['a/Image', '/elsewhere/a.gz'], []],
    ['different folders', ['a/Image', 'b/Image'], []],
  ])('checks paths on the boot medium: %s', (_name, [first = '', second = ''], expected) => {
    const model = systemOf([dom0less('a', { kernel: first }), dom0less('b', { kernel: second })])
    expect(planned(model).codes).toEqual(expected)
  })

  it('says why a domain cannot be created again', () => {
    const uimage: FileWords = {
      size: MiB,
      format: { kind: 'uimage', os: 5, type: 2, arch: 22, compression: 0, load: 0n, entry: 0n, dataSize: MiB },
    }
    const domains = [dom0less('a', { kernel: 'u' }), dom0less('b')]
    const why = (plan: SystemPlan | undefined) => plan?.dom0less.map(({ notRecreatable }) => notRecreatable)
    const [without, uImage] = [planned(systemOf(domains)), planned(systemOf([...domains, dom0()]), virt, { u: uimage })]
    expect(why(without.plan)).toEqual([[{ because: 'no-dom0' }], [{ because: 'no-dom0' }]])
    expect(why(uImage.plan)).toEqual([[{ because: 'uimage', path: 'u' }], undefined])
  })

  it('lays out guest RAM as Xen does', () => {
    const memory = times(4, bytes(GIB))
    const { plan } = planned(systemOf([dom0less('a', { memory }), dom0(), xlDomain('x', { memory })]))
    const layout = ['[0x40000000..0x100000000)', '[0x200000000..0x240000000)']
    expect(plan?.dom0less[0]?.ram.map(formatRange)).toEqual(layout)
    expect(plan?.xl[0]?.ram.map(formatRange)).toEqual(layout)
  })

  it('keeps free the place to which bootm copies Xen, however many files there are', () => {
    const content = arm64(0x20_0000n)
    const uimage: FileWords = {
      size: bytes(0x10_0040),
      format: {
        kind: 'uimage',
        ...{ os: 5, arch: 22, type: 2, compression: 0, load: 0x4040_0000n, entry: 0x4040_0000n, dataSize: MiB },
        ...(content.kind === 'arm64-image' ? { content } : {}),
      },
    }
    const { plan, codes } = planned(systemOf([dom0less('a')], { boot: { command: 'bootm' } }), virt, { xen: uimage })
    expect(codes).toEqual([])
    expect(plan?.load.xenRuns && formatRange(plan.load.xenRuns)).toBe('[0x40400000..0x40600000)')
    expect(rooms(plan)).toMatchObject({
      xen: '[0x40000000..0x40101000)',
      'device-tree': '[0x40200000..0x40400000)',
      'domains/a/kernel': '[0x40600000..0x41000000)',
    })
    const at = (load: bigint) => ({ ...uimage, format: { ...uimage.format, load } })
    const unaligned = planned(systemOf([dom0less('a')], { boot: { command: 'bootm' } }), virt, {
      xen: at(0x4048_0000n),
    })
    expect(unaligned.codes).toEqual([])
    // A newer U-Boot moves it to 0x40600000.
    expect(unaligned.plan?.load.xenRuns && formatRange(unaligned.plan.load.xenRuns)).toBe('[0x40480000..0x40800000)')
    const far = { ...uimage, format: { ...uimage.format, load: 0x1_0000_0000n } }
    const outside = planned(systemOf([dom0less('a')], { boot: { command: 'bootm' } }), virt, { xen: far })
    expect(outside.codes).toEqual(['RES-001'])
  })

  it('plans a bitstream like any other file', () => {
    const bitstream = {
      pointer: '/boot/bitstream',
      image: { pointer: '/boot/bitstream/image', path: 'top.bit', folder: '/nowhere' },
      device: 0,
    }
    const { plan } = planned(systemOf([dom0less('a')], { boot: { bitstream } }), virt, {
      'top.bit': { size: bytes(0x12_3456), format: { kind: 'xilinx-bit' } },
    })
    expect(plan?.load.bitstream).toMatchObject({ kind: 'bitstream', path: 'top.bit', size: 0x12_3456n })
    expect(plan?.load.modules.map(({ kind }) => kind)).toEqual(['kernel'])
    expect(plan?.load.bitstream?.room.size).toBe(0x12_4000n)
    const declared = { pointer: '/boot/bitstream/image/size', size: bytes(0x40_0000) }
    const roomy = planned(systemOf([dom0less('a')], { boot: { bitstream } }), virt, {
      'top.bit': { size: bytes(0x12_3456), format: { kind: 'xilinx-bit' }, declared },
    })
    expect(roomy.plan?.load.bitstream?.room.size).toBe(0x40_0000n)
    expect(roomy.plan?.load.bitstream?.size).toBe(0x12_3456n)
  })

  it('loads a file twice that lies on two media, and finds clashes on each for itself', () => {
    const sd = { pointer: '/domains/b/load', from: 'sd', device: '0:1', prefix: '' } as const
    const onSd = (folder: string) => ({ ...dom0less('b')(folder), load: sd })
    const { plan, codes } = planned(systemOf([dom0less('a'), onSd]))
    expect(codes).toEqual([])
    expect(plan?.load.modules.map(({ load, usedBy }) => [load.from, usedBy])).toEqual([
      ['tftp', ['a']],
      ['sd', ['b']],
    ])
    const script = (folder: string) => ({ ...dom0less('b', { kernel: 'boot.scr' })(folder), load: sd })
    expect(planned(systemOf([dom0less('a'), script])).codes).toEqual([])
  })
})
