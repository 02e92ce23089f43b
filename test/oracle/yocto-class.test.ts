/** Python of yocto/classes/domforge.bbclass, run by Python: which files a recipe takes, and what it waits for. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { expect, it } from 'vitest'

const text = readFileSync(resolve(import.meta.dirname, '../../yocto/classes/domforge.bbclass'), 'utf8')

/** A function of the class, as text. */
const functionOf = (name: string): string =>
  new RegExp(`^def ${name}\\([\\s\\S]*?(?=\\n\\S)`, 'm').exec(text)?.[0] ?? ''

const FAKE = `
import os, sys, types
bb = types.SimpleNamespace(parse=types.SimpleNamespace(mark_dependency=lambda d, path: None),
    utils=types.SimpleNamespace(which=lambda paths, name: os.path.join(paths, name) if os.path.exists(os.path.join(paths, name)) else ''))
known = {'DOMFORGE_MANIFEST': 'system.yaml', 'FILESPATH': sys.argv[1], 'DOMFORGE_LOCK': 'system.lock.yaml'}
d = types.SimpleNamespace(getVar=known.get)
`

it.each([
  ['a word', 'extends: a.yaml', ['a.yaml', 'sub/c.yaml']],
  ['a word, with line ends of Windows', 'extends: a.yaml\r\nname: x\r', ['a.yaml', 'sub/c.yaml']],
  ['a word behind a byte order mark', '\ufeffextends: a.yaml', ['a.yaml', 'sub/c.yaml']],
  ['a key in quotes', '"extends": a.yaml', ['a.yaml', 'sub/c.yaml']],
  ['a list in brackets', 'extends: [sub/c.yaml, "b.yaml"] # other.yaml', ['sub/c.yaml', 'b.yaml']],
  [
    'a list in lines',
    'extends:\n- a.yaml\n# other.yaml\n- b.yaml\nxen: other.yaml',
    ['a.yaml', 'b.yaml', 'sub/c.yaml'],
  ],
  ['nothing', 'name: a.yaml', []],
])('%s: finds what the manifest extends', (_, manifest, bases) => {
  const folder = mkdtempSync(join(tmpdir(), 'domforge-class-'))
  mkdirSync(join(folder, 'sub'))
  writeFileSync(join(folder, 'system.yaml'), `${manifest}\n`)
  writeFileSync(join(folder, 'a.yaml'), 'extends: sub/c.yaml\n')
  for (const name of ['b.yaml', 'sub/c.yaml']) writeFileSync(join(folder, name), 'name: x\n')
  const program = `${FAKE}\n${functionOf('domforge_sources')}\nprint(' '.join(domforge_sources(d)))`
  const { status, stdout, stderr } = spawnSync('python3', ['-c', program, folder], { encoding: 'utf8' })
  rmSync(folder, { recursive: true })
  expect([status, stderr, stdout.trim().split(' ')]).toEqual([0, '', ['system.yaml', ...bases, 'system.lock.yaml']])
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
