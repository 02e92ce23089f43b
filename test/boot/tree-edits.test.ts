/** Random edits by the real U-Boot: what the property test shows on a model of its command. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { editTree, fetchTree, growth } from '../../src/assemble/tree-edits.ts'
import { node } from '../../src/devicetree/build.ts'
import { childNamed } from '../../src/devicetree/model.ts'
import { readDtb } from '../../src/devicetree/read/read-dtb.ts'
import { scriptImage } from '../../src/emit/legacy-image.ts'
import { ubootScript } from '../../src/emit/uboot-script.ts'
import { hex } from '../../src/units/format.ts'
import { ok } from '../devicetree/expect-ok.ts'
import { type FlatNode, flatNode } from '../emit/fdt-model.ts'
import { boardRoot, makePlan } from '../plan/builder.ts'
import { nodes, properties } from '../properties/additions.ts'
import { plainMachine } from './machine.ts'
import { bootSystem, inScratch } from './system.ts'
import { scriptReturned } from './uboot-env.ts'

const seed = 20_230_1

/** Below /chosen, which the tree of U-Boot itself has. */
function additions() {
  const samples = fc.sample(fc.record({ properties, children: nodes(1) }), { seed, numRuns: 25 })
  return samples.map((contents, index) => node(`t${index}`, contents))
}

/** Larger than QEMU's own tree. */
const boardSize = 0x8000n

/** The bytes that `md.b` shows: an address, up to 16 of them, and the same as text. */
function dumped(lines: readonly string[]): Buffer {
  const rows = lines.flatMap((line) => /^[0-9a-f]{8}: ((?:[0-9a-f]{2} ){1,16})/.exec(line)?.[1] ?? [])
  return Buffer.from(rows.join('').replaceAll(' ', ''), 'hex')
}

/** What counts: properties by name, children in order. */
const plain = ({ name, properties: all, children }: FlatNode): object => ({
  name,
  properties: Object.fromEntries([...all].map(([key, bytes]) => [key, bytes.toString('hex')])),
  children: children.map(plain),
})

test('U-Boot makes of random edits what was meant', async () => {
  const children = additions()
  const added = node('', { children: [node('chosen', { children })] })
  const plan = makePlan({ root: boardRoot, boot: { 'device-tree': 'commands', 'tree-from': 'fdtcontroladdr' } })
  const { address } = plan.load.deviceTree
  const edits = ubootScript([...fetchTree(plan), ...editTree(plan, added)]).replace(/false\n$/, '')
  const script = `${edits}md.b ${hex(address.value)} ${hex(growth(added) + boardSize)}\n`
  const lines = await inScratch(async (folder) => {
    const image = join(folder, 'script')
    writeFileSync(image, scriptImage({ script, name: 'edits', timestamp: 0 }))
    const isDone = (all: readonly string[]) => all.at(-1) === scriptReturned
    const failures = [/^domforge:/, /FDT_ERR/, /^Unknown command/]
    const files = new Map([['boot.scr', image]])
    const boot = { name: 'tree-edits', machine: plainMachine, medium: 'tftp', files, isDone, failures } as const
    return (await bootSystem(boot, folder)).lines
  })
  const bytes = dumped(lines)
  const whole = Buffer.alloc(Math.max(bytes.length, bytes.readUInt32BE(4)))
  bytes.copy(whole)
  const tree = ok(readDtb(whole.subarray(0, bytes.readUInt32BE(4))))
  const made = childNamed(tree.root, 'chosen')?.children.map((child) => plain(flatNode(child)))
  expect(made, `seed ${seed}`).toEqual(children.map((child) => plain(flatNode(child))))
})
