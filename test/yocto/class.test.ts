/** The bodies of the tasks in yocto/classes/domforge.bbclass, run by a plain shell with BitBake's variables filled in. */
import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import manifest from '../../package.json' with { type: 'json' }
import { domforge, type Workplace, workplace } from '../support/cli/tool.ts'

const root = resolve(import.meta.dirname, '../..')
const layer = join(root, 'yocto')
const text = readFileSync(join(layer, 'classes/domforge.bbclass'), 'utf8')

/** What lies between the braces of a task. */
const bodyOf = (task: string): string => {
  const [, body] = new RegExp(`^${task}\\(\\) \\{\\n([\\s\\S]*?)^\\}`, 'm').exec(text) ?? []
  if (body === undefined) throw new Error(`no task ${task}`)
  return body
}

let place: Workplace
beforeAll(async () => {
  place = await workplace('lifecycle')
  const tool = join(place.folder, 'bin/domforge')
  mkdirSync(join(place.folder, 'bin'))
  writeFileSync(tool, `#!/bin/sh\nexec '${process.execPath}' '${join(root, 'bin/domforge.js')}' "$@"\n`)
  chmodSync(tool, 0o755)
  // As a recipe has them: manifest and lock apart from the images, which others deploy.
  mkdirSync(join(place.folder, 'images'))
  expect(domforge(['build', 'system.yaml', '-o', 'elsewhere'], place.folder).status).toBe(0)
  rmSync(join(place.folder, 'elsewhere'), { recursive: true })
  for (const name of readdirSync(place.folder).filter((file) => !/^(bin|images|system\..*)$/.test(file)))
    renameSync(join(place.folder, name), join(place.folder, 'images', name))
})
afterAll(() => place.remove())
beforeEach(() => {
  for (const folder of ['work', 'image', 'deploy']) {
    rmSync(join(place.folder, folder), { recursive: true, force: true })
    mkdirSync(join(place.folder, folder))
  }
})

