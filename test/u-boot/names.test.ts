/** What FAT and TFTP make of names, at the lengths and characters where it changes. */
import { describe, expect, it } from 'vitest'
import type { LoadMethod } from '../../src/model/system-model.ts'
import { foldedPath, isOnFat, lostOnFat } from '../../src/u-boot/fat.ts'
import { LONGEST_TFTP_NAME, lostByTftp } from '../../src/u-boot/tftp.ts'

const command = (line: string): LoadMethod => ({ from: 'command', command: line, prefix: '', pointer: '/boot/load' })

describe('a load method', () => {
  it.each([
    ['fatload mmc 0:1', 'yes'],
    ['mmc dev 0; fatload mmc 0:1', 'yes'],
    ['fatload mmc 0:1; ext4load mmc 0:2', 'no'],
    ['usb start && usb reset | fatload usb 0', 'yes'],
    ['fatload mmc 0:1;', 'unknown'],
    ['  tftpboot ', 'no'],
    ['wget', 'no'],
    ['load mmc 0:1', 'unknown'],
    ['ubifsload', 'no'],
  ] as const)('%s: from FAT %s', (line, expected) => expect(isOnFat(command(line))).toBe(expected))

  it('is unknown for disks, and no for TFTP and for what lies in memory', () => {
    expect(isOnFat({ from: 'memory', addresses: new Map(), pointer: '' })).toBe('no')
    expect(isOnFat({ from: 'tftp', prefix: '', pointer: '' })).toBe('no')
    expect(isOnFat({ from: 'usb', device: '0:1', prefix: '', pointer: '' })).toBe('unknown')
  })
})

describe('a name on FAT', () => {
  it.each([...'"*:<>?\\|'])('cannot have %s', (odd) => {
    expect(lostOnFat(`a/b${odd}c`)).toBe(`has the character ${odd}`)
  })

  it.each([
    'a/b',
    '.',
    '..',
    'a/../b',
    'a.b',
    ' a',
    'a b',
    '.a',
    'x'.repeat(255),
    `${'x'.repeat(255)}/${'y'.repeat(255)}`,
  ])('%s is kept', (path) => expect(lostOnFat(path)).toBeUndefined())

  it.each([
    ['a./b', 'has a name that ends in a dot'],
    ['...', 'has a name that ends in a dot'],
    ['a /b', 'has a name that ends in a blank'],
    [`a/${'x'.repeat(256)}`, 'has a name of 256 characters, more than 255'],
  ])('%s is not', (path, why) => expect(lostOnFat(path)).toBe(why))

  it('is the same in capitals, of ASCII alone', () => {
    expect(foldedPath('Boot/XEN.Dtb')).toBe('boot/xen.dtb')
    expect(foldedPath('AZ@[ÄÖ')).toBe('az@[ÄÖ')
  })
})

describe('a name for TFTP', () => {
  it('has at most as many characters as the buffer without its NUL', () => {
    expect(LONGEST_TFTP_NAME).toBe(127)
    expect(lostByTftp('x'.repeat(127), '')).toBeUndefined()
    expect(lostByTftp('x'.repeat(128), '')).toMatch(/^has 128 characters/)
  })

  it('is counted without an address of a server', () => {
    expect(lostByTftp(`10.0.0.254:${'x'.repeat(127)}`, '10.0.0.254:')).toBeUndefined()
    expect(lostByTftp(`10.0.0.254:${'x'.repeat(128)}`, '10.0.0.254:')).toMatch(/^has 128 characters/)
    expect(lostByTftp(`host:${'x'.repeat(123)}`, 'host:')).toMatch(/^has 128 characters/)
  })

  it('has no quote, and no colon after its prefix', () => {
    expect(lostByTftp('a"b', '')).toMatch(/^has a quote/)
    expect(lostByTftp('a:b', '')).toMatch(/^has a colon/)
    expect(lostByTftp('host:a', 'host:')).toBeUndefined()
    expect(lostByTftp('host:a:b', 'host:')).toMatch(/^has a colon/)
  })
})
