import { describe, expect, test } from 'vitest'
import { xenDifferences } from './compare-xen.ts'
import type { PlanJson } from './expectations.ts'
import { isWholeAnswer, readBuiltDomains, readChannels, readDomainStates, readPools } from './xen-report.ts'

const said = (lines: readonly string[]): string[] => lines.map((line) => `(XEN) ${line}`)

const building = said([
  'Loading d1 kernel from boot module @ 0000000040400000',
  'Loading ramdisk from boot module @ 0000000042000000',
  'Loading zImage from 0000000040400000 to 0000000040000000-0000000041a09fc0',
  'Loading d1 initrd from 0000000042000000 to 0x0000000048200000-0x00000000483034e4',
  'Loading d2 kernel from boot module @ 0000000042200000',
  'Loading zImage from 00000000bb600000 to 0000000040000000-0000000041a09fc0',
])

const asked = said([
  "'q' pressed -> dumping domain info (now = 25070768160)",
  'General information for domain 1:',
  '    nr_pages=40960 xenheap_pages=2 dirty_cpus={} max_pages=40960',
  'Rangesets belonging to domain 1:',
  '    Interrupts { 34 }',
  '    I/O Memory { 9010-9011 }',
  '  UNIT0 affinities: hard={0-1} soft={0-1}',
  'DOM1: General information for domain 7:',
  '  UNIT1 affinities: hard={1} soft={0-1}',
  "'e' pressed -> dumping event-channel info",
  'Event channel information for domain 1:',
  '       1 [0/0/  -   ]: s=3 n=0 x=0 d=0 p=5',
  '      10 [0/1/  -   ]: s=3 n=0 x=0 d=2 p=11',
  '      12 [0/1/  -   ]: s=2 n=0 x=0 d=2',
  '      13 [0/1/  -   ]: s=3 n=0 x=0 d=1 p=14',
  'sched_smt_power_savings: disabled',
  'Cpupool 0:',
  'Cpus: 0',
  'Scheduler: SMP Credit Scheduler rev2 (credit2)',
  'Domain info:',
  '\tDomain: 1 w 256 c 0 v 2',
  '\t  1: [1.0] flags=2 cpu=1 credit=8050832 [w=256] load=207314 (~79%)',
  'Cpupool 1:',
  'Cpus: 1',
  'Scheduler: null Scheduler (null)',
  'Domain info:',
  '\tDomain: 2',
  '\t  1: [2.0] pcpu=1',
  "'h' pressed -> showing installed handlers",
])

describe('what Xen says', () => {
  test('while it builds: an unpacked kernel has no size to compare', () => {
    expect(readBuiltDomains(building)).toEqual([
      { id: 1, kernel: 0x4040_0000n, kernelSize: 0x1a0_9fc0n, ramdisk: 0x4200_0000n, ramdiskSize: 0x10_34e4n },
      { id: 2, kernel: 0x4220_0000n },
    ])
  })

  test('of domains: not what a guest prints to look like it', () => {
    expect(readDomainStates(asked)).toEqual([
      { id: 1, pages: 40960, interrupts: '{ 34 }', ioMemory: '{ 9010-9011 }', hardAffinity: ['0-1', '1'], colors: '' },
    ])
    expect(readDomainStates(building)).toEqual([])
  })

  test('of domains: in pieces, where a guest speaks meanwhile', () => {
    const cut = (at: number, ...pieces: readonly string[]) => [...asked.slice(0, at), ...pieces, ...asked.slice(at + 1)]
    expect(isWholeAnswer(asked)).toBe(true)
    expect(isWholeAnswer(cut(4, '(XEN)     (XEN) DOM8: FACT', 'Interrupts { 34 }'))).toBe(false)
    expect(isWholeAnswer(cut(4, '(XEN)     ', 'said by dom0', 'Interrupts { 34 }'))).toBe(false)
    expect(isWholeAnswer(cut(11, '(XEN)       10 [0/1/  -   ]: s=3 n=0(XEN) DOM1: hello', ' x=0 d=2 p=11'))).toBe(false)
    expect(isWholeAnswer([...cut(4, '(XEN)     (XEN) DOM8: FACT', 'Interrupts { 34 }'), ...asked])).toBe(true)
  })

  test('of channels: bound ones between two domains', () => {
    expect(readChannels(asked)).toEqual([
      { domain: 1, port: 1, remoteDomain: 0, remotePort: 5 },
      { domain: 1, port: 10, remoteDomain: 2, remotePort: 11 },
    ])
  })

  test('of pools, with each scheduler', () => {
    expect(readPools(asked)).toEqual([
      { id: 0, cpus: '0', scheduler: 'credit2', domains: [1] },
      { id: 1, cpus: '1', scheduler: 'null', domains: [2] },
    ])
  })
})

test('differences name domain, value, and what Xen says', () => {
  const file = (id: string, address: string, size: string) => ({
    id,
    path: id,
    address: { value: address },
    size: { value: size },
  })
  const guest = { boot: 'dom0less', ram: [], bootargs: '', console: 'none', enhanced: 'disabled' } as const
  const plan: PlanJson = {
    xen: '4.17',
    host: { cpus: ['/cpus/cpu@0', '/cpus/cpu@1', '/cpus/cpu@2'], loadWindow: [], cpupools: {} },
    regions: {},
    channels: {},
    virtio: {},
    load: [file('a/kernel', '0x40400000', '0x1a09fc0'), file('a/ramdisk', '0x42001000', '0x1034e5')],
    domains: {
      a: {
        ...guest,
        id: { value: 1 },
        memory: { value: '0xb000000' },
        vcpus: { value: 2 },
        affinity: [{ vcpu: 1, cpus: [0, 2] }],
        kernel: 'a/kernel',
        ramdisk: 'a/ramdisk',
      },
      b: { ...guest, id: { value: 3 }, memory: { value: '0x1000' }, vcpus: { value: 1 }, affinity: [] },
    },
  }
  expect(xenDifferences(plan, [...building, ...asked])).toEqual([
    'a: address of the ramdisk planned "0x42001000", loaded by Xen "0x42000000"',
    'a: size of the ramdisk planned "0x1034e5", loaded by Xen "0x1034e4"',
    'b: planned, but Xen does not build it',
    'a: pages planned 45056, given by Xen 40960',
    'a: hard affinity planned "0-2 0,2", given by Xen "0-1 1"',
    'a: interrupts planned "{ }", given by Xen "{ 34 }"',
    'a: I/O memory planned "{ }", given by Xen "{ 9010-9011 }"',
    'b: planned, but Xen does not know it',
    'Xen: CPU pools planned "0: 0-2, credit2, d1 d3", reported "0: 0, credit2, d1; 1: 1, null, d2"',
    'Xen: channels planned "", reported "d1:10 d2:11"',
  ])
})
