/** The edits that U-Boot makes at boot give the tree that would have been merged beforehand, whatever is added. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { completed } from '../../src/assemble/host-tree.ts'
import { editTree, growth } from '../../src/assemble/tree-edits.ts'
import { cells, node, property, text } from '../../src/devicetree/build.ts'
import type { DtNode, DtPart, DtProperty } from '../../src/devicetree/model.ts'
import { ubootScript } from '../../src/emit/uboot-script.ts'
import { type FlatNode, flatNode, flatSize, runFdt } from '../emit/fdt-model.ts'
import { newHush, oldHush } from '../emit/hush.ts'
import { boardRoot, makePlan } from '../plan/builder.ts'

const printable = fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code))
const awkward = fc.constantFrom(...`\\'"$;#&|{}()<>[]=~*? ,`)
const hostile = fc.string({ unit: fc.oneof(printable, awkward), maxLength: 30 })
const odd = fc.string({ unit: fc.constantFrom('ä', '\n', '\u0003', 'a', '€'), maxLength: 6 })

const number = (bits: 8 | 16 | 32 | 64) => fc.bigInt({ min: 0n, max: (1n << BigInt(bits)) - 1n })
const part: fc.Arbitrary<DtPart> = fc.oneof(
  fc.oneof(hostile, odd).map((value) => text(value)),
  fc.array(number(32), { maxLength: 8 }).map((values) => cells(values)),
  fc
    .constantFrom(8 as const, 16 as const, 64 as const)
    .chain((bits) =>
      fc.array(number(bits), { maxLength: 4 }).map((values): DtPart => ({ kind: 'cells', bits, cells: values })),
    ),
  fc.uint8Array({ maxLength: 20 }).map((data): DtPart => ({ kind: 'bytes', data })),
)
const value = fc.oneof(
  fc.array(part, { maxLength: 3 }),
  fc.array(
    hostile.map((word) => text(word)),
    { maxLength: 5 },
  ),
  fc.array(number(32), { maxLength: 256 }).map((values) => [cells(values)]),
  fc.integer({ min: 0, max: 300 }).map((count) => Array.from({ length: count }, () => text('a'))),
  fc.constant([text(`<${'x'.repeat(1022)}`)]),
)

const propertyName = fc.oneof(
  fc.constantFrom('#address-cells', '#size-cells', 'reg', 'stdout-path', 'rng-seed', 'a?b', '+x_.,'),
  fc.string({ unit: fc.constantFrom(...'abc019,._+?#-'), minLength: 1, maxLength: 10 }),
)
const properties: fc.Arbitrary<readonly DtProperty[]> = fc
  .uniqueArray(fc.tuple(propertyName, value), { selector: ([name]) => name, maxLength: 5 })
  .map((all) => all.map(([name, given]) => property(name, given)))

const nodeName = fc
  .tuple(
    fc.string({ unit: fc.constantFrom(...'abz09,._+-'), minLength: 1, maxLength: 5 }),
    fc.option(fc.string({ unit: fc.constantFrom(...'0af,'), minLength: 1, maxLength: 3 }), { nil: undefined }),
  )
  .map(([base, unit]) => (unit === undefined ? base : `${base}@${unit}`))

/** Names that U-Boot tells apart: rule OUT-018 sees to that. */
const confusing = (names: readonly string[]): boolean =>
  names.some((name) => names.some((other) => other.startsWith(`${name}@`)))

const nodes = (depth: number): fc.Arbitrary<readonly DtNode[]> =>
  fc
    .uniqueArray(
      fc.record({ name: nodeName, properties, children: depth === 0 ? fc.constant([]) : nodes(depth - 1) }),
      { selector: ({ name }) => name, maxLength: 4 },
    )
    .filter((all) => !confusing(all.map(({ name }) => name)))
    .map((all) => all.map((contents) => node(contents.name, contents)))

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
