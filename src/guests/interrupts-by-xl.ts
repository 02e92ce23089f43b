/** SPIs of a guest that xl creates: before 4.19 it has none but those of its virtual PL011 and its host devices. */
import { interruptIds } from '../passthrough/interrupt-ids.ts'
import type { PartitionedDom0less, PartitionedXl } from '../plan/system-plan.ts'

/**
 * Whether the guest has INTIDs 32 to 63, and so those of virtio devices: xl counts up to the highest that it knows of, and Xen rounds that up to 32
 * (tools/libs/light/libxl_arm.c: libxl__arch_domain_prepare_config; xen/arch/arm/vgic.c: domain_vgic_init).
 */
export const hasInterruptsByXl = ({ domain, devices, ownTree }: PartitionedDom0less | PartitionedXl): boolean =>
  domain.console === 'vpl011' ||
  domain['extra-xl'].some(({ name }) => name === 'vuart' || name === 'irqs') ||
  devices.some(({ nodes }) => nodes.some(({ device }) => interruptIds(device).length > 0)) ||
  (ownTree?.devices ?? []).some(({ host }) => host !== undefined && interruptIds(host).length > 0)
