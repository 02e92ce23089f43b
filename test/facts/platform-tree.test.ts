/** The platform's tree with overlays, nodes enabled and RAM of the manifest, as Xen gets it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { childNamed, type DtNode, nodeAt, propertyNamed } from '../../src/devicetree/model.ts'
import { parseDts } from '../../src/devicetree/parse/parse-dts.ts'
import { regEntries } from '../../src/devicetree/readings/reg.ts'
import { stringValue, u32 } from '../../src/devicetree/readings/values.ts'
import { writeDtb } from '../../src/devicetree/write/write-dtb.ts'
import { encode } from '../../src/emit/encode.ts'
import { runPipeline } from '../../src/pipeline.ts'
import { formatRange } from '../../src/units/format.ts'
import { armImage } from '../support/facts/images.ts'

const folder = mkdtempSync(join(tmpdir(), 'domforge-platform-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const put = (name: string, data: string | Uint8Array): void => writeFileSync(join(folder, name), data)

function blob(source: string, symbols = true): Uint8Array {
  const tree = parseDts(source, { file: 'test.dts', symbols })
  const data = tree.ok ? writeDtb(tree.value) : tree
  if (!data.ok) throw new Error(data.problems.map(({ message }) => message).join('\n'))
  return data.value
}

const RAM = 'memory@40000000 { device_type = "memory"; reg = <0 0x40000000 0 0x40000000>; };'

const boardOf = (memory = RAM, cells = 2): string => `/dts-v1/; / {
  #address-cells = <${cells}>; #size-cells = <${cells}>; interrupt-parent = <&gic>;
  aliases { serial0 = &uart; serial1 = "/soc/serial@2000"; };
  chosen { stdout-path = "serial0"; };
  ${memory}
  cpus { #address-cells = <1>; #size-cells = <0>; cpu@0 { device_type = "cpu"; compatible = "arm,cortex-a53"; reg = <0>; enable-method = "psci"; }; };
  psci { compatible = "arm,psci-1.0"; method = "smc"; };
  timer { compatible = "arm,armv8-timer"; interrupts = <1 13 8>, <1 14 8>, <1 11 8>, <1 10 8>; };
  soc: soc { #address-cells = <1>; #size-cells = <1>; compatible = "simple-bus"; ranges${cells === 2 ? ' = <0 0 0 0x10000000>' : ''};
    uart: serial@1000 { compatible = "arm,pl011", "arm,primecell"; reg = <0x1000 0x1000>; interrupts = <0 1 4>; };
    serial@2000 { compatible = "arm,pl011", "arm,primecell"; reg = <0x2000 0x1000>; interrupts = <0 2 4>; status = "disabled"; };
    i2c0: i2c@3000 { reg = <0x3000 0x1000>; #address-cells = <1>; #size-cells = <0>; status = "reserved"; };
    gic: interrupt-controller@8000000 { compatible = "arm,gic-400"; interrupt-controller; #interrupt-cells = <3>; #address-cells = <0>;
      reg = <0x8000000 0x1000>, <0x8002000 0x2000>, <0x8004000 0x2000>, <0x8006000 0x2000>; interrupts = <1 9 4>; };
  };
};`

put('xen', armImage({ imageSize: 0x10_0000n }))
put('Image', armImage({ imageSize: 0x200_0000n }))
put('board.dts', boardOf())
put('board.dtb', blob(boardOf()))
put('unlabelled.dtb', blob(boardOf(), false))
put('a.dtso', '/dts-v1/; /plugin/; &i2c0 { status = "okay"; cam: camera@1 { reg = <1>; mode = <1>; }; };')
put('b.dtbo', blob('/dts-v1/; /plugin/; &cam { mode = <2>; link = <&uart>; };'))

interface Words {
  readonly tree?: string
  /** Lines of `platform`. */
  readonly platform?: string
  /** After `load`. */
  readonly boot?: string
}

function run({ tree = 'board.dts', platform = '', boot = '' }: Words) {
  const manifest = `api-version: domforge/v1
name: test
platform:
  device-tree: ${tree}
${platform}
xen: { release: "4.20", image: xen }
boot: { load: { from: tftp }${boot} }
domains:
  a: { boot: dom0less, kernel: { image: Image }, memory: 64MiB }
`
  put('system.yaml', manifest)
  const outcome = runPipeline(join(folder, 'system.yaml'))
  const { findings, assembly } = outcome
  const codes = findings.all.filter(({ severity }) => severity !== 'note').map(({ code }) => code)
  const [first] = findings.all.filter(({ severity }) => severity !== 'note')
  if (assembly && !findings.hasErrors) encode(assembly)
  const root = assembly?.hostTree.root
  const text = (path: string, name: string) => {
    const found = root && nodeAt(root, path)
    return found && stringValue(propertyNamed(found, name))
  }
  return { ...outcome, codes, first, root, text, board: outcome.plan?.board }
}

