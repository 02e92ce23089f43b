import { expect, it } from 'vitest'
import { placeNamed } from '../../../src/passthrough/host/find-place.ts'
import { hostWith } from '../host-tree.ts'

const TEXT = 'aliases { net0 = "/eth@2000"; }; mac: eth@2000 { reg = <0 0x2000 0 0x1000>; };'
const found = (name: string, symbols = true): string => {
  const place = placeNamed(hostWith(TEXT, symbols), name)
  return place.ok ? place.value.path : place.reason
}

it.each(['/eth@2000', 'net0', 'mac', '&mac'])('finds the node that %s names', (name) =>
  expect(found(name)).toBe('/eth@2000'),
)

it('says what is not there', () => {
  expect(found('/eth@3000')).toBe('there is no node /eth@3000')
  expect(found('wan')).toBe("/aliases has no 'wan', and no label of that name")
  expect(found('mac', false)).toBe("/aliases has no 'mac', and the tree keeps no labels")
})
