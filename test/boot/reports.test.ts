import { describe, expect, test } from 'vitest'
import { differences, type GuestExpectation } from './compare.ts'
import { haveReported, readReports } from './facts.ts'

const lines = [
  '(XEN) DOM2: FACT logger 1 ram |40000000-40ffffff|',
  'noise FACT logger 1 ram |0-1|',
  '(XEN) DOM1: FACT control 1 cpus |2|',
  '(XEN) DOM2: FACT logger 1 ram |41000000-47ffffff|',
  '(XEN) DOM2: FACT logger 1 cpus |1|',
  '(XEN) DOM2: FACT logger 1 cmdline |console=ttyAMA0  a="x |',
  '(XEN) DOM2: FACT logger 1 cmdline |y| |',
  '(XEN) DOM2: FACT logger 1 done |5|',
  '(XEN) DOM1: FACT control 1 ram |200000000-2ffffffff|',
  '(XEN) DOM1: FACT control 1 done |2|',
]

const logger: GuestExpectation = {
  name: 'logger',
  domainId: 2,
  cpus: 1,
  ram: [{ base: 0x4000_0000n, size: 0x800_0000n }],
  cmdline: 'console=ttyAMA0  a="x y| ',
  reserved: [],
  console: '',
}
const control: GuestExpectation = {
  name: 'control',
  domainId: 1,
  cpus: 2,
  ram: [{ base: 0x2_0000_0000n, size: 0x1_0000_0000n }],
  cmdline: '',
  reserved: [],
  console: '',
}

describe('reports', () => {
  test('of guests that print at the same time are read apart, to the last blank', () => {
    expect(differences([control, logger], readReports(lines))).toEqual([])
  })

  test('without a prefix have no domain id', () => {
    const report = readReports(['FACT dom0 1 cpus |1|', 'FACT dom0 1 done |1|']).get('dom0')
    expect(report).toMatchObject({ domainId: undefined, ram: [], cpus: 1, cmdline: '', devices: [] })
  })

  test('of which a line was cut count when they are repeated in full', () => {
    const cut = ['FACT dom0 1 cpus |1|', 'FACT dom0 1 cmd(XEN) DOM1: line |x|', 'FACT dom0 1 done |2|']
    expect(readReports(cut).size).toBe(0)
    const repeated = ['FACT dom0 2 cpus |1|', 'FACT dom0 2 cmdline |x|', 'FACT dom0 2 done |2|']
    expect(readReports([...cut, ...repeated]).get('dom0')?.cmdline).toBe('x')
  })

  test('are read apart where the line of one follows that of another without a break', () => {
    const joined = ['FACT dom0 1 cpus |1|(XEN) DOM1: FACT logger 1 cpus |2|', '', 'FACT dom0 1 done |1|']
    const reports = readReports([...joined, '(XEN) DOM1: FACT logger 1 done |1|'])
    expect([reports.get('dom0')?.cpus, reports.get('logger')?.cpus]).toEqual([1, 2])
  })

  test('of two domains under one name are refused', () => {
    const twin = ['(XEN) DOM3: FACT control 1 cpus |1|', '(XEN) DOM3: FACT control 1 done |1|']
    expect(() => readReports([...lines, ...twin])).toThrow("domains 1 and 3 both report as 'control'")
  })

  test('are complete when every guest has reported in full', () => {
    expect(haveReported(['control', 'logger'], lines)).toBe(true)
    expect(haveReported(['control', 'logger'], lines.slice(0, -1))).toBe(false)
    expect(haveReported(['control', 'logger', 'camera'], lines)).toBe(false)
  })
})

describe('differences', () => {
  test.each<[Partial<GuestExpectation>, string]>([
    [{ domainId: 1 }, 'logger: domain id planned 1, reported 2'],
    [{ cpus: 2 }, 'logger: CPUs planned 2, reported 1'],
    [{ ram: [] }, 'logger: RAM planned "", reported "[0x40000000..0x48000000)"'],
    [{ cmdline: 'quiet' }, 'logger: command line planned "quiet", reported "console=ttyAMA0  a=\\"x y| "'],
    [{ ram: { total: 0x10n } }, 'logger: bytes of RAM planned "0x10", reported "0x8000000"'],
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
