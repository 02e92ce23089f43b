import { describe, expect, it } from 'vitest'
import { node, property, text, wideCells } from '../../src/devicetree/build.ts'
import { parseDts } from '../../src/devicetree/parse/parse-dts.ts'
import { indexTree } from '../../src/devicetree/readings/tree-index.ts'
import { Findings } from '../../src/diagnostics/findings.ts'
import { describeBoard } from '../../src/facts/board.ts'
import { memoryExample } from '../../src/facts/platform-memory.ts'
import { loadWindow } from '../../src/u-boot/load-window.ts'
import { formatRange } from '../../src/units/format.ts'
import { cpuTimer } from '../support/cpu-time.ts'
import { type ModelWords, systemOf } from '../support/model/builder.ts'

const RAM = 'memory@40000000 { device_type = "memory"; reg = <0 0x40000000 0 0x1000>; };'

/** The board of a tree with 64-bit cells and `contents` at its root. */
function boardOf(contents: string, words: ModelWords & { readonly before?: string; readonly bootCpuid?: number } = {}) {
  const source = `/dts-v1/; ${words.before ?? ''} / { #address-cells = <2>; #size-cells = <2>; ${contents} };`
  const tree = parseDts(source, { file: 'board.dts' })
  if (!tree.ok) throw new Error(tree.problems.map(({ message }) => message).join('\n'))
  const findings = new Findings()
  const board = describeBoard(
    { ...tree.value, bootCpuid: words.bootCpuid ?? 0 },
    systemOf([], words).platform,
    findings.report,
  )
  return { board, found: findings.all.map(({ code, at }) => [code, 'node' in at ? at.node : undefined]) }
}

const ram = (contents: string) => boardOf(contents).board.ram.map(formatRange)

