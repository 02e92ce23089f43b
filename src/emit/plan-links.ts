/** What domains share, for `plan.json`: memory, event channels, links by Argo, virtio devices. */
import { member } from '../diagnostics/diagnostic.ts'
import { guestKey } from '../plan/guest-memory/regions.ts'
import { argoPortKey } from '../plan/links/argo.ts'
import { portKey } from '../plan/links/channels.ts'
import type { PlannedChannel, PlannedRegion } from '../plan/links/planned-links.ts'
import { idKey } from '../plan/links/shm-ids.ts'
import { hostKey } from '../plan/memory.ts'
import type { NumberFinder } from '../plan/number-finder.ts'
import type { SystemPlan } from '../plan/system-plan.ts'
import type { QueueLayout } from '../plan/virtio/device-layout.ts'
import { offsetKey } from '../plan/virtio/devices.ts'
import { interruptKey, windowKey } from '../plan/virtio/mmio.ts'
import type { PlannedMmio, PlannedStaticShm, PlannedVirtio } from '../plan/virtio/planned-virtio.ts'
import { hex } from '../units/format.ts'
import { type Address, offset } from '../units/quantities.ts'
import type { Range } from '../units/range.ts'
import { count, number, type Sourced, text } from './plan-number.ts'

/** A region of shared memory. */
export function regionDocument({ region, parties }: PlannedRegion, find: NumberFinder) {
  const first = region['initialised-by']
  return {
    id: text(find.one('region-id', idKey(region.name))),
    host: placeOf(find.one('memory', hostKey(region.name)), region.pointer),
    access: Object.fromEntries(
      parties.map(({ access: { domain, role } }) => {
        const guest = placeOf(find.one('region-view', guestKey(region.name, domain)), region.pointer)
        return [domain, { guest, ...(role ? { role } : {}) }]
      }),
    ),
    ...(first === undefined ? {} : { initialisedBy: first }),
  }
}

/** A static event channel. */
export const channelDocument = ({ channel, ends }: PlannedChannel, find: NumberFinder) => ({
  ends: Object.fromEntries(
    ends.map(({ end: { domain } }) => {
      const { value, source } = find.one('port', portKey(channel.name, domain))
      return [domain, { port: count(value, source) }]
    }),
  ),
})

/** Links by Argo; empty if there are none. */
export const argoDocument = ({ argo }: SystemPlan, find: NumberFinder) =>
  argo.length === 0
    ? {}
    : {
        argo: Object.fromEntries(
          argo.map(({ link: { name, ends } }) => {
            const { value, source } = find.one('argo-port', argoPortKey(name))
            return [name, { ends: ends.map(({ domain }) => domain), port: count(value, source) }]
          }),
        ),
      }

/** A virtio device. */
export function virtioPlan(planned: PlannedVirtio, find: NumberFinder) {
  switch (planned.transport) {
    case 'static-shm':
      return staticShmPlan(planned, find)
    case 'mmio':
      return mmioPlan(planned, find)
  }
}

function staticShmPlan({ device, region, place, layout, hash }: PlannedStaticShm, find: NumberFinder) {
  const { value, source } = find.one('device-place', offsetKey(device.name))
  return {
    type: device.type.name,
    layout: device.layout,
    frontend: device.frontend,
    backend: device.backend,
    region: region.region.name,
    offset: number(value.base, source),
    size: number(layout.size, { by: 'default', reason: 'header, configuration, queues and buffers' }),
    features: hex(layout.features.bits),
    ...(device.layout === 'static-vrings' ? { hash: hex(hash) } : {}),
    parts: layout.parts.map((part) => ({
      kind: part.kind,
      ...(part.queue === undefined ? {} : { queue: part.queue }),
      offset: hex(offset(place.value.base, part.offset)),
      size: hex(part.size),
      writer: part.writer,
    })),
    queues: Object.fromEntries(layout.queues.map((queue) => [queue.queue.name, queuePlan(queue)])),
    ...(layout.buffers
      ? { buffers: { count: layout.buffers.count, size: hex(layout.buffers.size), stride: hex(layout.buffers.stride) } }
      : {}),
  }
}

const mmioPlan = ({ device }: PlannedMmio, find: NumberFinder) => {
  const window = find.one('device-window', windowKey(device.name))
  const interrupt = find.one('device-interrupt', interruptKey(device.name))
  return {
    type: device.type.name,
    transport: device.transport,
    frontend: device.frontend,
    backend: device.backend,
    grants: device.grants,
    base: number(window.value.base, window.source),
    size: number(window.value.size, { by: 'default', reason: 'registers and configuration of a device' }),
    interrupt: count(interrupt.value, interrupt.source),
  }
}

const queuePlan = ({ queue, index, format, buffers }: QueueLayout) => ({
  index,
  size: queue.size,
  format,
  buffers,
  ...(queue.notify === undefined ? {} : { notify: queue.notify.channel }),
})

/** A range: its address, with where it comes from, and the size that the manifest gives to the region at `pointer`. */
const placeOf = <A extends Address>({ value, source }: Sourced<Range<A>>, pointer: string) => ({
  base: number(value.base, source),
  size: number(value.size, { by: 'manifest', at: member(pointer, 'size') }),
})
