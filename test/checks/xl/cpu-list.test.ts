import { expect, it } from 'vitest'
import { readCpuList } from '../../../src/checks/xl/cpu-list.ts'

const read = (text: string) => readCpuList(text)?.map(({ first, last }) => [Number(first), Number(last)])

it.each([
  ['', []],
  ['all', []],
  ['nodes:0', []],
  ['3', [[3, 3]]],
  [
    '0,2-3,',
    [
      [0, 0],
      [2, 3],
    ],
  ],
  [
    '0-7,^2-5',
    [
      [0, 1],
      [6, 7],
    ],
  ],
  ['0-7,^2-9', [[0, 1]]],
  ['^3,3', [[3, 3]]],
  ['3,^3', []],
])('%j names %j', (text, ranges) => expect(read(text)).toEqual(ranges))

it.each(['3-2', '1-', 'a', '0 1', '^all', '18446744073709551615', '0-18446744073709551615'])('refuses %j', (text) => {
  expect(readCpuList(text)).toBeUndefined()
})
