/** Values of Kconfig options, as `.config` has them. */
import { expect, it } from 'vitest'
import { optionLine } from '../../src/emit/xen-options.ts'

it.each([
  ['y', 'CONFIG_X=y'],
  ['n', '# CONFIG_X is not set'],
  ['12', 'CONFIG_X=12'],
  ['0x1F', 'CONFIG_X=0x1F'],
  ['0x', 'CONFIG_X="0x"'],
  ['1 2', 'CONFIG_X="1 2"'],
  ['12 px', 'CONFIG_X="12 px"'],
  ['px 12', 'CONFIG_X="px 12"'],
  ['say "x"', 'CONFIG_X="say \\"x\\""'],
  ['', 'CONFIG_X=""'],
])('%j', (value, line) => expect(optionLine({ name: 'X', value, because: [] })).toBe(line))
