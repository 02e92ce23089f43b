/** How much room the metadata of a guest takes, before it is written. */
import type { Domain } from '../model/system-model.ts'
import { argoOf, type PlannedArgo } from '../plan/links/argo.ts'
import { devicesOf, mmioOf, type PlannedVirtio, staticShmOf } from '../plan/virtio/planned-virtio.ts'
import { secondsOf } from '../units/duration.ts'
import { type Bytes, bytes } from '../units/quantities.ts'

/** Where a guest finds its metadata in its file system, without the first `/`. */
export const METADATA_FOLDER = 'etc/domforge'

/** Path of a domain's metadata below the output folder: an archive that its kernel unpacks after its ramdisk. */
export const metadataOutput = (domain: string): string => `domains/${domain}/metadata.cpio`

/** What each thing may take of the archive: far more than it does, so that no change of a number moves what comes after it. */
const EACH = { guest: 8192, device: 8192, queue: 4096, wait: 8192, link: 2048, watchdog: 8192, mark: 8192 } as const

/**
 * Room for the archive of each domain that gets one at boot, by name: a Linux guest with a ramdisk and with virtio devices, links of Argo, a watchdog or a word for the supervisor. It follows from the numbers
 * of these and of queues alone; the archive is filled up to it.
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

/** The time of a watchdog that a Linux guest is to arm; `undefined`: it has none, or is another system. Xen counts in seconds. */
export const armedSeconds = (domain: Domain): number | undefined =>
  domain.boot !== 'dom0' && domain.os === 'linux' && domain.lifecycle?.watchdog !== undefined
    ? secondsOf(domain.lifecycle.watchdog)
    : undefined

/** Whether it is a Linux guest that the supervisor expects a word of, in xenstore: that it is up, or that its reboot is meant. */
export function leavesWord(domain: Domain): boolean {
  if (domain.boot === 'dom0' || domain.os !== 'linux' || !domain.lifecycle) return false
  return domain.lifecycle['boot-limit'] !== undefined || domain.lifecycle['reboot-told-by'] === 'mark'
}
