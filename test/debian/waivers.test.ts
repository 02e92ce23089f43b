import { describe, expect, test } from 'vitest'
import { waiverFor } from './waivers.ts'

const waivers = [{ files: ['xen_1.orig.tar.xz', 'xen_2.orig.tar.xz'], until: '2026-12-31' }]
const on = (day: string) => new Date(`${day}T12:00:00Z`)

describe('a waiver', () => {
  test.each<[string, string[], string, boolean]>([
    ['covers its files', ['xen_1.orig.tar.xz'], '2026-12-31', true],
    ['ends by itself', ['xen_1.orig.tar.xz'], '2027-01-01', false],
    ['covers no other file', ['xen_1.orig.tar.xz', 'xen_3.orig.tar.xz'], '2026-12-01', false],
    ['covers no failure without a file', [], '2026-12-01', false],
  ])('%s', (_, missing, day, isCovered) => {
    expect(waiverFor(missing, on(day), waivers) !== undefined).toBe(isCovered)
  })
})
