/** VIO: what the specification demands of counts, queues and buffers (virtio 1.4). */
import type { Given } from '../../devices/device-type.ts'
import type { Finding } from '../../diagnostics/diagnostic.ts'
import { atKey, atValue, member } from '../../diagnostics/diagnostic.ts'
import { hasMeaning } from '../../model/virtio/config.ts'
import { hasFeature, type StaticShmDevice, staticShmDevices } from '../../model/virtio/device.ts'
import { type QueueCount, queueCounts } from '../../model/virtio/queues.ts'
import type { SystemPlan } from '../../plan/system-plan.ts'
import type { Rule } from '../rule.ts'

/** Descriptors of a request and its answer: one that the device reads, and one that it writes. */
const REQUEST_AND_ANSWER = 2

export const specificationRules: readonly Rule<SystemPlan>[] = [
  {
    code: 'VIO-017',
    check({ model }, { violated }) {
      for (const device of staticShmDevices(model.virtio))
        for (const counted of queueCounts(device.type, device.queues)) {
          const wrong = wrongCount(device, counted)
          if (wrong) violated(wrong)
        }
    },
  },
  {
    code: 'VIO-018',
    check({ model }, { violated }) {
      for (const { name, queues } of staticShmDevices(model.virtio))
        for (const { pointer, name: queue, kind, size } of queues) {
          if (kind.flow !== 'both' || kind.mayLackAnswers || size >= REQUEST_AND_ANSWER) continue
          violated({
            at: atValue(member(pointer, 'size')),
            message: `'${queue}' of '${name}' has ${size} descriptor, and a request with its answer takes ${REQUEST_AND_ANSWER}`,
            help: `use ${REQUEST_AND_ANSWER} or more`,
          })
        }
    },
  },
  {
    code: 'VIO-019',
    check({ model }, { violated }) {
      for (const device of staticShmDevices(model.virtio)) {
        const { name, type, buffers } = device
        const least = type.leastBuffer?.(givenTo(device))
        const isOneBuffer = device.layout === 'static-vrings' || least?.inEveryLayout
        if (!isOneBuffer || !buffers || !least || buffers.size >= least.bytes) continue
        const ways = [`use ${least.bytes} or more`, ...(least.otherwise === undefined ? [] : [least.otherwise])]
        violated({
          at: atValue(member(buffers.pointer, 'size')),
          message: `buffers of '${name}' have ${buffers.size} bytes, and '${least.queue}' needs ${least.bytes} for ${least.holds}`,
          help: ways.join(', or '),
        })
      }
    },
  },
]

/** What is wrong with the configuration field that counts a group of queues. */
function wrongCount(
  { pointer, name, type, features, config }: StaticShmDevice,
  { field, count, repetitions, names }: QueueCount,
): Finding | undefined {
  const known = type.config.find((candidate) => candidate.name === field)
  if (known && !hasMeaning(known, features)) {
    if (repetitions === 1) return undefined
    const needed = known.features.map((feature) => `'${feature}'`).join(' or ')
    return {
      at: atKey(member(pointer, 'queues')),
      message: `'${name}' has ${names.join(' and ')} ${repetitions} times, but tells its driver so (${field}) only with the feature ${needed}`,
      help: `add '${known.features[0]}' to 'features', or leave one of each`,
    }
  }
  const written = config.values.find((value) => value.field === field)
  if (!written || written.value === BigInt(count)) return undefined
  return {
    at: atValue(written.pointer),
    message: `'${field}' of '${name}' is ${written.value}, but its queues give ${count}`,
    help: `use ${count}, or remove it: it follows from the queues`,
  }
}

const givenTo = (device: StaticShmDevice): Given => ({
  has: (feature) => hasFeature(device, feature),
  integer: (name) => {
    const value = device.config.values.find(({ field }) => field === name)?.value
    return typeof value === 'bigint' ? Number(value) : undefined
  },
})
