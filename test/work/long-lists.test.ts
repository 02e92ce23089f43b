/** Lists of any length are handled: V8 passes some hundred thousand arguments to a function and no more. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { makeInputs } from '../../scripts/example-inputs.mjs'
import { cells, node, property } from '../../src/devicetree/build.ts'
import { printDts } from '../../src/devicetree/print/print-dts.ts'
import { runPipeline } from '../../src/pipeline.ts'

const folder = mkdtempSync(join(tmpdir(), 'domforge-long-'))
beforeAll(() => makeInputs('two-guests', folder))
afterAll(() => rmSync(folder, { recursive: true }))

const examples = resolve(import.meta.dirname, '../../examples')
const manifest = readFileSync(join(examples, 'two-guests/two-guests.yaml'), 'utf8')
const board = readFileSync(join(examples, 'boards/qemu-virt.dts'), 'utf8')
const last = board.lastIndexOf('};')

const MANY = 300_000
const each = (item: (index: number) => string): string => Array.from({ length: MANY }, (_, i) => item(i)).join(' ')

function codes(text: string): readonly string[] {
  const file = join(folder, 'long.yaml')
  writeFileSync(file, text)
  return [...new Set(runPipeline(file).findings.all.map(({ code }) => code))]
}

/** With this in the board's root node. */
function onBoard(more: string): readonly string[] {
  writeFileSync(join(folder, 'long.dts'), `${board.slice(0, last)}${more}${board.slice(last)}`)
  return codes(manifest.replace('board.dtb', 'long.dts'))
}

it('strings with NULs', () => {
  expect(onBoard(`dev { x = "${'\\0'.repeat(MANY)}"; };`)).toEqual(['FDT-027'])
})

it('banks of RAM', () => {
  const banks = each((i) => `1 ${i * 0x2000} 0 0x1000`)
  expect(onBoard(`memory@100000000 { device_type = "memory"; reg = <${banks}>; };`)).toContain('FDT-001')
})

it('references in an overlay', () => {
  writeFileSync(join(folder, 'o.dts'), `/dts-v1/; /plugin/; &{/} { l: n { a = <${each(() => '&l')}>; }; };`)
  expect(codes(manifest.replace('board.dtb', 'board.dtb\n  overlays: [o.dts]'))).toEqual(['FDT-027'])
})

it('a sequence that is not closed', () => {
  expect(codes(`a: [${each(() => '1,')} "x`)).toEqual(['MAN-003'])
})

it('cells of a value that is printed', () => {
  const list = cells(Array.from({ length: MANY }, () => 1n))
  const root = node('', { properties: [property('reg', [list]), property('ranges', [list])] })
  expect(printDts({ root, reservations: [], bootCpuid: 0 }).match(/0x1/g)?.length).toBe(2 * MANY)
})
