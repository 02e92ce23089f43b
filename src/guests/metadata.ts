/** The size of a guest's metadata, known before it is written. */
import type { Domain } from '../model/system-model.ts'
import { argoOf, type PlannedArgo } from '../plan/links/argo.ts'
import { devicesOf, mmioOf, type PlannedVirtio, staticShmOf } from '../plan/virtio/planned-virtio.ts'
import { secondsOf } from '../units/duration.ts'
import { type Bytes, bytes } from '../units/quantities.ts'

/** The folder in the guest's file system that has the metadata, without the leading `/`. */
export const METADATA_FOLDER = 'etc/domforge'

/** Path of a domain's metadata relative to the output folder: an archive that its kernel unpacks after its ramdisk. */
export const metadataOutput = (domain: string): string => `domains/${domain}/metadata.cpio`

/** Bytes reserved in the archive for each item: far more than it needs, so that no change of a number moves what follows. */
const EACH = { guest: 8192, device: 8192, queue: 4096, wait: 8192, link: 2048, watchdog: 8192, mark: 8192 } as const

/**
 * Room for the archive of each domain that gets one at boot, by name: a Linux guest with a ramdisk and with virtio devices,
 * links of Argo, a watchdog or a mark for the supervisor. In bytes; it depends only on how many of these and of queues there are, and
 * the archive is padded to it.
 */
export function metadataRoom(
  domains: readonly Domain[],
  virtio: readonly PlannedVirtio[],
  argo: readonly PlannedArgo[],
): ReadonlyMap<string, Bytes> {
  const rooms = new Map<string, Bytes>()
  for (const domain of domains) {
    const { boot, name, os, ramdisk } = domain
    const own = devicesOf(virtio, name)
    const links = argoOf(argo, name).length
    const armed = armedSeconds(domain) === undefined ? 0 : EACH.watchdog
    const mark = leavesWord(domain) ? EACH.mark : 0
    if (boot === 'xl' || own.length + links + armed + mark === 0 || os !== 'linux' || !ramdisk) continue
    const queues = staticShmOf(own).reduce((total, { device }) => total + device.queues.length, 0)
    const waits = mmioOf(own).length > 0 ? EACH.wait : 0
    rooms.set(
      name,
      bytes(EACH.guest + EACH.device * own.length + EACH.queue * queues + EACH.link * links + waits + armed + mark),
    )
  }
  return rooms
}

/** Timeout in seconds of the watchdog that a Linux guest is to arm; `undefined`: it has none, or does not run Linux. */
export const armedSeconds = (domain: Domain): number | undefined =>
  domain.boot !== 'dom0' && domain.os === 'linux' && domain.lifecycle?.watchdog !== undefined
    ? secondsOf(domain.lifecycle.watchdog)
    : undefined

/** Whether it is a Linux guest from which the supervisor expects a mark in xenstore: that it is up, or that its reboot is intended. */
export function leavesWord(domain: Domain): boolean {
  if (domain.boot === 'dom0' || domain.os !== 'linux' || !domain.lifecycle) return false
  return domain.lifecycle['boot-limit'] !== undefined || domain.lifecycle['reboot-told-by'] === 'mark'
}
