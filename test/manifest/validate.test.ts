import { describe, expect, it } from 'vitest'
import { readText } from '../source/stages.ts'

const BASE = `api-version: domforge/v1
name: test
platform: { device-tree: board.dtb }
xen: { release: "4.20", image: xen }
boot: { load: { from: tftp } }
domains:
  control:
    boot: dom0less
    kernel: { image: Image }
    memory: 256MiB
`

const changed = (from: string, to: string) => {
  expect(BASE).toContain(from)
  return readText(BASE.replace(from, to))
}

const help = (read: ReturnType<typeof readText>): string | undefined => read.findings[0]?.help

describe('a conforming manifest', () => {
  it('passes as it is', () => {
    const { findings, manifest, source } = readText(BASE)
    expect(findings).toEqual([])
    expect(manifest).toEqual(source?.value)
  })

  it('has keys of the user everywhere but among names', () => {
    const text = BASE.replace('kernel: {', 'kernel: { x-note: [1, null],').replace('name: test', 'name: test\nx-y:')
    expect(readText(text).findings).toEqual([])
    expect(changed('  control:', '  x-control:').model?.domains[0]?.name).toBe('x-control')
  })
})

describe('keys', () => {
  it.each([
    ['memory: 256MiB', 'memroy: 256MiB', "did you mean 'memory'?"],
    ['memory: 256MiB', 'Memory: 256MiB', "did you mean 'memory'?"],
    ['memory: 256MiB', 'memory: 256MiB\n    nr_spis: 3', "did you mean 'nr-spis'?"],
    ['memory: 256MiB', 'memory: 256MiB\n    vpcus: 3', "did you mean 'vcpus'?"],
    ['memory: 256MiB', 'memory: 256MiB\n    bootargs: x', "'bootargs' belongs under 'kernel'"],
    [
      'memory: 256MiB',
      'memory: 256MiB\n    boot-flags: x',
      "'domforge schema manifest' lists the keys that exist here",
    ],
    ['boot: { load: {', 'boot: { tee: {}, load: {', 'known here: load, device-tree, '],
    ['memory: 256MiB', 'memory: 256MiB\n    xen: {}', undefined],
  ])('%s → %s: one finding with a remedy', (from, to, expected) => {
    const read = changed(from, to)
    expect(read.findings.map(({ code }) => code)).toEqual(['MAN-010'])
    expect(help(read)).toContain(expected ?? 'belongs at the top of the manifest')
  })

  it.each([
    ['vcpu: 2', "did you mean 'vcpus'?"],
    ['cpus: 0-1', "'hard-affinity'"],
    ['DOMU_RAMDISK: r', "did you mean 'ramdisk'?"],
    ['cmdline: x', "'kernel: {"],
    ['extra: x', "'kernel: {"],
    ['xen,static-mem: auto', "did you mean 'static-mem'?"],
    ['vpl011: true', "did you mean 'console'?"],
    ['devices: [uart]', 'device-tree'],
    ['disk: [a]', 'disks'],
    ['vif: [a]', 'disks'],
    ['maxmem: 512', "remove it: 'memory' is given already"],
    ['constructor: 1', "'domforge schema manifest'"],
  ])('a domain has no %s: says what to use', (line, remedy) => {
    const read = changed('memory: 256MiB', `memory: 256MiB\n    ${line}`)
    expect(read.brief).toEqual(['MAN-010 11:5'])
    expect(help(read)).toContain(remedy)
  })

  it.each([
    ['dom0: {}', "'boot: dom0'"],
    ['DOMU_KERNEL: Image', "as 'kernel'"],
    ['DOM0_MEM: 512', "the domain with 'boot: dom0', under 'domains', as 'memory'"],
    ['DEVICE_TREE: a.dtb', "'device-tree' of 'platform'"],
    ['bootargs: x', "'bootargs' of 'xen'"],
  ])('the manifest has no %s: says what to use', (line, remedy) => {
    const read = changed('name: test', `name: test\n${line}`)
    expect(read.brief).toEqual(['MAN-010 3:1'])
    expect(help(read)).toContain(remedy)
  })

  it('of xl are for extra-xl, and only of a domain of xl', () => {
    const own = (line: string) => help(changed('boot: dom0less', `boot: xl\n    ${line}`))
    const read = changed('boot: dom0less', 'boot: xl\n    on_crash: restart')
    expect(read.findings.map(({ help: remedy }) => remedy)).toContain(
      "'on_crash' is a key of xl: write 'extra-xl: { on_crash: … }'",
    )
    expect(own('disk: [a]')).toContain('extra-xl')
    expect(own('vcpu: 2')).toContain("'vcpus'")
  })

  it('that say which kind it is, misspelt, are found with their values', () => {
    expect(help(changed('{ from: tftp }', '{ form: tfpt }'))).toBe("did you mean 'from: tftp'?")
    expect(help(changed('{ from: tftp }', '{ From: sd, device: "0:1" }'))).toBe("did you mean 'from'?")
    expect(help(changed('    boot: dom0less\n', ''))).toBe("add 'boot: dom0', 'boot: dom0less' or 'boot: xl'")
    expect(help(changed('boot: dom0less', 'boot: domU'))).toMatch(/'dom0less'.*'xl'/)
  })

  it('are shown at the key', () => {
    expect(changed('memory: 256MiB', 'memory: 256MiB\n    pass-through: auto').brief).toEqual(['MAN-010 11:5'])
  })

  it('that other kinds of domains have say so', () => {
    const read = changed('boot: dom0less', 'boot: xl\n    enhanced: enabled')
    expect(read.brief).toEqual(['REF-002 8:11', 'MAN-018 9:5'])
    expect(read.findings[0]?.help).toContain("'boot: dom0less'")
  })

  it.each(['argo'])('of later releases of domforge are unknown in xen: %s', (key) => {
    expect(changed('image: xen }', `image: xen, ${key}: {} }`).findings[0]?.code).toBe('MAN-010')
  })

  it('missing ones are all named at the map that lacks them', () => {
    const { findings, manifest } = changed('    kernel: { image: Image }\n    memory: 256MiB\n', '')
    expect(findings.map(({ code, at }) => [code, at])).toEqual([
      ['MAN-011', { kind: 'manifest', pointer: '/domains/control', on: 'key' }],
      ['MAN-011', { kind: 'manifest', pointer: '/domains/control', on: 'key' }],
    ])
    expect(manifest?.domains['control']).toEqual({ boot: 'dom0less', kernel: { image: 'unnamed' }, memory: '64MiB' })
  })
})

