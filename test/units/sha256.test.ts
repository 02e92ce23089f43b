import { expect, it } from 'vitest'
import { sha256, sha256Hex } from '../../src/units/sha256.ts'

/** The example of one block in NIST's "Secure Hash Standard examples". */
const ABC = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'

it('is the hash of all parts together, text as UTF-8', () => {
  expect(sha256Hex('abc')).toBe(ABC)
  expect(sha256Hex('a', new Uint8Array([0x62]), 'c')).toBe(ABC)
  expect(sha256('abc').readBigUInt64BE(0)).toBe(0xba7816bf8f01cfean)
})
