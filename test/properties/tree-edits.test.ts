/** The edits that U-Boot makes at boot give the tree that would have been merged beforehand, whatever is added. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { completed } from '../../src/assemble/host-tree.ts'
import { editTree, growth } from '../../src/assemble/tree-edits.ts'
import { node } from '../../src/devicetree/build.ts'
import { ubootScript } from '../../src/emit/uboot-script.ts'
import { type FlatNode, flatNode, flatSize, runFdt } from '../emit/fdt-model.ts'
import { boardRoot, makePlan } from '../plan/builder.ts'
import { newHush, oldHush } from '../support/emit/hush.ts'
import { confusing, nodes, properties } from './additions.ts'

const system = fc
  .record({
    before: fc.record({ properties, children: nodes(0) }),
    added: fc.record({ properties, children: nodes(2) }),
    reserved: fc.option(fc.record({ properties, children: nodes(0) }), { nil: undefined }),
    hasChosen: fc.boolean(),
  })
  .filter(({ before, added }) => {
    const names = [...before.children, ...added.children].map(({ name }) => name)
    return new Set(names).size === names.length && !confusing(names)
  })

/** The words of every command that edits the tree, by both of U-Boot's shells. */
function commandsOf(script: string, split: typeof oldHush): string[][] {
  return script.split('\n').flatMap((line) => {
    const command = /^ {2}(fdt .*) \|\| setenv domforge_failed 1$/.exec(line)?.[1]
    if (command === undefined) return []
    const words = split(command)
    if (words === 'syntax error') throw new Error(`syntax error: ${command}`)
    return [words]
  })
}

const plain = ({ name, properties: all, children }: FlatNode): object => ({
  name,
  properties: Object.fromEntries([...all].map(([key, bytes]) => [key, bytes.toString('hex')])),
  children: children.map(plain),
})

it.each([
  ['old', oldHush],
  ['new', newHush],
] as const)('as the %s shell reads the script', { timeout: 60_000 }, (_, split) => {
  fc.assert(
    fc.property(system, ({ before, added, reserved, hasChosen }) => {
      const others = boardRoot.children.filter(({ name }) => name !== 'chosen')
      const root = node('', {
        properties: boardRoot.properties,
        children: hasChosen ? [...others, node('chosen', before)] : others,
      })
      const additions = node('', {
        children: [...(reserved ? [node('reserved-memory', reserved)] : []), node('chosen', added)],
      })
      const plan = makePlan({ root, boot: { 'device-tree': 'commands' } })
      const tree = flatNode(root)
      const sizeBefore = flatSize(tree)
      for (const words of commandsOf(ubootScript(editTree(plan, additions)), split)) runFdt(words, tree)
      expect(plain(tree)).toEqual(plain(flatNode(completed(plan.board.tree, additions, 'new-first').root)))
      expect(flatSize(tree) - sizeBefore).toBeLessThanOrEqual(Number(growth(additions)))
    }),
    { numRuns: 150 },
  )
})
