/** What several manifests of one run share: every file is read, and understood, once. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Findings } from '../../src/diagnostics/findings.ts'
import { readTree } from '../../src/facts/host-tree.ts'
import { InputList } from '../../src/facts/inputs.ts'
import { Reader } from '../../src/facts/reader.ts'
import { type Workplace, workplace } from '../support/cli/tool.ts'

const folder = mkdtempSync(join(tmpdir(), 'domforge-reader-'))
const file = join(folder, 'file')
afterAll(() => rmSync(folder, { recursive: true }))

describe('a file that changes meanwhile', () => {
  it('is what it was when it was first read, for the same reader', () => {
    writeFileSync(file, 'before')
    const reader = new Reader()
    const before = [reader.whole(file, 100), reader.image(file, true)]
    writeFileSync(file, 'afterwards')
    expect([reader.whole(file, 100), reader.image(file, true)]).toEqual(before)
    expect(new Reader().whole(file, 100)).toEqual({ ok: true, data: Buffer.from('afterwards') })
  })
})

it('a file that is too large for one use is not for another', () => {
  writeFileSync(file, '12345')
  const reader = new Reader()
  expect(reader.whole(file, 4)).toMatchObject({ ok: false, why: 'too large' })
  expect(reader.whole(file, 5)).toMatchObject({ ok: true })
  expect(reader.whole(file, 4)).toMatchObject({ ok: false, why: 'too large' })
})

it.each([true, false])('an image has a hash where hashes are asked for: %s', (isHashing) => {
  writeFileSync(file, 'image')
  expect('sha256' in new Reader(isHashing).image(file, true)).toBe(isHashing)
})

describe('the board of several manifests', () => {
  let place: Workplace
  beforeAll(async () => {
    place = await workplace('two-guests')
  })
  afterAll(() => place.remove())

  it('is one tree', () => {
    const { report } = new Findings()
    const reader = new Reader(false)
    const reference = { path: 'board.dtb', folder: place.folder, pointer: '/platform/device-tree' }
    const [first, second] = [1, 2].map(() => {
      const inputs = new InputList(undefined, reader)
      const host = readTree(reference, { role: 'platform', symbols: false }, inputs, report)
      expect(inputs.absolutePaths).toEqual([join(place.folder, 'board.dtb')])
      return host?.tree
    })
    expect(first).toBeDefined()
    expect(second).toBe(first)
  })
})
