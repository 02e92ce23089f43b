/** Manifests of several files, from outside: exit statuses, where findings point, what is recorded and protected. */
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { domforge, type Workplace, workplace } from '../support/cli/tool.ts'

let place: Workplace
let guests = ''
const TOP = 'extends: ../shared/guests.yaml\nname: product\n'

beforeAll(async () => {
  place = await workplace('two-guests')
  guests = place.read()
  for (const name of ['shared', 'product']) mkdirSync(join(place.folder, name))
  for (const name of ['xen', 'Image', 'board.dtb', 'control.cpio.gz', 'logger.cpio.gz'])
    cpSync(join(place.folder, name), join(place.folder, 'shared', name))
})
afterAll(() => place.remove())

const write = (path: string, text: string): void => writeFileSync(join(place.folder, path), text)
const run = (...words: string[]) => domforge(words, place.folder)
const record = () => JSON.parse(readFileSync(join(place.folder, 'out/build.json'), 'utf8'))

beforeEach(() => {
  write('shared/guests.yaml', guests)
  write('product/system.yaml', TOP)
})

interface Shown {
  readonly diagnostics: readonly {
    readonly code: string
    readonly at: { readonly file: string; readonly line: number }
  }[]
}

/** `CODE file:line` of errors. */
function errors(): string[] {
  const { stdout } = run('check', 'product/system.yaml', '--format=json')
  const { diagnostics } = JSON.parse(stdout) as Shown
  return diagnostics.filter(({ code }) => code !== 'FDT-027').map(({ code, at }) => `${code} ${at.file}:${at.line}`)
}

describe('a manifest with a base in another folder', () => {
  it('is built, with the files of the base beside the base, and records all', () => {
    const { status } = run('build', 'product/system.yaml', '-o', 'out')
    expect(status).toBe(0)
    const { system, inputs } = record()
    expect(system).toBe('product')
    expect(inputs.slice(0, 3).map(({ path }: { path: string }) => path)).toEqual([
      '../shared/guests.yaml',
      'system.yaml',
      'board.dtb',
    ])
  })

  it('shows findings in the file that holds the value', () => {
    write('shared/guests.yaml', guests.replace('memory: 256MiB', 'memory: 256MB'))
    const line = guests.split('memory: 256MiB')[0]?.split('\n').length
    expect(errors()).toEqual([`MAN-014 shared/guests.yaml:${line}`])
    const { stdout } = run('check', 'product/system.yaml')
    expect(stdout).toContain(`shared/guests.yaml:${line}:13 error MAN-014`)
    expect(stdout).toContain('|     memory: 256MB')
  })

  it('says with exit status 3 that a base cannot be read', () => {
    write('shared/guests.yaml', `extends: [nowhere.yaml]\n${guests}`)
    expect(run('check', 'product/system.yaml').status).toBe(3)
    expect(errors()).toEqual(['MAN-001 shared/guests.yaml:1'])
  })

  it('never overwrites a base', () => {
    write('shared/build.json', `${guests}`)
    write('product/system.yaml', 'extends: ../shared/build.json\nname: product\n')
    const { status, stderr } = run('build', 'product/system.yaml', '-o', 'shared')
    expect(status).toBe(1)
    expect(stderr).toContain('shared/build.json')
    expect(readFileSync(join(place.folder, 'shared/build.json'), 'utf8')).toBe(guests)
  })

  it('knows one file by two paths, and two files by one', () => {
    const logger = 'domains:\n  logger: { kernel: { image: IMAGE } }\n'
    write('product/system.yaml', TOP + logger.replace('IMAGE', '../shared/Image'))
    expect(errors()).toEqual([])
    expect(run('build', 'product/system.yaml', '-o', 'out').status).toBe(0)
    const { load } = JSON.parse(readFileSync(join(place.folder, 'out/plan.json'), 'utf8'))
    expect(load.filter(({ path }: { path: string }) => path === 'Image')).toHaveLength(1)
    cpSync(join(place.folder, 'Image'), join(place.folder, 'product/Image'))
    write('product/system.yaml', TOP + logger.replace('IMAGE', 'Image'))
    expect(errors()).toEqual(['REF-020 product/system.yaml:4'])
  })

  it('is explained with the file that says a value', () => {
    const { stdout } = run('explain', '/domains/control/memory', 'product/system.yaml')
    expect(stdout).toMatch(/Here: "256MiB" \(shared\/guests\.yaml:[0-9]+\)/)
    expect(run('explain', '/name', 'product/system.yaml').stdout).toContain('(product/system.yaml:2)')
  })

  it('explains items of lists', () => {
    expect(run('explain', '/platform/overlays/0').stdout).toContain('A file, relative to the folder')
  })
})

it('a key of a base that another medium does not have is taken out where the medium is changed', () => {
  write('shared/guests.yaml', guests.replace('from: tftp', 'from: sd, device: "1:1"'))
  const help = (load: string): string => {
    write('product/system.yaml', `${TOP}boot: { load: { ${load} } }\n`)
    return run('check', 'product/system.yaml', '-q').stdout
  }
  expect(help('from: tftp')).toContain(
    "help: write 'device: $delete' beside 'from: tftp' in product/system.yaml, which leaves it out: it is for 'from: sd'",
  )
  expect(help('from: tftp, device: $delete')).not.toContain(' error ')
  expect(help('from: tftp, device: "0:1"')).toContain('help: remove it: ')
})
