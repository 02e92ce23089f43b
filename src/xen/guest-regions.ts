/** Ranges beside RAM that Xen or xl uses in a guest's address space, where the user may put nothing. */
import { bytes, type GuestPhys, guestPhys } from '../units/quantities.ts'
import { type Range, range } from '../units/range.ts'

export interface GuestRegion {
  readonly name: string
  readonly range: Range<GuestPhys>
  /** Which guests have it; absent: all of them. */
  readonly only?: 'gic-v2' | 'gic-v3' | 'vpl011' | 'enhanced' | 'xl'
  /**
   * What a direct-mapped guest has in its place: the region that this entry of `reg` describes, of the host's interrupt controller or of Xen's
   * console (arch/arm/vgic-v2.c, vgic-v3.c, vpl011.c: is_domain_direct_mapped). `null`: nothing; absent: the same region.
   */
  readonly directMapped?: { readonly device: 'gic' | 'console'; readonly reg: number } | null
}

const region = (
  name: string,
  base: bigint,
  size: bigint,
  only?: GuestRegion['only'],
  directMapped?: GuestRegion['directMapped'],
): GuestRegion => ({
  name,
  range: range(guestPhys(base), bytes(size)),
  ...(only ? { only } : {}),
  ...(directMapped === undefined ? {} : { directMapped }),
})

const gic = (reg: number) => ({ device: 'gic', reg }) as const

/** Where a guest maps grants, in a direct-mapped one as well (dom0less-build.c: prepare_dtb_domU). */
export const GRANT_WINDOW: Range<GuestPhys> = range(guestPhys(0x3800_0000n), bytes(0x0100_0000n))

/** Source: `GUEST_*` in xen/include/public/arch-arm.h, unchanged from 4.17 to 4.22; ascending. */
export const GUEST_REGIONS: readonly GuestRegion[] = [
  region('virtio-mmio devices', 0x0200_0000n, 0x0010_0000n, 'xl'),
  region('GICv2 distributor', 0x0300_1000n, 0x1000n, 'gic-v2', gic(0)),
  region('GICv2 CPU interface', 0x0300_2000n, 0x2000n, 'gic-v2', gic(1)),
  region('GICv3 distributor', 0x0300_1000n, 0x1_0000n, 'gic-v3', gic(0)),
  region('GICv3 redistributors', 0x0302_0000n, 0x0100_0000n, 'gic-v3', gic(1)),
  region('virtual PCI configuration space', 0x1000_0000n, 0x1000_0000n, 'xl'),
  region('ACPI tables', 0x2000_0000n, 0x0200_0000n, 'xl'),
  region('vPL011 console', 0x2200_0000n, 0x1000n, 'vpl011', { device: 'console', reg: 0 }),
  region('virtual PCI memory', 0x2300_0000n, 0x1000_0000n, 'xl'),
  { name: 'grant table window', range: GRANT_WINDOW, only: 'enhanced' },
  region("Xen's magic pages (console, xenstore)", 0x3900_0000n, 0x0100_0000n, 'enhanced', null),
]
