import { expect, it } from 'vitest'
import { sharersOf } from '../../src/passthrough/sharers.ts'
import { deviceOf, hostWith } from './host-tree.ts'

function sharers(text: string, path: string): readonly string[] {
  const index = hostWith(text)
  return sharersOf(index, deviceOf(index, path)).map((place) => place.path)
}

const BOARD = `
  big@10000 { reg = <0 0x10000 0 0x10000>; };
  uart@12000 { reg = <0 0x12000 0 0x100>; }; uart@12100 { reg = <0 0x12100 0 0x100>; }; off@12200 { reg = <0 0x12200 0 0x100>; status = "disabled"; };
  next@13000 { reg = <0 0x13000 0 0x1000>; inner@13800 { }; };
  far@40000 { reg = <0 0x40000 0 0x1800>; }; near@41ff0 { reg = <0 0x41ff0 0 0x10>; };
  memory@0 { device_type = "memory"; reg = <0 0 1 0>; }; reserved-memory { #address-cells = <2>; #size-cells = <2>; ranges; r@12000 { reg = <0 0x12000 0 0x1000>; }; };`

it('finds enabled devices on its pages, also one that is large and begins before', () => {
  expect(sharers(BOARD, '/uart@12000')).toEqual(['/big@10000', '/uart@12100'])
  expect(sharers(BOARD, '/big@10000')).toEqual(['/uart@12000', '/uart@12100', '/next@13000'])
  expect(sharers(BOARD, '/far@40000')).toEqual(['/near@41ff0'])
  expect(sharers(BOARD, '/near@41ff0')).toEqual(['/far@40000'])
})

it('counts neither what is above it nor what is below it', () => {
  const bus =
    'bus@1000 { reg = <0 0x1000 0 0x2000>; #address-cells = <2>; #size-cells = <2>; ranges; dev@1800 { reg = <0 0x1800 0 8>; }; };'
  expect(
    sharers(
      bus.replaceAll('1000 {', '5000 {').replace('0x1000 0 0x2000', '0x5000 0 0x2000').replaceAll('1800', '5800'),
      '/bus@5000',
    ),
  ).toEqual([])
})
