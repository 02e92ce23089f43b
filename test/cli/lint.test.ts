/** `domforge lint` from outside: streams, statuses, and documents that keep to the published schema. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { afterAll, beforeAll, expect, it } from 'vitest'
import diagnosticsSchema from '../../schemas/diagnostics.schema.json' with { type: 'json' }
import lintSchema from '../../schemas/lint.schema.json' with { type: 'json' }
import { domforge, type Workplace, workplace } from '../support/cli/tool.ts'

let place: Workplace
beforeAll(async () => {
  place = await workplace('two-guests')
  domforge(['build', 'system.yaml', '-o', 'out'], place.folder)
})
afterAll(() => place.remove())

const lint = (...words: readonly string[]) => domforge(['lint', ...words], place.folder)

it('boots with everything that the plan knows', () => {
  const plan = JSON.parse(readFileSync(join(place.folder, 'out/plan.json'), 'utf8')) as {
    load: { id: string; path: string; address: { value: string } }[]
  }
  const fileOf = (path: string): string => (path === 'xen.dtb' ? 'out/xen.dtb' : path)
  const files = new Set(plan.load.map(({ path, address }) => `--file=${address.value}=${fileOf(path)}`))
  const { status, stdout } = lint('out/xen.dtb', '--release', '4.17', ...files)
  expect([status, stdout]).toEqual([0, 'Xen 4.17: boots\n'])
})

it('says release by release what is wrong, once', () => {
  const source = readFileSync(join(place.folder, 'out/xen.dts'), 'utf8')
  writeFileSync(join(place.folder, 'broken.dts'), source.replace(/cpus = <0x1>|cpus = <1>/, 'cpus = <0>'))
  const { status, stdout } = lint('broken.dts')
  expect(status).toBe(1)
  expect(stdout.match(/ error DOM-002:/g)).toHaveLength(1)
  expect(stdout).toMatch(/^DOM-002( +error){6}$/m)
  expect(stdout).toMatch(/^Xen 4\.17 to 4\.22: fails, because of DOM-002$/m)
  rmSync(join(place.folder, 'broken.dts'))
})

it('has findings of all releases as one list in the forms of reviews', () => {
  const source = readFileSync(join(place.folder, 'out/xen.dts'), 'utf8')
  writeFileSync(join(place.folder, 'old.dts'), source.replace(/cpus = <0x1>|cpus = <1>/, 'cpus = <0>'))
  const { status, stdout } = lint('old.dts', '--format', 'github')
  expect(status).toBe(1)
  expect(stdout.match(/^::error file=old\.dts,.*title=DOM-002::/gm)).toHaveLength(1)
  const { stdout: report, status: unread } = lint('nothing.dts', '--format', 'sarif')
  expect(unread).toBe(3)
  expect(JSON.parse(report)).toMatchObject({ runs: [{ results: [{ level: 'error' }] }] })
  rmSync(join(place.folder, 'old.dts'))
})

it('prints documents of the schema', () => {
  const validate = new Ajv2020({ strict: true, schemas: [diagnosticsSchema] }).compile(lintSchema)
  const record = JSON.parse(lint('out/xen.dtb', '--format', 'json').stdout) as { releases: unknown[] }
  expect(validate(record), JSON.stringify(validate.errors)).toBe(true)
  expect(record.releases).toHaveLength(6)
})

it.each<[string, string[], number]>([
  ['a tree that is not there', ['none.dtb'], 3],
  ['a release that is not known', ['out/xen.dtb', '--release', '4.16'], 2],
  ['a file without an address', ['out/xen.dtb', '--file', 'Image'], 2],
  ['a file at an address of nobody', ['out/xen.dtb', '--file', '0x1=control.cpio.gz'], 2],
])('%s has its exit status, and no stack trace', (_, words, expected) => {
  const { status, stdout, stderr } = lint(...words)
  expect(status).toBe(expected)
  expect(stdout + stderr).not.toMatch(/\n\s+at /)
})
