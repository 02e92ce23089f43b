import { describe, expect, it } from 'vitest'
import { agree, type XenVersion, xenVersion } from '../../src/xen/version.ts'

const of = (text: string): XenVersion => {
  const version = xenVersion(text)
  if (!version) throw new Error(`${text} is no version`)
  return version
}

describe('xenVersion', () => {
  it.each([
    ['4.20', '4.20', undefined],
    ['4.20.0', '4.20', 0],
    ['4.20.3', '4.20', 3],
    ['4.20.5-pre', '4.20', 4],
    ['4.21.0-rc3', '4.21', 0],
    ['4.21-rc3', '4.21', undefined],
    ['4.23-unstable', '4.23', undefined],
    ['4.17.5-vendor1', '4.17', 5],
    ['4.17.7+13-g2445b30a44', '4.17', 7],
  ])('%s', (text, branch, point) =>
    expect(of(text)).toEqual({ text, branch, ...(point === undefined ? {} : { point }) }),
  )

  it.each(['', '4', '4.', '4.20.', '4.20.3.1', 'v4.20', '4.20 ', '4.20.3 x'])('no version: %j', (text) =>
    expect(xenVersion(text)).toBeUndefined(),
  )
})

it.each([
  ['4.20', '4.20.3', true],
  ['4.20.3', '4.20.3', true],
  ['4.20.3', '4.20.4-pre', true],
  ['4.20.4', '4.20.4-pre', false],
  ['4.20.3', '4.20.4', false],
  ['4.20', '4.21', false],
  ['4.2', '4.20', false],
])('%s and %s agree: %s', (a, b, expected) => expect(agree(of(a), of(b))).toBe(expected))
