/** One mistake is one finding, and its remedy is one that helps. */
import { afterAll, expect, it } from 'vitest'
import { Bench } from '../support/checks/systems.ts'

const bench = new Bench()
afterAll(() => bench.remove())

it('memory of the manifest where the board has none: nothing is said of room for files', () => {
  const board = 'board.dts, memory: { ram: { start: 0x8000_0000, size: 512MiB } }'
  expect(bench.build({ board }).map(({ code }) => code)).toEqual(['RES-005'])
})

it('memory in its proper place, without reg: no remedy speaks of a renaming that domforge does not do', () => {
  const [finding, ...others] = bench.build({ release: '4.19', board: 'second-memory.dts' })
  expect(others).toEqual([])
  expect(finding?.code).toBe('FDT-006')
  expect(finding?.remedy).toMatch(/^use Xen 4\.20 or newer, /)
})
