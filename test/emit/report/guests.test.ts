/** What the report says of each guest: devices with all they depend on, processors, rights, features, channels and interrupts. */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { guestLines } from '../../../src/emit/report/guests.ts'
import type { SystemPlan } from '../../../src/plan/system-plan.ts'
import { dom0less, makePlan, xlDomain } from '../../plan/builder.ts'
import { Bench, manifestOf } from '../../support/checks/systems.ts'
import { FORCED } from '../../support/passthrough/given-system.ts'

const bench = new Bench()
afterAll(() => bench.remove())
bench.put('virt.dts', readFileSync(resolve(import.meta.dirname, '../../../examples/boards/qemu-virt.dts'), 'utf8'))

function planOf(parts: Parameters<typeof manifestOf>[0]): SystemPlan {
  const { plan, findings } = bench.outcomeOf(manifestOf(parts))
  const errors = findings.all.filter(({ severity }) => severity === 'error')
  if (!plan || errors.length > 0) throw new Error(errors.map(({ message }) => message).join('; '))
  return plan
}

/** Entries below the guest's map, each in one line without its heading's blanks. */
function entries(plan: SystemPlan, guest: string): readonly string[] {
  const lines = guestLines(plan)
  const start = lines.indexOf(`  ${guest}`)
  const end = lines.indexOf('', start)
  const own = lines.slice(start + 1, end < 0 ? undefined : end)
  const text = own.filter((line) => /^ {4}\S.*: |^ {6}/.test(line) && !/^ +(0x|from )/.test(line)).join('\n')
  return text.split(/\n {4}(?=\S)|\n {6}(?=- )/).map((entry) => entry.replaceAll(/\s+/g, ' ').trim())
}

describe('a device of the host', () => {
  const guest = (name: string, device: string, more = '') =>
    `${name}: { boot: dom0less, kernel: { image: Image }, os: other, memory: 64MiB, passthrough: { ${device} }${more} }`
  const plan = planOf({
    board: 'virt.dts',
    domains: [
      guest('a', `clock: { path: /pl031@9010000, ${FORCED} }`),
      guest('b', `pcie: { path: /pcie@10000000, ${FORCED} }`, ', static-mem: auto, direct-map: true'),
    ],
  })

  it('has its node, its interrupts and its dependencies, each with what becomes of it', () => {
    const own = entries(plan, 'a')
    expect(own[0]).toBe("device: 'clock', /pl031@9010000, interrupt 34")
    expect(own[1]).toMatch(/^- clocks.* \(\/apb-pclk\) /)
    expect(own.filter((line) => line.startsWith('interrupts:'))).toEqual([
      "interrupts: 27 timer, 32 vPL011, 34 'clock'",
    ])
  })

  it('is named by an interrupt once, though each of its pins lists it, and is said to be behind no IOMMU where it does DMA', () => {
    const own = entries(plan, 'b')
    expect(own[0]).toBe(
      "device: 'pcie', /pcie@10000000, interrupt 35, interrupt 36, interrupt 37, interrupt 38, behind no IOMMU",
    )
    expect(own.filter((line) => line.startsWith('interrupts:'))).toEqual([
      "interrupts: 27 timer, that of the host's console for the vPL011, 35 'pcie', 36 'pcie', 37 'pcie', 38 'pcie'",
    ])
  })
})

describe('a guest', () => {
  const plain = makePlan({ domains: [dom0less('a'), xlDomain('x')] })
  const of = (change: (guest: SystemPlan['dom0less'][number]) => SystemPlan['dom0less'][number]) =>
    entries({ ...plain, dom0less: plain.dom0less.map(change) }, 'a')

  it('has no more than interrupts and arguments where nothing was asked for', () => {
    expect(entries(plain, 'a')).toEqual(['interrupts: 27 timer, 32 vPL011', 'arguments: console=ttyAMA0'])
    expect(entries(plain, 'x')).toEqual(['interrupts: 27 timer, 31 event channels', 'arguments: console=ttyAMA0'])
  })

  it('has its cpupool, its colours, and the processors of each virtual one', () => {
    const pool = { pointer: '/xen/cpupools/fast', name: 'fast', cpus: [] }
    const affinity = [
      { vcpu: 0, cpus: [0, 1], pointer: '' },
      { vcpu: 1, cpus: [1], pointer: '' },
    ]
    const colors = { value: '4-7', by: 'manifest', at: '' } as const
    expect(of((guest) => ({ ...guest, affinity, colors, cpupool: { pool, id: 1, cpus: [], phandle: 3 } }))).toEqual([
      'cpupool: fast',
      'colours: 4-7',
      'processors: virtual 0 on cpu@0 or cpu@1, virtual 1 on cpu@1',
      ...entries(plain, 'a'),
    ])
  })

  it('has its rights and features, and its arguments where it has any', () => {
    const more = (sve: number | 'hw') =>
      of((guest) => ({
        ...guest,
        domain: {
          ...guest.domain,
          ...{ sve, 'trap-unmapped-accesses': false, capabilities: ['control', 'xenstore'] as const },
          kernel: { ...guest.domain.kernel, bootargs: '' },
        },
      }))
    expect(more(256)).toEqual([
      'rights: control, xenstore',
      'features: SVE of 256 bits, accesses to unmapped addresses do not fault',
      'interrupts: 27 timer, 32 vPL011',
      'arguments: none',
    ])
    expect(more('hw')[1]).toMatch(/^features: SVE of the machine's length, /)
  })

  it("has the interrupt of the host's console where it sees the host's addresses", () => {
    const direct = of((guest) => ({ ...guest, domain: { ...guest.domain, 'direct-map': true } }))
    expect(direct[0]).toMatch(/^interrupts: 27 timer, that of the host's console/)
  })
})

describe('a link', () => {
  const other = (name: string) => `${name}: { boot: dom0less, kernel: { image: Image }, memory: 64MiB, os: other }`
  const plan = planOf({
    domains: ['dom0: { boot: dom0, kernel: { image: Image }, os: other, memory: 256MiB }', other('a'), other('b')],
    end: [
      'shared-memory: { frames: { size: 1MiB, host-address: 0x60000000, access: { dom0: {}, a: {} } } }',
      'event-channels: { first: { ends: { a: {}, b: {} } }, second: { ends: { b: { port: 12 }, dom0: { port: 20 } } } }',
    ],
  })

  it('has the port of each end and the domain at the other', () => {
    expect(entries(plan, 'a')[0]).toBe("channels: 8 'first' to b")
    expect(entries(plan, 'b')[0]).toBe("channels: 8 'first' to a, 12 'second' to dom0")
    expect(entries(plan, 'dom0')).toEqual(["channels: 20 'second' to b"])
  })

  it('shows dom0 the shared memory that it sees, and nothing else', () => {
    const lines = guestLines(plan)
    const own = lines.slice(0, lines.indexOf(''))
    expect(own.filter((line) => / 0x/.test(line)).map((line) => line.trim().split(/ {2,}/))).toEqual([
      ['0x60000000', '0x60100000', '1 MiB', "shared memory 'frames'"],
    ])
    expect(guestLines(makePlan({ domains: [] }))).toEqual([])
  })
})
