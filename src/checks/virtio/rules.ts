/** VIO: what virtio devices need from the plan. */

import { atKey, atValue, member } from '../../diagnostics/diagnostic.ts'
import { originOf } from '../../model/system-model.ts'
import { bootedGuest } from '../../plan/by-domain.ts'
import type { SystemPlan } from '../../plan/system-plan.ts'
import { devicesOf, regionSeenBy, staticShmOf } from '../../plan/virtio/planned-virtio.ts'
import { formatRange, hex } from '../../units/format.ts'
import { guestPhys, isAligned, KiB, times } from '../../units/quantities.ts'
import { end } from '../../units/range.ts'
import type { Rule } from '../rule.ts'
import { exclusiveRules } from './exclusive.ts'
import { linuxRules } from './linux.ts'
import { mmioRules } from './mmio.ts'
import { mmioDriverRules } from './mmio-drivers.ts'
import { programRules } from './programs.ts'
import { pvRules } from './pv.ts'
import { saidOnceRules } from './said-once.ts'
import { specificationRules } from './specification.ts'
import { zephyrRules } from './zephyr.ts'

const FOUR_GIB = guestPhys(1n << 32n)

/** The largest page of an arm64 guest. */
const LARGE_PAGE = times(64, KiB)

/** Number of feature bits that a resource table has. */
const TABLE_BITS = 32

export const virtioPlanRules: readonly Rule<SystemPlan>[] = [
  {
    code: 'VIO-011',
    check({ virtio }, { violated }) {
      for (const planned of staticShmOf(virtio)) {
        const { device, region } = planned
        if (device.layout !== 'resource-table') continue
        const high = device.features.find(({ bit }) => bit >= TABLE_BITS)
        if (high)
          violated({
            at: atKey(member(device.pointer, 'features')),
            message: `'${high.name}' is feature bit ${high.bit}, and a resource table holds only ${TABLE_BITS}`,
            help: "remove it, or set 'layout: static-vrings'",
          })
        const [front, back] = [device.frontend, device.backend].map((domain) => regionSeenBy(planned, domain))
        if (!front || !back) continue
        const at = atValue(`${device.pointer}/layout`)
        const related = [{ at: atKey(region.region.pointer), message: `'${region.region.name}' is declared here` }]
        if (front.base !== back.base)
          violated({
            at,
            message: `a resource table holds one address for both ends, but '${region.region.name}' is at ${hex(front.base)} in '${device.frontend}' and at ${hex(back.base)} in '${device.backend}'`,
            help: `set the same guest-address for both under 'access' of '${region.region.name}', or set 'layout: static-vrings'`,
            related,
          })
        else if (end(front) > FOUR_GIB)
          violated({
            at,
            message: `a resource table holds 32-bit addresses, but '${region.region.name}' is at ${formatRange(front)} (guest-physical)`,
            help: "set a guest-address below 4 GiB for both ends, or 'layout: static-vrings'",
            related,
          })
      }
    },
  },
  {
    code: 'VIO-038',
    needs: ['VIO-011'],
    check({ virtio }, { violated }) {
      for (const planned of staticShmOf(virtio)) {
        const { device, region } = planned
        const seen = device.layout === 'resource-table' ? regionSeenBy(planned, device.frontend) : undefined
        if (!seen || isAligned(seen.base, LARGE_PAGE)) continue
        violated({
          at: atKey(region.region.pointer),
          message: `'${region.region.name}' is at ${hex(seen.base)} in its guests, not at a multiple of 64 KiB, and holds the resource table of '${device.name}'`,
          help: 'set a guest-address that is a multiple of 64 KiB for both ends, or leave it out',
        })
      }
    },
  },
  {
    code: 'VIO-015',
    check({ model, virtio, dom0less, metadata }, { violated }) {
      for (const domain of model.domains) {
        const planned = bootedGuest({ dom0less }, domain.name)
        const [device] = devicesOf(staticShmOf(virtio), domain.name)
        if (!device || domain.os !== 'linux' || metadata.has(domain.name) || planned?.partialTree) continue
        violated({
          at: atKey(domain.pointer),
          message: `'${domain.name}' has neither a ramdisk to append its metadata to nor a partial device tree to put it in`,
          help: `build its programs with domains/${domain.name}/virtio.h, or give it a ramdisk`,
        })
      }
    },
  },
  {
    code: 'VIO-016',
    check({ model, virtio }, { violated }) {
      for (const domain of model.domains) {
        if (domain.os !== 'zephyr') continue
        for (const planned of devicesOf(staticShmOf(virtio), domain.name)) {
          const seen = regionSeenBy(planned, domain.name)
          if (!seen || end(seen) <= FOUR_GIB) continue
          violated({
            at: originOf(domain, 'os'),
            message: `'${planned.region.region.name}' of '${planned.device.name}' is at ${formatRange(seen)} in '${domain.name}', past the 32 bits of address that Zephyr has by default`,
            help: 'build it with CONFIG_ARM64_VA_BITS_36 and CONFIG_ARM64_PA_BITS_36, or set a guest-address below 4 GiB',
          })
        }
      }
    },
  },
  ...specificationRules,
  ...linuxRules,
  ...mmioDriverRules,
  ...mmioRules,
  ...programRules,
  ...exclusiveRules,
  ...pvRules,
  ...saidOnceRules,
  ...zephyrRules,
]
