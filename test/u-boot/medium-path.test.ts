/** Where files lie on the medium, and what lies in the way of another (REF-020, REF-021). */
import { describe, expect, it } from 'vitest'
import { atValue } from '../../src/diagnostics/diagnostic.ts'
import { Findings } from '../../src/diagnostics/findings.ts'
import type { FileReference, LoadMethod } from '../../src/model/system-model.ts'
import { checkMediumPaths, mediumOf, mediumPath, type OnMedium, placeOnDisk } from '../../src/u-boot/medium-path.ts'

const TFTP: LoadMethod = { from: 'tftp', prefix: '', pointer: '/boot/load' }
const SD: LoadMethod = { from: 'sd', device: '0:1', prefix: '', pointer: '/boot/load' }

const file = (path: string, folder = '/in'): FileReference => ({ path, folder, pointer: `/${path}` })
const on = (own: string | FileReference, load: LoadMethod = TFTP): OnMedium => ({ load, file: own })

function saidOf(...files: readonly OnMedium[]): readonly string[] {
  const findings = new Findings()
  checkMediumPaths(files, findings.report)
  return findings.all.map(({ code, at }) => `${code} ${'pointer' in at ? at.pointer : ''}`)
}

it.each([
  ['xen', 'xen'],
  ['./a//xen', 'a/xen'],
  ['a/../xen', 'xen'],
  ['/abs/xen', 'xen'],
  ['../up/xen', 'xen'],
  ['a/../../xen', 'xen'],
  ['..xen', '..xen'],
  ['..', '..'],
])('%s lies at %s', (written, path) => expect(mediumPath(written)).toBe(path))

it('is one medium where device, command and prefix are the same', () => {
  const methods: readonly LoadMethod[] = [
    TFTP,
    { ...TFTP, prefix: 'a' },
    SD,
    { ...SD, prefix: 'a' },
    { ...SD, device: '1:1' },
    { ...SD, from: 'usb' },
    { from: 'command', command: 'nfs', prefix: '', pointer: '' },
    { from: 'command', command: 'nfs', prefix: 'a', pointer: '' },
    { from: 'command', command: 'wget', prefix: '', pointer: '' },
    { from: 'memory', addresses: new Map(), pointer: '/boot/load' },
    { from: 'memory', addresses: new Map(), pointer: '/domains/a/load' },
  ]
  expect(new Set(methods.map(mediumOf)).size).toBe(methods.length)
  expect(mediumOf({ ...SD, pointer: '/elsewhere' })).toBe(mediumOf(SD))
})

it('is one file on the disk however it is written', () => {
  expect(placeOnDisk(file('../in/a'))).toBe(placeOnDisk(file('./a')))
  expect(placeOnDisk(file('a'))).not.toBe(placeOnDisk(file('a', '/other')))
})

describe('files on one medium', () => {
  it('may be named twice, or have one name on two media', () => {
    expect(saidOf(on(file('a')), on(file('./a')))).toEqual([])
    expect(saidOf(on(file('a')), on(file('a', '/other'), SD))).toEqual([])
    expect(saidOf(on('xen.dtb'), on(file('xen.dtb'), SD))).toEqual([])
  })

  it('must not have the place of another', () => {
    expect(saidOf(on(file('x/a')), on(file('/y/x')), on(file('/b/a')), on(file('/c/a')))).toEqual([
      'REF-020 //y/x',
      'REF-020 //c/a',
    ])
  })

  it('must not have the place of an output, wherever in the order that is', () => {
    expect(saidOf(on(file('xen.dtb')), on('xen.dtb'))).toEqual(['REF-021 /xen.dtb'])
    expect(saidOf(on('xen.dtb'), on(file('xen.dtb')))).toEqual(['REF-021 /xen.dtb'])
  })

  it('must not be where another needs a folder, at any depth', () => {
    expect(saidOf(on('domains/a/virtio.dtb'), on(file('domains')))).toEqual(['REF-021 /domains'])
    expect(saidOf(on('domains/a/virtio.dtb'), on(file('domains/a')))).toEqual(['REF-021 /domains/a'])
    expect(saidOf(on(file('d/e')), on(file('d')))).toEqual(['REF-020 /d'])
    expect(saidOf(on(file('d/e')), on(file('e')))).toEqual([])
    expect(saidOf(on(file('d/e')), on(file('d/f')))).toEqual([])
  })

  it('are both named where one is in the way of the other, unless it is an output', () => {
    const others = (...files: readonly OnMedium[]) => {
      const findings = new Findings()
      checkMediumPaths(files, findings.report)
      return findings.all.map(({ code, related = [] }) => [code, ...related.map(({ at }) => at)])
    }
    expect(others(on(file('a')), on(file('/b/a')))).toEqual([['REF-020', atValue('/a')]])
    expect(others(on(file('d/e')), on(file('d')))).toEqual([['REF-020', atValue('/d/e')]])
    expect(others(on('d/e'), on(file('d')))).toEqual([['REF-021']])
  })
})
