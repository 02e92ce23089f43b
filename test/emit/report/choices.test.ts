/** What the report says was chosen of a device of the host: where the guest sees it, and why there. */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { choiceLines } from '../../../src/emit/report/choices.ts'
import { Bench, manifestOf } from '../../support/checks/systems.ts'
import { FORCED } from '../../support/passthrough/given-system.ts'

const bench = new Bench()
afterAll(() => bench.remove())

/** QEMU's, with a second clock where Xen's guests have their vPL011. */
const board = readFileSync(resolve(import.meta.dirname, '../../../examples/boards/qemu-virt.dts'), 'utf8')
const second = (node: string) => node.replaceAll('9010000', '22000000').replace('0x02 0x04', '0x0a 0x04')
bench.put(
  'virt.dts',
  board.replace(/\tpl031@9010000 \{[^}]*\};/, (node) => `${node}\n\n${second(node)}`),
)

/** Choices of `clock` and `timer`, whose addresses in the guest may be given. */
function choices({ clock = '', timer = '' } = {}): readonly string[] {
  const device = (name: string, path: string, address: string) =>
    `${name}: { path: ${path}, ${FORCED}${address && `, guest-address: ${address}`} }`
  const given = [device('clock', '/pl031@9010000', clock), device('timer', '/pl031@22000000', timer)].join(', ')
  const guest = `guest: { boot: dom0less, kernel: { image: Image }, os: other, memory: 64MiB, console: vpl011, passthrough: { ${given} } }`
  const { assembly, findings } = bench.outcomeOf(manifestOf({ board: 'virt.dts', domains: [guest] }))
  const errors = findings.all.filter(({ severity }) => severity === 'error')
  if (!assembly || errors.length > 0) throw new Error(errors.map(({ message }) => message).join('; '))
  const text = choiceLines(assembly).join(' ').replaceAll(/\s+/g, ' ')
  return text.split(' - ').filter((line) => line.includes(' in guest'))
}

it('has the address in the guest of each register, and why it is there', () => {
  expect(choices()).toEqual([
    "where the host has it: register 0 of device 'clock' at 0x9010000 in guest",
    "first free range: the guest has something else where the host has it: register 0 of device 'timer' at 0x10000000 in guest",
  ])
})

it('has nothing of an address that the manifest gives', () => {
  expect(choices({ timer: '0x11000000' })).toEqual([expect.stringMatching(/'clock' at 0x9010000 in guest$/)])
  expect(choices({ clock: '0x12000000', timer: '0x11000000' })).toEqual([])
})
