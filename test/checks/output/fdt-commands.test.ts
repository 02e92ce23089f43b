import { expect, it } from 'vitest'
import { assemble } from '../../../src/assemble/assemble.ts'
import { completed } from '../../../src/assemble/host-tree.ts'
import { distinctNames, settable } from '../../../src/checks/output/fdt-commands.ts'
import { cells, node, property, text } from '../../../src/devicetree/build.ts'
import type { DtNode } from '../../../src/devicetree/model.ts'
import { boardRoot, makePlan } from '../../plan/builder.ts'

/** Findings of both rules when U-Boot adds `children` to a board with `board` beside its usual nodes. */
function said(children: readonly DtNode[], board: readonly DtNode[] = [], tree = 'commands' as 'commands' | 'merged') {
  const root = { ...boardRoot, children: [...boardRoot.children, ...board] }
  const plan = makePlan({ root, boot: { 'device-tree': tree } })
  const additions = node('', { children })
  const assembly = { ...assemble(plan), additions, hostTree: completed(plan.board.tree, additions, 'new-first') }
  const messages: string[] = []
  const verdict = {
    violated: ({ message }: { message: string }) => messages.push(message),
    doubtful: () => undefined,
    assumed: () => undefined,
    undecided: () => {},
  }
  distinctNames(assembly, verdict)
  settable(assembly, verdict)
  return messages
}

const empty = (name: string, ...children: DtNode[]): DtNode => node(name, { children })
const long = (name: string) => node('chosen', { properties: [property(name, [text('x'.repeat(1024))])] })

it('names are told apart at every depth, among what is made and what the board has', () => {
  expect(said([empty('chosen', empty('a'), empty('b@1'), empty('b@2'))])).toEqual([])
  expect(said([empty('chosen', empty('module'), empty('module@1'))])).toHaveLength(1)
  expect(said([empty('chosen', empty('a', empty('x', empty('m@0'), empty('m'))))])).toHaveLength(1)
  expect(said([empty('chosen')], [empty('chosen@0')])).toHaveLength(1)
  expect(said([empty('reserved-memory', empty('fw@1'))], [empty('reserved-memory', empty('fw@1'))])).toHaveLength(1)
})

it('nodes of the board may be on the way, if their names are whole', () => {
  const soc = empty('soc', empty('uart@1'), empty('uart@2'))
  expect(said([soc], [soc])).toEqual([])
  expect(said([empty('soc', empty('i2c'))], [empty('soc', empty('i2c@5'), empty('i2c'))])).toHaveLength(1)
})

it('values have at most 1024 bytes, both new and old; references are cells', () => {
  expect(said([long('a')])).toEqual([expect.stringContaining('1025 bytes')])
  const target = { label: 'uart' }
  const refers = property('a', [cells([{ kind: 'phandle', target }])])
  expect(said([node('chosen', { properties: [refers] })])).toEqual([])
  const short = node('soc', { properties: [property('a', [text('b')])] })
  expect(said([short], [{ ...long('a'), name: 'soc' }])).toEqual([expect.stringContaining("board's tree")])
})

it('a merged tree can have it all', () => {
  expect(said([{ ...long('a'), children: [empty('m'), empty('m@0')] }], [], 'merged')).toEqual([])
})
