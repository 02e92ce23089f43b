/** Registers and interrupts of virtio-mmio devices, as Xen's public headers, libxl and QEMU have them. */
import { bytes, type GuestPhys, guestPhys, times } from '../units/quantities.ts'
import { type Range, range } from '../units/range.ts'
import { isAtLeast, type Release } from './releases.ts'

/** Size of one device's registers (tools/libs/light/libxl_arm.c: VIRTIO_MMIO_DEV_SIZE). */
export const WINDOW_SIZE = bytes(0x200n)

/** Where libxl puts the registers of all devices, one after the other (xen/include/public/arch-arm.h: GUEST_VIRTIO_MMIO_BASE, GUEST_VIRTIO_MMIO_SIZE). */
export const VIRTIO_MMIO: Range<GuestPhys> = range(guestPhys(0x0200_0000n), bytes(0x0010_0000n))

/** INTIDs of the devices, from the first to the last, both included (xen/include/public/arch-arm.h: GUEST_VIRTIO_MMIO_SPI_FIRST, GUEST_VIRTIO_MMIO_SPI_LAST). */
export const FIRST_INTERRUPT = 33
export const LAST_INTERRUPT = 43

/** Most devices that libxl makes for a guest: one for each INTID (tools/libs/light/libxl_arm.c: alloc_virtio_mmio_irq). */
export const MOST_DEVICES = LAST_INTERRUPT - FIRST_INTERRUPT + 1

/** Transports of QEMU's machine `xenpvh`: one for each INTID but the last (hw/xen/xen-pvh-common.c: xen_create_virtio_mmio_devices; hw/arm/xen-pvh.c). */
export const QEMU_TRANSPORTS = LAST_INTERRUPT - FIRST_INTERRUPT

/** Size of all registers that one QEMU emulates, from its base on. */
export const QEMU_WINDOWS_SIZE = times(QEMU_TRANSPORTS, WINDOW_SIZE)

/**
 * Whether libxl gives the devices of the domains that it creates registers, interrupts and nodes, as `virtio` asks (tools/xl/xl_parse.c). Without that, such
 * a domain has its devices in a partial tree, like a domain that Xen starts.
 */
export const libxlMakesDevices = (release: Release): boolean => isAtLeast(release, '4.18')

/** Whether xl can be told to give a domain more shared interrupts than it counts itself: `nr_spis`. */
export const xlCountsInterrupts = (release: Release): boolean => isAtLeast(release, '4.19')

/** Third cell of a device's interrupt, as libxl writes it: rising edge, and a mask of four CPUs (tools/libs/light/libxl_arm.c: set_interrupt, DT_IRQ_TYPE_EDGE_RISING). */
export const INTERRUPT_FLAGS = 0xf01n
