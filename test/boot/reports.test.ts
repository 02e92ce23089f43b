import { describe, expect, test } from 'vitest'
import { differences, type GuestExpectation } from './compare.ts'
import { readReports, reportDone } from './facts.ts'

const lines = [
  '(XEN) DOM2: FACT logger ram |40000000-40ffffff|',
  '[    0.1] noise FACT logger ram |0-1|',
  '(XEN) DOM1: FACT control cpus |2|',
  '(XEN) DOM2: FACT logger ram |41000000-47ffffff|',
  '(XEN) DOM2: FACT logger cpus |1|',
  '(XEN) DOM2: FACT logger cmdline |console=ttyAMA0  a="x |',
  '(XEN) DOM2: FACT logger cmdline |y| |',
  '(XEN) DOM2: FACT logger done ||',
  '(XEN) DOM1: FACT control ram |200000000-2ffffffff|',
  '(XEN) DOM1: FACT control done ||',
]

const logger: GuestExpectation = {
  name: 'logger',
  domainId: 2,
  cpus: 1,
  ram: [{ base: 0x4000_0000n, size: 0x800_0000n }],
  cmdline: 'console=ttyAMA0  a="x y| ',
}
const control: GuestExpectation = {
  name: 'control',
  domainId: 1,
  cpus: 2,
  ram: [{ base: 0x2_0000_0000n, size: 0x1_0000_0000n }],
  cmdline: '',
}

describe('reports', () => {
  test('of guests that print at the same time are read apart, to the last blank', () => {
    expect(differences([control, logger], readReports(lines))).toEqual([])
  })

  test('without a prefix have no domain id', () => {
    const report = readReports(['FACT dom0 cpus |1|', 'FACT dom0 done ||']).get('dom0')
    expect(report).toEqual({ domainId: undefined, ram: [], cpus: 1, cmdline: '' })
  })

  test('that break off, repeat or come from two domains are refused', () => {
    expect(() => readReports(lines.slice(0, -1))).toThrow("'control' reports too little")
    expect(() => readReports([...lines, '(XEN) DOM1: FACT control done ||'])).toThrow(
      "'control' reports too little, or twice",
    )
    expect(() => readReports([...lines, '(XEN) DOM3: FACT control ram |0-1|'])).toThrow('several domains: 1, 3')
  })

  test('end with a line of their own', () => {
    expect(lines.filter((line) => reportDone('logger').test(line))).toEqual(['(XEN) DOM2: FACT logger done ||'])
  })
})

describe('differences', () => {
  test.each<[Partial<GuestExpectation>, string]>([
    [{ domainId: 1 }, 'logger: domain id planned 1, reported 2'],
    [{ cpus: 2 }, 'logger: CPUs planned 2, reported 1'],
    [{ ram: [] }, 'logger: RAM planned "", reported "[0x40000000..0x48000000)"'],
    [{ cmdline: 'quiet' }, 'logger: command line planned "quiet", reported "console=ttyAMA0  a=\\"x y| "'],
  ])('name what was planned and what was reported: %o', (change, difference) => {
    expect(differences([control, { ...logger, ...change }], readReports(lines))).toEqual([difference])
  })

  test('name guests that are missing, and guests too many', () => {
    expect(differences([{ ...control, name: 'camera' }, logger], readReports(lines))).toEqual([
      'camera: planned, but does not report',
      'control: reports, but is not planned',
    ])
  })
})
