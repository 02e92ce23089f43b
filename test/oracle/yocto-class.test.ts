/** Python of yocto/classes/domforge.bbclass, run by Python: which files a recipe takes, and what it waits for. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { afterAll, expect, it } from 'vitest'

const text = readFileSync(resolve(import.meta.dirname, '../../yocto/classes/domforge.bbclass'), 'utf8')

/** A function of the class, as text. */
const functionOf = (name: string): string =>
  new RegExp(`^def ${name}\\([\\s\\S]*?(?=\\n\\S)`, 'm').exec(text)?.[0] ?? ''

const FAKE = `
import os, sys, types
bb = types.SimpleNamespace(parse=types.SimpleNamespace(mark_dependency=lambda d, path: None),
    utils=types.SimpleNamespace(which=lambda paths, name: next((file for file in (os.path.join(path, name) for path in paths.split(':')) if os.path.exists(file)), '')))
known = {'DOMFORGE_MANIFEST': 'system.yaml', 'FILESPATH': sys.argv[1], 'DOMFORGE_LOCK': 'system.lock.yaml'}
if sys.argv[2]: known['EXTERNALSRC'] = sys.argv[2]
known['WORKDIR'] = '/build/work/1.0'
if len(sys.argv) > 3: known['UNPACKDIR'] = sys.argv[3]
d = types.SimpleNamespace(getVar=known.get)
`

const FUNCTIONS = ['bases', 'unquoted', 'files', 'unpacked', 'below', 'sources']
  .map((name) => functionOf(`domforge_${name}`))
  .join('\n')

/** The lines that a program prints that has BitBake's `d` and the functions of the class. */
function python(program: string, ...words: readonly string[]): readonly string[] {
  const { status, stdout, stderr } = spawnSync('python3', ['-c', `${FAKE}\n${FUNCTIONS}\n${program}`, ...words], {
    encoding: 'utf8',
  })
  expect([status, stderr]).toEqual([0, ''])
  return stdout.trim().split('\n')
}

/** What a recipe in `folder` takes, by path: what BitBake makes of each URI. */
const sourcesOf = (folder: string, edited = ''): readonly string[] =>
  python(
    `import urllib.parse\nfor uri in domforge_sources(d).split(): print(urllib.parse.unquote(uri.removeprefix('file://').split(';')[0]))`,
    folder,
    edited,
  )

/** A variable of the class that Python gives. */
const variable = (name: string, ...words: readonly string[]): string => {
  const [, expression = ''] = new RegExp(`^${name} = "\\$\\{@(.*)\\}"$`, 'm').exec(text) ?? []
  return python(`print(${expression})`, ...words)[0] ?? ''
}

/** Where BitBake unpacks what a recipe in `folder` takes: each path below the URI's `subdir`, that below the folder of all. */
const placesOf = (folder: string, unpacked: string): readonly string[] =>
  python('for uri in domforge_sources(d).split(): print(uri)', folder, '', unpacked).map((uri) => {
    const [path = '', subdir = ''] = uri.replace('file://', '').split(';subdir=')
    return join(unpacked, subdir, decodeURIComponent(path))
  })

const folder = mkdtempSync(join(tmpdir(), 'domforge-class-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** Files below `folder`, in a folder of their own. */
function lay(name: string, files: Readonly<Record<string, string>>): string {
  for (const [path, contents] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name, path)), { recursive: true })
    writeFileSync(join(folder, name, path), contents)
  }
  return join(folder, name)
}

const BASES = { 'a.yaml': 'extends: sub/c.yaml\n', 'b.yaml': 'name: x\n', 'sub/c.yaml': 'name: x\n' }
const ODD = {
  'my board.yaml': 'name: x\n',
  'sub/d;1$.yml': `extends: "../it's #1, [x]"\n`,
  "it's #1, [x]": 'name: x\n',
}

