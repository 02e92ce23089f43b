/** What the package holds, that packing it elsewhere gives the same, and that it runs where nothing may be written. */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { basename, dirname, join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeInputs } from '../../scripts/example-inputs.mjs'
import { nodeRelease, releases } from './node-releases.ts'
import { install, openFolder, pack } from './package.ts'

const root = resolve(import.meta.dirname, '../..')
/** For a fetch, a pack and more on a busy machine. */
const PATIENCE = 600_000

const folder = openFolder('package')
const places = [join(folder, 'here'), join(folder, 'else/where/it is deeper')] as const
/** The same package, made in two places by two releases of Node. */
const archives: string[] = []
const unpacked = join(folder, 'unpacked/package')
const prefix = join(folder, 'prefix')

beforeAll(async () => {
  const newest = await nodeRelease(releases.at(-1) ?? '')
  archives.push(pack(places[0]), pack(places[1], newest, 0o077))
  mkdirSync(dirname(unpacked))
  expect(spawnSync('tar', ['-xzf', archives[0] ?? '', '-C', dirname(unpacked)]).status).toBe(0)
  install(archives[0] ?? '', prefix)
}, PATIENCE)
afterAll(() => {
  spawnSync('chmod', ['-R', 'u+w', prefix])
  rmSync(folder, { recursive: true, force: true })
})

const text = (file: string): string => readFileSync(join(unpacked, file), 'utf8')
const filesIn = (directory: string): string[] =>
  readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(directory.length + 1))
    .sort()

test('packed in another folder, by another Node, for another umask, it has the same bytes', () => {
  const [one, two] = archives.map((file) => createHash('sha256').update(readFileSync(file)).digest('hex'))
  expect(one).toBe(two)
})

/** What is read rather than run. */
const isText = (file: string): boolean => /^(docs|examples|yocto)\//.test(file)

test('it holds what is needed, and no code cache', () => {
  const files = filesIn(unpacked)
  expect(files.filter(isText)).toEqual(
    expect.arrayContaining(['docs/manifest.md', 'examples/ci/github.yml', 'yocto/classes/domforge.bbclass']),
  )
  expect(files.filter((file) => !isText(file))).toEqual([
    'CHANGELOG.md',
    'CONTRIBUTING.md',
    'LICENSE',
    'README.md',
    'SECURITY.md',
    'bin/domforge.js',
    'bin/package.json',
    'dist/domforge.cjs',
    'dist/keep-cache.cjs',
    'dist/others.cjs',
    'dist/sbom.cdx.json',
    'dist/start.cjs',
    'dist/third-party-notices.txt',
    'dist/usage.cjs',
    'package.json',
    ...readdirSync(join(root, 'schemas')).map((file) => `schemas/${file}`),
  ])
})

test('no file says where it was built', () => {
  const traces = [...places, root]
  const telling = filesIn(unpacked).filter((file) => traces.some((trace) => text(file).includes(trace)))
  expect(telling).toEqual([])
})

const BUNDLES = ['dist/domforge.cjs', 'dist/others.cjs', 'dist/usage.cjs']

/** Whether `id` is a part of a bundle, as these require each other. */
const isPart = (id: string): boolean =>
  /^\.\/.*\.js$/.test(id) && BUNDLES.some((bundle) => text(bundle).includes(`"${basename(id, '.js')}":function(`))

