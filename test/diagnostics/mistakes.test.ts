/** What people get wrong in a manifest when they are tired: each mistake is one finding, at its place, that says what to do. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { arrange, nowhere, type Placed } from '../../src/diagnostics/render/arrange.ts'
import { runPipeline } from '../../src/pipeline.ts'
import { makeInputs } from '../support/checks/inputs.ts'

const folder = mkdtempSync(join(tmpdir(), 'domforge-mistakes-'))
beforeAll(() => makeInputs(folder))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const BASE = `api-version: domforge/v1
name: board
platform:
  device-tree: board.dts
xen:
  release: "4.20"
  image: xen
  config: xen.config
  bootargs: console=dtuart dtuart=serial0
boot:
  load: { from: tftp }
domains:
  control:
    boot: dom0less
    kernel: { image: Image }
    memory: 64MiB
    vcpus: 1
  logger:
    boot: dom0less
    kernel: { image: Image }
    memory: 64MiB
`

const REGION = (text: string): string => `${BASE}shared-memory:\n  ring: { ${text} }\n`

function check(text: string | Buffer): readonly Placed[] {
  const file = join(folder, 'system.yaml')
  writeFileSync(file, text)
  const { findings, source } = runPipeline(file)
  return arrange(findings.all, source?.locate ?? nowhere)
}

const changed = (from: string, to: string): string => {
  expect(BASE).toContain(from)
  return BASE.replace(from, to)
}

/** From, to, `CODE line:column`, words of the message or of what to do. */
type Mistake = readonly [string, string, string, readonly string[]]

const IN_VALUES: readonly Mistake[] = [
  ['memory: 64MiB', 'memory: 256MB', 'MAN-014 16:13', ['write 256MiB']],
  ['memory: 64MiB', 'memory: 256M', 'MAN-014 16:13', ['write 256MiB']],
  ['memory: 64MiB', 'memory: 256', 'MAN-014 16:13', ['256 bytes', 'did you mean 256MiB?']],
  ['memory: 64MiB', 'memory: 2', 'MAN-014 16:13', ['2 bytes', 'did you mean 2MiB or 2GiB?']],
  ['memory: 64MiB', 'memory: 1.5GiB', 'MAN-014 16:13', ['write 1536MiB']],
  ['memory: 64MiB', 'memory: -1', 'MAN-014 16:13', ['negative']],
  ['memory: 64MiB', 'memory:', 'MAN-016 16:5', ['give a size, such as 256MiB']],
  ['memory: 64MiB', 'memory: 8GiB', 'DOM-009 16:13', ['less memory']],
  ['vcpus: 1', 'vcpus: "1"', 'MAN-012 17:12', ['without quotes']],
  ['vcpus: 1', 'vcpus: 0', 'DOM-002 17:12', ['at least one']],
  ['vcpus: 1', 'vcpus: 400', 'DOM-003 17:12', ['at most 128']],
  ['"4.20"', '4.20', 'MAN-017 6:12', ['the number 4.2', 'write "4.20"']],
  ['"4.20"', '4.17', 'MAN-017 6:12', ['is a number, and a release is a string', 'write "4.17"']],
  ['"4.20"', '4.2', 'MAN-017 6:12', ['4.20 would become 4.2', 'write "4.20"']],
  ['"4.20"', '4.1', 'MAN-017 6:12', ['one of 4.17, 4.18']],
  ['"4.20"', '"4.20.1-pre"', 'MAN-024 6:12', ['write "4.20.1"']],
  ['"4.20"', '"4.12"', 'MAN-024 6:12', ['4.17, 4.18']],
  ['domforge/v1', 'domforge/v2', 'MAN-013 1:14', ["did you mean 'domforge/v1'?"]],
  ['boot: dom0less', 'boot: dom0-less', 'MAN-013 14:11', ["did you mean 'dom0less'?"]],
  [
    'boot: dom0less',
    'boot: domU',
    'MAN-013 14:11',
    ["'dom0less' (Xen builds the domain at boot) or 'xl' (dom0 creates it)"],
  ],
  ['kernel: { image: Image }', 'kernel: Image', 'MAN-012 15:13', ['write {image: "Image"}']],
  ['load: { from: tftp }', 'load: tftp', 'MAN-012 11:9', ['write {from: "tftp"}']],
  ['    vcpus: 1', '    static-mem: auto\n    direct-map: yes', 'MAN-012 18:17', ['write true']],
  ['    vcpus: 1', '    direct-map: No', 'MAN-012 17:17', ['write false']],
  ['    vcpus: 1', '    static-mem: 0x6000_0000', 'MAN-025 17:17', ['auto or a map, such as {main: {start:']],
  ['    vcpus: 1', '    static-mem: atuo', 'MAN-025 17:17', ["did you mean 'auto'?"]],
  ['    vcpus: 1', '    passthrough: [ethernet@ff0e0000]', 'MAN-012 17:18', ['give a map whose keys are the names']],
  ['device-tree: board.dts', 'device-tree: xen', 'REF-013 undefined:undefined', ['binary data', '.dtb']],
  ['image: xen\n', 'image: xen.config\n', 'REF-016 7:10', ["the file 'xen' of Xen's build folder"]],
  ['    vcpus: 1', '    ramdisk: contrl.cpio.gz', 'REF-010 17:14', ['build or copy the file']],
  ['    vcpus: 1', '    ramdisk: .', 'MAN-022 17:14', ['name a file']],
  ['dtuart=serial0', 'dtuart=serial7', 'D0-013 9:28', ['use dtuart=serial0']],
]