it.each([
  ['a word', 'extends: a.yaml', ['a.yaml', 'sub/c.yaml']],
  ['a word, with line ends of Windows', 'extends: a.yaml\r\nname: x\r', ['a.yaml', 'sub/c.yaml']],
  ['a word behind a byte order mark', '\ufeffextends: a.yaml', ['a.yaml', 'sub/c.yaml']],
  ['a word in the next line', 'extends:\n  a.yaml', ['a.yaml', 'sub/c.yaml']],
  ['a key in quotes', '"extends": a.yaml', ['a.yaml', 'sub/c.yaml']],
  ['a list in brackets', 'extends: [sub/c.yaml, "b.yaml"] # other.yaml', ['sub/c.yaml', 'b.yaml']],
  [
    'a list in brackets over several lines',
    "extends: [ # other.yaml\n  ./sub/c.yaml,\n  # other.yaml\n  'b.yaml',\n  ]\nname: other.yaml",
    ['sub/c.yaml', 'b.yaml'],
  ],
  [
    'a list in lines',
    'extends:\n- a.yaml\n# other.yaml\n- b.yaml\nxen: other.yaml',
    ['a.yaml', 'b.yaml', 'sub/c.yaml'],
  ],
  ['a file twice', 'extends:\n  - ./a.yaml\n\n  - sub/../a.yaml # again', ['a.yaml', 'sub/c.yaml']],
  ['a file above', 'extends: ../above.yaml\n---\n- other.yaml', ['../above.yaml']],
  ['a name with spaces', 'extends: my board.yaml # other.yaml', ['my board.yaml']],
  [
    'names with quotes and what URIs and BitBake use themselves',
    `extends: ["sub/d;1$.yml", 'my board.yaml']`,
    ['sub/d;1$.yml', 'my board.yaml', "it's #1, [x]"],
  ],
  ['a quote in quotes', `extends:\n  - 'it''s #1, [x]'\n  - "my\\u0020board.yaml"`, ["it's #1, [x]", 'my board.yaml']],
  ['a file that is not there', 'extends: [gone.yaml]', ['gone.yaml']],
  ['nothing', 'name: a.yaml', []],
])('%s: finds what the manifest extends', (name, manifest, bases) => {
  const files = lay(`${name}/files`, { ...BASES, ...ODD, '../above.yaml': 'name: x\n', 'system.yaml': `${manifest}\n` })
  expect(sourcesOf(files)).toEqual(['system.yaml', ...bases, 'system.lock.yaml'])
})

it.each([
  ['beside', { 'files/system.yaml': 'extends: a.yaml\n', 'files/a.yaml': '' }, '', ['a.yaml']],
  ['one folder above', { 'files/system.yaml': 'extends: ../a.yaml\n', 'a.yaml': '' }, 'manifest/below', ['../a.yaml']],
  [
    'two above, through a base below',
    {
      'files/system.yaml': 'extends: sub/b.yaml\n',
      'files/sub/b.yaml': 'extends: ../../../c/a.yaml\n',
      '../c/a.yaml': '',
    },
    'manifest/below/below',
    ['sub/b.yaml', '../../c/a.yaml'],
  ],
])('unpacks no base outside: %s', (name, recipe, below, bases) => {
  const files = join(lay(`outside ${name}/recipe`, recipe), 'files')
  const names = ['system.yaml', ...bases, 'system.lock.yaml']
  for (const unpacked of ['/build/work/1.0/sources', '/build/work/1.0']) {
    // Older releases have no UNPACKDIR.
    const words = unpacked === '/build/work/1.0' ? [files, ''] : [files, '', unpacked]
    const manifests = variable('DOMFORGE_FOLDER', ...words)
    expect(manifests).toBe(join(unpacked, below).replace(/\/$/, ''))
    expect(variable('DOMFORGE_BESIDE', ...words)).toBe(below === '' ? '' : unpacked)
    const places = placesOf(files, unpacked)
    expect(places).toEqual(names.map((one) => join(manifests, one)))
    for (const place of places) expect(place.startsWith(`${unpacked}/`), place).toBe(true)
  }
  expect(variable('DOMFORGE_FOLDER', files, '/edited')).toBe('/edited')
})

it('follows what is edited, and does not fetch what is there alone', () => {
  const files = lay('recipe', { 'system.yaml': 'extends: a.yaml\n', 'a.yaml': 'name: x\n' })
  const edited = lay('edited', { 'system.yaml': 'extends: [a.yaml, b.yaml]\n', 'b.yaml': 'name: x\n' })
  expect(sourcesOf(files, edited)).toEqual(['system.yaml', 'a.yaml', 'system.lock.yaml'])
  expect(sourcesOf(lay('none', { x: '' }), edited)).toEqual(['a.yaml', 'system.lock.yaml'])
})

it.each([
  ['', '', ''],
  ['virtual/kernel xen', 'virtual/kernel:do_deploy xen:do_deploy', ''],
  [
    'xen guest-image:do_image_complete mc::guest:guest-image:do_image_complete',
    'xen:do_deploy guest-image:do_image_complete',
    'mc::guest:guest-image:do_image_complete',
  ],
])('%s: waits for %s and %s', (images, own, others) => {
  const program = `import sys\n${functionOf('domforge_tasks')}\nfor others in (False, True): print(domforge_tasks(sys.argv[1].split(), others))`
  const { status, stdout, stderr } = spawnSync('python3', ['-c', program, images], { encoding: 'utf8' })
  expect([status, stderr, stdout]).toEqual([0, '', `${own}\n${others}\n`])
})
