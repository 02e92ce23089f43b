import { describe, expect, it } from 'vitest'
import { dom0lessOf, dom0Of, isGiven, originOf, type SystemModel, xlDomainsOf } from '../../src/model/system-model.ts'
import { FOLDER, readText } from '../source/stages.ts'

const TEXT = `api-version: domforge/v1
name: test
platform:
  device-tree: ../boards/board.dtb
  reserved:
    firmware: { start: 0xffff_ffff_ffe0_0000, size: 2MiB }
    low: { start: 0, size: 4096 }
xen: { release: "4.20", image: xen, bootargs: console=dtuart }
boot: { load: { from: tftp } }
domains:
  control:
    boot: dom0less
    kernel: { image: Image }
    memory: 256MiB
  dom0:
    boot: dom0
    kernel: { image: Image, bootargs: "root=/dev/vda  quiet " }
    ramdisk: a b.cpio
    memory: 0x2000_0000
    vcpus: 2
  viewer:
    boot: xl
    kernel: { image: Image }
    memory: 1GiB
    nr-spis: 64
    max-grant-version: 1
    max-grant-frames: 64
    max-maptrack-frames: 0
    p2m-mem: 4MiB
    os: zephyr
    extra-xl: { on_crash: preserve, a: -1, list: [x, "y"] }
`

function modelOf(text: string): SystemModel {
  const { model, findings } = readText(text)
  if (!model) throw new Error(JSON.stringify(findings))
  return model
}

const briefAfter = (from: string, to: string): readonly string[] => {
  expect(TEXT).toContain(from)
  return readText(TEXT.replace(from, to)).brief
}

describe('buildModel', () => {
  const model = modelOf(TEXT)

  it('resolves files against the folder of the manifest, as written', () => {
    expect(model.platform['device-tree']).toEqual({
      pointer: '/platform/device-tree',
      path: '../boards/board.dtb',
      folder: FOLDER,
    })
  })

  it('reads addresses and sizes to the last bit', () => {
    expect(model.platform.reserved.map(({ name, range }) => [name, range.base, range.size])).toEqual([
      ['firmware', 0xffff_ffff_ffe0_0000n, 0x20_0000n],
      ['low', 0n, 4096n],
    ])
    expect(dom0Of(model)?.memory).toBe(0x2000_0000n)
    const wide = modelOf(TEXT.replace('0xffff_ffff_ffe0_0000', '18446744073707454464'))
    expect(wide.platform.reserved[0]?.range.base).toBe(0xffff_ffff_ffe0_0000n)
  })

  it('keeps the order of the document', () => {
    expect(model.domains.map(({ name }) => name)).toEqual(['control', 'dom0', 'viewer'])
  })

  it('makes defaults explicit, and remembers that they are defaults', () => {
    const [control] = dom0lessOf(model)
    expect(control).toMatchObject({
      vcpus: 1,
      os: 'linux',
      console: 'vpl011',
      enhanced: 'disabled',
      'extra-properties': [],
      'extra-xl': [],
      kernel: { bootargs: '' },
    })
    expect(dom0Of(model)).toMatchObject({ 'files-at': '/boot/guests', vcpus: 2 })
    expect(xlDomainsOf(model)[0]?.console).toBe('pv')
    expect(model.boot).toMatchObject({ load: { from: 'tftp', prefix: '' }, 'device-tree': 'merged', command: 'booti' })
    expect(control && isGiven(model, control, 'vcpus')).toBe(false)
    expect(control && isGiven(model, control, 'memory')).toBe(true)
    expect([...model.defaulted].filter((pointer) => pointer.startsWith('/domains/dom0'))).toEqual([
      '/domains/dom0/os',
      '/domains/dom0/files-at',
    ])
  })

  it('has nothing where Xen has a default of its own', () => {
    const [control] = dom0lessOf(model)
    expect(Object.keys(control ?? {})).not.toContain('nr-spis')
    expect(Object.keys(control ?? {})).not.toContain('p2m-mem')
    expect(Object.keys(control ?? {})).not.toContain('ramdisk')
    expect(xlDomainsOf(model)[0]).toMatchObject({
      'nr-spis': 64,
      'max-grant-version': 1,
      'max-grant-frames': 64,
      'max-maptrack-frames': 0,
      'p2m-mem': 4n << 20n,
      os: 'zephyr',
    })
  })

  it('hands boot arguments on byte for byte', () => {
    expect(dom0Of(model)?.kernel.bootargs).toBe('root=/dev/vda  quiet ')
  })

  it('hands extra keys on in their order', () => {
    expect(xlDomainsOf(model)[0]?.['extra-xl'].map(({ name, value }) => [name, value])).toEqual([
      ['on_crash', 'preserve'],
      ['a', -1n],
      ['list', ['x', 'y']],
    ])
    const extra =
      'extra-properties: { b: true, "a,c": [1, 0xffffffff], s: x, l: [x, y], one: 7, m: { bytes: "02:0a 0bFF" } }'
    const [control] = dom0lessOf(modelOf(TEXT.replace('memory: 256MiB', `memory: 256MiB\n    ${extra}`)))
    expect(control?.['extra-properties'].map(({ name, value }) => [name, value])).toEqual([
      ['b', true],
      ['a,c', [1n, 0xffff_ffffn]],
      ['s', 'x'],
      ['l', ['x', 'y']],
      ['one', [7n]],
      ['m', Uint8Array.of(2, 0x0a, 0x0b, 0xff)],
    ])
  })

  it('knows where every value stands', () => {
    const [control] = dom0lessOf(model)
    expect(control && originOf(control, 'memory')).toEqual({
      kind: 'manifest',
      pointer: '/domains/control/memory',
      on: 'value',
    })
    expect(control?.kernel.image.pointer).toBe('/domains/control/kernel/image')
  })

  it.each([
    ['/boot/guests', '/boot/guests'],
    ['/boot/guests/', '/boot/guests'],
    ['//srv///g//', '/srv/g'],
    ['/', ''],
  ])('files-at: %s is %j', (written, folder) => {
    expect(dom0Of(modelOf(TEXT.replace('vcpus: 2', `files-at: ${written}`)))?.['files-at']).toBe(folder)
  })
})