const IN_KEYS: readonly Mistake[] = [
  ['vcpus: 1', 'vpcus: 1', 'MAN-010 17:5', ["did you mean 'vcpus'?"]],
  ['domains:', 'domain:', 'MAN-010 12:1', ["did you mean 'domains'?"]],
  ['  device-tree: board.dts', '  deviceTree: board.dts', 'MAN-010 4:3', ["did you mean 'device-tree'?"]],
  ['name: board', 'name: board\nshared_memory: {}', 'MAN-010 3:1', ["did you mean 'shared-memory'?"]],
  ['    vcpus: 1', '    devices: [ethernet@ff0e0000]', 'MAN-010 17:5', ['partial device tree']],
  ['name: board', 'name: board\nlifecycle: {}', 'MAN-010 3:1', ["'lifecycle' of its own"]],
  ['{ from: tftp }', '{ form: tfpt }', 'MAN-010 11:11', ["did you mean 'from: tftp'?"]],
  ['  control:', '  Control Unit:', 'MAN-020 13:3', ['begin with a letter']],
  ['  control:', '  контроль:', 'MAN-020 13:3', ['a letter from A to Z or a to z']],
  ['    boot: dom0less\n', '', 'MAN-011 13:3', ["'boot: dom0', 'boot: dom0less' or 'boot: xl'"]],
  ['api-version: domforge/v1\n', '', 'MAN-011 1:1', ['api-version: domforge/v1']],
  ['vcpus: 1', 'vcpus: 1\n    vcpus: 2', 'MAN-004 18:5', ['in line 17']],
]

const IN_FORM: readonly Mistake[] = [
  ['    memory: 64MiB\n    vcpus', '\tmemory: 64MiB\n    vcpus', 'MAN-003 16:1', ['tab', 'indent with spaces']],
  ['    memory: 64MiB\n    vcpus', '   memory: 64MiB\n    vcpus', 'MAN-003 16:1', ['indented differently']],
  [
    '    memory: 64MiB\n    vcpus',
    '    memory: 64MiB\n     vcpus',
    'MAN-003 16:13',
    ["a second ':'", 'indented too far'],
  ],
  ['    memory: 64MiB\n    vcpus', '    memory:64MiB\n    vcpus', 'MAN-003 16:5', ['the space after it']],
  ['{ from: tftp }', '{ from: tftp', 'MAN-003 12:1', ["a '}' is missing", 'close the bracket']],
  ['image: Image }', 'image: "Image }', 'MAN-003 22:1', ['a closing " is missing']],
  ['  control:\n', '  - name: control\n', 'MAN-003 18:1', ['no items that begin with -']],
  [
    '    vcpus: 1\n',
    '<<<<<<< HEAD\n    vcpus: 1\n=======\n    vcpus: 2\n>>>>>>> topic\n',
    'MAN-003 17:1',
    ['both sides of a conflict', 'keep one of the two'],
  ],
  ['kernel: { image: Image }', 'kernel: *k', 'MAN-005 15:13', ["'&k'"]],
  ['name: board\n', 'name: board\n---\nname: other\n', 'MAN-007 3:1', ['one document']],
  ['name: board', 'name: board\0', 'MAN-002 2:12', ['U+0000']],
]

