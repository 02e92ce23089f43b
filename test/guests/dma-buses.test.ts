/** Devices whose addresses a bus of the host moves, in the trees of guests. */
import { afterAll, expect, it } from 'vitest'
import { childNamed, propertyNamed } from '../../src/devicetree/model.ts'
import { Bench } from '../support/checks/systems.ts'
import { putBoards } from '../support/passthrough/boards.ts'
import { cells, FORCED, givenSystem, rows } from '../support/passthrough/given-system.ts'

const bench = new Bench()
afterAll(() => bench.remove())

putBoards(bench)
/** Within what both buses of the board reach. */
const DIRECT = 'static-mem: { low: { start: 0x5e00_0000, size: 64MiB } }, direct-map: true'
const given = (passthrough: string) => givenSystem(bench, passthrough, { boardFile: 'moved.dts', more: DIRECT })
const device = (name: string, path: string): string => `${name}: { path: ${path}, ${FORCED} }`

it('stand on buses that move them likewise, one for each way', () => {
  const { bus: top, findings } = given(
    [
      device('a', '/one/engine@1000'),
      device('b', '/two/engine@1000'),
      device('c', '/same/engine@1000'),
      device('d', '/one/engine@2000'),
    ].join(', '),
  )
  expect(top.children.map(({ name, children }) => [name, children.map((own) => own.name)])).toEqual([
    ['bus-c0000000', ['engine@9101000', 'engine@9102000']],
    ['bus-c0000000-60000000-20000000', ['engine@9201000']],
    ['engine@9301000', []],
  ])
  const [one, two] = top.children
  expect(cells(one, 'dma-ranges')).toEqual([0, 0xc000_0000, 0, 0x4000_0000, 0, 0x2000_0000])
  expect(cells(two, 'dma-ranges')).toEqual([0, 0xc000_0000, 0, 0x6000_0000, 0, 0x2000_0000])
  expect([cells(one, '#address-cells'), cells(one, '#size-cells')]).toEqual([[2], [2]])
  expect(one && propertyNamed(one, 'ranges')?.value).toEqual([])
  expect(cells(one && childNamed(one, 'engine@9101000'), 'xen,reg')).toEqual([0, 0x910_1000, 0, 0x1000, 0, 0x910_1000])
  expect(propertyNamed(top, 'dma-ranges')).toBeUndefined()
  expect(findings.all.filter(({ message }) => message.includes('dma-ranges'))).toEqual([])
})

it('are told by a PCI bridge itself, with the kind of space', () => {
  const { bus: top } = given(device('pcie', '/pcie@10000000'))
  const bridge = childNamed(top, 'pcie@4010000000')
  expect(rows(cells(bridge, 'dma-ranges'), 7)).toEqual([[0x4300_0000, 4, 0, 0, 0x4000_0000, 0, 0x4000_0000]])
})
