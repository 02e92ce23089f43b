/**
 * Every device of every board that Debian has a tree for: whether it can be given away is said of each, and what it depends on adds up to what a count by
 * hand has found. 24 boards in each run, all of them with DOMFORGE_RUNS.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import type { DeviceTree } from '../../src/devicetree/model.ts'
import { readDtb } from '../../src/devicetree/read/read-dtb.ts'
import { indexTree } from '../../src/devicetree/readings/tree-index.ts'
import { writeDtb } from '../../src/devicetree/write/write-dtb.ts'
import { inventoryOf } from '../../src/inventory/inventory.ts'
import type { GivableDevice } from '../../src/inventory/judge.ts'
import { boardTrees } from '../debian/boards.ts'
import { ok } from '../devicetree/expect-ok.ts'
import { guestTree } from '../support/passthrough/guest-tree.ts'
import { DeviceTable } from './device-table.ts'
import { dtc } from './dtc.ts'

const EVERY = process.env['DOMFORGE_RUNS'] !== undefined
const SOME = 24

let boards: readonly (readonly [name: string, tree: DeviceTree])[] = []
beforeAll(async () => {
  const folder = await boardTrees('bookworm')
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.dtb'))
  const step = EVERY ? 1 : Math.floor(names.length / SOME)
  const wanted = names.sort().filter((_, at) => at % step === 0 && (EVERY || at / step < SOME))
  boards = wanted.map((name) => [name, ok(readDtb(readFileSync(join(folder, name)), name))])
})

const table = new DeviceTable()

/** Nodes of guests, by board. */
const trees = new Map<string, DeviceTree>()

it('says of every device whether it can be given away, and of none nothing', { timeout: 3_600_000 }, () => {
  for (const [name, tree] of boards) {
    const index = indexTree(tree.root)
    const { devices, gic } = inventoryOf(tree)
    for (const judged of devices) {
      if (judged.verdict === 'no') expect(judged.why, `${name} ${judged.path}`).not.toBe('')
      table.add(name, index, gic, judged)
    }
    const givable = devices.filter((device): device is GivableDevice => device.verdict !== 'no')
    trees.set(
      name,
      guestTree(
        index,
        givable.map(({ closure }) => closure),
      ),
    )
  }
  process.stderr.write(
    `${boards.length} boards, percent of the enabled devices with reg and interrupts:\n${table.text()}`,
  )
  expect(table.silent).toEqual([])
  expect(boards.length).toBe(EVERY ? 577 : SOME)
})

it('makes trees that dtc takes', { timeout: 3_600_000 }, async () => {
  for (const [name, tree] of trees) {
    const blob = writeDtb(tree)
    expect(blob.ok ? [] : blob.problems.map(({ message }) => message), name).toEqual([])
    const { status, errors } = await dtc(['-I', 'dtb', '-O', 'dtb'], ok(blob))
    expect([status, errors], name).toEqual([0, ''])
  }
})

/** Percent of all 15 476 devices, counted independently by the properties of their nodes. */
const COUNTED: Readonly<Record<string, number>> = {
  clocks: 76,
  'all rates in the tree': 3,
  'assigned-clock-rates': 9,
  'power-domains': 29,
  pinctrl: 28,
  resets: 19,
  phys: 10,
  regulators: 9,
  gpios: 5,
  dmas: 6,
  iommus: 10,
  interconnects: 7,
  'memory-region': 2,
  'page shared with an enabled device': 13,
}

if (EVERY)
  it('adds up to what was counted, within rounding and the edges of what is a device', () => {
    const off = Object.entries(COUNTED).flatMap(([row, percent]) => {
      const own = table.percent(row, 'all')
      return Math.abs(own - percent) > 2 ? [`${row}: ${own}, counted ${percent}`] : []
    })
    expect(off).toEqual([])
  })
