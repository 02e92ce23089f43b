import { expect, it } from 'vitest'
import type { Choice } from '../../../src/passthrough/closure.ts'
import { closed, linesOf } from '../host-tree.ts'

function give(text: string): readonly Choice[] {
  const { node, choices } = closed(
    `fuses { mac: mac@0 { }; cal: cal@4 { }; }; eth@2000 { reg = <0 0x2000 0 1>; ${text} };`,
    '/eth@2000',
  )
  expect(linesOf(node).filter((line) => line.startsWith('nvmem'))).toEqual([])
  return choices
}

it('a MAC address is missed', () =>
  expect(give('nvmem-cells = <&mac>; nvmem-cell-names = "mac-address";')).toMatchObject([
    {
      dependency: 'nvmem-cells',
      provider: '/fuses/mac@0',
      weight: 'warning',
      what: expect.stringContaining('local-mac-address'),
    },
  ]))

it.each(['local-mac-address = [02 00 00 00 00 01];', 'mac-address = [02 00 00 00 00 01];'])(
  'but not where the tree has it: %s',
  (address) =>
    expect(give(`nvmem-cells = <&mac>; nvmem-cell-names = "mac-address"; ${address}`)).toMatchObject([
      { weight: 'note' },
    ]),
)

it('zeros are no address', () =>
  expect(
    give('nvmem-cells = <&mac>; nvmem-cell-names = "mac-address"; local-mac-address = [00 00 00 00 00 00];'),
  ).toMatchObject([{ weight: 'warning' }]))

it('other values are noted by name', () =>
  expect(give('nvmem-cells = <&cal>; nvmem-cell-names = "calibration";')).toMatchObject([
    { weight: 'note', what: 'the guest does without calibration' },
  ]))
