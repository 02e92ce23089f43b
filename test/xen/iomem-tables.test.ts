import { expect, it } from 'vitest'
import { bytes, guestPhys, KiB, MiB, times } from '../../src/units/quantities.ts'
import { range } from '../../src/units/range.ts'
import { iomemTables, xlP2mWith } from '../../src/xen/domain-limits.ts'

const pages = (first: bigint, count: bigint) => range(guestPhys(first * 4096n), bytes(count * 4096n))

const MEMORY = times(256, MiB)

it.each([
  ['none', [], 0],
  ['a page', [pages(0x9010n, 1n)], 1],
  ['two pages below one table', [pages(0x200n, 1n), pages(0x3ffn, 1n)], 1],
  ['two pages below two', [pages(0x3ffn, 2n)], 2],
  ['4 GiB', [pages(0x10_0000n, 0x10_0000n)], 2048],
])('page tables of %s', (_, mapped, tables) => expect(iomemTables(mapped)).toBe(times(BigInt(tables), times(4, KiB))))

it('xl is told of page tables where devices take many', () => {
  expect(xlP2mWith([pages(0n, 128n * 512n)], MEMORY, 1)).toBeUndefined()
  // 256 for the vCPU, 256 for RAM, 128, and 129 of 4 KiB.
  expect(xlP2mWith([pages(0n, 128n * 512n + 1n)], MEMORY, 1)).toBe(times(4, MiB))
})