describe.each([...IN_VALUES, ...IN_KEYS, ...IN_FORM])('%j → %j', (from, to, where, words) => {
  it('is one finding that says what to do', () => {
    const found = check(changed(from, to)).filter(({ diagnostic }) => diagnostic.severity !== 'note')
    expect(found.map(({ diagnostic, at }) => `${diagnostic.code} ${at.line}:${at.column}`)).toEqual([where])
    const [{ diagnostic, help } = { diagnostic: undefined, help: undefined }] = found
    expect(help).toBeTruthy()
    for (const word of words) expect(`${diagnostic?.message}; ${help}`).toContain(word)
  })
})

describe('shared memory', () => {
  it.each([
    ['size: 3KiB, access: { control: {}, logger: {} }', ['SHM-013 23:17'], ['4 KiB']],
    ['size: 1MiB, host-address: 0x70000100, access: { control: {}, logger: {} }', ['SHM-010 23:37'], ['4 KiB']],
    [
      'size: 1MiB, host-address: 0X70000000, access: { control: {}, logger: {} }',
      ['MAN-015 23:37'],
      ['write 0x70000000'],
    ],
    [
      'size: 1MiB, host-address: 0xff000000, access: { control: {}, logger: {} }',
      ['SHM-021 23:37'],
      ['the host has RAM at'],
    ],
    ['size: 1MiB, access: { contrl: {}, logger: {} }', ['REF-009 23:33'], ["did you mean 'control'?"]],
    ['size: 1, access: { control: {}, logger: {} }', ['MAN-014 23:17'], ['did you mean 1MiB?']],
  ])('%s', (text, where, words) => {
    const found = check(REGION(text))
    expect(found.map(({ diagnostic, at }) => `${diagnostic.code} ${at.line}:${at.column}`)).toEqual(where)
    for (const word of words) expect(found[0]?.help).toContain(word)
  })

  it.each([
    ['control: { role: owner }, logger: { role: owner }', 'SHM-024'],
    ['control: { role: owner }, logger: {}', 'SHM-025'],
  ])('%s points at the other role', (access, code) => {
    const text = `size: 1MiB, access: { ${access} }`
    const [found] = check(REGION(text))
    expect(found?.diagnostic.code).toBe(code)
    expect(found?.related[0]?.at).toMatchObject({ line: 23, pointer: '/shared-memory/ring/access/control/role' })
  })
})

describe('what looks wrong and is not', () => {
  it.each([
    ['a byte order mark', `\ufeff${BASE}`],
    ['lines that end in CR LF', BASE.replaceAll('\n', '\r\n')],
    ['a blank before the unit', BASE.replace('memory: 64MiB', 'memory: 64 MiB')],
    ['a size in hexadecimal', BASE.replace('memory: 64MiB', 'memory: 0x400_0000')],
    ['a comma after the last entry', BASE.replace('from: tftp }', 'from: tftp, }')],
    [
      'an anchor and its alias',
      BASE.replace('kernel: {', 'kernel: &k {').replace(/kernel: \{ image: Image \}/, 'kernel: *k'),
    ],
    ['an address in quotes', REGION('size: 1MiB, host-address: "0x7000_0000", access: { control: {}, logger: {} }')],
  ])('%s', (_, text) => {
    expect(check(text).map(({ diagnostic }) => diagnostic.message)).toEqual([])
  })
})