describe('values', () => {
  it.each([
    ['256MB', 'MAN-014', '256MiB (268435456 bytes), or 256000000'],
    ['256M', 'MAN-014', '256MiB'],
    ['1.5GiB', 'MAN-014', 'write 1536MiB'],
    ['0.3GiB', 'MAN-014', 'write a whole number'],
    ['1.5', 'MAN-014', 'write a whole number'],
    ['256Mib', 'MAN-014', '256MiB'],
    ['256 pages', 'MAN-014', 'write a whole number'],
    ['-1', 'MAN-014', 'write a whole number'],
    ['-256MiB', 'MAN-014', 'write a whole number'],
    ['0x10MiB', 'MAN-014', 'write a whole number'],
    ['""', 'MAN-014', 'write a whole number'],
    ['true', 'MAN-014', 'write a whole number'],
    ['18446744073709551616', 'MAN-014', 'unit'],
    ['17179869184TiB', 'MAN-014', 'unit'],
    ['-99999999999999999999', 'MAN-014', 'write a whole number'],
    ['[256MiB]', 'MAN-012', 'a size'],
    ['{ size: 256MiB }', 'MAN-012', 'a size'],
    ['null', 'MAN-016', 'give a size'],
    ['', 'MAN-016', 'give a size'],
    ['256', 'MAN-014', 'did you mean 256MiB?'],
    ['4095', 'MAN-014', 'did you mean 4095MiB?'],
    ['"256"', 'MAN-014', 'did you mean 256MiB?'],
  ])('memory: %s is %s', (text, code, remedy) => {
    const read = changed('memory: 256MiB', `memory: ${text}`)
    expect(read.findings.map((finding) => finding.code)).toEqual([code])
    expect(help(read)).toContain(remedy)
    expect(read.placed[0]?.at).toMatchObject({ line: 10 })
  })

  it('a name of Xen that braces cut in two is known again', () => {
    const read = changed('memory: 256MiB', 'memory: 256MiB\n    extra-properties: { my-flag: true, xen,foo: 1 }')
    expect(read.brief).toEqual(['MAN-016 11:40'])
    expect(help(read)).toContain('write "xen,foo" in quotes')
    const alone = changed('memory: 256MiB', 'memory: 256MiB\n    extra-properties: { my-flag: true, xen: }')
    expect(help(alone)).toContain('give a value')
    expect(help(alone)).not.toContain('quotes')
  })

  it.each(['0', '4096', '0x1000', '1_024KiB', '16 MiB', '0x10_0000', '18446744073709547520', '0xfffffffffffff000'])(
    'memory: %s is a size',
    (text) => {
      expect(changed('memory: 256MiB', `memory: ${text}`).findings).toEqual([])
    },
  )

  it.each([
    ['vcpus: two', 'MAN-012'],
    ['vcpus: "2"', 'MAN-012'],
    ['vcpus: 1.5', 'MAN-012'],
    ['vcpus: -1', 'MAN-019'],
    ['vcpus: 4294967296', 'MAN-019'],
    ['vcpus: 99999999999999999999', 'MAN-019'],
    ['vcpus: .inf', 'MAN-012'],
    ['vcpus: .nan', 'MAN-012'],
    ['console: VPL011', 'MAN-013'],
    ['console: pv', 'MAN-013'],
    ['console: [vpl011]', 'MAN-012'],
    ['enhanced: true', 'MAN-013'],
    ['os: 3', 'MAN-013'],
    ['ramdisk: 12', 'MAN-012'],
    ['ramdisk: ""', 'MAN-025'],
    ['ramdisk: 99999999999999999999', 'MAN-012'],
    ['extra-properties: { a: [1, x] }', 'MAN-012'],
    ['extra-properties: { a: false }', 'MAN-012'],
    ['extra-properties: { a: 4294967296 }', 'MAN-019'],
    ['extra-properties: { a b: 1 }', 'MAN-025'],
    ['extra-properties: { "1": 1 }', 'MAN-025'],
    ['extra-properties: []', 'MAN-012'],
    ['extra-xl: { on-crash: x }', 'MAN-025'],
    ['extra-xl: { a: [true] }', 'MAN-012'],
    ['extra-xl: { a: true }', 'MAN-012'],
  ])('%s is %s, once', (text, code) => {
    expect(changed('memory: 256MiB', `memory: 256MiB\n    ${text}`).findings.map((f) => f.code)).toEqual([code])
  })

  it.each([
    ['all', []],
    ['1', []],
    ['0', ['MAN-019']],
    ['"1"', ['MAN-025']],
    ['any', ['MAN-025']],
  ])('vcpus of dom0: %s', (written, codes) => {
    const dom0 = `memory: 256MiB\n  dom0: { boot: dom0, kernel: { image: Image }, memory: 256MiB, vcpus: ${written} }`
    expect(changed('memory: 256MiB', dom0).findings.map(({ code }) => code)).toEqual(codes)
  })

  it('the one word beside a number is named', () => {
    const dom0 = 'memory: 256MiB\n  dom0: { boot: dom0, kernel: { image: Image }, memory: 256MiB, vcpus: 0 }'
    expect(changed('memory: 256MiB', dom0).findings[0]?.help).toBe(
      'give a whole number from 1 to 4294967295 or all, such as 1',
    )
  })

  it.each([
    [
      "passthrough: { a: { path: /a, quiesce: { hook: 'reset; id' } } }",
      'give an absolute path of letters, digits and . _ + / -, such as /usr/lib/board/reset-gem3',
    ],
    ['passthrough: { a: { path: /a, quiesce: { write: { foo: 1 } } } }', 'keys are offsets of registers, such as 0x10'],
    [
      'passthrough: { a: { path: /a, quiesce: { write: { 0x4: 0x1_0000_0000 } } } }',
      'give 32 bits, hexadecimal or as a whole number',
    ],
    ['passthrough: { a: { path: /a, include: ["a b", "*"] } }', 'give a full path, an alias or a label'],
    [
      'networks: { n: { mac: 01:16:3e:00:00:01 } }',
      'give a MAC address of one interface (the first byte is even), such as 00:16:3e:00:00:01',
    ],
    ['extra-properties: { "a b": 1 }', 'keys are names of properties: letters, digits and , . _ + ? # -'],
  ])('what a text must look like is said: %s', (line, help) =>
    expect(changed('memory: 256MiB', `memory: 256MiB\n    ${line}`).findings.map((finding) => finding.help)).toEqual([
      help,
    ]),
  )

  it('entries that are missing are counted', () =>
    expect(changed('memory: 256MiB', 'memory: 256MiB\nargo: { a: { ends: { one: {} } } }').findings).toMatchObject([
      { message: "'ends' has 1 of at least 2 entries", help: 'name at least 2' },
    ]))

  it('a number in quotes, beside a word, is told about the quotes', () => {
    const dom0 = 'memory: 256MiB\n  dom0: { boot: dom0, kernel: { image: Image }, memory: 256MiB, vcpus: "2" }'
    expect(changed('memory: 256MiB', dom0).findings[0]?.help).toContain('; without quotes, 2 is one')
  })

  it.each([
    ['[viommu, viommu]', "'features' has 'viommu' twice", 'remove one of the two'],
    ['[vimmu]', "'features' cannot be 'vimmu'", "did you mean 'viommu'?"],
  ])('features: %s', (features, message, help) => {
    const { findings } = changed('image: xen }', `image: xen, features: ${features} }`)
    expect(findings.map((finding) => [finding.message, finding.help])).toEqual([[message, help]])
  })

  it('vcpus: 0 is for Xen to refuse', () => {
    const { findings, model } = changed('memory: 256MiB', 'memory: 256MiB\n    vcpus: 0')
    expect(findings).toEqual([])
    expect(model?.domains[0]?.vcpus).toBe(0)
  })

  it.each([
    ['"02:0"', 'MAN-025', "'02:0' is not a valid 'bytes'"],
    ['"02:00:"', 'MAN-025', "'02:00:' is not a valid 'bytes'"],
    ['zz', 'MAN-025', "'zz' is not a valid 'bytes'"],
    ['""', 'MAN-025', "'bytes' is empty"],
    ['02', 'MAN-012', "'bytes' is the number 02"],
    ['[2, 0]', 'MAN-012', "'bytes' is a list"],
  ])('bytes: %s', (bytes, code, message) => {
    const { findings } = changed('memory: 256MiB', `memory: 256MiB\n    extra-properties: { mac: { bytes: ${bytes} } }`)
    expect(findings.map((finding) => [finding.code, finding.message])).toEqual([[code, message]])
  })

  it('a map without bytes is no property', () => {
    const brief = (mac: string) =>
      changed('memory: 256MiB', `memory: 256MiB\n    extra-properties: { mac: ${mac} }`).brief
    expect(brief('{}')).toEqual(['MAN-011 11:25'])
    expect(brief('{ byte: "00" }')).toEqual(['MAN-010 11:32'])
    expect(brief('{ bytes: "00", x-note: why }')).toEqual([])
  })

  it.each([
    ['from: tftp', 'from: tfpt', ['MAN-013 5:23']],
    ['from: tftp', 'device: "0:1"', ['MAN-011 5:9']],
    ['from: tftp', 'from: 1', ['MAN-012 5:23']],
    ['from: tftp', 'from: command', ['MAN-011 5:9']],
    ['from: tftp', 'from: tftp, device: "0:1"', ['MAN-018 5:29']],
    ['boot: dom0less', 'boot: domU', ['MAN-013 8:11']],
    ['boot: dom0less', 'boot:', ['MAN-016 8:5']],
    ['boot: dom0less\n', 'console: none\n', ['MAN-011 7:3']],
    ['domains:', 'domains: {}\nx-domains:', ['MAN-011 6:10']],
    ['domforge/v1', 'domforge/v2', ['MAN-013 1:14']],
    ['"4.20"', '4.20', ['MAN-017 4:17']],
    ['"4.20"', '4', ['MAN-017 4:17']],
    ['platform: {', 'platform: { reserved: { a: 3 },', ['MAN-012 3:28']],
    ['platform: {', 'platform: { reserved: { a: { start: x, size: 1MB } },', ['MAN-015 3:37', 'MAN-014 3:46']],
  ])('%s → %s', (from, to, expected) => {
    expect(changed(from, to).brief).toEqual(expected)
  })
})

