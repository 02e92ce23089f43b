import { describe, expect, it } from 'vitest'
import { parseKconfig } from '../../src/facts/kconfig.ts'

const options = (text: string) => {
  const parsed = parseKconfig(text, '.config')
  return parsed.ok ? Object.fromEntries(parsed.value.options) : parsed.bad
}

describe('parseKconfig', () => {
  it('reads what Kconfig writes', () => {
    const text = [
      '#',
      '# Automatically generated file; DO NOT EDIT.',
      'CONFIG_ARM_64=y',
      'CONFIG_NR_CPUS=4',
      'CONFIG_CMDLINE="a \\"b\\" \\\\ c"',
      'CONFIG_EMPTY=""',
      'CONFIG_BASE=0x10',
      '# CONFIG_UBSAN is not set',
      '',
    ].join('\n')
    expect(options(text)).toEqual({ ARM_64: 'y', NR_CPUS: '4', CMDLINE: 'a "b" \\ c', EMPTY: '', BASE: '0x10' })
  })

  it('takes line ends of another system, and the last of two lines', () => {
    expect(options('CONFIG_A=y\r\nCONFIG_B=y\r\n# CONFIG_A is not set\r\nCONFIG_B=n\r\n')).toEqual({ B: 'n' })
  })

  it.each([
    ['CONFIG_A=y\nA=y\n', { line: 2, text: 'A=y' }],
    ['CONFIG_A=', { line: 1, text: 'CONFIG_A=' }],
    ['CONFIG_A="open', { line: 1, text: 'CONFIG_A="open' }],
    ['CONFIG_A=y z', { line: 1, text: 'CONFIG_A=y z' }],
    ['\n\n\x7fELF', { line: 3, text: '\x7fELF' }],
  ])('stops at a line of another kind of file: %j', (text, bad) => expect(options(text)).toEqual(bad))
})
