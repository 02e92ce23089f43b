/** What is wrong with files that lie in memory already: each fault, and the place beside it that is none. */
import { describe, expect, it } from 'vitest'
import { Findings } from '../../src/diagnostics/findings.ts'
import type { Board } from '../../src/facts/facts.ts'
import { planSystem } from '../../src/load/plan-system.ts'
import type { Dom0lessDomain, MemoryLoad, SystemModel } from '../../src/model/system-model.ts'
import { bytes, hostPhys, MiB, times } from '../../src/units/quantities.ts'
import { range } from '../../src/units/range.ts'
import { arm64, boardWith, type FileWords, factsFor, gzip } from '../support/facts/builder.ts'
import { dom0less, systemOf } from '../support/model/builder.ts'

const GB = 0x4000_0000n
const virt = boardWith([[GB, 2n * GB]])

const loadAt = (addresses: Readonly<Record<string, bigint>>, pointer = '/boot/load'): MemoryLoad => ({
  from: 'memory',
  pointer,
  addresses: new Map(Object.entries(addresses).map(([path, address]) => [path, hostPhys(address)])),
})

interface Surroundings {
  readonly board?: Board
  readonly files?: Readonly<Record<string, FileWords>>
  /** Of the one domain `a`, or of several. */
  readonly domains?: Readonly<Record<string, Partial<Dom0lessDomain>>>
}

/** Codes with their places, and the ends of messages about a place. */
function said(
  addresses: Readonly<Record<string, bigint>>,
  { board = virt, files = {}, domains = { a: {} } }: Surroundings = {},
): readonly string[] {
  const base = systemOf(Object.keys(domains).map((name) => dom0less(name)))
  const model: SystemModel = {
    ...base,
    boot: { ...base.boot, load: loadAt(addresses) },
    domains: base.domains.map((domain) => ({ ...domain, ...domains[domain.name] }) as Dom0lessDomain),
  }
  const findings = new Findings()
  planSystem(model, factsFor(model, board, files), findings.report)
  return findings.all.map(({ code, at }) => `${code} ${'pointer' in at ? at.pointer : ''}`)
}

const IMAGE = '/boot/load/addresses/Image'
const XEN = '/boot/load/addresses/xen'

describe('a file that lies in memory (RES-013)', () => {
  it('lies in one bank of RAM', () => {
    expect(said({ Image: GB - 0x1000n })).toEqual([`RES-013 ${IMAGE}`])
    expect(said({ Image: 3n * GB - 0x1000n })).toEqual([`RES-013 ${IMAGE}`])
    const banks = boardWith([
      [GB, GB],
      [4n * GB, GB],
    ])
    expect(said({ Image: 4n * GB }, { board: banks })).toEqual([])
  })

  it('is apart from what others own, up to its last page', () => {
    const board = boardWith([[GB, 2n * GB]], [[0x4800_0000n, 0x1000n]])
    expect(said({ Image: 0x4800_0000n }, { board })).toEqual([`RES-013 ${IMAGE}`])
    expect(said({ Image: 0x4800_1000n }, { board })).toEqual([])
  })

  it('is apart from memory of domains', () => {
    const given = range(hostPhys(0x4800_0000n), times(128, MiB))
    const domains = { a: { memory: given.size, 'static-mem': [{ pointer: '/x', name: 'x', range: given }] } }
    expect(said({ Image: 0x4ff0_0000n }, { domains })).toEqual([`RES-013 ${IMAGE}`])
    expect(said({ Image: 0x5000_0000n }, { domains })).toEqual([])
  })

  it('is apart from other files, of which the second is reported', () => {
    expect(said({ Image: 0x4800_0000n, xen: 0x4880_0000n - 0x20_0000n })).toEqual([`RES-013 ${IMAGE}`])
    expect(said({ Image: 0x4800_0000n, xen: 0x48c0_0000n })).toEqual([])
  })

  it('is at its offset past 2 MiB where it is Xen, so that U-Boot leaves it there', () => {
    const files = { xen: { size: MiB, format: arm64(0x10_0000n, { textOffset: 0x8_0000n }) } }
    expect(said({ xen: 0x4a08_0000n }, { files })).toEqual([])
    expect(said({ xen: 0x4a00_0000n }, { files })).toEqual([`RES-013 ${XEN}`])
    expect(said({ xen: 0x4a18_0000n }, { files })).toEqual([`RES-013 ${XEN}`])
    expect(said({ Image: 0x4a01_0000n })).toEqual([])
  })

  it('is where its header wants it', () => {
    const files = { xen: { size: MiB, format: arm64(0x10_0000n, { anywhere: false }) } }
    expect(said({ xen: GB }, { files })).toEqual([])
    expect(said({ xen: GB + 0x20_0000n }, { files })).toEqual([`RES-013 ${XEN}`])
  })

  it('is at a multiple of 8 bytes where it is a tree', () => {
    expect(said({ 'xen.dtb': 0x4a00_0004n })).toEqual(['RES-013 /boot/load/addresses/xen.dtb'])
    expect(said({ 'xen.dtb': 0x4a00_0008n })).toEqual([])
    // Xen copies a kernel from any address.
    expect(said({ Image: 0x4a00_0004n })).toEqual([])
  })
})