describe('files that are no manifest', () => {
  it.each([
    ['nothing', '', 'MAN-007', "begin with 'api-version"],
    ['a comment', '# later\n', 'MAN-007', "begin with 'api-version"],
    ['Latin-1', Buffer.from('name: Ger\xe4t\n', 'latin1'), 'MAN-002', 'save the file as UTF-8'],
    ['UTF-16', Buffer.from(`\ufeff${BASE}`, 'utf16le'), 'MAN-002', 'save it as UTF-8'],
  ])('%s', (_, text, code, help) => {
    const [found, ...others] = check(text)
    expect(others).toEqual([])
    expect(found?.diagnostic.code).toBe(code)
    expect(found?.help).toContain(help)
  })
})

it('the merge key of YAML 1.1 is refused, and what it stands for is not missing as well', () => {
  const text = BASE.replace('control:', 'control: &c').replace(/ {2}logger:.*/s, '  logger:\n    <<: *c\n')
  const found = check(text)
  expect(found.map(({ diagnostic, at }) => `${diagnostic.code} ${at.line}:${at.column}`)).toEqual(['MAN-008 19:5'])
  expect(found[0]?.help).toContain('write the keys out')
})

it('domains in a list are told how a map is written', () => {
  const text = BASE.replace(/ {2}(control|logger):\n {4}boot/g, '  - name: $1\n    boot')
  const found = check(text)
  expect(found.map(({ diagnostic, at }) => `${diagnostic.code} ${at.line}:${at.column}`)).toEqual(['MAN-012 12:1'])
  expect(found[0]?.help).toContain("instead of '- name: control'")
})

it('several mistakes are all said, each once', () => {
  const text = BASE.replace('"4.20"', '4.20')
    .replace('memory: 64MiB\n    vcpus: 1', 'memry: 64MB\n    vcpuss: one')
    .replace('{ from: tftp }', '{ form: tfpt }')
  expect(check(text).map(({ diagnostic, at }) => `${diagnostic.code} ${at.line}`)).toEqual([
    'MAN-017 6',
    'MAN-010 11',
    'MAN-010 16',
    'MAN-014 16',
    'MAN-010 17',
    'MAN-012 17',
  ])
})

it('a cpupool of CPUs that are not there does not lack CPUs as well', () => {
  const pools = '  cpupools: { fast: { cpus: [cpu@70, cpu@71] } }\nboot:'
  expect(check(BASE.replace('boot:', pools)).map(({ diagnostic }) => diagnostic.code)).toEqual(['REF-022', 'REF-022'])
})

it('of two ranges that the manifest gives, the manifest is to be changed', () => {
  const reserved = 'reserved: { a: { start: 0x7000_0000, size: 2MiB }, b: { start: 0x7010_0000, size: 2MiB } }\nxen:'
  const [found, ...others] = check(BASE.replace('xen:', `  ${reserved}`))
  expect(others).toEqual([])
  expect(`${found?.diagnostic.code} ${found?.at.line}:${found?.at.column}`).toBe('FDT-008 5:54')
  expect(found?.help).toBe('move or shrink one of the two')
})

it('a serial port of Xen that a domain is given is shown where it is given', () => {
  const text = BASE.replace('boot: dom0less', 'boot: dom0')
  const found = check(`${text}    passthrough:\n      uart: { path: serial0 }\n`)
  const console = found.find(({ diagnostic }) => diagnostic.code === 'D0-013')
  expect(console?.at).toMatchObject({ line: 23, column: 21 })
})