/** Runs a task as BitBake does: variables are replaced in its text, and the shell stops at the first failure. */
function task(name: string, more: Readonly<Record<string, string>> = {}) {
  const at = (folder: string): string => join(place.folder, folder)
  const variables: Readonly<Record<string, string>> = {
    DOMFORGE: 'domforge',
    DOMFORGE_MANIFEST: 'system.yaml',
    DOMFORGE_LOCK: 'system.lock.yaml',
    DOMFORGE_DOMAIN: '',
    DOMFORGE_DEPLOY_SUBDIR: '',
    DOMFORGE_INIT: 'systemd',
    DOMFORGE_FOLDER: place.folder,
    DOMFORGE_BESIDE: '',
    DOMFORGE_ROOTS: at('images'),
    B: at('work'),
    D: at('image'),
    DEPLOYDIR: at('deploy'),
    ...more,
  }
  const body = bodyOf(name).replaceAll(/\$\{(\w+)\}/g, (whole, variable: string) => variables[variable] ?? whole)
  expect(body).not.toMatch(/\$\{/)
  const { status, stderr } = spawnSync('/bin/sh', ['-e', '-c', body], {
    cwd: at('work'),
    encoding: 'utf8',
    env: { PATH: `${at('bin')}:${process.env['PATH']}`, NO_COLOR: '1' },
  })
  return { status, stderr }
}

const files = (folder: string): readonly string[] =>
  readdirSync(join(place.folder, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(join(place.folder, folder).length + 1))
    .sort()

describe('the boot files', () => {
  it('are compiled from images that others deploy, with a depfile, and deployed', () => {
    expect(task('do_compile')).toEqual({ status: 0, stderr: expect.not.stringContaining('error') })
    expect(readFileSync(join(place.folder, 'work/domforge.d'), 'utf8')).toContain('images/Image')
    expect(task('do_install').status).toBe(0)
    expect(files('image')).toEqual([])
    expect(task('do_deploy').status).toBe(0)
    expect(files('deploy')).toEqual(expect.arrayContaining(['boot.scr', 'build.json', 'xen.dtb']))
  })

  it('are deployed into a folder of their own beside those of another recipe', () => {
    task('do_compile')
    for (const folder of ['first', 'products/second'])
      expect(task('do_deploy', { DOMFORGE_DEPLOY_SUBDIR: folder }).status).toBe(0)
    expect(files('deploy')).toEqual(expect.arrayContaining(['first/boot.scr', 'products/second/boot.scr']))
    expect(files('deploy')).not.toContain('boot.scr')
  })

  it('are the same in every folder', () => {
    task('do_compile')
    const first = readFileSync(join(place.folder, 'work/out/build.json'), 'utf8')
    cpSync(join(place.folder, 'images'), join(place.folder, 'moved'), { recursive: true })
    task('do_compile', { DOMFORGE_ROOTS: join(place.folder, 'moved') })
    expect(readFileSync(join(place.folder, 'work/out/build.json'), 'utf8')).toBe(first)
  })

  it.each([
    ['without a lock file', (lock: string) => rmSync(lock)],
    [
      'with one that would change',
      (lock: string) => writeFileSync(lock, readFileSync(lock, 'utf8').replace(/order: 1/, 'order: 3')),
    ],
  ])('are not built %s', (_, damage) => {
    const lock = join(place.folder, 'system.lock.yaml')
    const before = readFileSync(lock, 'utf8')
    damage(lock)
    expect(task('do_compile').status).toBe(5)
    expect(existsSync(join(place.folder, 'work/out'))).toBe(false)
    writeFileSync(lock, before)
  })

  it('are compiled from images in several folders, as several multiconfigs deploy them', () => {
    const [images, other] = [join(place.folder, 'images'), join(place.folder, 'other')]
    mkdirSync(other)
    renameSync(join(images, 'guest.cpio.gz'), join(other, 'guest.cpio.gz'))
    const roots = { DOMFORGE_ROOTS: `${images} ${other}` }
    expect(task('do_compile', roots).status).toBe(0)
    expect(task('do_install', { ...roots, DOMFORGE_DOMAIN: 'dom0' })).toEqual({ status: 0, stderr: '' })
    expect(files('image')).toContain('boot/guests/guest.cpio.gz')
    renameSync(join(other, 'guest.cpio.gz'), join(images, 'guest.cpio.gz'))
  })

  it('are compiled from a base above the manifest, and from other files of the recipe beside neither', () => {
    const text = readFileSync(join(place.folder, 'system.yaml'), 'utf8')
    const unpacked = join(place.folder, 'unpacked')
    const below = join(unpacked, 'manifest/below')
    mkdirSync(below, { recursive: true })
    writeFileSync(join(below, 'system.yaml'), 'extends: ../board.yaml\n')
    writeFileSync(join(unpacked, 'manifest/board.yaml'), text)
    cpSync(join(place.folder, 'system.lock.yaml'), join(below, 'system.lock.yaml'))
    renameSync(join(place.folder, 'images/guest.cpio.gz'), join(unpacked, 'guest.cpio.gz'))
    const found = { DOMFORGE_FOLDER: below, DOMFORGE_BESIDE: unpacked }
    expect(task('do_compile', found)).toEqual({ status: 0, stderr: expect.not.stringContaining('error') })
    expect(task('do_install', { ...found, DOMFORGE_DOMAIN: 'dom0' })).toEqual({ status: 0, stderr: '' })
    expect(files('image')).toContain('boot/guests/guest.cpio.gz')
    renameSync(join(unpacked, 'guest.cpio.gz'), join(place.folder, 'images/guest.cpio.gz'))
  })

  it('are not built without an image', () => {
    const { status, stderr } = task('do_compile', { DOMFORGE_ROOTS: join(place.folder, 'deploy') })
    expect(status).toBe(1)
    expect(stderr).toContain('REF-010')
  })
})

it("puts a domain's files into its package, and deploys nothing", () => {
  task('do_compile')
  expect(task('do_install', { DOMFORGE_DOMAIN: 'dom0' })).toEqual({ status: 0, stderr: '' })
  expect(files('image')).toEqual(
    expect.arrayContaining(['boot/guests/Image', 'etc/domforge/domains/net.cfg', 'usr/lib/domforge/supervisor']),
  )
  task('do_deploy', { DOMFORGE_DOMAIN: 'dom0' })
  expect(files('deploy')).toEqual([])
})

it('has a recipe of this version, which installs what the package has', () => {
  const [recipe = ''] = readdirSync(join(layer, 'recipes-devtools/domforge')).filter((file) => file.endsWith('.bb'))
  expect(recipe).toBe(`domforge-native_${manifest.version}.bb`)
  const installs = readFileSync(join(layer, 'recipes-devtools/domforge', recipe), 'utf8')
  for (const name of ['bin', 'dist', 'schemas']) expect(installs).toContain(`"\${S}/${name}"`)
})
