/** Mistakes of a tired engineer: each is refused in one run, at its line, with the values, the rule and the remedy; nothing is written. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { domforge, type Workplace, workplace } from '../support/cli/tool.ts'

let place: Workplace
let original: string
beforeAll(async () => {
  place = await workplace('two-guests')
  original = place.read()
})
afterAll(() => place.remove())

interface Mistake {
  readonly name: string
  /** Text of the manifest, and what it becomes; the finding is expected in the line that holds `at` (default: the new text). */
  readonly from: string
  readonly to: string
  readonly at?: string
  readonly code: string
  /** Words that the finding must hold: actual values, and the remedy. */
  readonly says: readonly string[]
}

const longArguments = `console=ttyAMA0 ${'x'.repeat(1100)}`

const MISTAKES: readonly Mistake[] = [
  { name: 'a misspelt key', from: 'memory: 256MiB', to: 'memroy: 256MiB', code: 'MAN-', says: ['memroy', 'memory'] },
  { name: 'a decimal unit', from: 'memory: 256MiB', to: 'memory: 64MB', code: 'MAN-', says: ['64MB', '64MiB'] },
  {
    name: 'no vcpus',
    from: 'memory: 256MiB\n    vcpus: 1',
    to: 'memory: 256MiB\n    vcpus: 0',
    at: 'vcpus: 0',
    code: 'DOM-002',
    says: ['0'],
  },
  {
    name: 'more memory than the board has',
    from: 'memory: 256MiB',
    to: 'memory: 8GiB',
    code: 'DOM-009',
    says: ['8226 MiB', '1989 MiB'],
  },
  { name: 'a missing image', from: 'control.cpio.gz', to: 'contrl.cpio.gz', code: 'REF-', says: ['contrl.cpio.gz'] },
  { name: 'a domain twice', from: '  logger:', to: '  control:', code: 'MAN-', says: ['control'] },
  {
    name: 'too new a property',
    from: 'memory: 256MiB',
    to: 'memory: 256MiB\n    max-grant-frames: 64',
    at: 'max-grant-frames',
    code: 'DOM-047',
    says: ['4.18', '4.17'],
  },
  {
    name: 'enhanced without dom0',
    from: 'memory: 256MiB',
    to: 'memory: 256MiB\n    enhanced: enabled',
    at: 'enhanced',
    code: 'DOM-042',
    says: ['no-xenstore'],
  },
  {
    name: 'a release that YAML reads as a number',
    from: 'release: "4.17"',
    to: 'release: 4.20',
    code: 'MAN-',
    says: ['"4.20"'],
  },
  {
    name: 'a console that is not there',
    from: 'dtuart=serial0',
    to: 'dtuart=serial9',
    code: 'D0-013',
    says: ['serial9', 'serial0'],
  },
  {
    name: 'a domain for xl without dom0',
    from: 'boot: dom0less\n    kernel: { image: Image, bootargs: console=ttyAMA0 }\n    ramdisk: logger',
    to: 'boot: xl\n    kernel: { image: Image, bootargs: console=ttyAMA0 }\n    ramdisk: logger',
    at: 'boot: xl',
    code: 'REF-',
    says: ['dom0'],
  },
  {
    name: 'a text instead of a kernel',
    from: 'image: Image, bootargs: console=ttyAMA0 }\n    ramdisk: control',
    to: 'image: notes.txt, bootargs: console=ttyAMA0 }\n    ramdisk: control',
    at: 'notes.txt',
    code: 'KRN-001',
    says: ['notes.txt'],
  },
  {
    name: 'boot arguments that Xen does not take',
    from: 'console=ttyAMA0 }\n    ramdisk: control',
    to: `${longArguments} }\n    ramdisk: control`,
    at: longArguments,
    code: 'MOD-005',
    says: ['1116', '1023'],
  },
  {
    name: 'too little memory for its kernel',
    from: 'memory: 128MiB',
    to: 'memory: 16MiB',
    code: 'KRN-004',
    says: ['16 MiB'],
  },
  {
    name: 'a number that no machine has',
    from: 'memory: 256MiB\n    vcpus: 1',
    to: 'memory: 256MiB\n    vcpus: 4294967295',
    at: 'vcpus: 4294967295',
    code: 'DOM-003',
    says: ['4294967295', '128'],
  },
  { name: 'a release that nobody knows', from: '"4.17"', to: '"4.71"', code: 'MAN-', says: ['4.71', '4.17'] },
]

const lineOf = (text: string, part: string): number => text.slice(0, text.indexOf(part)).split('\n').length

describe.each(MISTAKES)('$name', ({ from, to, at, code, says }) => {
  it('is refused at its line, and nothing is written', () => {
    writeFileSync(join(place.folder, 'notes.txt'), 'not a kernel\n')
    const text = original.replace(from, to)
    expect(text).not.toBe(original)
    place.write(text)
    const before = place.list()
    const { status, stdout, stderr } = domforge(['build', 'system.yaml'], place.folder)
    expect(stderr).toContain(`system.yaml:${lineOf(text, at ?? to)}:`)
    expect(stderr).toMatch(new RegExp(`error ${code}`))
    for (const words of says) expect(stderr).toContain(words)
    expect(stderr).toMatch(/help: /)
    expect(stderr).not.toMatch(/\n\s+at .*\.[jt]s:\d+/)
    expect(stdout).toBe('')
    expect(status).toBe(1)
    expect(place.list()).toEqual(before)
  })
})

it('all of them are shown in one run', () => {
  const together = [
    'too new a property',
    'a console that is not there',
    'too little memory for its kernel',
    'a missing image',
  ]
  const text = MISTAKES.filter(({ name }) => together.includes(name)).reduce(
    (t, { from, to }) => t.replace(from, to),
    original,
  )
  place.write(text)
  const { stdout, status } = domforge(['check', 'system.yaml', '--format', 'json'], place.folder)
  const codes = (JSON.parse(stdout) as { diagnostics: { code: string }[] }).diagnostics.map((d) =>
    d.code.replace(/^REF-.*/, 'REF-'),
  )
  expect(codes).toEqual(expect.arrayContaining(['DOM-047', 'D0-013', 'KRN-004', 'REF-']))
  expect(status).toBe(1)
})
