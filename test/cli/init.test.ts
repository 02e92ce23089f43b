/** `domforge init` from outside: what it writes builds, it overwrites nothing, and no tree can write into the manifest. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { domforge, type Workplace, workplace } from '../support/cli/tool.ts'

let place: Workplace
beforeAll(async () => {
  place = await workplace('two-guests')
})
afterAll(() => place.remove())

const run = (...words: readonly string[]) => domforge(words, place.folder)

describe.each(['dom0', 'static'])('the template %s', (template) => {
  const file = `${template}.yaml`

  it('builds as it is', () => {
    expect(run('init', 'board.dtb', '--template', template, '-o', file)).toMatchObject({
      status: 0,
      stdout: '',
      stderr: '',
    })
    const { status, stderr } = run('build', file, '-o', `out-${template}`)
    expect(stderr).not.toMatch(/ (?:error|warning) /)
    expect(status).toBe(0)
    expect(readFileSync(join(place.folder, `out-${template}/xen.dts`), 'utf8')).toContain('dtuart=serial0')
  })

  it('is the same on standard output', () => {
    const { status, stdout } = run('init', 'board.dtb', '--template', template)
    expect([status, stdout]).toEqual([0, readFileSync(join(place.folder, file), 'utf8')])
  })

  it('is not written over', () => {
    const before = readFileSync(join(place.folder, file), 'utf8')
    expect(run('init', 'board.dtb', '-o', file)).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('is there already'),
    })
    expect(readFileSync(join(place.folder, file), 'utf8')).toBe(before)
  })
})

it('says what the board has, and names its tree from where the manifest is', () => {
  const { status } = run('init', 'board.dtb', '-o', 'out-dom0/other.yaml')
  expect(status).toBe(0)
  const text = readFileSync(join(place.folder, 'out-dom0/other.yaml'), 'utf8')
  expect(text).toContain('device-tree: ../board.dtb')
  for (const fact of [
    'GICv3, /intc@8000000',
    '[0x40000000..0xc0000000) 2 GiB',
    'dtuart=serial0',
    'arm,pl011',
    '{ from: virtio, device: "0:1" }',
    '# passthrough: { pl031: { path: "/pl031@9010000" } }',
  ])
    expect(text).toContain(fact)
  expect(text.split('\n', 1)).toEqual(['# yaml-language-server: $schema=editor.schema.json'])
})

it('takes nothing of a tree for YAML', () => {
  const hostile = String.raw`/dts-v1/; / { compatible = "a,b: [", "x"; model = "m\nevil: true\n#"; chosen { stdout-path = "/s"; }; s { compatible = "arm,pl011\nevil: true"; }; };`
  writeFileSync(join(place.folder, 'hostile: tree.dts'), hostile)
  const { status, stdout } = run('init', 'hostile: tree.dts')
  expect(status).toBe(0)
  expect(stdout.split('\n').filter((line) => line.startsWith('evil'))).toEqual([])
  expect(stdout).toContain('device-tree: "hostile: tree.dts"')
  writeFileSync(join(place.folder, 'hostile.yaml'), stdout)
  expect(run('check', 'hostile.yaml').stdout).not.toMatch(/MAN-0/)
})

it.each<[string, readonly string[], number]>([
  ['a tree that is not there', ['none.dtb'], 3],
  ['a file that is no tree', ['Image'], 3],
  ['a folder', ['.'], 3],
  ['a place that cannot be written', ['board.dtb', '-o', 'none/system.yaml'], 74],
  ['a template that is not known', ['board.dtb', '--template', 'domu'], 2],
])('%s has its exit status, and no stack trace', (_, words, expected) => {
  const { status, stdout, stderr } = run('init', ...words)
  expect([status, stdout]).toEqual([expected, ''])
  expect(stderr).not.toBe('')
  expect(stderr).not.toMatch(/\n\s+at /)
})
