/** VIO: what virtio devices need elsewhere in the manifest. */
import { atKey, atValue, member } from '../../diagnostics/diagnostic.ts'
import { lookup } from '../../model/lookup.ts'
import { dom0Of, type SystemModel } from '../../model/system-model.ts'
import { buffersForEach, dealBuffers, descriptorsOf } from '../../model/virtio/deal-buffers.ts'
import { mmioDevices, staticShmDevices, type VirtioDevice, type VirtioLayout } from '../../model/virtio/device.ts'
import { identifierOf } from '../../model/virtio/identifiers.ts'
import type { Rule } from '../rule.ts'

/** The end that initialises the memory, by layout. */
const INITIALISER = {
  'static-vrings': 'backend',
  'resource-table': 'backend',
  'zephyr-static-vrings': 'frontend',
} as const satisfies Record<VirtioLayout, string>

const regionOf = (model: SystemModel, name: string) => model['shared-memory'].find((region) => region.name === name)

export const virtioRules: readonly Rule<SystemModel>[] = [
  {
    code: 'VIO-006',
    check(model, { violated }) {
      for (const { pointer, name, frontend, backend } of model.virtio)
        if (frontend === backend)
          violated({
            at: atValue(`${pointer}/backend`),
            message: `'${backend}' is both frontend and backend of '${name}'`,
            help: 'name two different domains',
          })
      for (const { pointer, name, frontend, backend, memory } of staticShmDevices(model.virtio)) {
        const region = regionOf(model, memory)
        for (const [key, domain] of [
          ['frontend', frontend],
          ['backend', backend],
        ] as const) {
          if (!region || region.access.some((access) => access.domain === domain)) continue
          violated({
            at: atValue(`${pointer}/${key}`),
            message: `'${domain}' is the ${key} of '${name}', but has no access to '${memory}'`,
            help: `add '${domain}: {}' to 'access' of '${memory}'`,
            related: [{ at: atKey(region.pointer), message: `'${memory}' is declared here` }],
          })
        }
      }
    },
  },
  {
    code: 'VIO-041',
    check(model, { violated }) {
      const dom0 = dom0Of(model)
      for (const { pointer, name, frontend } of mmioDevices(model.virtio))
        if (frontend === dom0?.name)
          violated({
            at: atValue(`${pointer}/frontend`),
            message: `'${frontend}', which is dom0, cannot have the driver of '${name}'`,
            help: "name a guest, or set 'transport: static-shm'",
          })
    },
  },
  {
    code: 'VIO-007',
    check(model, { violated }) {
      for (const { name, frontend, backend, queues } of staticShmDevices(model.virtio))
        for (const { pointer, channel: own } of new Set(queues.flatMap(({ notify }) => notify ?? []))) {
          const channel = model['event-channels'].find((candidate) => candidate.name === own)
          const ends = channel?.ends.map(({ domain }) => domain) ?? []
          const missing = [frontend, backend].filter((domain) => !ends.includes(domain))
          if (!channel || missing.length === 0) continue
          violated({
            at: atValue(pointer),
            message: `'${name}' is between ${frontend} and ${backend}, but '${own}' joins ${ends.join(' and ')}`,
            help: `name a channel between ${frontend} and ${backend}`,
            related: [{ at: atKey(channel.pointer), message: `'${own}' is declared here` }],
          })
        }
    },
  },
  {
    code: 'VIO-010',
    check(model, { violated }) {
      for (const device of staticShmDevices(model.virtio)) {
        const { pointer, name, memory } = device
        const region = regionOf(model, memory)
        const first = region?.['initialised-by']
        const role = INITIALISER[device.layout]
        if (!region || first === undefined || first === device[role]) continue
        violated({
          at: atValue(member(region.pointer, 'initialised-by')),
          message: `'${first}' would initialise '${memory}', but '${name}' in it is initialised by its ${role}, '${device[role]}'`,
          help: `write '${device[role]}', or remove 'initialised-by'`,
          related: [{ at: atKey(pointer), message: `'${name}' is declared here` }],
        })
      }
    },
  },
  {
    code: 'VIO-013',
    check({ virtio }, { violated }) {
      for (const { name, queues, buffers } of staticShmDevices(virtio)) {
        if (!buffers) continue
        const descriptors = descriptorsOf(queues)
        const shares = dealBuffers(queues, buffers.count)
        const without = queues.filter((_, index) => shares[index]?.count === 0).map((queue) => `'${queue.name}'`)
        if (buffers.count > descriptors)
          violated({
            at: atValue(`${buffers.pointer}/count`),
            message: `'${name}' has ${buffers.count} buffers, but its queues have ${descriptors} descriptors`,
            help: `set count to ${descriptors}`,
          })
        else if (without.length > 0)
          violated({
            at: atValue(`${buffers.pointer}/count`),
            message: `'${name}' has ${buffers.count === 1 ? '1 buffer' : `${buffers.count} buffers`}, of which none is for ${without.join(' and ')}`,
            help: `set count to at least ${buffersForEach(queues)}, ideally ${descriptors}`,
          })
      }
    },
  },
  {
    code: 'VIO-014',
    check({ virtio }, { violated }) {
      for (const device of virtio) {
        const same = sameInC(virtio, identifierOf(device.name))
        const other = same.slice(0, same.indexOf(device)).find((before) => commonEnd(before, device) !== undefined)
        if (!other) continue
        violated({
          at: atKey(device.pointer),
          message: `'${device.name}' and '${other.name}' of '${commonEnd(other, device)}' are both ${identifierOf(device.name)} in C`,
          help: 'choose another name',
          related: [{ at: atKey(other.pointer), message: `'${other.name}' is here` }],
        })
      }
    },
  },
]

const sameInC = lookup(({ name }: VirtioDevice) => [identifierOf(name)])

/** Name of a domain that is an end of both devices. */
const commonEnd = (one: VirtioDevice, two: VirtioDevice): string | undefined =>
  [one.frontend, one.backend].find((domain) => domain === two.frontend || domain === two.backend)
