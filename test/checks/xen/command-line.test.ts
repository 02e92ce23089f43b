import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  booleanOption,
  lastValue,
  newestGrantVersion,
  parseUnsigned,
  parseXenSize,
} from '../../../src/checks/xen/view/command-line.ts'
import { wordsOf } from '../../../src/xen/command-words.ts'

describe('sizes as Xen reads them', () => {
  it.each([
    ['512M', 512n << 20n],
    ['1g', 1n << 30n],
    ['64k', 64n << 10n],
    ['4096B', 4096n],
    ['64', 64n << 10n],
    ['0x40M', 64n << 20n],
    ['010M', 8n << 20n],
    ['1T', 1n << 40n],
  ])('%s', (text, size) => {
    expect(parseXenSize(text)).toBe(size)
  })

  it.each(['', 'M', '512MB', '512MiB', '1.5G', '-1M', 'min:128M', '08M', '512M,max:1G'])('refuses %j', (text) => {
    expect(parseXenSize(text)).toBeUndefined()
  })
})

describe('numbers in C notation', () => {
  it('reads what it prints', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }), (value) => {
        expect(parseUnsigned(value.toString())).toBe(value)
        expect(parseUnsigned(`0x${value.toString(16)}`)).toBe(value)
        expect(parseUnsigned(`0${value.toString(8)}`)).toBe(value)
      }),
    )
  })

  it.each(['', ' 1', '1 ', '08', '0x', '1a', '-1'])('refuses %j', (text) => {
    expect(parseUnsigned(text)).toBeUndefined()
  })
})

describe('words', () => {
  it('are separated by blanks only, and the last of a kind counts', () => {
    const words = wordsOf('  console=dtuart sync_console  dom0_mem=1G\tx dom0_mem=2G=3 ')
    expect(words.map(({ text }) => text)).toEqual(['console=dtuart', 'sync_console', 'dom0_mem=1G\tx', 'dom0_mem=2G=3'])
    expect(words[1]).toEqual({ text: 'sync_console', key: 'sync_console' })
    expect(lastValue({ words }, 'dom0_mem')).toBe('2G=3')
  })

  it('decide which grant table versions there are', () => {
    expect(newestGrantVersion(wordsOf(''))).toBe(1)
    expect(newestGrantVersion(wordsOf('gnttab=max-ver:2'))).toBe(2)
    expect(newestGrantVersion(wordsOf('gnttab=transitive=off,max_ver:2'))).toBe(2)
    expect(newestGrantVersion(wordsOf('gnttab=max-ver:2 gnttab=max-ver:1'))).toBe(1)
    expect(newestGrantVersion(wordsOf('gnttab=max-ver:3'))).toBe(1)
  })
})

describe('boolean options', () => {
  const isOn = (text: string, usual = false) => booleanOption({ words: wordsOf(text) }, 'hmp-unsafe', usual)

  it.each([
    'hmp-unsafe',
    'hmp-unsafe=',
    'hmp-unsafe=on',
    'no-hmp-unsafe=false',
    'hmp-unsafe=no hmp-unsafe',
    'hmp-unsafe hmp-unsafe=x',
  ])('on: %s', (text) => expect(isOn(text)).toBe(true))

  it.each([
    'hmp-unsafe=false',
    'no-hmp-unsafe',
    'hmp-unsafe hmp-unsafe=0',
    'hmp-unsafe=TRUE',
    'hmp-unsafe no-hmp-unsafe=1',
    'hmp',
  ])('off: %s', (text) => expect(isOn(text)).toBe(false))

  it('without a word, as usual', () => expect([isOn(''), isOn('', true)]).toEqual([false, true]))
})
