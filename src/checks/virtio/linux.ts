/** VIO: whether Linux' own drivers can drive a device (drivers/remoteproc, drivers/rpmsg, drivers/xen/evtchn.c). */
import { atKey, atValue, member } from '../../diagnostics/diagnostic.ts'
import type { SystemModel } from '../../model/system-model.ts'
import { type StaticShmDevice, staticShmDevices } from '../../model/virtio/device.ts'
import type { SystemPlan } from '../../plan/system-plan.ts'
import type { Rule } from '../rule.ts'

/** Most vrings of a device: `RVDEV_NUM_VRINGS` (include/linux/remoteproc.h). */
const MOST_VRINGS = 2

/** Size of a buffer in bytes: `MAX_RPMSG_BUF_SIZE` (drivers/rpmsg/virtio_rpmsg_bus.c). */
const RPMSG_BUFFER = 512n

export const linuxRules: readonly Rule<SystemPlan>[] = [
  {
    code: 'VIO-020',
    check({ model }, { violated }) {
      for (const { pointer, name, type, queues, frontend } of tablesOfLinux(model)) {
        if (queues.length > MOST_VRINGS)
          violated({
            at: atKey(member(pointer, 'queues')),
            message: `'${name}' has ${queues.length} queues, and Linux in '${frontend}' takes ${MOST_VRINGS} of a device in a resource table`,
            effect: 'Linux would refuse the table ("too many vrings")',
            help: `leave ${MOST_VRINGS}, or set 'layout: static-vrings'`,
          })
        const [rx, tx] = queues
        if (type.name !== 'rpmsg' || !rx || !tx || rx.size === tx.size) continue
        violated({
          at: atValue(member(tx.pointer, 'size')),
          message: `'${tx.name}' of '${name}' has ${tx.size} descriptors and '${rx.name}' ${rx.size}, and Linux in '${frontend}' expects as many in both`,
          effect:
            'Linux would warn when it finds the device, and lose buffers if the queue for sending is the smaller one',
          help: `use one size, or set 'layout: static-vrings'`,
        })
      }
    },
  },
  {
    code: 'VIO-021',
    check({ model }, { violated }) {
      for (const { name, type, buffers, frontend } of tablesOfLinux(model)) {
        if (type.name !== 'rpmsg' || !buffers || buffers.size === RPMSG_BUFFER) continue
        violated({
          at: atValue(member(buffers.pointer, 'size')),
          message: `buffers of '${name}' have ${buffers.size} bytes, and Linux in '${frontend}' makes its own of ${RPMSG_BUFFER}`,
          help: `set size to ${RPMSG_BUFFER} unless a program of your own is the driver`,
        })
      }
    },
  },
  {
    code: 'VIO-022',
    check({ model }, { violated }) {
      const users = new Map<string, StaticShmDevice>()
      for (const device of staticShmDevices(model.virtio))
        for (const [channel, pointer] of channelsOf(device)) {
          const other = users.get(channel)
          if (!other) users.set(channel, device)
          const shared = other && linuxEnd(model, other, device)
          if (!other || shared === undefined) continue
          violated({
            at: atValue(pointer),
            message: `'${other.name}' and '${device.name}' share '${channel}', and in '${shared}' only one program can have its port open`,
            help: 'give each device a channel of its own, unless one program serves both',
            related: [{ at: atKey(other.pointer), message: `'${other.name}' is declared here` }],
          })
        }
    },
  },
]

/** Devices that a Linux guest drives by a resource table. */
const tablesOfLinux = (model: SystemModel): readonly StaticShmDevice[] =>
  staticShmDevices(model.virtio).filter(
    ({ layout, frontend }) => layout === 'resource-table' && isLinux(model, frontend),
  )

const isLinux = ({ domains }: SystemModel, name: string): boolean =>
  domains.some((domain) => domain.name === name && domain.os === 'linux')

/** Channels that a device's queues name, each with the pointer of the first place that does. */
const channelsOf = ({ queues }: StaticShmDevice): ReadonlyMap<string, string> =>
  new Map(queues.flatMap(({ notify }) => (notify ? [[notify.channel, notify.pointer] as const] : [])).toReversed())

const linuxEnd = (model: SystemModel, one: StaticShmDevice, two: StaticShmDevice): string | undefined =>
  [one.frontend, one.backend].find(
    (domain) => isLinux(model, domain) && (domain === two.frontend || domain === two.backend),
  )
