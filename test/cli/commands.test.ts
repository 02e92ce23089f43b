/** The built tool from outside: exit statuses, streams, help. */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { catalogue } from '../../src/diagnostics/catalogue/index.ts'
import { domforge, type Workplace, workplace } from '../support/cli/tool.ts'

let place: Workplace
let original: string
beforeAll(async () => {
  place = await workplace('dom0-and-two')
  original = place.read()
})
afterAll(() => place.remove())

describe('build', () => {
  it('writes the files, lists them on stdout, and says what to do next', () => {
    place.write(original)
    const { status, stdout } = domforge(['build', 'system.yaml', '-o', 'out'], place.folder)
    expect(status).toBe(0)
    for (const file of [
      'boot.scr',
      'xen.dtb',
      'plan.json',
      'build.json',
      'report/report.txt',
      'domains/viewer/viewer.cfg',
    ]) {
      expect(existsSync(join(place.folder, 'out', file)), file).toBe(true)
      expect(stdout).toContain(file)
    }
    expect(stdout).toContain('load virtio 0:1')
    rmSync(join(place.folder, 'out'), { recursive: true })
  })

  it('says what it wrote as JSON', () => {
    const { stdout, status } = domforge(['build', 'system.yaml', '--format=json'], place.folder)
    const record = JSON.parse(stdout) as { version: number; ok: boolean; written: string[] }
    expect(record.version).toBe(1)
    expect(record.ok).toBe(true)
    expect(record.written).toContain('xen.dtb')
    expect(status).toBe(0)
  })

  it.each([[], ['--check']])('says in JSON, too, that nothing was made %j', (...words) => {
    const broken = original.replace('memory: 192MiB', 'memory: 192MB')
    place.write(broken)
    const { stdout, stderr, status } = domforge(['build', 'system.yaml', '--format=json', ...words], place.folder)
    expect([status, JSON.parse(stdout)]).toEqual([1, { version: 1, ok: false }])
    expect(JSON.parse(stderr)).toMatchObject({ ok: false, diagnostics: [{}, { code: 'MAN-014' }] })
    place.write(original)
  })

  it.each([
    ['1', true],
    ['true', true],
    ['0', false],
    ['false', false],
  ])('FORCE_COLOR=%s: colours are %s', (forced, has) => {
    const { stderr } = domforge(['build', 'system.yaml'], place.folder, { FORCE_COLOR: forced, NO_COLOR: '' })
    expect(stderr.includes('\x1b[')).toBe(has)
  })

  it.each(['github', 'gitlab', 'sarif', 'junit'])('has findings alone on stdout in the form %s', (form) => {
    const { stdout, stderr, status } = domforge(['build', 'system.yaml', '--format', form], place.folder)
    const checked = domforge(['check', 'system.yaml', '--format', form], place.folder)
    expect(stdout).toBe(checked.stdout)
    expect(stderr).toContain('files in out/')
    expect(checked.stderr).toBe('')
    expect([status, checked.status]).toEqual([0, 0])
    rmSync(join(place.folder, 'out'), { recursive: true })
    const compared = domforge(['build', 'system.yaml', '--check', '--format', form], place.folder)
    expect(compared.stdout).toBe(stdout)
    expect(compared.stderr).toContain('is missing')
    expect(compared.status).toBe(5)
    domforge(['build', 'system.yaml'], place.folder)
  })

  it('says plainly that a file is where its folder has to be', () => {
    for (const out of ['system.yaml', 'system.yaml/out']) {
      const { stderr, status } = domforge(['build', 'system.yaml', '-o', out], place.folder)
      expect([status, stderr]).toEqual([
        1,
        expect.stringContaining('cannot be written: a file is where a folder has to be'),
      ])
    }
    expect(place.read()).toBe(original)
  })

  it('does not touch what did not change', () => {
    const { stdout } = domforge(['build', 'system.yaml', '--format=json'], place.folder)
    expect(JSON.parse(stdout)).toMatchObject({ written: [], removed: [] })
  })

  it('removes what it made for a domain that is gone, and nothing else', () => {
    const kept = join(place.folder, 'out/domains/viewer/notes.txt')
    writeFileSync(kept, 'mine')
    place.write(original.slice(0, original.indexOf('  viewer:')))
    const { stdout } = domforge(['build', 'system.yaml', '--format=json'], place.folder)
    expect(JSON.parse(stdout)).toMatchObject({ removed: ['domains/viewer/viewer.cfg'] })
    expect(readFileSync(kept, 'utf8')).toBe('mine')
    place.write(original)
  })
})