describe('names', () => {
  it.each(['a', 'a.b', 'A-1_b', 'domU1', 'x'.repeat(40)])('%s is a name', (name) => {
    expect(briefAfter('  control:', `  ${name}:`)).toEqual([])
  })

  it.each([
    '""',
    '"."',
    '".."',
    '"../etc"',
    '"/etc"',
    '"a/b"',
    '"a b"',
    '"a\'b"',
    "'a\"b'",
    '"a;reset"',
    '"a\\nb"',
    '"a\\0b"',
    '"$a"',
    '"-a"',
    '"1a"',
    '1',
    '"a@1"',
    '"é"',
    '"a\\u202eb"',
    'x'.repeat(41),
  ])('%s is none', (name) => {
    expect(briefAfter('  control:', `  ${name}:`)).toEqual(['MAN-020 11:3'])
    expect(briefAfter('    low:', `    ${name}:`)).toEqual(['MAN-020 7:5'])
  })
})

describe('a boot-time domain whose node is made for something else', () => {
  const LINKS = `
shared-memory:
  frames: { size: 1MiB, access: { dom0: {}, control: {} } }
event-channels:
  kick: { ends: { dom0: {}, control: {} } }
`

  it.each([
    ['shm-frames', ['MAN-020 11:3']],
    ['evtchn-kick', ['MAN-020 11:3']],
    ['shm-kick', []],
    ['evtchn-frames', []],
  ])("'%s'", (name, found) => {
    const text = `${TEXT}${LINKS}`.replaceAll(/\bcontrol:/g, `${name}:`)
    expect(readText(text).brief).toEqual(found)
  })

  it('is not there where dom0 takes no part', () => {
    const text = `${TEXT}${LINKS}`.replaceAll(/\bcontrol:/g, 'shm-frames:').replaceAll('dom0: {},', 'viewer: {},')
    expect(readText(text).brief).not.toContain('MAN-020 11:3')
  })
})

describe('a domain that cannot be represented', () => {
  it('is left out, and the others are still judged', () => {
    const text = TEXT.replace('  control:', '  1st:').replace(
      '    vcpus: 2',
      '    vcpus: 2\n  second: { boot: dom0, kernel: { image: I }, memory: 1MiB }',
    )
    const { brief, model } = readText(text)
    expect(brief).toEqual(['MAN-020 11:3', 'REF-001 21:19'])
    expect(model?.domains.map(({ name }) => name)).toEqual(['dom0', 'viewer'])
  })

  it('stops the rest when it is dom0, or the only one', () => {
    const { brief, model } = readText(TEXT.replace('  dom0:', '  0dom:'))
    expect(brief).toEqual(['MAN-020 15:3'])
    expect(model).toBeUndefined()
    expect(readText(TEXT.replace('  control:', '  1:').replace(/ {2}dom0:.*/s, '')).model).toBeUndefined()
  })
})