describe('below a key that is misspelt', () => {
  const brief = (text: string): readonly string[] =>
    check(text).map(({ diagnostic, at }) => `${diagnostic.code} ${at.line}:${at.column}`)

  it.each([
    [
      'one at the top',
      'platform:\n  device-tree: board',
      'plattform:\n  device-tree: bord',
      ['MAN-010 3:1', 'REF-010 4:16'],
    ],
    [
      'one below another',
      'platform:\n  device-tree: board',
      'plattform:\n  device-tre: bord',
      ['MAN-010 3:1', 'MAN-010 4:3', 'REF-010 4:15'],
    ],
    ['an image', 'image: xen\n', 'imge: xen.config\n', ['MAN-010 7:3', 'REF-016 7:9']],
    ['a size', 'memory: 64MiB', 'memroy: 64MB', ['MAN-010 16:5', 'MAN-014 16:13']],
    ['a number that is too large', 'vcpus: 1', 'vcpsu: 99999999999999999999', ['MAN-010 17:5', 'MAN-019 17:12']],
    ['what is right', 'memory: 64MiB', 'memroy: 64MiB', ['MAN-010 16:5']],
  ])('%s, what is wrong is found in the same run', (_, from, to, expected) => {
    expect(brief(changed(from, to))).toEqual(expected)
  })

  it('a wide number is still exact', () => {
    const text = `${BASE}shared_memory:\n  ring: { size: 1MiB, host-adress: 0xffff_ffff_ffff_f001, access: { control: {}, logger: {} } }\n`
    const found = check(text)
    expect(found.slice(0, 3).map(({ diagnostic, at }) => `${diagnostic.code} ${at.column}`)).toEqual([
      'MAN-010 1',
      'MAN-010 23',
      'SHM-010 36',
    ])
    expect(found[2]?.diagnostic.message).toContain('0xfffffffffffff001')
  })
})

describe('a release that is not known hides nothing that is wrong with every release', () => {
  const wrong = BASE.replace('image: Image', 'image: Imag')
    .replace('vcpus: 1', 'vcpus: 400')
    .replace('serial0', 'serial7')
  const others = ['D0-013 9', 'REF-010 15', 'DOM-003 17']

  it.each([
    ['unknown', '  release: "4.16"', 'MAN-024 6'],
    ['empty', '  release: ""', 'MAN-024 6'],
    ['a number that none is', '  release: 4.1', 'MAN-017 6'],
    ['without a value', '  release:', 'MAN-016 6'],
    ['a list', '  release: ["4.20"]', 'MAN-012 6'],
    ['missing', '  features: [viommu]', 'MAN-011 5'],
  ])('%s', (_, line, expected) => {
    const found = check(wrong.replace('  release: "4.20"', line))
    expect(found.map(({ diagnostic, at }) => `${diagnostic.code} ${at.line}`)).toEqual([expected, ...others])
  })

  it('and what names one release is not said', () => {
    const text = BASE.replace('4.20', '4.16').replace('dtuart=serial0', 'dtuart=serial0 foo=1')
    expect(check(text).map(({ diagnostic }) => diagnostic.code)).toEqual(['MAN-024'])
  })

  it('accepts what the manifest accepts', () => {
    const reserved =
      '  reserved: { rom: { start: 0x3000_0000, size: 4KiB } }\naccept: { RES-004: a hole that is meant }\nxen:'
    const text = BASE.replace('4.20', '4.16').replace('xen:', reserved)
    const found = check(text).map(({ diagnostic: { code, severity } }) => `${code} ${severity}`)
    expect(found).toEqual(['RES-004 accepted', 'MAN-024 error'])
  })
})

describe('a value that is refused is not taken for the default', () => {
  const codes = (lines: string): readonly string[] =>
    check(`${changed('    vcpus: 1', lines)}    enhanced: no-xenstore
event-channels:
  kick: { ends: { control: {}, logger: {} } }
`).map(({ diagnostic }) => diagnostic.code)

  it.each([
    ['a word that is plainly meant', '    enhanced: no-xenstor', ['MAN-013']],
    ['a word that says nothing', '    enhanced: maybe', ['MAN-013']],
    ['the only word', '    enhanced: no-xenstore\n    static-mem: here\n    direct-map: true', ['MAN-025']],
    ['true in YAML 1.1', '    enhanced: no-xenstore\n    direct-map: On', ['MAN-012', 'DOM-012']],
    ['what else is wrong', '    enhanced: maybe\n    vcpus: 400', ['MAN-013', 'DOM-003']],
  ])('%s', (_, lines, expected) => {
    expect(codes(lines)).toEqual(expected)
  })
})

