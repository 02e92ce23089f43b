/** The ramdisk of a domain that is created again: U-Boot loads metadata.cpio right after the ramdisk at boot; dom0 appends it to a copy. */
import type { Guest } from '../model/system-model.ts'
import type { SystemPlan } from '../plan/system-plan.ts'
import { notRestartable } from './restartability.ts'

/** The program in dom0 that appends it. */
export const RAMDISK_JOINER = '/usr/lib/domforge/ramdisk'

/** Path of a domain's metadata.cpio in dom0. */
export const metadataInDom0 = (name: string): string => `/etc/domforge/domains/${name}.cpio`

/** Path in dom0 of the joined ramdisk, which xl loads. */
export const joinedInDom0 = (name: string): string => `/var/lib/domforge/${name}.ramdisk`

/** Only domains that the supervisor may create again have one; those that xl creates from the start have no metadata.cpio. */
export const isJoined = (plan: SystemPlan, { name, lifecycle }: Guest): boolean =>
  plan.dom0 !== undefined &&
  lifecycle !== undefined &&
  plan.metadata.has(name) &&
  notRestartable(plan, name).length === 0