type Run = ReturnType<typeof run>

/** Address and size of each child of `/reserved-memory`, by name. */
function reserved({ root }: Run): unknown {
  const parent = root && childNamed(root, 'reserved-memory')
  return parent?.children.map((child) => {
    const entries = regEntries(child, parent)
    return [child.name, entries.ok ? entries.value.map(({ size }) => size) : entries.reason]
  })
}

const ram = ({ board }: Run): unknown => board?.ram.map(formatRange)

describe('platform.overlays', () => {
  it.each(['board.dts', 'board.dtb'])('are applied to %s in their order, sources and blobs', (tree) => {
    const result = run({ tree, platform: '  overlays: [a.dtso, b.dtbo]' })
    expect(result.codes).toEqual([])
    expect(result.text('/soc/i2c@3000', 'status')).toBe('okay')
    const camera = result.root && nodeAt(result.root, '/soc/i2c@3000/camera@1')
    const uart = result.root && nodeAt(result.root, '/soc/serial@1000')
    const number = (node: DtNode | undefined, name: string) => node && u32(propertyNamed(node, name))
    expect(number(camera, 'mode')).toBe(2)
    expect(number(camera, 'link')).toBe(number(uart, 'phandle'))
    expect(camera?.origin).toMatchObject({ file: 'a.dtso', line: 1 })
    expect(result.board?.blobSize).toBeUndefined()
    expect(result.plan?.inputs.map(({ path }) => path)).toEqual(expect.arrayContaining([tree, 'a.dtso', 'b.dtbo']))
  })

  it('leave a blob that has none as it is', () => {
    expect(run({ tree: 'board.dtb' }).board?.blobSize).toBeGreaterThan(0n)
  })

  it('may bring RAM, and nodes to enable', () => {
    put('no-ram.dts', boardOf(''))
    put('ram.dtso', `/dts-v1/; /plugin/; &{/} { ${RAM} extra@0 { reg = <0 0 0 1>; status = "disabled"; }; };`)
    const result = run({ tree: 'no-ram.dts', platform: '  overlays: [ram.dtso]\n  enable: [/extra@0]' })
    expect(result.codes).toEqual([])
    expect(ram(result)).toEqual(['[0x40000000..0x80000000)'])
    expect(result.text('/extra@0', 'status')).toBe('okay')
  })

  it.each([
    ['is missing', 'nowhere.dtbo', 'REF-010', 'system.yaml'],
    ['is empty', 'empty.dtbo', 'REF-012', 'system.yaml'],
    ['is no device tree', 'xen', 'REF-018', 'xen'],
    ['is cut off', 'cut.dtbo', 'REF-018', 'cut.dtbo'],
    ['has a mistake in its source', 'broken.dtso', 'REF-018', 'broken.dtso'],
    ['is a whole tree', 'board.dtb', 'REF-018', 'board.dtb'],
    ['comes before what it needs', 'b.dtbo', 'REF-018', 'b.dtbo'],
    ['wants a path that is not there', 'path.dtso', 'REF-018', 'path.dtso'],
  ])('one that %s is reported and left out', (_, file, code, at) => {
    put('empty.dtbo', '')
    put('cut.dtbo', blob('/dts-v1/; /plugin/; &cam { mode = <2>; };').subarray(0, 100))
    put('broken.dtso', '/dts-v1/; /plugin/;\n&i2c0 { status = okay; };')
    put('path.dtso', '/dts-v1/; /plugin/; / { fragment { target-path = "/nowhere"; __overlay__ { a; }; }; };')
    const result = run({ platform: `  overlays: [${file}, a.dtso]` })
    expect([...new Set(result.codes)]).toEqual([code])
    const origin = result.first?.at
    const place = origin?.kind === 'manifest' ? result.source?.locate(origin) : origin
    expect(place?.file.split('/').at(-1)).toBe(at)
    expect(result.first?.help).toBeTruthy()
    expect(result.text('/soc/i2c@3000', 'status')).toBe('okay')
  })

  it('are 64 at most', () => {
    const times = (count: number): string => `  overlays: [${Array.from({ length: count }, () => 'a.dtso').join(', ')}]`
    expect(run({ platform: times(64) }).codes).toEqual([])
    const { codes, first } = run({ platform: times(65) })
    expect(codes).toEqual(['MAN-019'])
    expect(first?.message).toContain('65 entries; at most 64')
  })

  it('say what a blob without symbols lacks', () => {
    const { codes, first } = run({ tree: 'unlabelled.dtb', platform: '  overlays: [a.dtso]' })
    expect(codes).toEqual(['REF-018'])
    expect(first?.help).toContain('dtc -@')
    expect(first?.at).toMatchObject({ file: 'a.dtso', line: 1 })
  })
})