describe('exit status', () => {
  it.each([
    ['no command', [], 2],
    ['an unknown command', ['bild'], 2],
    ['an unknown option', ['build', 'system.yaml', '--ouput', 'x'], 2],
    ['no manifest', ['check'], 2],
    ['a manifest too many', ['plan', 'a.yaml', 'b.yaml'], 2],
    ['a format that is none', ['check', 'system.yaml', '--format', 'xml'], 2],
    ['a manifest that is not there', ['check', 'nothing.yaml'], 3],
    ['a folder as manifest', ['check', '.'], 3],
    ['a good manifest', ['check', 'system.yaml'], 0],
    ['help', ['--help'], 0],
    ['help of a command', ['build', '--help'], 0],
    ['help by its letter', ['-h'], 0],
    ['help of a command by its letter', ['build', 'system.yaml', '-h'], 0],
    ['version', ['--version'], 0],
    ['an unknown code', ['explain', 'MOD-999'], 2],
    ['an unknown schema', ['schema', 'manifets'], 2],
  ])('%s', (_, words, expected) => {
    const { status, stderr } = domforge(words, place.folder)
    expect(status).toBe(expected)
    expect(stderr).not.toMatch(/\n\s+at .*\.[jt]s:\d+/)
  })

  it('a misspelt word is answered with the right one', () => {
    expect(domforge(['bild'], place.folder).stderr).toContain('build')
    expect(domforge(['build', 'system.yaml', '--ouput', 'x'], place.folder).stderr).toContain('--out')
  })

  it.each([
    [['chek', 'system.yaml'], "domforge: 'chek' is not a command; did you mean check?"],
    [['version'], "domforge: 'version' is not a command"],
    [['check'], 'domforge: check needs <manifest>: the YAML file that describes the machine'],
    [['diff', 'system.yaml', '--exit-code'], 'domforge: diff needs <after>: the other manifest or folder'],
    [['build', 'a.yaml', 'b.yaml', '-o', 'c'], "domforge: 'b.yaml' is one argument too many"],
    [['check', 'system.yaml', '--hlp'], 'domforge: Unknown argument: hlp; did you mean --help?'],
    [
      ['check', 'a.yaml', '--format', 'xml'],
      "domforge: --format cannot be 'xml': it is text, json, github, gitlab, sarif or junit",
    ],
    [['init', 'a.dtb', '--template=dom'], "domforge: --template cannot be 'dom': it is dom0 or static"],
    [[], 'domforge: no command is given'],
  ])('%j is answered in plain words', (words, expected) => {
    const { status, stdout, stderr } = domforge(words, place.folder)
    expect([status, stdout, stderr.split('\n')[0]]).toEqual([2, '', expected])
  })
})

describe('check', () => {
  it('says nothing of a good manifest when it is to be quiet', () => {
    expect(domforge(['check', 'system.yaml', '--root', place.folder], place.folder).stdout).toContain('system.yaml')
    for (const quiet of ['-q', '--quiet']) {
      const { stdout, status } = domforge(['check', 'system.yaml', quiet], place.folder)
      expect({ status, stdout: stdout.replace(/^.* note .*\n/gm, '').replace(/^1 note\n/m, '') }).toEqual({
        status: 0,
        stdout: '',
      })
    }
  })
})

describe('explain', () => {
  it.each(['static-vrings', 'resource-table', 'zephyr-static-vrings'])('draws the layout %s', (layout) => {
    const { stdout, status } = domforge(['explain', layout], place.folder)
    expect(status).toBe(0)
    expect(stdout.split('\n')[0]).toBe(layout)
    expect(stdout).toMatch(/^ {2}\|.*descriptors +16 N +\| +driver/m)
  })

  it('a code', () => {
    const { stdout } = domforge(['explain', 'mod-005'], place.folder)
    expect(stdout).toContain('MOD-005')
    expect(stdout).toContain('1024')
  })

  it('a code without its zeros', () => {
    expect(domforge(['explain', 'mod-5'], place.folder).stdout).toMatch(/^MOD-005 /)
    expect(domforge(['explain', 'd0-1'], place.folder).stdout).toMatch(/^D0-001 /)
  })

  it('lists every code in a line', () => {
    const { stdout, status } = domforge(['explain', '--list'], place.folder)
    expect(status).toBe(0)
    const lines = stdout.trimEnd().split('\n')
    expect(lines.map((line) => line.split(' ')[0])).toEqual(Object.keys(catalogue()).toSorted())
    expect(lines.every((line) => / (error|warning|note) +\S/.test(line))).toBe(true)
  })

  it('asks what to explain', () => {
    const { stderr, status } = domforge(['explain'], place.folder)
    expect(status).toBe(2)
    expect(stderr).toContain('--list')
  })

  it('an address', () => {
    const planned = JSON.parse(domforge(['plan', 'system.yaml', '--format', 'json'], place.folder).stdout) as {
      load: { id: string; address: { value: string } }[]
    }
    const kernel = planned.load.find(({ id }) => id === 'domains/camera/kernel')
    const { stdout } = domforge(['explain', kernel?.address.value ?? '', 'system.yaml'], place.folder)
    expect(stdout).toContain('domains/camera/kernel')
    expect(stdout).toContain('RAM bank')
  })

  it('a place in the manifest', () => {
    const { stdout } = domforge(['explain', '/domains/camera/memory', 'system.yaml'], place.folder)
    expect(stdout).toContain('192MiB')
    expect(stdout).toContain('property memory of /chosen/camera')
  })
})

describe('schema', () => {
  it.each(['manifest', 'plan', 'build-record', 'diagnostics'])('%s is printed as it is', (name) => {
    const { stdout, status } = domforge(['schema', name], place.folder)
    expect(JSON.parse(stdout)).toHaveProperty('$schema', 'https://json-schema.org/draft/2020-12/schema')
    expect(status).toBe(0)
  })
})

describe('completion', () => {
  it('is a script that names the tool', () => {
    expect(domforge(['completion'], place.folder).stdout).toContain('domforge')
  })
})
