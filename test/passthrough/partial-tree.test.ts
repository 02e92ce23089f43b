/** What domforge makes of a partial tree; Xen's own reading is tested with its rules. */
import { describe, expect, it } from 'vitest'
import { node } from '../../src/devicetree/build.ts'
import type { DeviceTree } from '../../src/devicetree/model.ts'
import { parseDts } from '../../src/devicetree/parse/parse-dts.ts'
import {
  assignedPaths,
  copiedByXl,
  forcedPaths,
  guestAddresses,
  guestInterrupts,
  hasXensProperties,
  lostForXl,
  withNode,
  withoutXensProperties,
} from '../../src/passthrough/partial-tree.ts'
import { formatRange } from '../../src/units/format.ts'

function partial(contents: string): DeviceTree {
  const parsed = parseDts(`/dts-v1/;\n/ { ${contents} };\n`, { file: 'partial.dts' })
  if (!parsed.ok) throw new Error(parsed.problems.map(({ message }) => message).join('; '))
  return parsed.value
}

const UART = 'uart@1000 { reg = <0x1000 0x100>; xen,reg = <0x9000000 0x1000 0x3000>; xen,path = "/pl011@9000000"; };'
const FORCED = 'dma@2000 { xen,path = "/dma@2000"; xen,force-assign-without-iommu; };'
const CELLS = '#address-cells = <1>; #size-cells = <1>;'

const inside = (name: string, more = ''): DeviceTree => partial(`${name} { ${CELLS} ${UART} ${FORCED} }; ${more}`)

describe('below /passthrough', () => {
  it.each(['passthrough', 'PassThrough'])('as %s, the name compared as Xen does', (name) => {
    expect(assignedPaths(inside(name))).toEqual(['/pl011@9000000', '/dma@2000'])
    expect(forcedPaths(inside(name))).toEqual(['/dma@2000'])
    expect(guestAddresses(inside(name)).map(formatRange)).toEqual(['[0x3000..0x4000)', '[0x1000..0x1100)'])
  })

  it('and nowhere else', () => {
    const elsewhere = inside('passthrough@0')
    expect(assignedPaths(elsewhere)).toEqual([])
    expect(forcedPaths(elsewhere)).toEqual([])
    expect(guestAddresses(elsewhere)).toEqual([])
  })

  it('xl finds the exact name only', () => {
    expect(copiedByXl(inside('passthrough'))).toBeDefined()
    expect(copiedByXl(inside('PassThrough'))).toBeUndefined()
  })
})

describe('for xl', () => {
  it('another phandle of the interrupt controller is lost', () => {
    const paths = (more: string) => lostForXl(inside('passthrough', more)).map(({ path }) => path)
    expect(paths('gic: gic { phandle = <0x123>; };')).toEqual(['/gic'])
    expect(paths('gic { phandle = <65000>; };')).toEqual([])
    expect(paths('gic { };')).toEqual([])
  })

  it('what Xen reads is taken out, and nothing else', () => {
    const tree = inside('PassThrough', 'other { xen,path = "/x"; };')
    expect(hasXensProperties(tree)).toBe(true)
    const stripped = withoutXensProperties(tree)
    expect(hasXensProperties(stripped)).toBe(false)
    expect(guestAddresses(stripped).map(formatRange)).toEqual(['[0x1000..0x1100)'])
    expect(stripped.root.children[1]).toEqual(tree.root.children[1])
  })
})

describe('interrupts at the controller of the guest', () => {
  it.each([
    ['interrupts = <0 3 4>, <1 5 4>, <0 9 4>;', '', [35, 41]],
    ['interrupts-extended = <65000 0 3 4>, <7 1>, <65000 0 9 4>;', '', [35, 41]],
    ['interrupts-extended = <5 0 3 4>, <7 0 4>;', 'gic { phandle = <5>; };', [35]],
  ])('with %s %s', (property, beside, ids) => {
    expect(guestInterrupts(partial(`${beside} passthrough { device { ${property} }; };`))).toEqual(ids)
  })
})

describe('a node that is added', () => {
  const names = (tree: DeviceTree): readonly (readonly [string, readonly string[]])[] =>
    tree.root.children.map(({ name, children }) => [name, children.map((child) => child.name)])
  const added = (tree: DeviceTree) => names(withNode(tree, () => node('virtio', {})))

  it('goes to the nodes that are there', () => {
    expect(added(inside('PassThrough'))).toEqual([['PassThrough', ['uart@1000', 'dma@2000', 'virtio']]])
  })

  it('makes /passthrough where there is none', () => {
    expect(added(partial('aliases { };'))).toEqual([
      ['aliases', []],
      ['passthrough', ['virtio']],
    ])
  })
})