describe('platform.enable', () => {
  it('takes paths and aliases, and says who asked', () => {
    const result = run({ platform: '  enable: [/soc/i2c@3000, serial1]' })
    expect(result.codes).toEqual([])
    expect(result.text('/soc/i2c@3000', 'status')).toBe('okay')
    expect(result.text('/soc/serial@2000', 'status')).toBe('okay')
    const uart = result.root && nodeAt(result.root, '/soc/serial@2000')
    expect(uart && propertyNamed(uart, 'status')?.origin).toEqual({
      kind: 'manifest',
      pointer: '/platform/enable/1',
      on: 'value',
    })
  })

  it('changes nothing of what is enabled', () => {
    const result = run({ tree: 'board.dtb', platform: '  enable: [/soc/serial@1000, /timer]' })
    expect(result.codes).toEqual([])
    expect(result.board?.blobSize).toBeGreaterThan(0n)
    expect(result.text('/timer', 'status')).toBeUndefined()
  })

  it.each([
    ['/soc/serial@200', "did you mean '/soc/serial@2000'?"],
    ['/soc/i2c', "did you mean '/soc/i2c@3000'?"],
    ['/soc/i2c@10000', "did you mean '/soc/i2c@3000'?"],
    ['/sok/i2c@3000', "did you mean '/soc/i2c@3000'?"],
    ['/soc/nothing-like-it/x', "did you mean '/soc'?"],
    ['/nothing-like-it', 'name a node of the tree by its full path'],
    ['serial2', "did you mean 'serial0'?"],
    ['nothing-like-it', 'name a node of the tree by its full path'],
  ])('says of %s: %s', (path, help) => {
    const { codes, first } = run({ platform: `  enable: [${path}]` })
    expect(codes).toEqual(['REF-019'])
    expect(first?.help).toBe(help)
  })
})

