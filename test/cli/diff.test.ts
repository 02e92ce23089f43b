/** `domforge diff` from outside: manifests and folders, statuses, and documents that keep to the published schema. */
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import schema from '../../schemas/diff.schema.json' with { type: 'json' }
import { domforge, type Workplace, workplace } from '../support/cli/tool.ts'

const isDiff = new Ajv2020({ strict: true }).compile(schema)

let place: Workplace
beforeAll(async () => {
  place = await workplace('three-static')
  domforge(['build', 'system.yaml'], place.folder)
  // Without a lock of its own, so that it is planned from nothing.
  writeFileSync(join(place.folder, 'larger.yaml'), place.read().replace('size: 1MiB', 'size: 2MiB'))
  writeFileSync(
    join(place.folder, 'louder.yaml'),
    place.read().replace('image: Image, bootargs: console=ttyAMA0', 'image: Image'),
  )
})
afterAll(() => place.remove())

const diff = (...words: readonly string[]) => domforge(['diff', ...words], place.folder)

it('finds nothing between a folder and the manifest that it was built from', () => {
  expect(diff('out', 'system.yaml', '--exit-code')).toEqual({ status: 0, stdout: 'no difference\n', stderr: '' })
})

it('tells what guests see, and by its exit status only where that is asked for', () => {
  const { status, stdout } = diff('out', 'larger.yaml')
  expect(status).toBe(0)
  expect(stdout).toMatch(
    /^Guests see this\n( {2}.*\n)* {2}shared memory 'samples' in fusion +\[0x3a000000\.\.0x3a100000\) -> /m,
  )
  expect(stdout).toMatch(/^Guests do not see this$/m)
  expect(diff('out', 'larger.yaml', '--exit-code').status).toBe(5)
})

it('shows sizes as people write them', () => {
  writeFileSync(join(place.folder, 'less.yaml'), place.read().replace('memory: 256MiB', 'memory: 192MiB'))
  expect(diff('out', 'less.yaml').stdout).toMatch(/^ {2}size of the RAM of fusion +256 MiB -> 192 MiB$/m)
})

it('prints documents of the schema, and tables for reviews', () => {
  for (const other of ['system.yaml', 'larger.yaml']) {
    const document: unknown = JSON.parse(diff('out', other, '--format', 'json').stdout)
    expect(isDiff(document), JSON.stringify(isDiff.errors)).toBe(true)
  }
  expect(diff('out', 'larger.yaml', '--format', 'markdown').stdout).toMatch(
    /^\| shared memory 'samples' in fusion \| <code>&#91;0x3a000000\.\.0x3a100000\)<\/code> \|/m,
  )
})

it.each([
  ['a manifest that is not there', 'nothing.yaml', 3],
  ['a folder that no build has written', '.', 3],
  ['a manifest with errors', 'wrong.yaml', 1],
])('%s cannot be compared', (_, name, expected) => {
  writeFileSync(join(place.folder, 'wrong.yaml'), place.read().replace('size: 1MiB', 'size: 9TiB'))
  const { status, stdout, stderr } = diff('out', name)
  expect([status, stdout]).toEqual([expected, ''])
  expect(stderr).not.toBe('')
  rmSync(join(place.folder, 'wrong.yaml'))
})

it('says of what is not there what it may be', () =>
  expect(diff('nothing', 'system.yaml').stderr).toBe(
    'domforge: nothing cannot be compared: it does not exist; name a folder that build has written, or a manifest\n',
  ))

it("tells of Xen's own arguments, which guests do not see", () => {
  writeFileSync(join(place.folder, 'quiet.yaml'), place.read().replace('dtuart=serial0', 'dtuart=serial0 loglvl=none'))
  const { status, stdout } = diff('out', 'quiet.yaml', '--exit-code')
  expect([status, stdout]).toEqual([0, expect.stringMatching(/^ {2}Xen's arguments +console=.* -> .*loglvl=none$/m)])
})

it('tells of another boot medium, which guests do not see', () => {
  const text = place.read().replace(/^( *)load: .*$/m, '$1load: { from: sd, device: "0:1", prefix: boot/ }')
  writeFileSync(join(place.folder, 'card.yaml'), text)
  const { status, stdout } = diff('out', 'card.yaml', '--exit-code')
  expect([status, stdout.split('\n').slice(1, 3)]).toEqual([
    0,
    [expect.stringMatching(/^ {2}boot medium +virtio -> sd$/), expect.stringMatching(/: prefix +new: boot\/$/)],
  ])
})

/** A file of a repository may come from a stranger: whatever it says, it is compared or refused. */
describe('a plan of somebody else', () => {
  const other = (): string => join(place.folder, 'other')
  const compared = (text: string, ...words: readonly string[]) => {
    mkdirSync(other(), { recursive: true })
    writeFileSync(join(other(), 'plan.json'), text)
    return diff('out', 'other', ...words)
  }
  afterEach(() => rmSync(other(), { recursive: true, force: true }))
  const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`

  it.each([
    ['ranges that are none', '{"version":1,"domains":{"sensor":{"ram":[{"base":"x","size":"y"}]}}}', 0],
    ['a size that is none', '{"version":1,"domains":{"sensor":{"memory":"much"}}}', 0],
    ['a fraction', '{"version":1,"domains":{"sensor":{"memory":{"value":1.5,"by":"manifest"}}}}', 0],
    ['domains that are a list', '{"version":1,"domains":[]}', 3],
    ['no domains', '{"version":1,"domains":null}', 3],
    ['lists in lists', `{"version":1,"domains":{"a":${deep}}}`, 3],
  ])('%s', (_, text, expected) => {
    for (const format of ['text', 'json', 'markdown']) {
      const { status, stderr } = compared(text, '--format', format)
      expect([status, stderr]).toEqual([expected, expected === 0 ? '' : expect.stringContaining('cannot be compared')])
    }
  })

  it('a device or a pipe in its place', () => {
    mkdirSync(other())
    symlinkSync('/dev/zero', join(other(), 'plan.json'))
    expect(diff('out', 'other')).toMatchObject({ status: 3, stderr: expect.stringContaining('is a device') })
  })

  it('names that would be links or tags in a comment', () => {
    const name = 'www.example.com https://example.com @team <b>'
    const { stdout } = compared(`{"version":1,"domains":{"${name}":{"id":1}}}`, '--format', 'markdown')
    expect(stdout).toContain('www&#46;example.com https&#58;//example.com &#64;team &#60;b&#62;')
  })
})

it('takes no plan that is none', () => {
  writeFileSync(join(place.folder, 'out/plan.json'), '[1, 2]')
  const { status, stderr } = diff('out', 'system.yaml')
  expect(status).toBe(3)
  expect(stderr).toBe('domforge: out/plan.json cannot be compared: it is not a plan of this version: build it again\n')
})
