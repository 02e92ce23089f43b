/** Devices of eight boards of different makers, given away: what dtc says of the guest's tree, and whether drivers find what Linux' bindings require. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { propertyNamed } from '../../src/devicetree/model.ts'
import { readDtb } from '../../src/devicetree/read/read-dtb.ts'
import { isCompatible } from '../../src/devicetree/readings/node.ts'
import { specifiersOf } from '../../src/devicetree/readings/phandle-list.ts'
import { indexTree, type Place, type TreeIndex } from '../../src/devicetree/readings/tree-index.ts'
import { stringList } from '../../src/devicetree/readings/values.ts'
import { resolve } from '../../src/devicetree/write/resolve.ts'
import { writeDtb } from '../../src/devicetree/write/write-dtb.ts'
import { gicOf } from '../../src/facts/board-devices.ts'
import { XenIommus } from '../../src/iommu/xen-iommus.ts'
import { closureOf } from '../../src/passthrough/closure/closure-of.ts'
import type { Closure } from '../../src/passthrough/closure.ts'
import { hostDevice } from '../../src/passthrough/host/read-host-device.ts'
import type { HostDevice } from '../../src/passthrough/host-device.ts'
import { boardTrees } from '../debian/boards.ts'
import { ok } from '../devicetree/expect-ok.ts'
import { guestTree } from '../support/passthrough/guest-tree.ts'
import { dtc } from './dtc.ts'
import { REAL_DEVICES, type RealDevice } from './real-devices.ts'

let trees = ''
beforeAll(async () => {
  trees = await boardTrees('bookworm')
})

const indexOf = (board: string): TreeIndex =>
  indexTree(ok(readDtb(readFileSync(join(trees, `${board}.dtb`)), board)).root)

function deviceOf(index: TreeIndex, path: string): HostDevice {
  const device = hostDevice(index, gicOf(index, () => {})?.path, path)
  if (!device.ok) throw new Error(device.reason)
  return device.value
}

/** With a rate for every clock whose rate the board's tree does not have: what a user would look up. */
function given(index: TreeIndex, { path, include = [], drop = [] }: RealDevice): Closure {
  const device = deviceOf(index, path)
  const rates = new Map<string, bigint>()
  const xens = new XenIommus(index, { release: '4.20', words: [] })
  for (;;) {
    const closure = closureOf(index, device, { clocks: rates, include, drop }, xens)
    const asked = closure.obstacles.filter(({ code }) => code === 'DEV-001')
    if (asked.length === 0) return closure
    const before = rates.size
    for (const { help } of asked) for (const key of keysIn(help)) rates.set(key, BigInt(1_000_000 + rates.size))
    if (rates.size === before) throw new Error(asked.map(({ message }) => message).join('\n'))
  }
}

const keysIn = (help: string): readonly string[] =>
  [...help.matchAll(/([^ ,{}:]+): (?:HZ|[0-9]+)/g)].flatMap(([, key]) => key ?? [])

const cases = Object.entries(REAL_DEVICES).flatMap(([board, devices]) =>
  devices.map((device): readonly [string, string, RealDevice] => [board, device.path, device]),
)

it('are four of each of eight boards, of different makers', () => {
  expect(Object.values(REAL_DEVICES).map((devices) => devices.length)).toEqual(Array.from({ length: 8 }, () => 4))
  expect(new Set(Object.keys(REAL_DEVICES).map((board) => board.split('/')[0])).size).toBe(8)
})

describe.each(cases)('%s %s', (board, _path, device) => {
  it('has what its binding requires, or it is told that it has not', () => {
    const index = indexOf(board)
    const closure = given(index, device)
    expect(closure.obstacles).toEqual([])
    expect(isCompatible(closure.node, device.compatible)).toBe(true)
    const guest = indexTree(ok(resolve(guestTree(index, [closure]))).root)
    const place = guest.places.find(
      ({ node }) => node.name === nameOf(closure) && isCompatible(node, device.compatible),
    )
    if (!place) throw new Error(`the guest has no ${nameOf(closure)}`)
    const told = new Set(closure.choices.filter(({ fate }) => fate === 'dropped').map(({ dependency }) => dependency))
    const missing = ['reg', ...device.required].filter(
      (name) => !propertyNamed(place.node, name) && !isTold(name, told),
    )
    expect(missing).toEqual([])
    expect(clocksOf(guest, place)).toEqual(clockNamesOf(index, device.path))
  })

  it('makes a tree that dtc takes without a warning', async () => {
    const index = indexOf(board)
    const blob = ok(writeDtb(guestTree(index, [given(index, device)])))
    const { status, errors } = await dtcAloud(blob)
    expect([status, errors]).toEqual([0, ''])
  })
})

const nameOf = ({ device }: Closure): string =>
  `${device.place.node.name.split('@')[0]}@${device.spans[0]?.host.base.toString(16)}`

/** `reset-names` goes with `resets`. */
const isTold = (name: string, told: ReadonlySet<string>): boolean =>
  told.has(name) || told.has(name.replace(/-names$/, 's'))

/** Every clock of the guest's device leads to one of fixed rate, and there is one for each of the host's. */
const clocksOf = (guest: TreeIndex, { node }: Place): readonly (string | number)[] => {
  const names = stringList(propertyNamed(node, 'clock-names')) ?? []
  return specifiersOf(guest, node, 'clocks', '#clock-cells').map(({ index, provider }) => {
    expect(isCompatible(provider.node, 'fixed-clock')).toBe(true)
    return names[index] ?? index
  })
}

const clockNamesOf = (index: TreeIndex, path: string): readonly (string | number)[] => {
  const node = index.at(path)?.node
  if (!node) return []
  const names = stringList(propertyNamed(node, 'clock-names')) ?? []
  return specifiersOf(index, node, 'clocks', '#clock-cells').map((entry) => names[entry.index] ?? entry.index)
}

const dtcAloud = (blob: Uint8Array): ReturnType<typeof dtc> => dtc(['-I', 'dtb', '-O', 'dtb'], blob, true)
