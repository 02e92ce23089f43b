/** Whether a device's own accesses to memory reach what they are meant to, and nothing else. */
import { atKey, atValue, member, type Report } from '../../diagnostics/diagnostic.ts'
import type { Passthrough } from '../../model/passthrough/device.ts'
import type { Guest } from '../../model/system-model.ts'
import type { DeviceDma, HostDevice, IommuOfDevice } from '../../passthrough/host-device.ts'
import { type GivenDevice, nodesOf } from './planned-device.ts'

/** Whether an IOMMU stands before it that Xen drives: then Xen puts it behind that. */
export const isHeldBack = ({ iommus, functions }: DeviceDma): boolean => {
  const all = [...iommus, ...functions]
  return all.length > 0 && all.every(({ isEnabled, isDriven }) => isEnabled && isDriven)
}

/** Whether Xen must be told to give it without an IOMMU. */
export const isForced = ({ dma }: HostDevice): boolean => !isHeldBack(dma)

/** PT-044 for a device that reaches all memory and may not, PT-045 where it would not find its guest's; of what comes with a device the first alone. */
export const checkDma = (domain: Guest, given: GivenDevice, report: Report): boolean =>
  nodesOf(given).every(({ device }) => checkNode(domain, given.entry, device, report))

function checkNode(domain: Guest, entry: Passthrough, { dma, place }: HostDevice, report: Report): boolean {
  if (dma.does === 'no' || isHeldBack(dma)) return true
  const does = dma.does === 'yes' ? 'does' : 'may do'
  if (domain.boot === 'xl' && dma.does === 'yes') {
    report('PT-045', {
      at: atKey(entry.pointer),
      message: `${place.path} ${does} DMA, ${whyFree(dma)}, and dom0 creates '${domain.name}' somewhere in memory: the device would access the memory of others`,
      help: "give it to a domain with 'boot: dom0less' and 'direct-map: true'",
    })
    return false
  }
  if (entry['force-assign-without-iommu'] === undefined) {
    const off = [...dma.iommus, ...dma.functions].filter(isOff).map(({ path }) => path)
    const enable = off.length > 0 ? `; or enable it: 'platform: { enable: [${[...new Set(off)].join(', ')}] }'` : ''
    report('PT-044', {
      at: atKey(entry.pointer),
      message: `${place.path} ${does} DMA, and ${whyFree(dma)}: '${domain.name}' could reach all memory of the machine with it`,
      unless: [member(entry.pointer, 'force-assign-without-iommu')],
      help: `${dma.does === 'yes' ? 'if that is intended, say why' : 'if it never does, or that is intended, say why'}: 'force-assign-without-iommu: "…"' ${dma.does === 'yes' ? "and 'direct-map: true' of the domain" : 'of the device'}${enable}`,
    })
    return false
  }
  if (dma.does === 'possible' || (domain.boot === 'dom0less' && domain['direct-map'])) return true
  report('PT-045', {
    at: atValue(member(entry.pointer, 'force-assign-without-iommu')),
    message: `${place.path} does DMA, ${whyFree(dma)}, and '${domain.name}' does not have its RAM at the host's addresses: the device would access the memory of others`,
    help: `set 'direct-map: true' and 'static-mem: auto' of '${domain.name}'`,
  })
  return false
}

const isOff = ({ isEnabled, isDriven }: Pick<IommuOfDevice, 'isEnabled' | 'isDriven'>): boolean =>
  isDriven && !isEnabled

function whyFree({ iommus, functions }: DeviceDma): string {
  const all = [...iommus, ...functions]
  const [off, foreign] = [all.filter(isOff), all.filter(({ isDriven }) => !isDriven)]
  if (off.length > 0) return `the IOMMU in front of it is disabled (${pathsOf(off)})`
  return foreign.length > 0
    ? `Xen has no driver for the IOMMU in front of it (${pathsOf(foreign)})`
    : 'no IOMMU is in front of it'
}

const pathsOf = (iommus: readonly { readonly path: string }[]): string =>
  [...new Set(iommus.map(({ path }) => path))].join(', ')