describe('what has no value is not called absent', () => {
  const found = (text: string): readonly string[] => check(text).map(({ diagnostic }) => diagnostic.code)

  it.each([null, '7', 'later', '[]'])('a domain: %s', (value) => {
    const text = changed('boot: dom0less', 'boot: dom0')
    const codes = found(`${text}    lifecycle: { after: [update] }\n  update: ${value ?? ''}\n`)
    expect(codes).toContain(value === null ? 'MAN-016' : 'MAN-012')
    expect(codes).not.toContain('REF-009')
  })

  it('a region of shared memory', () => {
    const device = 'type: console, transport: static-shm, backend: control, frontend: logger, memory: ring'
    expect(found(`${BASE}shared-memory:\n  ring:\nvirtio:\n  link: { ${device} }\n`)).not.toContain('REF-009')
  })

  it.each([null, '7', 'later', '[]'])("Xen's section: %s", (value) => {
    const text = BASE.replace(/^xen:\n(?: .*\n)+/m, `xen: ${value ?? ''}\n`).replace(
      '    vcpus: 1',
      '    cpupool: fast',
    )
    expect(found(text)).toEqual([value === null ? 'MAN-016' : 'MAN-012'])
  })
})

describe('what is missing hides nothing that does not depend on it', () => {
  const wrong = `${BASE.replace('boot: dom0less', 'boot: dom0').replace('    vcpus: 1', '    ramdisk: gone.cpio')}    vcpus: 0
shared-memory:
  ring: { size: 1MiB, access: { control: {}, loger: {} } }
`
  const brief = (text: string): readonly string[] =>
    check(text)
      .filter(({ diagnostic }) => diagnostic.severity === 'error')
      .map(({ diagnostic, at }) => `${diagnostic.code} ${at.line}`)

  it.each([
    ['no platform', /platform:\n.*\n/, '', ['MAN-011 1', 'REF-010 15', 'DOM-002 20', 'REF-009 22']],
    [
      "no board's tree",
      'device-tree: board.dts',
      'firmware: none',
      ['MAN-011 3', 'REF-010 17', 'DOM-002 22', 'REF-009 24'],
    ],
    ['a tree that is not there', 'board.dts', 'gone.dts', ['REF-010 4', 'REF-010 17', 'DOM-002 22', 'REF-009 24']],
    ['a tree that is none', 'board.dts', 'xen.config', ['REF-013 1', 'REF-010 17', 'DOM-002 22', 'REF-009 24']],
    ['no xen', /xen:\n(.*\n){4}/, '', ['MAN-011 1', 'REF-010 12', 'DOM-002 17', 'XL-007 17', 'REF-009 19']],
    ["no Xen's image", '  image: xen\n', '', ['MAN-011 5', 'REF-010 16', 'DOM-002 21', 'XL-007 21', 'REF-009 23']],
    [
      "a folder as Xen's image",
      'image: xen\n',
      'image: xen/\n',
      ['MAN-022 7', 'REF-010 17', 'DOM-002 22', 'XL-007 22', 'REF-009 24'],
    ],
    ['no boot', /boot:\n.*\n/, '', ['MAN-011 1', 'REF-010 15', 'DOM-002 20', 'XL-007 20', 'REF-009 22']],
    [
      "dom0's kernel",
      '    kernel: { image: Image }\n',
      '',
      ['MAN-011 13', 'REF-010 16', 'DOM-002 21', 'XL-007 21', 'REF-009 23'],
    ],
    [
      "dom0's image",
      'image: Image ',
      'bootargs: a',
      ['MAN-011 15', 'REF-010 17', 'DOM-002 22', 'XL-007 22', 'REF-009 24'],
    ],
    ["a kind of dom0's", '    boot: dom0\n', '', ['MAN-011 13', 'REF-010 16', 'DOM-002 21', 'REF-009 23']],
    [
      'a kind of a guest, on which some of it depends',
      '    boot: dom0less\n',
      '',
      ['REF-010 17', 'MAN-011 18', 'XL-007 21', 'REF-009 23'],
    ],
  ])('%s', (_, from, to, expected) => {
    expect(wrong.replace(from, to)).not.toBe(wrong)
    expect(brief(wrong.replace(from, to)).toSorted()).toEqual(expected.toSorted())
  })

  it('domains that are missing, or written as a list', () => {
    const rest = 'dtuart=serial7 tee=none'
    const text = wrong.replace('dtuart=serial0', rest).replace('tftp', 'tfpt')
    expect(brief(text.replace(/domains:.*(?=shared)/s, ''))).toEqual(['MAN-011 1', 'D0-013 9', 'MAN-013 11'])
    const list = text.replace(/ {2}(control|logger):\n {4}boot/g, '  - name: $1\n    boot')
    expect(brief(list)).toEqual(['D0-013 9', 'MAN-013 11', 'MAN-012 12'])
  })
})

