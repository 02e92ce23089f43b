/** Whether a device's own accesses to memory reach what they are meant to, and nothing else. */
import { indexTree, type Place } from '../../devicetree/readings/tree-index.ts'
import { atKey, atValue, member, type Report } from '../../diagnostics/diagnostic.ts'
import type { Facts } from '../../facts/facts.ts'
import { XenIommus } from '../../iommu/xen-iommus.ts'
import type { Passthrough } from '../../model/passthrough/device.ts'
import type { Guest, SystemModel } from '../../model/system-model.ts'
import type { Closure } from '../../passthrough/closure.ts'
import type { DeviceDma, HostDevice } from '../../passthrough/host-device.ts'
import { wordsOf } from '../../xen/command-words.ts'
import { type GivenDevice, nodesOf } from './planned-device.ts'

/** Those of the board that Xen uses. */
export const iommusOf = ({ xen }: SystemModel, { board, kconfig }: Pick<Facts, 'board' | 'kconfig'>): XenIommus =>
  new XenIommus(indexTree(board.tree.root), {
    release: xen.release,
    words: wordsOf(xen.bootargs),
    ...(kconfig ? { kconfig } : {}),
  })

/** Whether Xen is to put it behind an IOMMU, though it may refuse to (PT-017, XL-047): not where it has none, and not where it is only not known to drive another. */
export function isHeldBack({ iommus, functions }: DeviceDma, xens: XenIommus): boolean {
  // Where the functions behind a bridge cannot have all their streams (DEV-009), they are meant to be held back all the same.
  const isOnlyMapped = iommus.length === 0 && functions.every((own) => own.isEnabled && xens.hasDriver(own.path))
  const admission = xens.admissionWith(
    isOnlyMapped ? functions.map(({ path, stream }) => ({ path, cells: [stream] })) : iommus,
  )
  if (admission.kind !== 'refused') return admission.kind === 'behind'
  const { doubt, canBeFreed } = admission.refusal
  return doubt === undefined || !canBeFreed || iommus.every(({ path }) => xens.hasDriver(path))
}

/** Of a device and what comes with it. */
export const heldNodes = ({ device, also }: Closure, xens: XenIommus): ReadonlySet<Place> =>
  new Set(
    [device, ...also.map((other) => other.device)].flatMap(({ dma, place }) => (isHeldBack(dma, xens) ? [place] : [])),
  )

/** PT-044 for a device that reaches all memory and may not, PT-045 where it would not find its guest's; of what comes with a device the first alone. */
export const checkDma = (domain: Guest, given: GivenDevice, xens: XenIommus, report: Report): boolean =>
  nodesOf(given).every(
    ({ device }) => given.held.has(device.place) || checkFree(domain, given.entry, device, xens, report),
  )

/** Of a device that nothing holds back. */
function checkFree(
  domain: Guest,
  entry: Passthrough,
  { dma, place }: HostDevice,
  xens: XenIommus,
  report: Report,
): boolean {
  if (dma.does === 'no') return true
  const does = dma.does === 'yes' ? 'does' : 'may do'
  const { why, first, instead } = whyFree(dma, xens)
  const before = first === undefined ? '' : `${first}; `
  const or = instead === undefined ? '' : `; or ${instead}`
  if (domain.boot === 'xl' && dma.does === 'yes') {
    report('PT-045', {
      at: atKey(entry.pointer),
      message: `${place.path} ${does} DMA, ${why}, and dom0 creates '${domain.name}' somewhere in memory: the device would access the memory of others`,
      help: `${before}give it to a domain with 'boot: dom0less' and 'direct-map: true'${or}`,
    })
    return false
  }
  if (entry['force-assign-without-iommu'] === undefined) {
    report('PT-044', {
      at: atKey(entry.pointer),
      message: `${place.path} ${does} DMA, and ${why}: '${domain.name}' could reach all memory of the machine with it`,
      unless: [member(entry.pointer, 'force-assign-without-iommu')],
      help: `${before}${dma.does === 'yes' ? 'if that is intended, say why' : 'if it never does, or that is intended, say why'}: 'force-assign-without-iommu: "…"' ${dma.does === 'yes' ? "and 'direct-map: true' of the domain" : 'of the device'}${or}`,
    })
    return false
  }
  if (dma.does === 'possible' || (domain.boot === 'dom0less' && domain['direct-map'])) return true
  report('PT-045', {
    at: atValue(member(entry.pointer, 'force-assign-without-iommu')),
    message: `${place.path} does DMA, ${why}, and '${domain.name}' does not have its RAM at the host's addresses: the device would access the memory of others`,
    help: `${before}set 'direct-map: true' and 'static-mem: auto' of '${domain.name}'${or}`,
  })
  return false
}

interface Free {
  /** A clause. */
  readonly why: string
  /** What has to be done whatever else is, or Xen would refuse the device. */
  readonly first?: string
  /** What puts the device behind an IOMMU after all. */
  readonly instead?: string
}

function whyFree({ iommus, functions }: DeviceDma, xens: XenIommus): Free {
  const all = [...iommus, ...functions]
  const foreign = all.filter(({ path }) => !xens.hasDriver(path))
  const off = all.filter((own) => !own.isEnabled && !foreign.includes(own))
  const ways = [...new Set(all.flatMap(({ path }) => xens.wayToDrive(path) ?? []))]
  if (off.length > 0)
    return {
      why: `the IOMMU in front of it is disabled (${pathsOf(off)})`,
      instead: [`enable it: 'platform: { enable: [${pathsOf(off)}] }'`, ...ways].join(', and '),
    }
  if (foreign.length > 0) {
    const isRefused = xens.admissionWith(iommus).kind === 'refused'
    const since = xens.drivenSince(foreign[0]?.path ?? '')
    return {
      why: `Xen has no driver for the IOMMU in front of it (${pathsOf(foreign)})`,
      ...(isRefused ? { first: `disable ${pathsOf(foreign)} by an overlay of platform.overlays` } : {}),
      ...(since === undefined ? {} : { instead: `use Xen ${since} or newer` }),
    }
  }
  if (all.length === 0 || xens.whyNone === undefined) return { why: 'no IOMMU is in front of it' }
  return { why: xens.whyNone, ...(ways.length === 0 ? {} : { instead: ways.join(' and ') }) }
}

const pathsOf = (iommus: readonly { readonly path: string }[]): string =>
  [...new Set(iommus.map(({ path }) => path))].join(', ')
