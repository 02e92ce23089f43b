/** Windows and interrupts of virtio-mmio devices: libxl's numbers, QEMU's, and what domforge chooses beside them. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { deviceType } from '../../../src/devices/registry.ts'
import type { Report } from '../../../src/diagnostics/diagnostic.ts'
import type { MmioDevice, MmioProgram } from '../../../src/model/virtio/device.ts'
import type { Frontend } from '../../../src/plan/virtio/frontends.ts'
import { interruptKey, planMmio, qemuKey, windowKey } from '../../../src/plan/virtio/mmio.ts'
import { bytes, guestPhys } from '../../../src/units/quantities.ts'
import { end, overlaps, range } from '../../../src/units/range.ts'

const QEMU = { pointer: '/virtio/x/backend-program/qemu', kind: 'qemu', options: {} } as const satisfies MmioProgram

function device(name: string, more: Partial<MmioDevice> = {}): MmioDevice {
  const type = deviceType('block')
  if (!type) throw new Error('no block device')
  return {
    pointer: `/virtio/${name}`,
    name,
    transport: 'mmio',
    type,
    frontend: 'app',
    backend: 'dom0',
    grants: false,
    'guest-address': 'auto',
    interrupt: 'auto',
    ...more,
  }
}

const byQemu = (name: string, more: Partial<MmioDevice> = {}): MmioDevice =>
  device(name, { 'backend-program': QEMU, ...more })

const APP: Frontend = {
  name: 'app',
  counts: 'domforge',
  space: [range(guestPhys(0x200_0000n), bytes(0x10_0000n))],
  devices: [],
  taken: new Set(),
}

function planned(
  devices: readonly MmioDevice[],
  frontend: Partial<Frontend> = {},
  locked: Record<string, string> = {},
) {
  const said: string[] = []
  const report: Report = (code) => said.push(code)
  const lock = { entries: new Map(Object.entries(locked)) }
  const plan = planMmio(devices, [{ ...APP, ...frontend }], lock, report)
  return {
    said,
    plan,
    places: Object.fromEntries(
      plan.map(({ device: { name }, window, interrupt }) => [name, [window.value.base, interrupt.value]]),
    ),
  }
}

const many = (count: number, make = device): readonly MmioDevice[] =>
  Array.from({ length: count }, (_, index) => make(`d${index}`))

describe('what domforge chooses', () => {
  it('goes up from 0x2000000 in windows, and down from 43 in interrupts', () => {
    expect(planned(many(3)).places).toEqual({
      d0: [0x200_0000n, 43],
      d1: [0x200_0200n, 42],
      d2: [0x200_0400n, 41],
    })
  })

  it('ends after 11 devices, each of which has its own', () => {
    const { places, said } = planned(many(12))
    expect(Object.keys(places)).toHaveLength(11)
    expect(places['d10']).toEqual([0x200_1400n, 33])
    expect(said).toEqual(['VIO-024'])
  })

  it('leaves out interrupts that the domain has otherwise', () => {
    expect(planned(many(2), { taken: new Set([43, 41]) }).places).toEqual({
      d0: [0x200_0000n, 42],
      d1: [0x200_0200n, 40],
    })
  })

  it('takes the lowest gap that is large enough', () => {
    const space = [range(guestPhys(0x100n), bytes(0x200n)), range(guestPhys(0x1100n), bytes(0x300n))]
    expect(planned(many(1), { space }).places).toEqual({ d0: [0x1200n, 43] })
    expect(planned(many(1), { space: space.slice(0, 1) })).toMatchObject({ places: {}, said: ['VIO-025'] })
  })

  it('takes what the manifest gives, and goes around it', () => {
    const given = device('given', { 'guest-address': guestPhys(0x200_0000n), interrupt: 43 })
    expect(planned([device('free'), given]).places).toEqual({ free: [0x200_0200n, 42], given: [0x200_0000n, 43] })
  })

  it('keeps what the lock has, as long as it is free', () => {
    const locked = { [windowKey('d1')]: '0x2000800+0x200', [interruptKey('d1')]: '35' }
    expect(planned(many(2), {}, locked).places).toEqual({ d0: [0x200_0000n, 43], d1: [0x200_0800n, 35] })
    const bad = { [windowKey('d1')]: '0x2000810+0x200', [interruptKey('d1')]: '43' }
    const { places, said } = planned([device('d1'), device('d2')], { taken: new Set([43]) }, bad)
    expect(places).toEqual({ d1: [0x200_0000n, 42], d2: [0x200_0200n, 41] })
    expect(said).toEqual(['OUT-008'])
  })
})

describe('beside a QEMU', () => {
  it('ten of its devices have INTIDs 33 to 42 and windows in a row; an eleventh has none', () => {
    const { places, said } = planned(many(11, byQemu))
    expect(Object.values(places)).toEqual(
      Array.from({ length: 10 }, (_, index) => [0x200_0000n + 0x200n * BigInt(index), 33 + index]),
    )
    expect(said).toEqual(['VIO-024'])
  })

  it('one other device has INTID 43 and a window past all ten; the next has none', () => {
    const { places, said } = planned([device('other'), byQemu('q'), device('next')])
    expect(places).toEqual({ other: [0x200_1400n, 43], q: [0x200_0000n, 33] })
    expect(said).toEqual(['VIO-024'])
  })

  it('its window follows its interrupt', () => {
    expect(planned([byQemu('q', { interrupt: 36 })]).places).toEqual({ q: [0x200_0600n, 36] })
    expect(planned([byQemu('q')], { taken: new Set([33]) }).places).toEqual({ q: [0x200_0200n, 34] })
  })

  it('the lock keeps the block and the interrupt', () => {
    const locked = { [qemuKey('app')]: '0x2001000+0x1400', [interruptKey('q')]: '35' }
    expect(planned([byQemu('q')], {}, locked).places).toEqual({ q: [0x200_1400n, 35] })
  })

  it('a QEMU that comes later leaves the others where they are', () => {
    const locked = { [windowKey('other')]: '0x2000000+0x200', [interruptKey('other')]: '43' }
    const { places, said } = planned([device('other'), byQemu('q')], {}, locked)
    expect(places).toEqual({ other: [0x200_0000n, 43], q: [0x200_0200n, 33] })
    expect(said).toEqual([])
    const given = device('given', { 'guest-address': guestPhys(0x200_0400n) })
    expect(planned([given, byQemu('q')]).places).toEqual({ given: [0x200_0400n, 43], q: [0x200_0600n, 33] })
  })

  it('there must be room for all ten windows', () => {
    const space = [range(guestPhys(0x200_0000n), bytes(0x13ffn))]
    expect(planned([byQemu('q')], { space })).toMatchObject({ places: {}, said: ['VIO-025'] })
  })
})

it('libxl numbers disks first, then the others, as listed', () => {
  const other = (name: string) => device(name, { type: deviceType('net') ?? device('x').type })
  const devices = [other('n0'), device('d0'), other('n1'), device('d1')]
  expect(planned(devices, { counts: 'libxl' }).places).toEqual({
    d0: [0x200_0000n, 33],
    d1: [0x200_0200n, 34],
    n0: [0x200_0400n, 35],
    n1: [0x200_0600n, 36],
  })
  expect(planned(many(12), { counts: 'libxl' }).said).toEqual(['VIO-024'])
})

it('any mix of devices has windows and interrupts of its own, in the ranges, and QEMU in step', () => {
  const kinds = fc.array(fc.boolean(), { minLength: 1, maxLength: 14 })
  const taken = fc.uniqueArray(fc.integer({ min: 33, max: 43 }), { maxLength: 4 })
  fc.assert(
    fc.property(kinds, taken, (qemus, ids) => {
      const devices = qemus.map((isQemu, index) => (isQemu ? byQemu : device)(`d${index}`))
      const { plan, said } = planned(devices, { taken: new Set(ids) })
      expect(plan.length + said.length).toBe(devices.length)
      for (const { window, interrupt, qemu } of plan) {
        expect(ids).not.toContain(interrupt.value)
        expect(interrupt.value).toBeGreaterThanOrEqual(33)
        expect(interrupt.value).toBeLessThanOrEqual(qemu ? 42 : 43)
        expect(end(window.value)).toBeLessThanOrEqual(0x210_0000n)
        if (qemu) expect(window.value.base).toBe(qemu.value.base + 0x200n * BigInt(interrupt.value - 33))
        for (const other of plan) {
          if (other.window === window) continue
          expect(other.interrupt.value).not.toBe(interrupt.value)
          expect(overlaps(other.window.value, window.value)).toBe(false)
          if (qemu && !other.qemu) expect(overlaps(other.window.value, qemu.value)).toBe(false)
        }
      }
    }),
  )
})