describe('describeBoard', () => {
  it('takes every entry of every memory node, in tree order, without empty ones', () => {
    const nodes = `
      memory@80000000 { device_type = "memory"; reg = <0 0x80000000 0 0x1000>, <8 0 0 0>, <8 0 1 0>; };
      memory@0 { device_type = "memory"; reg = <0 0 0 0x1000>; };
      memory { device_type = "memory"; reg = <0 0x1000 0 0x1000>; status = "ok"; };`
    const all = ['[0x80000000..0x80001000)', '[0x800000000..0x900000000)', '[0x0..0x1000)', '[0x1000..0x2000)']
    expect(ram(nodes)).toEqual(all)
  })

  it('passes over nodes that are memory for nobody', () => {
    const others = `
      memory@1000 { device_type = "memory"; reg = <0 0x1000 0 0x1000>; status = "disabled"; };
      memory@2000 { reg = <0 0x2000 0 0x1000>; };
      memory-controller@3000 { device_type = "memory"; reg = <0 0x3000 0 0x1000>; };
      soc { #address-cells = <2>; #size-cells = <2>; ranges; memory@4000 { device_type = "memory"; reg = <0 0x4000 0 0x1000>; }; };`
    expect(ram(RAM + others)).toEqual(['[0x40000000..0x40001000)'])
  })

  it('counts memory that is listed twice once', () => {
    expect(
      ram(`memory@0 { device_type = "memory"; reg = <0 0x1000 0 0x2000>, <0 0 0 0x4000>, <0 0x1000 0 0x1000>; };`),
    ).toEqual(['[0x1000..0x3000)', '[0x0..0x1000)', '[0x3000..0x4000)'])
  })

  it.each([
    ['no memory node', ''],
    ['a memory node that the firmware fills in', 'memory@0 { device_type = "memory"; reg = <0 0 0 0>; };'],
  ])('reports a tree without RAM: %s', (_name, contents) => {
    const { board, found } = boardOf(contents)
    expect(board.ram).toEqual([])
    expect(found).toEqual([['RES-003', undefined]])
  })

  it.each([
    ['', '0x8000_0000'],
    ['memory@0 { device_type = "memory"; reg = <0 0 0 0>; };', '0x0'],
    ['memory@4840000000 { device_type = "memory"; reg = <0x48 0x40000000 0 0>; };', '0x48_4000_0000'],
  ])('proposes RAM where the tree has room for it: %s', (contents, start) => {
    expect(memoryExample(indexTree(boardOf(contents).board.tree.root))).toBe(
      `memory: { ram: { start: ${start}, size: 2GiB } }`,
    )
  })

  it.each([
    ['that is no multiple of its cells', 'reg = <0 0x50000000 0>;'],
    ['beyond 64 bits', 'reg = <0xffffffff 0xfffff000 0 0x1001>;'],
  ])('reports reg %s, and goes on', (_name, reg) => {
    const { board, found } = boardOf(`${RAM} memory@50000000 { device_type = "memory"; ${reg} };`)
    expect(board.ram.map(formatRange)).toEqual(['[0x40000000..0x40001000)'])
    expect(found).toEqual([['REF-015', '/memory@50000000']])
  })

  it('takes RAM up to the very end of the address space', () => {
    expect(ram('memory@0 { device_type = "memory"; reg = <0xffffffff 0xfffff000 0 0x1000>; };')).toEqual([
      '[0xfffffffffffff000..0x10000000000000000)',
    ])
  })

  it('lists who owns memory: every entry of reserved nodes, the reservation block, the manifest', () => {
    const { board, found } = boardOf(
      `${RAM} reserved-memory { #address-cells = <1>; #size-cells = <1>; ranges;
        secure@1000 { reg = <0x1000 0x1000>, <0x4000 0x100>; no-map; };
        off@9000 { reg = <0x9000 0x1000>; status = "disabled"; };
        shared@8000 { reg = <0x8000 0x1000>; };
        pool { size = <0x400000>; alignment = <0x2000>; alloc-ranges = <0x40000000 0x1000>; reusable; };
      };`,
      { before: '/memreserve/ 0x10000 0; /memreserve/ 0x20000 0x1000;', reserved: { fw: [0x3_0000n, 0x1000n] } },
    )
    expect(found).toEqual([['RES-004', undefined]])
    expect(board.owned.map(({ range, owner, by, noMap }) => [formatRange(range), owner, by, noMap])).toEqual([
      ['[0x1000..0x2000)', '/reserved-memory/secure@1000', 'reserved-memory', true],
      ['[0x4000..0x4100)', '/reserved-memory/secure@1000', 'reserved-memory', true],
      ['[0x8000..0x9000)', '/reserved-memory/shared@8000', 'reserved-memory', false],
      ['[0x20000..0x21000)', 'memory reservation 2', 'memreserve', false],
      ['[0x30000..0x31000)', 'platform.reserved.fw', 'manifest', false],
    ])
    expect(board.dynamicReservations).toEqual([
      {
        path: '/reserved-memory/pool',
        size: 0x40_0000n,
        alignment: 0x2000n,
        within: [{ base: 0x4000_0000n, size: 0x1000n }],
      },
    ])
  })

  it('numbers CPUs as Xen does, and leaves out what Xen passes over', () => {
    const cpu = (reg: string) => `device_type = "cpu"; compatible = "arm,cortex-a53"; reg = <${reg}>;`
    const tree = `${RAM} cpus { #address-cells = <2>; #size-cells = <0>;
      cpu-map { };
      cpu@100 { ${cpu('0 0x100')} }; cpu@0 { ${cpu('0 0')} }; again@0 { ${cpu('0 0')} };
      cpu@1000000 { ${cpu('0 0x1000000')} }; cpu@100000000 { ${cpu('1 0')} }; cpu@7 { ${cpu('7')} };
    };`
    const numbered = (bootCpuid: number) => boardOf(tree, { bootCpuid }).board.cpus.map(({ path }) => path)
    expect(numbered(0)).toEqual(['/cpus/cpu@0', '/cpus/cpu@100', '/cpus/cpu@100000000'])
    expect(numbered(0x100)).toEqual(['/cpus/cpu@100', '/cpus/cpu@0', '/cpus/cpu@100000000'])
    expect(numbered(5)).toEqual(['/cpus/cpu@100', '/cpus/cpu@0', '/cpus/cpu@100000000'])
    expect(boardOf(tree).board.cpus[2]).toMatchObject({ mpidr: 0x1_0000_0000n, compatible: ['arm,cortex-a53'] })
  })

  it('finds interrupt controller and console through buses and aliases', () => {
    const { board } = boardOf(`model = "A board"; ${RAM}
      aliases { serial0 = "/soc/serial@100"; };
      chosen { stdout-path = "serial0:115200n8"; };
      soc { #address-cells = <1>; #size-cells = <1>; ranges = <0 8 0 0x10000>;
        serial@100 { reg = <0x100 0x100>; };
        msi@0 { compatible = "arm,gic-v2m-frame"; };
        gic@1000 { compatible = "arm,gic-400"; interrupt-controller; reg = <0x1000 0x1000>, <0x2000 0x2000>; };
      };`)
    expect(board.model).toBe('A board')
    expect(board.stdout).toBe('/soc/serial@100')
    expect(board.gic).toMatchObject({ path: '/soc/gic@1000', version: 'v2' })
    expect(board.gic?.reg.map(formatRange)).toEqual(['[0x800001000..0x800002000)', '[0x800002000..0x800004000)'])
  })

  it('has neither where the tree has none that Xen knows', () => {
    const { board } = boardOf(`${RAM} intc { compatible = "qcom,msm-qgic2"; interrupt-controller; };`)
    expect(board).not.toHaveProperty('gic')
    expect(board).not.toHaveProperty('stdout')
  })

  it('costs a hostile tree with very many entries of everything no more than a moment', () => {
    const many = Buffer.alloc(16 * 50_000)
    for (let at = 0; at < many.length; at += 16) {
      many.writeBigUInt64BE(BigInt(at) << 10n, at)
      many.writeBigUInt64BE(4096n, at + 8)
    }
    const reg = property('reg', [{ kind: 'bytes', data: many }])
    const cells = [property('#address-cells', [wideCells(2n, 1)]), property('#size-cells', [wideCells(2n, 1)])]
    const root = node('', {
      properties: cells,
      children: [
        node('memory@0', { properties: [property('device_type', [text('memory')]), reg] }),
        node('reserved-memory', { properties: cells, children: [node('a@0', { properties: [reg] })] }),
        node('cpus', { properties: cells, children: manyCpus }),
      ],
    })
    const reservations = Array.from({ length: 50_000 }, (_, index) => ({
      address: BigInt(index) << 14n,
      size: 4096n,
    }))
    const model = systemOf([])
    const elapsed = cpuTimer()
    const board = describeBoard({ root, reservations, bootCpuid: 0 }, model.platform, new Findings().report)
    loadWindow(model.boot, board)
    expect(elapsed()).toBeLessThan(5000)
    expect(board.cpus).toHaveLength(5_000)
    expect(board.ram.length).toBeLessThan(2000)
  })
})

const manyCpus = Array.from({ length: 5_000 }, (_, index) =>
  node(`cpu@${index}`, {
    properties: [property('device_type', [text('cpu')]), property('reg', [wideCells(BigInt(index), 2)])],
  }),
)