describe('a virtio device whose kind is not known', () => {
  const device = (given: string): readonly string[] =>
    check(`${REGION('size: 1MiB, access: { control: {}, logger: {} }')}virtio:\n  link: { ${given} }\n`)
      .filter(({ diagnostic }) => diagnostic.severity === 'error')
      .map(({ diagnostic, at, help }) => `${diagnostic.code} ${at.column} ${help}`)
  const ends = 'frontend: contrl, backend: logger, memory: rng'
  const names = ["REF-009 COLUMN did you mean 'control'?", "REF-009 COLUMN did you mean 'ring'?"]

  it.each([
    ['type: consle, transport: static-shm, layout: static-vrings', "did you mean 'console'?"],
    ['type: teapot, transport: static-shm, layout: static-vrings', "choose 'net'"],
    ['type: console, transport: static-sm, layout: static-vrings', "did you mean 'static-shm'?"],
    ['type: console, transport: static-shm, layout: static-vring', "did you mean 'static-vrings'?"],
    ['type: console, transport: static-shm, layout: heap', "choose 'static-vrings'"],
    ['tpye: teapot, transport: static-shm, layout: heap', "did you mean 'type'?"],
  ])('%s', (kind, help) => {
    const found = device(`${kind}, ${ends}`)
    expect(found.join('\n')).toContain(help)
    expect(found.map((line) => line.replace(/ \d+ /, ' COLUMN '))).toEqual(expect.arrayContaining(names))
  })

  it('says of an unknown transport what is wrong with both', () => {
    const found = device(
      'type: teapot, transport: pci, layot: heap, frontend: contrl, backend: loger, memory: ring, queues: 1',
    )
    const codes = found.map((line) => line.replace(/ .*/, ''))
    expect(codes.toSorted()).toEqual(['MAN-010', 'MAN-013', 'MAN-013', 'REF-009', 'REF-009'])
  })
})

describe('files that lie in memory hide nothing', () => {
  const load = (addresses: string): string =>
    BASE.replace('{ from: tftp }', `{ from: memory, addresses: { ${addresses} } }`)

  it.each([
    ['no RAM', 'xen: 0x2000_0000', 'RES-013 11'],
    ['one over the other', 'xen: 0x6000_0000, xen.dtb: 0x6000_0000', 'RES-013 11'],
    ['one that none is', 'zen: 0x6000_0000', 'RES-014 11'],
    ['one that is needed twice', 'Image.gz: 0x6000_0000', 'RES-014 11'],
  ])('%s', (_, addresses, expected) => {
    const found = check(
      load(addresses)
        .replaceAll('image: Image ', `image: ${addresses.startsWith('Image') ? 'Image.gz' : 'Image'} `)
        .replace('vcpus: 1', 'vcpus: 400')
        .replace('serial0', 'serial7'),
    )
    expect(found.map(({ diagnostic, at }) => `${diagnostic.code} ${at.line}`)).toEqual([
      'D0-013 9',
      expected,
      'DOM-003 17',
    ])
  })

  it('one that does not exist yet', () => {
    const text = load('later: 0x6000_0000').replace('image: Image', 'image: later, size: 1MiB')
    const found = check(text.replace('vcpus: 1', 'vcpus: 400').replace('serial0', 'serial7'))
    const errors = found.filter(({ diagnostic }) => diagnostic.severity === 'error')
    expect(errors.map(({ diagnostic, at }) => `${diagnostic.code} ${at.line}`)).toEqual([
      'D0-013 9',
      'RES-015 15',
      'DOM-003 17',
    ])
  })
})
