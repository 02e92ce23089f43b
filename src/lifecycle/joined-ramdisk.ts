/** The ramdisk of a further life: at boot U-Boot loads metadata.cpio right after it; dom0 appends it before it creates the domain. */
import type { Guest } from '../model/system-model.ts'
import type { SystemPlan } from '../plan/system-plan.ts'
import { notRestartable } from './restartability.ts'

/** The program of dom0 that does it. */
export const RAMDISK_JOINER = '/usr/lib/domforge/ramdisk'

/** Where dom0 has a domain's metadata.cpio. */
export const metadataInDom0 = (name: string): string => `/etc/domforge/domains/${name}.cpio`

/** What xl is given. */
export const joinedInDom0 = (name: string): string => `/var/lib/domforge/${name}.ramdisk`

/** Of domains that the supervisor may create again; those of xl have no metadata.cpio. */
export const isJoined = (plan: SystemPlan, { name, lifecycle }: Guest): boolean =>
  plan.dom0 !== undefined &&
  lifecycle !== undefined &&
  plan.metadata.has(name) &&
  notRestartable(plan, name).length === 0
