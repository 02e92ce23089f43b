/** RAM that is not known, or has no room for something: what has nothing to do with RAM is found all the same, and nothing else. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runPipeline } from '../../src/pipeline.ts'
import { makeInputs } from '../support/checks/inputs.ts'

const fixtures = resolve(import.meta.dirname, '../diagnostics')
const folder = mkdtempSync(join(tmpdir(), 'domforge-without-ram-'))

beforeAll(() => makeInputs(folder))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function findingsOf(manifest: string): readonly string[] {
  writeFileSync(join(folder, 'manifest.yaml'), manifest)
  return runPipeline(join(folder, 'manifest.yaml')).findings.all.map(({ code, message }) => `${code} ${message}`)
}

/** What is found in the manifest of a fixture, with its board's RAM and without, as code and message. */
function found(name: string): { readonly withRam: readonly string[]; readonly without: readonly string[] } {
  const text = readFileSync(join(fixtures, `${name}.yaml`), 'utf8')
  const board = /device-tree: *([\w.-]+\.dts)/.exec(text)?.[1] ?? ''
  const bare = `${readFileSync(join(folder, board), 'utf8')}\n/ { memory@40000000 { reg = <0 0 0 0>; }; };\n`
  writeFileSync(join(folder, 'bare.dts'), bare)
  return { withRam: findingsOf(text), without: findingsOf(text.replace(board, 'bare.dts')) }
}

const REGARDLESS_OF_RAM = [
  'DEV-001',
  'DOM-018-own',
  'EVC-008-control',
  'FDT-027',
  'KRN-013-cut',
  'LIF-006',
  'PT-010-private',
  'RES-013-overlap',
  'SHM-001',
  'SM-004-overlap',
  'VIO-040-xl',
  'XL-042-gic',
  'XL-043',
]

describe('what does not depend on RAM is found beside RES-003', () => {
  it.each(REGARDLESS_OF_RAM)('%s', (name) => {
    const { withRam, without } = found(name)
    const [first, ...others] = without
    expect(first).toMatch(/^RES-003 /)
    expect(others).toEqual(withRam)
  })
})

const RAM_ALONE = [
  'D0-001',
  'DOM-009-too-little',
  'PT-036',
  'SHM-021',
  'SM-007',
  'XL-042-ram',
  'XL-072-again',
  'LLC-014',
]

/** What has no place, by its code: how a manifest comes to have it. */
const NO_PLACE: Readonly<Record<string, (text: string) => string>> = {
  'RES-001': (text) =>
    text.replace('{ from: tftp }', '{ from: tftp }, load-window: { start: 0x4000_0000, size: 2MiB }'),
  'RES-008': (text) => text.replace('image: xen', 'image: xen, static-heap: 20GiB'),
}

describe.each(Object.entries(NO_PLACE))('what does not depend on RAM is found once beside %s', (code, change) => {
  it.each(REGARDLESS_OF_RAM.filter((name) => !name.startsWith('RES-')))('%s', (name) => {
    const text = readFileSync(join(fixtures, `${name}.yaml`), 'utf8')
    const found = findingsOf(change(text))
    expect(found.some((finding) => finding.startsWith(code))).toBe(true)
    expect(found.filter((finding) => !finding.startsWith(code)).toSorted()).toEqual(findingsOf(text).toSorted())
  })
})

describe.each(Object.entries(NO_PLACE))('what depends on RAM is not made up beside %s', (_, change) => {
  it.each(RAM_ALONE)('%s', (name) => {
    const text = readFileSync(join(fixtures, `${name}.yaml`), 'utf8')
    const usual = findingsOf(text)
    const others = findingsOf(change(text)).filter((finding) => !finding.startsWith('RES-'))
    expect(others.filter((finding) => !usual.includes(finding))).toEqual([])
  })
})

describe('what depends on RAM is not made up', () => {
  it.each(RAM_ALONE)('%s', (name) => {
    const { withRam, without } = found(name)
    expect(withRam.length).toBeGreaterThan(0)
    expect(without.every((finding) => finding.startsWith('RES-003 ') || withRam.includes(finding))).toBe(true)
    expect(without.some((finding) => finding.startsWith(name.slice(0, name.indexOf('-', 4))))).toBe(false)
  })
})

it('RAM that the manifest gives and that was refused is not said to be missing', () => {
  const text = readFileSync(join(fixtures, 'RES-003-none-in-the-tree.yaml'), 'utf8')
  writeFileSync(join(folder, 'no-ram.dts'), '/dts-v1/;\n/ { };\n')
  const memory = 'no-ram.dts, memory: { main: { start: 0x4000_0000, size: 1GX } }'
  writeFileSync(join(folder, 'manifest.yaml'), text.replace('no-ram.dts', memory))
  const codes = runPipeline(join(folder, 'manifest.yaml')).findings.all.map(({ code }) => code)
  expect(codes).toContain('MAN-014')
  expect(codes).not.toContain('RES-003')
})