describe('texts', () => {
  it.each(['"a\\nb"', '"a\\tb"', '"a\\0b"', 'caf\u00e9', '"\\x7f"', '"\\u00a0"'])('boot arguments: not %s', (text) => {
    expect(briefAfter('bootargs: console=dtuart', `bootargs: ${text}`)).toEqual(['MAN-021 8:47'])
    expect(
      briefAfter(
        'kernel: { image: Image }\n    memory: 256',
        `kernel: { image: Image, bootargs: ${text} }\n    memory: 256`,
      ),
    ).toEqual(['MAN-021 13:39'])
  })

  it.each(['"a\\nb"', '"a\\0b"', '"a\\x1bb"', '"  "', 'a/', '..', '.', 'a/..', '/', '"a\\u202eb"'])(
    'no file: %s',
    (text) => {
      expect(briefAfter('image: xen', `image: ${text}`)).toEqual(['MAN-022 8:32'])
      expect(briefAfter('ramdisk: a b.cpio', `ramdisk: ${text}`)).toEqual(['MAN-022 18:14'])
    },
  )

  it.each(['boot', '"/a\\nb"', '""'])('no folder: %s', (text) => {
    expect(briefAfter('vcpus: 2', `files-at: ${text}`)).toEqual(['MAN-022 20:15'])
  })

  it('the prefix stays on its line', () => {
    expect(briefAfter('from: tftp', 'from: tftp, prefix: "a\\nreset"')).toEqual(['MAN-025 9:37'])
  })

  it('extra values hold no NUL', () => {
    expect(briefAfter('on_crash: preserve', 'on_crash: "a\\0b"')).toEqual(['MAN-025 31:27'])
  })
})

describe('ranges', () => {
  it.each([
    ['{ start: 0xffff_ffff_ffff_ffff, size: 1 }', []],
    ['{ start: 0xffff_ffff_ffff_ffff, size: 2 }', ['MAN-023 7:48']],
    ['{ start: 0, size: 0 }', ['MAN-023 7:28']],
    ['{ start: 0x1_0000_0000_0000_0000, size: 1 }', ['MAN-015 7:19']],
    ['{ start: 0, size: 16777216TiB }', ['MAN-014 7:28']],
  ])('%s: %j', (range, expected) => {
    expect(briefAfter('low: { start: 0, size: 4096 }', `low: ${range}`)).toEqual(expected)
  })

  it('of the load window is read, or left to its default', () => {
    const text = TEXT.replace('boot: { load', 'boot: { load-window: { start: 0x4000_0000, size: 1GiB }, load')
    expect(modelOf(text).boot['load-window']).toEqual({ base: 0x4000_0000n, size: 1n << 30n })
    expect(Object.keys(modelOf(TEXT).boot)).not.toContain('load-window')
  })
})

describe('references', () => {
  it('a second dom0 is refused, with the first named', () => {
    const { placed, model } = readText(
      TEXT.replace('boot: xl', 'boot: dom0')
        .replace(/nr-spis.*os/s, 'os')
        .replace(/ +extra-xl.*\n/, ''),
    )
    expect(placed.map(({ diagnostic, at, related }) => [diagnostic.code, at.line, related[0]?.at.line])).toEqual([
      ['REF-001', 22, 15],
    ])
    expect(model?.domains).toHaveLength(2)
  })

  it.each([
    ['dom0_mem=1G', ['REF-003 8:47']],
    ['dom0_max_vcpus=2', ['REF-003 8:47']],
    ['loglvl=all  dom0_mem=1G,max:1G dom0_max_vcpus=2', ['REF-003 8:47', 'REF-003 8:47']],
    ['dom0_memory=1', []],
    ['xdom0_mem=1', []],
  ])('xen.bootargs: %s', (options, expected) => {
    expect(briefAfter('bootargs: console=dtuart', `bootargs: "${options}"`)).toEqual(expected)
  })

  it.each(['4.16', '4.2', '5.0', '4.20.', '4.20.1-pre', '4.23-unstable', '4.24', 'master', '4.20 '])(
    'no release: %s',
    (release) => {
      expect(briefAfter('"4.20"', `"${release}"`)).toEqual(['MAN-024 8:17'])
    },
  )

  it.each([
    ['4.20.4', []],
    ['4.23', ['MAN-029 8:17']],
    ['4.23.0', ['MAN-029 8:17']],
  ])('a release: %s', (release, expected) => expect(briefAfter('"4.20"', `"${release}"`)).toEqual(expected))

  it('dom0_max_vcpus in xen.bootargs is refused also where dom0 does not say it', () => {
    const text = TEXT.replace('    vcpus: 2\n', '').replace('bootargs: console=dtuart', 'bootargs: dom0_max_vcpus=2')
    const { placed } = readText(text)
    expect(placed.map(({ diagnostic, related }) => [diagnostic.code, related[0]?.at.line])).toEqual([['REF-003', 15]])
    expect(dom0Of(modelOf(TEXT.replace('    vcpus: 2\n', '')))?.vcpus).toBe('all')
  })
})
