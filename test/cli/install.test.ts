/** `domforge install` from outside: which files get where, and that nothing leaves the root. */
import { spawnSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { domforge, type Workplace, workplace } from '../support/cli/tool.ts'

let place: Workplace
let partition: Workplace
beforeAll(async () => {
  place = await workplace('lifecycle')
  partition = await workplace('three-static')
  for (const { folder } of [place, partition]) expect(domforge(['build', 'system.yaml'], folder).status).toBe(0)
})
afterAll(() => {
  place.remove()
  partition.remove()
})
beforeEach(() => rmSync(root(), { recursive: true, force: true }))

const root = (): string => join(place.folder, 'rootfs')

const install = (...words: readonly string[]) =>
  domforge(['install', 'out', '--domain', 'dom0', '--into', 'rootfs', ...words], place.folder)

const installed = (): readonly string[] =>
  readdirSync(root(), { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => `/${relative(root(), join(entry.parentPath, entry.name))}`)
    .sort()

it("puts dom0's files where its programs look for them, with the images of guests", () => {
  const { status, stdout, stderr } = install()
  expect([status, stderr]).toEqual([0, ''])
  expect(installed()).toEqual(stdout.trim().split('\n').sort())
  const list = readFileSync(join(place.folder, 'out/control/install.list'), 'utf8').trim().split('\n').slice(1)
  for (const [init, mode = '', , file = '', at = ''] of list.map((line) => line.split(' '))) {
    if (init !== 'all' && init !== 'systemd') continue
    expect(readFileSync(join(root(), at))).toEqual(readFileSync(join(place.folder, 'out', file)))
    expect(statSync(join(root(), at)).mode & 0o777).toBe(Number.parseInt(mode, 8))
  }
  expect(installed()).toEqual(expect.arrayContaining(['/boot/guests/Image', '/boot/guests/guest.cpio.gz']))
})

it('has every file that an xl configuration in the root names, or what the supervisor makes it of', () => {
  install()
  const table = readFileSync(join(root(), 'etc/domforge/lifecycle.tab'), 'utf8')
  const origins = new Map(
    [...table.matchAll(/^before +(\S+) +ramdisk +\S+ +(\S+)$/gm)].map(([, name, file = '']) => [
      `/var/lib/domforge/${name}.ramdisk`,
      file,
    ]),
  )
  for (const config of installed().filter((file) => file.endsWith('.cfg')))
    for (const [, path = ''] of readFileSync(join(root(), config), 'utf8').matchAll(
      /^(?:kernel|ramdisk|device_tree) = "(.*)"$/gm,
    ))
      expect(existsSync(join(root(), origins.get(path) ?? path)), `${config}: ${path}`).toBe(true)
})

it('takes the files of one init system', () => {
  install('--init', 'openrc')
  expect(installed().filter((file) => file.includes('systemd'))).toEqual([])
  expect(readFileSync(join(root(), 'etc/init.d/domforge'), 'utf8')).toMatch(/^#!\/sbin\/openrc-run/)
})

it('has services started as systemctl enable does, again when they are put there again', () => {
  for (const _ of ['first', 'again']) expect(install().status).toBe(0)
  const enabled = installed().filter((file) => file.includes('.wants/'))
  expect(enabled).toEqual([
    '/etc/systemd/system/multi-user.target.wants/domforge-guests.service',
    '/etc/systemd/system/multi-user.target.wants/domforge-prepare.service',
    '/etc/systemd/system/multi-user.target.wants/domforge-supervisor.service',
  ])
  for (const link of enabled) expect(readFileSync(join(root(), link), 'utf8')).toMatch(/^WantedBy=multi-user\.target$/m)
})

it('has services started as rc-update add does, and leaves the order to update-rc.d', () => {
  install('--init', 'openrc')
  expect(readlinkSync(join(root(), 'etc/runlevels/default/domforge'))).toBe('/etc/init.d/domforge')
  rmSync(root(), { recursive: true })
  install('--init', 'sysvinit')
  expect(installed().filter((file) => /rc\d\.d|runlevels/.test(file))).toEqual([])
})

it('puts no link where a file of somebody else is', () => {
  const wants = join(root(), 'etc/systemd/system/multi-user.target.wants')
  mkdirSync(wants, { recursive: true })
  writeFileSync(join(wants, 'domforge-supervisor.service'), '')
  const { status, stderr } = install()
  expect([status, stderr]).toEqual([1, expect.stringMatching(/domforge-supervisor\.service is in the way\n$/)])
  expect(existsSync(join(root(), 'usr'))).toBe(false)
})

it('gives a guest its metadata, and nothing to one that needs none', () => {
  const of = (domain: string) => domforge(['install', 'out', '--domain', domain, '--into', 'rootfs'], partition.folder)
  expect(of('fusion').stdout).toBe('/etc/domforge/virtio.json\n/etc/domforge/virtio.env\n')
  const message = 'domforge: this domain needs no file of the build, and nothing was copied\n'
  expect(of('logger')).toEqual({ status: 0, stdout: '', stderr: message })
})

it('finds images below a root', () => {
  mkdirSync(join(place.folder, 'elsewhere'))
  const outside = domforge(
    ['install', '../out', '--domain', 'dom0', '--into', '../rootfs'],
    join(place.folder, 'elsewhere'),
  )
  expect(outside.status).toBe(1)
  expect(outside.stderr).toContain('Image, which belongs at /boot/guests/Image, is in none of .')
  expect(existsSync(root())).toBe(false)
  const named = ['install', '../out', '--domain', 'dom0', '--into', '../rootfs', '--root', '..']
  expect(domforge(named, join(place.folder, 'elsewhere')).status).toBe(0)
})

it('gives images of one name in different folders places of their own, and finds each by its path alone', async () => {
  const own = await workplace('dom0-and-two')
  const { folder } = own
  own.write(`${own.read().trimEnd()}\n  second:\n    boot: xl\n    kernel: { image: b/Image }\n    memory: 64MiB\n`)
  mkdirSync(join(folder, 'b'))
  const second = Buffer.concat([readFileSync(join(folder, 'Image')), Buffer.from('another')])
  writeFileSync(join(folder, 'b/Image'), second)
  const { status, stderr } = domforge(['build', 'system.yaml'], folder)
  expect([status, stderr]).toEqual([0, expect.not.stringContaining('OUT-010')])
  expect(readFileSync(join(folder, 'out/domains/second/second.cfg'), 'utf8')).toContain('"/boot/guests/second-Image"')
  expect(readFileSync(join(folder, 'out/report/report.txt'), 'utf8')).toMatch(
    /\/boot\/guests\/second-Image\s+\(b\/Image\)/,
  )

  const words = ['install', 'out', '--domain', 'dom0', '--into', 'rootfs']
  expect(domforge(words, folder).status).toBe(0)
  const at = (name: string) => readFileSync(join(folder, 'rootfs/boot/guests', name))
  expect(at('second-Image').equals(second)).toBe(true)
  expect(at('Image').equals(readFileSync(join(folder, 'Image')))).toBe(true)
  rmSync(join(folder, 'b'), { recursive: true })
  const lost = domforge(words, folder)
  expect([lost.status, lost.stderr]).toEqual([
    1,
    expect.stringContaining('b/Image, which belongs at /boot/guests/second-Image'),
  ])
  own.remove()
})

it.each([
  ['an unknown domain', ['--domain', 'dmo0', '--into', 'rootfs'], 2, "there is no 'dmo0'; did you mean 'dom0'?"],
  ['no domain', ['--into', 'rootfs'], 2, '--domain is missing'],
  ['no root', ['--domain', 'dom0'], 2, '--into is missing'],
])('refuses %s', (_, words, status, message) => {
  const refused = domforge(['install', 'out', ...words], place.folder)
  expect([refused.status, refused.stdout]).toEqual([status, ''])
  expect(refused.stderr).toContain(message)
})

it('waits for no pipe in the place of the record', () => {
  const pipes = join(place.folder, 'pipes')
  mkdirSync(pipes)
  expect(spawnSync('mkfifo', [join(pipes, 'build.json')]).status).toBe(0)
  const { status, stderr } = domforge(['install', 'pipes', '--domain', 'dom0', '--into', 'rootfs'], place.folder)
  expect([status, stderr]).toEqual([3, 'domforge: pipes/build.json: it is a named pipe, not a file\n'])
})

it('refuses a folder that no build has written', () => {
  expect(domforge(['install', '.', '--domain', 'dom0', '--into', 'rootfs'], place.folder).status).toBe(3)
})

it('copies nothing while a file is not what the build wrote', () => {
  const file = join(place.folder, 'out/control/hook')
  const text = readFileSync(file)
  writeFileSync(file, '#!/bin/sh\nrm -rf /\n')
  const { status, stderr } = install()
  expect([status, stderr]).toEqual([1, 'domforge: out/control/hook is not what the build wrote: build again\n'])
  expect(existsSync(root())).toBe(false)
  writeFileSync(file, text)
})

it.each([
  ['a file', 'rootfs'],
  ['a folder below a file', 'rootfs/below'],
])('says that %s cannot be the root', (_, into) => {
  writeFileSync(root(), '')
  const { status, stderr } = domforge(['install', 'out', '--domain', 'dom0', '--into', into], place.folder)
  const message = `domforge: ${into} cannot be written: a file is where a folder has to be\n`
  expect([status, stderr]).toEqual([1, message])
})

it('says once what is in the way of many files', () => {
  mkdirSync(root())
  writeFileSync(join(root(), 'etc'), '')
  expect(install()).toMatchObject({ status: 1, stderr: 'domforge: rootfs/etc is in the way\n' })
})

/** `domforge <words>` where no file can be written that is larger than `limit` units of 512 bytes: as on a full disk, a write fails in the middle. */
function limited(limit: number, ...words: readonly string[]) {
  const launcher = resolve(import.meta.dirname, '../../bin/domforge.js')
  const command = `trap '' XFSZ; ulimit -f ${limit}; exec "$0" "$@"`
  return spawnSync('/bin/sh', ['-c', command, process.execPath, launcher, ...words], {
    cwd: place.folder,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], NO_COLOR: '1', NODE_DISABLE_COMPILE_CACHE: '1' },
  })
}

it.each([
  ['a new root', () => {}],
  [
    'a root that has an older installation',
    () => {
      install()
      writeFileSync(join(root(), 'usr/lib/domforge/supervisor'), 'older')
    },
  ],
])('leaves %s as it was when a file cannot be written to its end', (_, prepare) => {
  prepare()
  const state = () => (existsSync(root()) ? installed().map((file) => [file, statSync(join(root(), file)).ino]) : [])
  const before = state()
  const { status, stdout, stderr } = limited(16, 'install', 'out', '--domain', 'dom0', '--into', 'rootfs')
  expect([status, stdout]).toEqual([1, ''])
  expect(stderr).toMatch(/^domforge: rootfs cannot be written: EFBIG: .*; nothing there was changed\n$/)
  expect(state()).toEqual(before)
  expect(existsSync(root())).toBe(before.length > 0)
})

it('takes away what a killed installation left', () => {
  install()
  writeFileSync(join(root(), 'boot/guests/.Image.domforge-999999999-1'), '')
  symlinkSync('gone', join(root(), 'usr/lib/domforge/.supervisor.domforge-999999999-1'))
  expect(install().status).toBe(0)
  expect(installed().filter((file) => file.includes('/.'))).toEqual([])
})

it('makes folders that everybody can go through, whatever the umask', () => {
  mkdirSync(join(root(), 'usr'), { recursive: true, mode: 0o700 })
  const words = `"$0" "$1" install out --domain dom0 --into rootfs -q`
  const launcher = resolve(import.meta.dirname, '../../bin/domforge.js')
  const ran = spawnSync('sh', ['-c', `umask 077; ${words}`, process.execPath, launcher], { cwd: place.folder })
  expect(ran.status).toBe(0)
  const mode = (path: string): string => (statSync(join(root(), path)).mode & 0o777).toString(8)
  expect(['etc', 'etc/domforge/domains', 'usr/lib/domforge', 'boot/guests'].map(mode)).toEqual(Array(4).fill('755'))
  expect(mode('usr')).toBe('700')
})

it('goes through no link, which in the domain would lead elsewhere', () => {
  mkdirSync(root())
  symlinkSync('/tmp', join(root(), 'etc'))
  const { status, stderr } = install()
  expect(status).toBe(1)
  expect(stderr).toContain('rootfs/etc is a symbolic link')
  expect(existsSync(join(root(), 'usr'))).toBe(false)
})

it.each(['/../../escaped', 'escaped', '/a/../../escaped', '/', '/a//b', '/a\\b', 7, null])(
  'believes no place %s in a record',
  (at) => {
    const file = join(place.folder, 'out/build.json')
    const text = readFileSync(file, 'utf8')
    const record = JSON.parse(text) as { outputs: { install?: { at: unknown }[] }[]; images: { at: unknown }[] }
    for (const one of [...record.outputs.flatMap(({ install: places = [] }) => places), ...record.images]) one.at = at
    writeFileSync(file, JSON.stringify(record))
    expect(install('-q')).toEqual({ status: 0, stdout: '', stderr: '' })
    expect(existsSync(root())).toBe(false)
    writeFileSync(file, text)
  },
)