test('the bundles load nothing but Node and each other', () => {
  const known = new Set([...builtinModules, ...builtinModules.map((name) => `node:${name}`)])
  for (const bundle of BUNDLES) {
    const wanted = [...text(bundle).matchAll(/\b(?:require|import)\("([^"]+)"\)/g)].map(([, name]) => name ?? '')
    expect(wanted.length).toBeGreaterThan(5)
    expect(wanted.filter((name) => !known.has(name) && !isPart(name))).toEqual([])
  }
})

/** Packages as the notices name them: `yaml 2.9.1 (ISC)`, with the texts that follow. */
const noticed = (): { name: string; version: string; licence: string; texts: string }[] =>
  text('dist/third-party-notices.txt')
    .split(`\n${'-'.repeat(80)}\n`)
    .slice(1)
    .map((notice) => {
      const [, name = '', version = '', licence = ''] = /^\s*(\S+) (\S+) \((.*)\)\n/.exec(notice) ?? []
      return { name, version, licence, texts: notice }
    })

test('the notices hold the licence of everything that the bundles hold', () => {
  const names = new Set(noticed().map(({ name }) => name))
  for (const name of ['handlebars', 'yaml', 'yargs', 'yargs-parser', 'y18n', 'cliui', 'wrap-ansi'])
    expect(names).toContain(name)
  // Modules that are initialised late leave their path in the bundle.
  const traced = BUNDLES.flatMap((bundle) => [...text(bundle).matchAll(/"node_modules\/((?:@[^/"]+\/)?[^/"]+)\//g)])
  expect(traced.length).toBeGreaterThan(10)
  expect(traced.map(([, name]) => name).filter((name) => !names.has(name ?? ''))).toEqual([])
  for (const { name, licence, texts } of noticed()) {
    expect(['MIT', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', 'Apache-2.0'], name).toContain(licence)
    expect(texts, name).toMatch(/copyright/i)
    expect(texts, name).toMatch(/permission|redistribution|license/i)
  }
})

test('the bill of materials lists the same, under a number and a time that do not change', () => {
  const bill = JSON.parse(text('dist/sbom.cdx.json'))
  expect(bill).toMatchObject({
    bomFormat: 'CycloneDX',
    serialNumber: expect.stringMatching(/^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/),
    metadata: {
      timestamp: '1985-10-26T08:15:00.000Z',
      component: { name: 'domforge', purl: 'pkg:npm/domforge@0.2.0' },
    },
  })
  const listed = bill.components.map(({ group, name, version }: { group?: string; name: string; version: string }) =>
    [group ? `${group}/${name}` : name, version].join(' '),
  )
  expect(listed.sort()).toEqual(
    noticed()
      .map(({ name, version }) => `${name} ${version}`)
      .sort(),
  )
})

/** Everything below a folder with size and time, to see that nothing was written. */
const state = (directory: string): string[] =>
  filesIn(directory).map((file) => {
    const { size, mtimeMs, mode } = statSync(join(directory, file))
    return `${file} ${size} ${mtimeMs} ${mode}`
  })

const asNobody = process.getuid?.() === 0 ? ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'] : []

test.each([
  ['as the user who installed it', [], 'home'],
  ['as somebody who may not write where it is installed, without a home', asNobody, undefined],
])('%s it builds, and writes nothing else', async (_, as, home) => {
  const place = openFolder('run')
  const work = join(place, 'work')
  for (const name of ['work', 'home', 'tmp', 'node']) mkdirSync(join(place, name))
  copyFileSync(process.execPath, join(place, 'node/node'))
  await makeInputs('two-guests', work)
  copyFileSync(join(root, 'examples/two-guests/two-guests.yaml'), join(work, 'system.yaml'))
  if (as.length > 0) expect(spawnSync('chown', ['-R', '65534:65534', work, join(place, 'tmp')]).status).toBe(0)
  else expect(spawnSync('chmod', ['-R', 'a-w', prefix]).status).toBe(0)
  const before = state(prefix)

  const [command = '', ...words] = [...as, join(prefix, 'bin/domforge'), 'build', 'system.yaml', '-o', 'out']
  const { status, stderr } = spawnSync(command, words, {
    cwd: work,
    encoding: 'utf8',
    env: {
      PATH: `${place}/node:/usr/sbin:/usr/bin:/bin`,
      TMPDIR: join(place, 'tmp'),
      ...(home === undefined ? {} : { HOME: join(place, home) }),
    },
  })
  expect(stderr).toMatch(/^1 note$/m)
  expect(status).toBe(0)
  expect(
    readdirSync(work)
      .filter((name) => !/^(board\.dtb|xen|Image|.*\.gz)$/.test(name))
      .sort(),
  ).toEqual(['out', 'system.lock.yaml', 'system.yaml'])
  expect(state(prefix)).toEqual(before)
  expect([filesIn(join(place, 'home')), filesIn(join(place, 'tmp'))]).toEqual([[], []])
  rmSync(place, { recursive: true })
})
