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

it('colours that a boot-time domain cannot have: nothing is said of the file from which xl creates it again', () => {
  const dom0 = 'dom0: { boot: dom0, kernel: { image: Image }, memory: 256MiB }'
  const guest = (more: string): string => `guest: { boot: dom0less, kernel: { image: Image }, memory: 64MiB, ${more} }`
  const codes = (bootargs: string, more: string) =>
    bench.build({ bootargs, domains: [dom0, guest(more)] }).map(({ code }) => code)
  const on = 'llc-coloring=on llc-size=1M llc-nr-ways=16'
  expect(codes('', 'llc-colors: "0-3"')).toEqual(['LLC-001'])
  expect(codes(on, 'llc-colors: "12-16"')).toEqual(['LLC-011'])
  expect(codes('', 'extra-xl: { llc_colors: ["0-3"] }')).toEqual(['XL-052'])
})
