/** What people see who edit a manifest: asked of the language server that editors run. */
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { MASTER, RELEASES } from '../../src/xen/releases.ts'
import { type Completion, LanguageServer } from './language-server.ts'

const root = resolve(import.meta.dirname, '../..')
const examples = join(root, 'examples')
const manifest = readFileSync(join(examples, 'two-guests/two-guests.yaml'), 'utf8').replace(/^# yaml-lang.*\n/, '')

let server: LanguageServer
beforeAll(async () => {
  server = await LanguageServer.start(join(root, 'schemas/editor.schema.json'))
})
afterAll(() => server.stop())

/** The manifest with one stretch of it replaced. */
function edited(from: string, to: string): string {
  expect(manifest).toContain(from)
  return manifest.replace(from, to)
}

const inserted = ({ insert }: Completion): string => insert.replace(/\$\{\d+[:|]?([^}|,]*)[^}]*\}|\$\d+/g, '$1')

/** Places in which something can be completed, with what has to be among it. */
const PLACES: readonly (readonly [name: string, text: () => string, some: readonly string[]])[] = [
  ['an empty file', () => '|', ['api-version', 'platform', 'xen', 'boot', 'domains', 'virtio', 'assert']],
  ['the top', () => 'api-version: domforge/v1\n|', ['name', 'platform', 'xen', 'boot', 'domains', 'shared-memory']],
  ['a domain', () => edited('    vcpus: 1\n', '    |\n'), ['vcpus', 'console', 'static-mem', 'lifecycle', 'load']],
  ['a kernel', () => edited('{ image: Image, bootargs: console=ttyAMA0 }', '\n      |'), ['image', 'bootargs', 'size']],
  ['a load method', () => edited('{ from: tftp }', '\n    |'), ['from', 'prefix', 'device', 'command']],
  ['a device', () => `${manifest}virtio:\n  link:\n    |\n`, ['type', 'transport', 'queues', 'buffers', 'config']],
  ['a file that extends', () => 'extends: base.yaml\ndomains:\n  control:\n    |\n', ['memory', 'boot', 'kernel']],
]

describe('completion', () => {
  it.each(PLACES)('in %s inserts keys with their colons, as valid YAML', async (_, text, some) => {
    const offered = await server.completions(text())
    expect(offered.map(({ label }) => label)).toEqual(expect.arrayContaining([...some]))
    for (const one of offered) {
      const value: unknown = parse(inserted(one))
      expect(typeof value, one.insert).toBe('object')
      expect(value, one.insert).not.toBeNull()
    }
    for (const one of offered.filter(({ label }) => some.includes(label))) {
      expect(one.insert.startsWith(`${one.label}:`), one.insert).toBe(true)
      expect(one.documentation, one.label).not.toBe('')
    }
  })

  it('of a value that may be a word or a map offers the word, and no map by the name of its type', async () => {
    for (const key of ['static-mem', 'llc-colors', 'ramdisk']) {
      const offered = await server.completions(edited('    vcpus: 1\n', `    ${key}: |\n`))
      expect(offered.length, key).toBeGreaterThan(0)
      expect(
        offered.map(({ label }) => label).filter((label) => label.includes('[object')),
        key,
      ).toEqual([])
    }
  })

  it('knows all releases, in quotes', async () => {
    const offered = await server.completions(edited('"4.17"', '|'))
    const known = [...RELEASES, MASTER.branch].map((release) => `"${release}"`)
    expect(offered.map(({ insert }) => insert)).toEqual(expect.arrayContaining(known))
    for (const { insert } of offered) expect(typeof parse(insert)).toBe('string')
  })

  it.each([
    ['boot: dom0less', 'boot: |', ['dom0', 'dom0less', 'xl']],
    ['from: tftp', 'from: |', ['tftp', 'sd', 'scsi', 'usb', 'virtio', 'command', 'memory']],
  ])('of a value: %s', async (from, to, values) => {
    const text = from.includes('from') ? edited('{ from: tftp }', '\n    from: |') : edited(from, to)
    const offered = await server.completions(text)
    expect(offered.map(({ label }) => label).sort()).toEqual([...values].sort())
  })
})

describe('hover', () => {
  it.each([
    ['memory: 256', 'mem|ory: 256', /^RAM of the domain/],
    ['256MiB', '256|MiB', /^RAM of the domain/],
    ['vcpus: 1', 'vc|pus: 1', /^Virtual CPUs of the domain/],
    ['release:', 'rel|ease:', /^Release of Xen/],
    ['api-version', 'api|-version', /^The format of this file/],
    ['control:', 'con|trol:', /^A domain that Xen itself builds at boot/],
    ['xen:', 'xe|n:', /^The hypervisor/],
  ])('at %s describes the key, by no name of ours', async (from, to, text) => {
    const shown = await server.hover(edited(from, to))
    expect(shown).toMatch(text)
    expect(shown).not.toMatch(/#|Dom0lessDomain|Manifest\b/)
  })
})

describe('complaints', () => {
  it.each([
    ['vcpus', 'vpcus', 'Property vpcus is not allowed.'],
    [
      '256MiB',
      '256MB',
      'A size with a binary unit (KiB, MiB, GiB, TiB), or bytes as a whole number. For example: 256MiB, 1GiB',
    ],
    ['"4.17"', '4.17', 'Incorrect type. Expected "string".'],
    ['"4.17"', '"4.16"', 'Release of Xen, two numbers or three, in quotes. For example: 4.20, 4.20.4, 4.17'],
    ['"4.17"', '"4.20-rc1"', 'Release of Xen, two numbers or three, in quotes. For example: 4.20, 4.20.4, 4.17'],
    ['    memory: 256MiB\n', '', 'Missing property "memory".'],
    ['boot: dom0less', 'boot: domu', 'Value must be "dom0" | "dom0less" | "xl".'],
  ])('%s as %s', async (from, to, message) => {
    expect((await server.complaints(edited(from, to))).map((one) => one.message)).toEqual([message])
  })

  it.each([...RELEASES, MASTER.branch].flatMap((release) => [release, `${release}.12`]))(
    'has none of release %s',
    async (release) => expect(await server.complaints(edited('"4.17"', `"${release}"`))).toEqual([]),
  )

  it('has none of what a file that extends others leaves out or removes, and those of what is wrong in it', async () => {
    const text = (memory: string): string =>
      `extends: base.yaml\ndomains:\n  logger: $delete\n  control:\n    memory: ${memory}\n    vcpus: $delete\n`
    expect(await server.complaints(text('1GiB'))).toEqual([])
    expect((await server.complaints(text('1GB'))).map(({ line }) => line)).toEqual([5])
  })
})

const manifests = readdirSync(examples, { recursive: true })
  .map(String)
  .filter((file) => file.endsWith('.yaml') && !file.endsWith('.lock.yaml') && !file.includes('/out/'))

it.each(manifests)('the example %s names its schema, and nothing in it is marked as wrong', async (file) => {
  const path = join(examples, file)
  const text = readFileSync(path, 'utf8')
  const [, schema = ''] = /^# yaml-language-server: \$schema=(\S+)\n/.exec(text) ?? []
  expect(resolve(path, '..', schema)).toMatch(/schemas\/(editor|fragment)\.schema\.json$/)
  expect(await server.complaints(text, path)).toEqual([])
  const misspelt = await server.complaints(`${text}\ntypo: 1\n`, path.replace('.yaml', '-2.yaml'))
  expect(misspelt.map(({ message }) => message)).toEqual(['Property typo is not allowed.'])
})
