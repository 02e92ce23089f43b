import { describe, expect, it } from 'vitest'
import { closest, editDistance } from '../../src/diagnostics/closest.ts'

const KEYS = ['memory', 'vcpus', 'max-grant-frames', 'max-maptrack-frames', 'os', 'boot', 'kernel']

describe('closest', () => {
  it.each([
    ['memroy', 'memory'],
    ['mem', undefined],
    ['memorys', 'memory'],
    ['cpus', 'vcpus'],
    ['max_grant_frames', 'max-grant-frames'],
    ['MAX-GRANT-FRAMES', 'max-grant-frames'],
    ['so', 'os'],
    ['kernle', 'kernel'],
    ['passthrough', undefined],
    ['', undefined],
  ])('of %s is %s', (word, expected) => {
    expect(closest(word, KEYS)).toBe(expected)
  })
})

describe('editDistance', () => {
  it.each([
    ['', '', 0],
    ['a', '', 1],
    ['ab', 'ba', 1],
    ['kitten', 'sitting', 3],
    ['ca', 'abc', 3],
  ])('%s ↔ %s is %i', (a, b, distance) => {
    expect(editDistance(a, b)).toBe(distance)
    expect(editDistance(b, a)).toBe(distance)
  })
})