describe('after a mistake', () => {
  it('everything else is still judged', () => {
    const text = `${BASE.replace('"4.20"', '4.20').replace('256MiB', '256MB')}
  viewer: { boot: xl, kernel: { image: Image }, memory: 1GiB }
  logger: { boot: dom0less, kernel: {}, memory: 1GiB }
`
    const { findings, model } = readText(text)
    expect(findings.map(({ code }) => code)).toEqual(['MAN-017', 'MAN-014', 'MAN-011', 'REF-002'])
    expect(model?.xen.release).toBe('4.20')
    expect(model?.domains.map(({ name }) => name)).toEqual(['control', 'viewer', 'logger'])
  })

  it('a dom0 that cannot be represented leaves nothing to judge domains by', () => {
    const dom0 = '  dom0: { boot: dom0, memory: 1GiB }\n'
    const viewer = '  viewer: { boot: xl, kernel: { image: Image }, memory: 1GiB }\n'
    expect(readText(`${BASE}${dom0}${viewer}`).brief).toEqual(['MAN-011 11:3'])
  })

  const wrongly = (boot: string, more = '') =>
    readText(
      BASE.replace('boot: dom0less', boot).replace('memory: 256MiB', `memory: 256MB\n    colour: red\n    ${more}`),
    )

  it.each([
    ['boot: dom0les', ['MAN-013 8:11', 'MAN-014 10:13', 'MAN-010 11:5']],
    ['boot: Dom0Less', ['MAN-013 8:11', 'MAN-014 10:13', 'MAN-010 11:5']],
    ['bot: dom0less', ['MAN-010 8:5', 'MAN-014 10:13', 'MAN-010 11:5']],
    ['boot: domU', ['MAN-013 8:11', 'MAN-014 10:13', 'MAN-010 11:5']],
    ['boot: never', ['MAN-013 8:11', 'MAN-014 10:13', 'MAN-010 11:5']],
    ['boot: 3', ['MAN-012 8:11', 'MAN-014 10:13', 'MAN-010 11:5']],
    ['boot:', ['MAN-016 8:5', 'MAN-014 10:13', 'MAN-010 11:5']],
    ['x-kind: xl', ['MAN-011 7:3', 'MAN-014 10:13', 'MAN-010 11:5']],
  ])('%s: the rest of the domain is still judged', (boot, expected) => {
    expect(wrongly(boot).brief).toEqual(expected)
  })

  it('a domain whose kind is not plain is judged by what all kinds have in common', () => {
    expect(wrongly('boot: never', 'enhanced: enabled').brief).toEqual(wrongly('boot: never').brief)
    expect(wrongly('boot: never', 'vcpus: all').brief).toEqual(wrongly('boot: never').brief)
    expect(wrongly('boot: domU', 'vcpus: all').brief).toContain('MAN-012 12:12')
    expect(wrongly('boot: dom0les', 'enhanced: 3').brief).toContain('MAN-013 12:15')
  })

  it('several domains without a kind are each judged as their own', () => {
    const text = `${BASE.replace('boot: dom0less', 'boot: domU')}    vcpus: all
  two: { boot: never, kernel: { image: Image }, memory: 1GB, vcpus: all }
  three: { boot: dom0les, kernel: {}, memory: 1GiB }
`
    const expected = [
      'MAN-013 8:11',
      'MAN-012 11:12',
      'MAN-013 12:16',
      'MAN-014 12:57',
      'MAN-013 13:18',
      'MAN-011 13:27',
    ]
    expect(readText(text).brief.toSorted()).toEqual(expected.toSorted())
  })

  it('a kind that was plainly meant is gone on with', () => {
    const { model } = changed('boot: dom0less', 'boot: dom0les')
    expect(model?.domains.map(({ name, boot }) => [name, boot])).toEqual([['control', 'dom0less']])
    expect(changed('boot: dom0less', 'boot: domU').model).toBeUndefined()
  })

  it('the document itself stays as it was read', () => {
    const { source } = changed('memory: 256MiB', 'memory: 256MB\n    colour: red')
    expect(source?.value).toMatchObject({ domains: { control: { memory: '256MB', colour: 'red' } } })
  })
})