describe('platform.memory', () => {
  const TWO = '  memory: { low: { start: 0x40000000, size: 1GiB }, high: { start: 0x80000000, size: 512MiB } }'
  const given = ['[0x40000000..0x80000000)', '[0x80000000..0xa0000000)']

  it.each([
    ['has no node', '', 'memory@40000000'],
    ['has a node without size', 'memory@0 { device_type = "memory"; reg = <0 0 0 0>; };', 'memory@0'],
    ['has a node without reg', 'memory { device_type = "memory"; };', 'memory'],
    ['has a node that is none yet', 'memory@40000000 { status = "disabled"; };', 'memory@40000000'],
    ['has a node that cannot be read', 'memory@40000000 { device_type = "memory"; reg = <1>; };', 'memory@40000000'],
  ])('is the RAM of a board that %s', (_, memory, name) => {
    put('no-ram.dts', boardOf(memory))
    const result = run({ tree: 'no-ram.dts', platform: TWO })
    expect(result.codes).toEqual([])
    expect(ram(result)).toEqual(given)
    expect(result.root && childNamed(result.root, name)).toBeDefined()
    expect(result.root?.children.filter((child) => child.name.startsWith('memory'))).toHaveLength(1)
    expect(reserved(result)).toBeUndefined()
  })

  it('is all the RAM, where it is said to be and the tree has placeholders', () => {
    const placeholders = 'memory@40000000 { device_type = "memory"; reg = <0 0x40000000 0 0x8000000>; };'
    const second = 'memory@90000000 { device_type = "memory"; reg = <0 0x90000000 0 0x8000000>; };'
    put('small.dts', boardOf(placeholders + second))
    expect(run({ tree: 'small.dts', platform: TWO }).codes).toContain('RES-005')
    const result = run({ tree: 'small.dts', platform: `${TWO}\n  memory-from: manifest` })
    expect([result.codes, ram(result), reserved(result)]).toEqual([[], given, undefined])
    const none = run({ tree: 'small.dts', platform: '  memory-from: manifest' })
    expect([none.codes, none.first?.at]).toMatchObject([['RES-003'], { pointer: '/platform/memory-from' }])
  })

  it('is written in the cells of the tree', () => {
    put('narrow.dts', boardOf('', 1))
    expect(ram(run({ tree: 'narrow.dts', platform: TWO }))).toEqual(given)
    const wide = run({ tree: 'narrow.dts', platform: '  memory: { a: { start: 0x40000000, size: 4GiB } }' })
    expect(wide.codes).toEqual(['RES-007'])
    expect(wide.first?.at).toMatchObject({ pointer: '/platform/memory/a' })
  })

  it('leaves out RAM by reserving it', () => {
    const result = run({ platform: '  memory: { a: { start: 0x48000000, size: 256MiB } }' })
    expect(result.codes).toEqual([])
    expect(ram(result)).toEqual(['[0x40000000..0x80000000)'])
    expect(reserved(result)).toEqual([
      ['unused@40000000', [0x800_0000n]],
      ['unused@58000000', [0x2800_0000n]],
    ])
    const { load } = result.plan ?? {}
    for (const file of load ? [load.xen, load.deviceTree, ...load.modules] : [])
      expect(file.room.base >= 0x4800_0000n && file.room.base + file.room.size <= 0x5800_0000n).toBe(true)
  })

  it('reserves nothing twice', () => {
    put(
      'reserved.dts',
      boardOf(`${RAM} reserved-memory { #address-cells = <2>; #size-cells = <2>; ranges;
        optee@60000000 { reg = <0 0x60000000 0 0x1000000>; no-map; }; };`),
    )
    const result = run({
      tree: 'reserved.dts',
      platform:
        '  memory: { a: { start: 0x40000000, size: 256MiB } }\n  reserved: { b: { start: 0x70000000, size: 16MiB } }',
    })
    expect(result.codes).toEqual([])
    expect(reserved(result)).toEqual([
      ['optee@60000000', [0x100_0000n]],
      ['b@70000000', [0x100_0000n]],
      ['unused@50000000', [0x1000_0000n]],
      ['unused@61000000', [0xf00_0000n]],
      ['unused@71000000', [0xf00_0000n]],
    ])
  })

  it('may reach over banks that touch', () => {
    put(
      'banks.dts',
      boardOf(
        'memory@40000000 { device_type = "memory"; reg = <0 0x40000000 0 0x20000000>, <0 0x60000000 0 0x20000000>; };',
      ),
    )
    const result = run({ tree: 'banks.dts', platform: '  memory: { a: { start: 0x48000000, size: 512MiB } }' })
    expect(result.codes).toEqual([])
  })

  it('of all RAM changes nothing', () => {
    const result = run({ tree: 'board.dtb', platform: '  memory: { a: { start: 0x40000000, size: 1GiB } }' })
    expect(result.codes).toEqual([])
    expect(reserved(result)).toBeUndefined()
    expect(result.board?.blobSize).toBeGreaterThan(0n)
  })

  it('outside of RAM is refused with what there is', () => {
    const { codes, first } = run({ platform: '  memory: { a: { start: 0x7000_0000, size: 512MiB } }' })
    expect(codes).toEqual(['RES-005'])
    expect(first?.message).toContain('[0x70000000..0x90000000)')
    expect(first?.message).toContain('[0x80000000..0x90000000)')
    expect(first?.help).toContain('[0x40000000..0x80000000)')
  })

  it('is what a board without RAM needs', () => {
    put('no-ram.dts', boardOf(''))
    const { codes, first } = run({ tree: 'no-ram.dts' })
    expect(codes).toEqual(['RES-003'])
    expect(first?.help).toContain('platform.memory')
  })
})

describe('a tree taken from memory', () => {
  const boot = ', device-tree: commands, tree-from: fdtcontroladdr'

  it('has no nodes enabled', () => {
    const { codes } = run({ platform: '  overlays: [a.dtso]\n  enable: [/soc/i2c@3000]', boot })
    expect(codes).toEqual(['REF-007'])
  })

  it('may have less RAM, which is reserved at boot', () => {
    const result = run({ platform: '  memory: { a: { start: 0x40000000, size: 256MiB } }', boot })
    expect(result.codes).toEqual([])
    expect(reserved(result)).toEqual([['unused@50000000', [0x3000_0000n]]])
  })
})
