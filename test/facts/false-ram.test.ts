import { describe, expect, it } from 'vitest'
import { childNamed, nodeAt, walk } from '../../src/devicetree/model.ts'
import { parseDts } from '../../src/devicetree/parse/parse-dts.ts'
import { readDtb } from '../../src/devicetree/read/read-dtb.ts'
import { phandleOfNode } from '../../src/devicetree/readings/node.ts'
import { stringValue } from '../../src/devicetree/readings/values.ts'
import { writeDtb } from '../../src/devicetree/write/write-dtb.ts'
import { Findings } from '../../src/diagnostics/findings.ts'
import type { PartialTree } from '../../src/facts/facts.ts'
import { withoutFalseRam } from '../../src/facts/false-ram.ts'
import { bytes } from '../../src/units/quantities.ts'
import { type ModelWords, systemOf } from '../support/model/builder.ts'

function treeOf(contents: string, symbols = false) {
  const source = `/dts-v1/; / { #address-cells = <1>; #size-cells = <1>; memory@40000000 { device_type = "memory"; reg = <0x40000000 0x1000>; }; ${contents} };`
  const tree = parseDts(source, { file: 'board.dts', symbols })
  if (!tree.ok) throw new Error(tree.problems.map(({ message }) => message).join('\n'))
  return tree.value
}

/** The tree read back from its blob, with values that have lost their types. */
function asBlob(tree: ReturnType<typeof treeOf>) {
  const blob = writeDtb(tree)
  const read = blob.ok ? readDtb(blob.value, 'board.dtb') : blob
  if (!read.ok) throw new Error('not a tree')
  return read.value
}

const pathsOf = (tree: ReturnType<typeof treeOf>) => [...walk(tree.root)].map(({ path }) => path)

interface Words extends ModelWords {
  readonly partial?: string
  readonly symbols?: boolean
}

function renamed(contents: string, { partial, symbols, ...words }: Words = {}) {
  const findings = new Findings()
  const model = systemOf([], { release: '4.19', tree: 'board.dts', ...words })
  const before = asBlob(treeOf(contents, symbols))
  const given: PartialTree[] = partial === undefined ? [] : [{ path: 'p.dts', tree: treeOf(partial), size: bytes(1) }]
  const tree = withoutFalseRam(before, model, new Map(given.map((one) => [one.path, one])), findings.report)
  const [found] = findings.all
  return { before, tree, code: found?.code, names: found?.related?.map(({ message }) => message) ?? [] }
}

const RESERVED =
  'reserved-memory { #address-cells = <1>; #size-cells = <1>; ranges; b: memory@40000800 { reg = <0x40000800 0x100>; }; };'
const OLD = '/reserved-memory/memory@40000800'
const NEW = '/reserved-memory/memory-region@40000800'

describe('nodes that are called memory and are none', () => {
  it('get other names, keep everything else, and are said with both', () => {
    const { tree, code, names } = renamed(`${RESERVED} user { memory-region = <&b>; };`)
    expect(code).toBe('REF-028')
    expect(names).toEqual([`${OLD} becomes ${NEW}`])
    expect(pathsOf(tree)).toContain(NEW)
    expect(pathsOf(tree)).not.toContain(OLD)
    const node = nodeAt(tree.root, NEW)
    expect(node && phandleOfNode(node)).toBe(1)
    expect(pathsOf(tree)).toContain('/memory@40000000')
  })

  it('are found at every depth, without unit address, one in the other, and beside a node of the new name', () => {
    const { names } = renamed(
      'a { b { memory { memory@1 { }; }; }; memory-region { }; memory { }; memory-controller { }; };',
    )
    expect(names).toEqual([
      '/a/b/memory becomes /a/b/memory-region',
      '/a/b/memory/memory@1 becomes /a/b/memory/memory-region@1',
      '/a/memory becomes /a/memory-region2',
    ])
  })

  it('are those of the release, and of how Xen is started', () => {
    const off = RESERVED.replace('b: memory@40000800 {', 'b: memory@40000800 { status = "disabled";')
    expect(renamed(off).code).toBeUndefined()
    expect(renamed(off, { release: '4.18' }).code).toBe('REF-028')
    expect(renamed(RESERVED, { release: '4.20' }).code).toBeUndefined()
    expect(renamed(RESERVED, { boot: { command: 'bootefi' } }).code).toBeUndefined()
    expect(renamed(RESERVED, { boot: { 'device-tree': 'commands' } }).code).toBeUndefined()
  })

  it('are not RAM that relies on its name', () => {
    expect(renamed('memory@80000000 { reg = <0x80000000 0x1000>; };').code).toBeUndefined()
    expect(renamed('memory@80000000 { compatible = "sram"; reg = <0x80000000 0x1000>; };').code).toBe('REF-028')
  })
})

describe('what something names by its path stays as it is', () => {
  it.each([
    ['an alias', `aliases { buf = "${OLD}"; }; ${RESERVED}`, {}],
    ['the console, with options', `chosen { stdout-path = "${OLD}:115200"; }; ${RESERVED}`, {}],
    ['a list in any node', `user { where = "x", "${OLD}"; }; ${RESERVED}`, {}],
    ['a path to a child', `aliases { buf = "${OLD}/child"; }; ${RESERVED}`, {}],
    ['a partial tree', RESERVED, { partial: `passthrough { d { xen,path = "${OLD}"; }; };` }],
    ["the user's commands", RESERVED, { boot: { 'extra-commands': [`fdt set ${OLD} a`] } }],
  ])('%s', (_, contents, words) => {
    const { before, tree, code } = renamed(contents, words)
    expect(code).toBeUndefined()
    expect(tree).toBe(before)
  })

  it('but not what only begins alike', () => {
    expect(renamed(`aliases { buf = "${OLD}0"; }; ${RESERVED}`).code).toBe('REF-028')
  })

  it('nor fixups, whose places are renamed as well', () => {
    const fixups = '__local_fixups__ { reserved-memory { memory@40000800 { x = <0>; }; }; };'
    expect(renamed(`${fixups} ${RESERVED}`).names).toEqual([
      `/__local_fixups__${OLD} becomes /__local_fixups__${NEW}`,
      `${OLD} becomes ${NEW}`,
    ])
  })

  it('nor labels, whose paths follow', () => {
    const { tree, code } = renamed(RESERVED, { symbols: true })
    const symbols = childNamed(tree.root, '__symbols__')
    expect(code).toBe('REF-028')
    expect(symbols?.properties.map((one) => [one.name, stringValue(one)])).toEqual([['b', NEW]])
  })
})
