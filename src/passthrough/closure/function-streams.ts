/**
 * Streams of the functions behind a PCI bridge that is given away as a whole. Xen takes what `iommus` of the bridge's own node names, one id an entry
 * (drivers/passthrough/device_tree.c: iommu_add_dt_device); `iommu-map` it reads for functions that dom0 tells it of (from 4.21: dt_map_id), or not at all.
 */
import { propertyNamed } from '../../devicetree/model.ts'
import { cellsOf } from '../../devicetree/readings/values.ts'
import type { XenIommus } from '../../iommu/xen-iommus.ts'
import { hex } from '../../units/format.ts'
import { MOST_STREAMS } from '../../xen/iommu.ts'
import type { Obstacle, Wishes } from '../closure.ts'
import type { DeviceDma, FunctionStreams, HostDevice, IommuOfDevice } from '../host-device.ts'

export interface WithFunctions {
  /** With the streams of the functions among its own `iommus`. */
  readonly device: HostDevice
  readonly obstacles: readonly Obstacle[]
}

/** Where Xen has room for more: its driver for SMMUv3 compares each with each. */
const MOST = 128

/** `device` with `iommus` as the host's node needs them. Unchanged where Xen uses no IOMMU, does not drive this one, or it is disabled: Xen then passes over it. */
export function withFunctions(device: HostDevice, wishes: Pick<Wishes, 'functions'>, xens: XenIommus): WithFunctions {
  const { dma } = device
  const wished = wishes.functions ?? []
  if (wished.length > 0 && dma.functions.length === 0) return { device, obstacles: [noMap(device, wished)] }
  const isUsed = ({ isEnabled, path }: IommuOfDevice | FunctionStreams): boolean => isEnabled && xens.hasDriver(path)
  if (xens.whyNone !== undefined || !dma.functions.every(isUsed)) return { device, obstacles: [] }
  const missing = wished.filter((name) => streamOf(dma, requesterOf(name)) === undefined)
  if (missing.length > 0) return { device, obstacles: [notInMap(device, missing)] }
  const streams = wished.length > 0 ? wished.flatMap((name) => streamOf(dma, requesterOf(name)) ?? []) : all(device)
  const iommus = distinct([...dma.iommus, ...streams])
  const obstacles = [...tooMany(device, iommus), ...twoIommus(device, iommus, xens)]
  return { device: obstacles.length > 0 ? device : { ...device, dma: { ...dma, iommus } }, obstacles }
}

/** `00:01.0` as a requester id: bus, device, function (PCI Express Base Specification). */
function requesterOf(name: string): number {
  const [bus = 0, device = 0, own = 0] = name.split(/[:.]/).map((part) => Number.parseInt(part, 16))
  return (bus << 8) | (device << 3) | own
}

const stream = ({ path, isEnabled, keeping, commonMask, width }: FunctionStreams, id: number): IommuOfDevice => ({
  path,
  isEnabled,
  keeping,
  commonMask,
  cells: Array.from({ length: width }, (_, cell) => (cell === 0 ? id : 0)),
})

/** As Linux translates a requester id (drivers/of/base.c: of_map_id). */
function streamOf({ functions }: DeviceDma, requester: number): IommuOfDevice | undefined {
  const entry = functions.find(
    ({ requester: first, count, mask }) => (requester & mask) >= first && (requester & mask) < first + count,
  )
  return entry && stream(entry, entry.stream + (requester & entry.mask) - entry.requester)
}

const REQUESTERS = 0x1_0000
const EVERY_BIT = 0xffff

/** What the map has for functions on buses that the bridge has. */
function all({ dma, place }: HostDevice): readonly IommuOfDevice[] {
  const [firstBus = 0, lastBus = 0xff] = cellsOf(propertyNamed(place.node, 'bus-range')) ?? []
  return dma.functions.flatMap((entry) => {
    const isWhole = (entry.mask & EVERY_BIT) === EVERY_BIT
    const found: IommuOfDevice[] = []
    const limit = Math.min(entry.requester + entry.count, REQUESTERS)
    for (let requester = entry.requester; requester < limit; requester++) {
      const isThere = isWhole
        ? requester >> 8 >= firstBus && requester >> 8 <= lastBus
        : (requester & ~entry.mask) === 0
      if (isThere) found.push(stream(entry, entry.stream + requester - entry.requester))
    }
    return found
  })
}

/** Each once, as functions behind one bridge may have one stream. */
const distinct = (iommus: readonly IommuOfDevice[]): readonly IommuOfDevice[] => [
  ...new Map(iommus.map((own) => [`${own.path} ${own.cells.join()}`, own])).values(),
]

const noMap = ({ place }: HostDevice, wished: readonly string[]): Obstacle => ({
  code: 'DEV-004',
  message: `functions names ${wished.join(', ')}, and ${place.path} has no iommu-map`,
  help: "leave 'functions' out: no IOMMU tells functions of it apart",
})

const notInMap = ({ place }: HostDevice, missing: readonly string[]): Obstacle => ({
  code: 'DEV-009',
  message: `${place.path}: its iommu-map has no stream for ${missing.map((name) => `${name} (requester id ${hex(BigInt(requesterOf(name)))})`).join(', ')}`,
  help: "name functions as bus:device.function, as Linux' lspci has them on the board",
})

function tooMany({ place, dma }: HostDevice, iommus: readonly IommuOfDevice[]): readonly Obstacle[] {
  const most = MOST_STREAMS[iommus[0]?.keeping ?? 'table'] ?? MOST
  if (dma.functions.length === 0 || iommus.length <= most) return []
  return [
    {
      code: 'DEV-009',
      message: `${place.path} would have ${iommus.length} streams with those of its iommu-map, and Xen has room for ${most} in iommus of a device`,
      help: `name the functions that are there, up to ${most}, as Linux' lspci has them: 'functions: ["00:01.0"]'`,
    },
  ]
}

/** Xen stops at the first entry whose IOMMU is disabled, and refuses one that names another (iommu_fwspec_init). */
function twoIommus(
  { place: { path }, dma }: HostDevice,
  iommus: readonly IommuOfDevice[],
  xens: XenIommus,
): readonly Obstacle[] {
  const end = iommus.findIndex(({ isEnabled }) => !isEnabled)
  const read = end < 0 ? iommus : iommus.slice(0, end)
  const paths = new Set(read.map((own) => own.path))
  if (paths.size < 2 || !read.some((own) => xens.hasDriver(own.path))) return []
  return [
    {
      code: 'DEV-009',
      message: `${path} is behind ${[...paths].join(' and ')}, and Xen supports only one IOMMU for a device`,
      help:
        dma.functions.length > 0
          ? "name functions behind one of them with 'functions', or give another device"
          : 'leave one of them in its iommus by an overlay of platform.overlays, or give another device',
    },
  ]
}
