import { expect, it } from 'vitest'
import { assemble } from '../../../src/assemble/assemble.ts'
import { flattened } from '../../../src/assemble/flattened.ts'
import { growth } from '../../../src/assemble/tree-edits.ts'
import { bootContextOf } from '../../../src/checks/xen/assembly-context.ts'
import type { Boot } from '../../../src/model/system-model.ts'
import { bytes } from '../../../src/units/quantities.ts'
import { makePlan } from '../../plan/builder.ts'

const contextOf = (boot: Partial<Boot>, blobSize?: bigint) => {
  const plan = makePlan({ boot })
  const board = blobSize === undefined ? plan.board : { ...plan.board, blobSize: bytes(blobSize) }
  return bootContextOf(assemble({ ...plan, board }))
}

it('a tree that U-Boot changes has the size of its file and room for all that is added, up to the end of a page', () => {
  const { hostTree, additions } = assemble(makePlan())
  const blob = flattened(hostTree)
  expect(contextOf({}).treeSize).toBe(blob.ok ? BigInt(blob.value.length) : undefined)
  const commands = { 'device-tree': 'commands' } as const
  expect(contextOf(commands).treeSize).toBe(0x1000n)
  const added = BigInt(growth(additions))
  expect(contextOf(commands, 0x10_0000n - added).treeSize).toBe(0x10_0000n)
  expect(contextOf(commands, 0x10_0001n - added).treeSize).toBe(0x10_1000n)
})

it('Xen is entered as the boot command does, and where bootm puts it', () => {
  expect((['booti', 'bootm', 'bootefi', 'none'] as const).map((command) => contextOf({ command }).entry)).toEqual([
    'booti',
    'bootm',
    'bootefi',
    'booti',
  ])
  const plan = makePlan({ boot: { command: 'bootm' } })
  const xenRuns = { ...plan.load.xen.room, size: bytes(4096) }
  expect(bootContextOf(assemble({ ...plan, load: { ...plan.load, xenRuns } })).memory?.xen).toEqual(xenRuns)
})
