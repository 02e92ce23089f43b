/** What Xen's public headers, libxl and QEMU agree on for virtio-mmio devices. */
import { bytes, type GuestPhys, guestPhys, times } from '../units/quantities.ts'
import { type Range, range } from '../units/range.ts'
import { isAtLeast, type Release } from './releases.ts'

/** Registers of one device (tools/libs/light/libxl_arm.c: VIRTIO_MMIO_DEV_SIZE). */
export const WINDOW_SIZE = bytes(0x200n)

/** Where libxl puts them, one after the other (xen/include/public/arch-arm.h: GUEST_VIRTIO_MMIO_BASE, GUEST_VIRTIO_MMIO_SIZE). */
export const VIRTIO_MMIO: Range<GuestPhys> = range(guestPhys(0x0200_0000n), bytes(0x0010_0000n))

/** Their INTIDs, both included (xen/include/public/arch-arm.h: GUEST_VIRTIO_MMIO_SPI_FIRST, GUEST_VIRTIO_MMIO_SPI_LAST). */
export const FIRST_INTERRUPT = 33
export const LAST_INTERRUPT = 43

/** QEMU's machine `xenpvh` has a transport for each INTID but the last, from its base on (hw/xen/xen-pvh-common.c: xen_create_virtio_mmio_devices; hw/arm/xen-pvh.c). */
export const QEMU_TRANSPORTS = LAST_INTERRUPT - FIRST_INTERRUPT

/** All of QEMU's windows. */
export const QEMU_WINDOWS_SIZE = times(QEMU_TRANSPORTS, WINDOW_SIZE)

/**
 * Whether libxl numbers the devices of its own domains and makes their nodes, told by `virtio` (tools/xl/xl_parse.c). Before, such a domain has them in its
 * partial tree, as one that Xen starts.
 */
export const libxlMakesDevices = (release: Release): boolean => isAtLeast(release, '4.18')

/** Whether xl can give a domain more interrupts than its own devices need: `nr_spis`. */
export const xlCountsInterrupts = (release: Release): boolean => isAtLeast(release, '4.19')

/** Edge, with a mask of four CPUs, as libxl writes it (tools/libs/light/libxl_arm.c: set_interrupt, DT_IRQ_TYPE_EDGE_RISING). */
export const INTERRUPT_FLAGS = 0xf01n
