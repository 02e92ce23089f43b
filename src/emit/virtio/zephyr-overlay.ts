/**
 * `virtio.overlay`, for a build of Zephyr, whose device tree is compiled in: the regions of a guest's devices, instances of Zephyr's own backend, and
 * virtio-mmio devices.
 */

import { ZEPHYR_DRIVERS } from '../../devices/zephyr-drivers.ts'
import {
  type MmioDocument,
  type StaticShmDocument,
  staticShmIn,
  type VirtioDocument,
} from '../../guests/virtio-document.ts'
import { NO_PORT } from '../../plan/virtio/planned-virtio.ts'
import { MEM_ALIGNMENT } from '../../plan/virtio/zephyr-static-vrings.ts'
import { hex } from '../../units/format.ts'
import { FIRST_SPI } from '../../xen/gic.ts'
import { templates, type ZephyrInstanceView, type ZephyrTransportView } from '../templates.ts'

/** The overlay's text. `macs`: addresses of network devices that are known, by the device's name. */
export function overlayText(document: VirtioDocument, macs: ReadonlyMap<string, string> = new Map()): string {
  const { domain, regions } = document
  const names = Object.keys(regions)
  const labels = labelsOf(names)
  const own = staticShmIn(document).filter(([, { layout }]) => layout === 'zephyr-static-vrings')
  const ipcLabels = labelsOf(own.map(([name]) => name))
  const instances = own.map(([name, device], index) => ({
    region: device.region,
    view: instanceView(name, ipcLabels[index] ?? '', device, regions[device.region]?.base ?? 0n),
  }))
  const transports = transportViews(document, macs)
  return templates.virtioOverlay({
    domain: domain.name,
    hasRegions: names.length > 0,
    hasTransports: transports.length > 0,
    transports,
    memAlignment: String(MEM_ALIGNMENT),
    hasInstances: instances.length > 0,
    instances: instances.map(({ view }) => view),
    regions: Object.entries(regions).map(([name, { id, base, size }], index) => {
      const inside = instances.flatMap(({ region, view }) => (region === name ? [view] : []))
      return {
        name,
        id,
        label: labels[index] ?? '',
        unit: base.toString(16),
        reg: reg(base, size),
        hasInstances: inside.length > 0,
        instances: inside,
      }
    }),
  })
}

/** A node of Zephyr's own backend. Its `tx` is the queue on which an end sends: queue 1 for the driver, queue 0 for the device. */
function instanceView(name: string, label: string, device: StaticShmDocument, region: bigint): ZephyrInstanceView {
  const start = region + device.offset
  const [toDriver, toDevice] = Object.values(device.queues)
  const ports = [toDriver, toDevice].map((queue) => queue?.notify?.port ?? NO_PORT)
  const [receivePort = NO_PORT, sendPort = NO_PORT] = device.role === 'driver' ? ports : ports.toReversed()
  return {
    name,
    label,
    unit: start.toString(16),
    reg: reg(start, device.size),
    role: device.role === 'driver' ? 'host' : 'remote',
    descriptors: toDriver?.size ?? 0,
    sendPort,
    receivePort,
    bufferSize: String(device.buffers?.size ?? 0n),
  }
}

/** Nodes of virtio-mmio devices that the guest drives. */
function transportViews(
  { devices }: VirtioDocument,
  macs: ReadonlyMap<string, string>,
): readonly ZephyrTransportView[] {
  const driven = Object.entries(devices).flatMap(([name, device]) =>
    device.transport === 'mmio' && device.role === 'driver' ? [[name, device] as const] : [],
  )
  const labels = labelsOf(driven.map(([name]) => name))
  return driven.map(([name, device], index) => transportView(name, labels[index] ?? '', device, macs.get(name)))
}

function transportView(
  name: string,
  label: string,
  { type, base, size, interrupt }: MmioDocument,
  mac: string | undefined,
): ZephyrTransportView {
  const compatible = ZEPHYR_DRIVERS[type]
  return {
    name,
    type,
    intid: interrupt,
    label,
    unit: base.toString(16),
    reg: reg(base, size),
    interrupt: [SHARED, interrupt - FIRST_SPI, EDGE, PRIORITY].map((cell) => hex(cell)).join(' '),
    hasDriver: compatible !== undefined,
    driver: compatible
      ? [
          `compatible = ${compatible.map((text) => `"${text}"`).join(', ')}`,
          ...(type === 'net' ? [macProperty(mac)] : []),
          'status = "okay"',
        ]
      : [],
  }
}

/** GIC_SPI, IRQ_TYPE_EDGE and IRQ_DEFAULT_PRIORITY of Zephyr (include/zephyr/dt-bindings/interrupt-controller/arm-gic.h). */
const SHARED = 0
const EDGE = 4
const PRIORITY = 0xa0

/** The MAC address of a network device: Zephyr's driver never asks the device for it. */
const macProperty = (mac: string | undefined): string =>
  mac === undefined ? 'zephyr,random-mac-address' : `local-mac-address = [${mac.split(':').join(' ')}]`

/** Labels for names: characters that labels cannot have become `_`, and a number follows if another name has the same label. */
function labelsOf(names: readonly string[]): readonly string[] {
  const taken = new Set<string>()
  return names.map((name) => {
    const plain = name.replaceAll(/[^A-Za-z0-9]/g, '_')
    let label = plain
    for (let count = 2; taken.has(label); count++) label = `${plain}_${count}`
    taken.add(label)
    return label
  })
}

const reg = (base: bigint, size: bigint): string => [...cells(base), ...cells(size)].join(' ')

const cells = (value: bigint): readonly string[] => [value >> 32n, value & 0xffffffffn].map(hex)
