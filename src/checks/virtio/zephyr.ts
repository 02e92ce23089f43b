/** VIO: what Zephyr's own backend assumes about a device with the layout `zephyr-static-vrings`. */
import { atKey, atValue, type Finding, member } from '../../diagnostics/diagnostic.ts'
import type { StaticShmDevice } from '../../model/virtio/device.ts'
import type { SystemPlan } from '../../plan/system-plan.ts'
import { type PlannedStaticShm, regionSeenBy, staticShmOf } from '../../plan/virtio/planned-virtio.ts'
import { MEM_ALIGNMENT, zephyrBufferCount } from '../../plan/virtio/zephyr-static-vrings.ts'
import { hex } from '../../units/format.ts'
import { isAligned } from '../../units/quantities.ts'
import type { Rule } from '../rule.ts'

export const zephyrRules: readonly Rule<SystemPlan>[] = [
  {
    code: 'VIO-023',
    check({ virtio }, { violated }) {
      for (const planned of staticShmOf(virtio)) {
        if (planned.device.layout !== 'zephyr-static-vrings') continue
        const found = planned.device.type.name === 'rpmsg' ? wrongInside(planned.device) : [wrongType(planned.device)]
        for (const finding of [...found, ...apart(planned)]) violated(finding)
      }
    },
  },
]

const OTHERWISE = "set 'layout: static-vrings'"

const wrongType = ({ pointer, name, type }: StaticShmDevice): Finding => ({
  at: atValue(member(pointer, 'layout')),
  message: `'${name}' is a ${type.name} device, and Zephyr's static vrings carry only rpmsg`,
  help: OTHERWISE,
})

/** Properties of a device that Zephyr computes otherwise, or does not support. */
function wrongInside(device: StaticShmDevice): readonly Finding[] {
  const { pointer, name, features, queues, buffers } = device
  const [rx, tx] = queues
  const other = features.find((feature) => feature.name !== 'ns')
  const silent = queues.find(({ notify }) => !notify)
  const count = zephyrBufferCount(device)
  return [
    other && {
      at: atKey(member(pointer, 'features')),
      message: `'${name}' has '${other.name}', and Zephyr's static vrings have 'ns' and nothing else`,
      help: `remove it, or ${OTHERWISE}`,
    },
    rx && tx && rx.size !== tx.size
      ? {
          at: atValue(member(tx.pointer, 'size')),
          message: `'${tx.name}' of '${name}' has ${tx.size} descriptors and '${rx.name}' ${rx.size}, and Zephyr gives both the same number`,
          help: `use one size, or ${OTHERWISE}`,
        }
      : undefined,
    buffers && buffers.count !== count
      ? {
          at: atValue(member(buffers.pointer, 'count')),
          message: `'${name}' has ${buffers.count} buffers, and Zephyr makes one for each of ${count} descriptors`,
          help: `use ${count}, or remove 'buffers' for ${count} of 512 bytes`,
        }
      : undefined,
    buffers && !isAligned(buffers.size, MEM_ALIGNMENT)
      ? {
          at: atValue(member(buffers.pointer, 'size')),
          message: `buffers of '${name}' have ${buffers.size} bytes, and Zephyr puts one right after the other: they would share cache lines`,
          help: `use a multiple of ${MEM_ALIGNMENT}`,
        }
      : undefined,
    silent && {
      at: atKey(silent.pointer),
      message: `'${silent.name}' of '${name}' has no channel, and Zephyr's backend cannot poll: it requires a mailbox`,
      help: "name an event channel with 'notify'",
    },
  ].filter((finding) => finding !== undefined)
}

/** Checks that both ends see the region at the same address: descriptors contain it. */
function apart(planned: PlannedStaticShm): readonly Finding[] {
  const { device, region } = planned
  const [front, back] = [device.frontend, device.backend].map((domain) => regionSeenBy(planned, domain))
  if (!front || !back || front.base === back.base) return []
  return [
    {
      at: atValue(member(device.pointer, 'layout')),
      message: `Zephyr's static vrings hold one address for both ends, but '${region.region.name}' is at ${hex(front.base)} in '${device.frontend}' and at ${hex(back.base)} in '${device.backend}'`,
      help: `set the same guest-address for both under 'access' of '${region.region.name}', or ${OTHERWISE}`,
      related: [{ at: atKey(region.region.pointer), message: `'${region.region.name}' is declared here` }],
    },
  ]
}
