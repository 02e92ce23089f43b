/** Devices of the host in `plan.json`, and as `explain` shows them by name and by address. */
import { Ajv2020 } from 'ajv/dist/2020.js'
import { afterAll, describe, expect, it } from 'vitest'
import planSchema from '../../schemas/plan.schema.json' with { type: 'json' }
import { explainAddress } from '../../src/cli/explain/address.ts'
import { explainDevice } from '../../src/cli/explain/device.ts'
import { planDocument } from '../../src/emit/plan-json.ts'
import { created, DOM0 } from '../lifecycle/lives.ts'
import { Bench, manifestOf } from '../support/checks/systems.ts'

const bench = new Bench()
afterAll(() => bench.remove())

const NET = 'net: { path: /ethernet@a000000, quiesce: { hook: /usr/lib/board/silence } }'
const RTC = 'rtc: { path: /rtc@a002000, guest-address: 0x1000_0000 }'

function planWith(passthrough: string) {
  const board = 'given-board.dts, enable: [/iommu@9050000]'
  const domains = [DOM0, created('one', '{}', `passthrough: { ${passthrough} }`)]
  const { plan, findings } = bench.outcomeOf(manifestOf({ board, domains }))
  if (!plan) throw new Error(findings.all.map(({ message }) => message).join('; '))
  return plan
}

const plan = planWith(`${NET}, ${RTC}`)

describe('plan.json', () => {
  const { devices } = planDocument(plan).domains['one'] as { devices?: Readonly<Record<string, object>> }

  it('has registers of host and guest, interrupts, streams, and what silences it', () => {
    expect(devices?.['net']).toEqual({
      nodes: [
        {
          path: '/ethernet@a000000',
          parts: [
            {
              what: 'register port',
              host: { base: '0xa000000', size: '0x1000' },
              guest: { base: { value: '0xa000000', by: 'allocated', reason: expect.any(String) }, size: '0x1000' },
            },
          ],
          interrupts: [72],
          streams: [{ iommu: '/iommu@9050000', cells: [1] }],
        },
      ],
      quiesce: { hook: '/usr/lib/board/silence' },
    })
  })

  it('has the registers that are written to silence it, at their addresses of the host', () => {
    const written = planWith('net: { path: /ethernet@a000000, quiesce: { write: { 0x10: 1, 0x0: 0 } } }')
    expect(planDocument(written).domains['one']).toMatchObject({
      devices: {
        net: {
          quiesce: {
            write: [
              { address: '0xa000000', value: '0x0' },
              { address: '0xa000010', value: '0x1' },
            ],
          },
        },
      },
    })
    expect(explainDevice(written, '/domains/one/passthrough/net').at(-1)).toContain('0xa000000=0x0,0xa000010=0x1')
  })

  it('says where a place comes from, and nothing of what is not there', () => {
    expect(devices?.['rtc']).toEqual({
      nodes: [
        {
          path: '/rtc@a002000',
          parts: [
            {
              what: 'register 0',
              host: { base: '0xa002000', size: '0x1000' },
              guest: {
                base: { value: '0x10000000', by: 'manifest', at: '/domains/one/passthrough/rtc/guest-address' },
                size: '0x1000',
              },
            },
          ],
          interrupts: [74],
          streams: [],
        },
      ],
    })
    expect(planDocument(plan).domains['dom0']).not.toHaveProperty('devices')
  })
})

it('plan.json with devices is as its schema says', () => {
  const validate = new Ajv2020({ strict: true, allErrors: true }).compile(planSchema)
  validate(JSON.parse(JSON.stringify(planDocument(plan))))
  expect(validate.errors).toBeNull()
})

describe('explain', () => {
  it('has a device by its name', () => {
    const lines = explainDevice(plan, '/domains/one/passthrough/net').map((line) => line.trim())
    expect(lines[1]).toBe('/ethernet@a000000; INTID 72; stream 1 of /iommu@9050000')
    expect(lines[2]).toMatch(
      /^register port: \[0xa000000\.\.0xa001000\) of the host, the guest's \[0xa000000\..* \(allocated: /,
    )
    expect(lines[3]).toBe('/usr/lib/board/silence in dom0 quiesces it before its domain is created again')
    expect(explainDevice(plan, '/domains/one/passthrough')).toEqual([])
    expect(explainDevice(plan, '/domains/two/passthrough/net')).toEqual([])
  })

  it('has a device by an address of the host, and of the guest', () => {
    expect(explainAddress(0xa00_2ffcn, plan)).toMatch(
      /host: .*register 0 of \/rtc@a002000, given to one as 'rtc'; INTID 74\n/,
    )
    expect(explainAddress(0x1000_0000n, plan)).toMatch(
      /one: virtual PCI configuration space .* 256 MiB\n {4}device 'rtc' \[0x10000000\.\.0x10001000\) 4 KiB/,
    )
    expect(explainAddress(0xa00_3000n, plan)).toContain('host: no RAM')
  })
})
