/** A dumped tree's ramdisk is gone from what Xen is handed, whichever way the tree is made. */
import { describe, expect, it } from 'vitest'
import { completed } from '../../src/assemble/host-tree.ts'
import { REMOVAL_ROOM } from '../../src/assemble/left-over-ramdisk.ts'
import { editTree, growth } from '../../src/assemble/tree-edits.ts'
import { cells, node, property, text } from '../../src/devicetree/build.ts'
import { childNamed, type DtNode } from '../../src/devicetree/model.ts'
import { ubootScript } from '../../src/emit/uboot-script.ts'
import { type FlatNode, flatNode, flatSize, runFdt } from '../emit/fdt-model.ts'
import { boardRoot, makePlan } from '../plan/builder.ts'
import { oldHush } from '../support/emit/hush.ts'

const START = property('linux,initrd-start', [cells([0x7000_0000n])])
const END = property('linux,initrd-end', [cells([0n, 0x7100_0000n])])
const STDOUT = property('stdout-path', [text('serial0')])
const additions = node('', { children: [node('chosen', { children: [node('guest', {})] })] })

const rootWith = (...left: readonly (typeof START)[]): DtNode =>
  node('', {
    properties: boardRoot.properties,
    children: [
      ...boardRoot.children.filter(({ name }) => name !== 'chosen'),
      node('chosen', { properties: [STDOUT, ...left] }),
    ],
  })

/** What the script makes of the tree that U-Boot has. */
function edited(described: DtNode, found: DtNode, from?: string): { readonly tree: FlatNode; readonly most: number } {
  const boot = { 'device-tree': 'commands' as const, ...(from === undefined ? {} : { 'tree-from': from }) }
  const plan = makePlan({ root: described, boot })
  const tree = flatNode(found)
  let most = 0
  for (const line of ubootScript(editTree(plan, additions)).split('\n')) {
    const command = /^ {2}(?:fdt get size domforge_children \S+ \|\| )?(fdt .*) \|\| setenv domforge_failed 1$/.exec(
      line,
    )
    const words = command?.[1] === undefined || line.includes('domforge_children') ? [] : oldHush(command[1])
    if (words === 'syntax error') throw new Error(line)
    if (words.length > 0) runFdt(words, tree)
    most = Math.max(most, flatSize(tree))
  }
  return { tree, most }
}

const chosenOf = ({ children }: FlatNode) => [
  ...(children.find(({ name }) => name === 'chosen')?.properties.keys() ?? []),
]

describe.each([
  ['both', [START, END]],
  ['one of them', [START]],
  ['none', []],
])('a tree with %s', (_, left) => {
  it('merged: without them', () => {
    const { root } = completed(makePlan({ root: rootWith(...left) }).board.tree, additions)
    expect(childNamed(root, 'chosen')?.properties.map(({ name }) => name)).toEqual(['stdout-path'])
  })

  it('by commands: without them', () => {
    expect(chosenOf(edited(rootWith(...left), rootWith(...left)).tree)).toEqual(['stdout-path'])
  })

  it('found at boot, whatever was described: without them, and within the room that is made', () => {
    const { tree, most } = edited(rootWith(), rootWith(...left), 'fdt_addr')
    expect(chosenOf(tree)).toEqual(['stdout-path'])
    const room = Number(growth(additions)) + Number(REMOVAL_ROOM)
    expect(most - flatSize(flatNode(rootWith(...left)))).toBeLessThanOrEqual(room)
  })
})
