/** An inventory as programs read it: `schemas/devices.schema.json`. */
import { wayOf } from '../passthrough/consumers.ts'
import { interruptIds } from '../passthrough/interrupt-ids.ts'
import { hex } from '../units/format.ts'
import type { Inventory } from './inventory.ts'
import type { GivableDevice, JudgedDevice } from './judge.ts'

export const inventoryRecord = (tree: string, inventory: Inventory): unknown => ({
  version: 1,
  tree,
  model: inventory.model,
  ...(inventory.gic === undefined ? {} : { 'interrupt-controller': inventory.gic }),
  iommus: inventory.iommus.map(({ path, isEnabled }) => ({ path, enabled: isEnabled })),
  'masters-without-iommu': inventory.mastersWithoutIommu,
  devices: inventory.devices.map(deviceRecord),
})

function deviceRecord(judged: JudgedDevice): unknown {
  const { path, name, compatible, isEnabled, verdict } = judged
  const named = { path, ...(name === undefined ? {} : { name }), compatible, enabled: isEnabled, verdict }
  return judged.verdict === 'no' ? { ...named, why: judged.why } : { ...named, ...givableRecord(judged) }
}

const givableRecord = ({ device, closure, sharers, consumers, mustForce }: GivableDevice): object => ({
  registers: device.spans.map(({ kind, index, host }) => ({
    kind,
    index,
    start: hex(host.base),
    size: hex(host.size),
  })),
  interrupts: interruptIds(device),
  dma: device.dma.does,
  coherent: device.dma.coherent,
  iommus: device.dma.iommus.map(({ path, isEnabled, cells }) => ({ path, enabled: isEnabled, cells })),
  'force-assign-without-iommu': mustForce,
  obstacles: closure.obstacles.map(({ code, message, help }) => ({ code, message, help })),
  choices: closure.choices.map(({ dependency, fate, provider, what, weight }) => ({
    dependency,
    fate,
    ...(provider === undefined ? {} : { provider }),
    what,
    weight,
  })),
  also: closure.also.map(({ device: other }) => other.place.path),
  'shares-pages-with': sharers,
  'needed-by': consumers.map((consumer) => ({ path: consumer.place.path, through: wayOf(consumer) })),
})