it('leaves no plan, unless it only lies where U-Boot may be (RES-016)', () => {
  const planOf = (address: bigint) => {
    const base = systemOf([dom0less('a')])
    const model = { ...base, boot: { ...base.boot, load: loadAt({ Image: address }) } }
    return planSystem(model, factsFor(model, virt), new Findings().report)
  }
  expect(said({ Image: 3n * GB - 0x100_0000n })).toEqual([`RES-016 ${IMAGE}`])
  expect(planOf(3n * GB - 0x100_0000n)).toBeDefined()
  expect(planOf(3n * GB)).toBeUndefined()
})

describe('an address (RES-014)', () => {
  it('is that of a file', () => {
    expect(said({ nothing: 0x4800_0000n })).toEqual(['RES-014 /boot/load/addresses/nothing'])
  })

  it('is that of one file: two domains have a compressed kernel each', () => {
    const two = { domains: { a: {}, b: {} }, files: { Image: { size: MiB, format: gzip() } } }
    expect(said({ Image: 0x4800_0000n }, two)).toEqual([`RES-014 ${IMAGE}`])
    expect(said({ Image: 0x4800_0000n }, { domains: two.domains })).toEqual([])
  })

  it('is counted for each load method on its own', () => {
    const load = loadAt({ Image: 0x5000_0000n }, '/domains/b/load')
    expect(said({ Image: 0x4800_0000n }, { domains: { a: {}, b: { load } } })).toEqual([])
    const wrong = loadAt({ xen: 0x5000_0000n }, '/domains/b/load')
    expect(said({ xen: 0x4800_0000n }, { domains: { a: {}, b: { load: wrong } } })).toEqual([
      'RES-014 /domains/b/load/addresses/xen',
    ])
    const usb = { from: 'usb', device: '0:1', prefix: '', pointer: '/domains/b/load' } as const
    expect(said({ Image: 0x4800_0000n }, { domains: { a: {}, b: { load: usb } } })).toEqual([])
  })
})

describe('a size (RES-015)', () => {
  const declared = { pointer: '/domains/a/kernel/image/size', size: times(6, MiB) }

  it('is known of what lies in memory: nothing at boot tells it', () => {
    const missing: FileWords = { size: bytes(0), format: { kind: 'missing' }, declared }
    expect(said({}, { files: { Image: missing } })).toEqual(['RES-015 /domains/a/kernel/image/size'])
    expect(said({}, { files: { Image: { ...missing, size: MiB, format: arm64(0x10_0000n) } } })).toEqual([])
  })
})
