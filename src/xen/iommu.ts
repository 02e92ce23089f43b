import { isAtLeast, type Release } from './releases.ts'

/** IOMMUs that Xen drives on Arm, by `compatible`, each with the Kconfig option of its driver (xen/drivers/passthrough/arm; 4.17 to 4.22). */
export const IOMMU_DRIVERS: Readonly<Record<string, string>> = {
  'arm,smmu-v1': 'ARM_SMMU',
  'arm,smmu-v2': 'ARM_SMMU',
  'arm,mmu-400': 'ARM_SMMU',
  'arm,mmu-401': 'ARM_SMMU',
  'arm,mmu-500': 'ARM_SMMU',
  'arm,smmu-v3': 'ARM_SMMU_V3',
  'renesas,ipmmu-r8a7795': 'IPMMU_VMSA',
  'renesas,ipmmu-r8a77965': 'IPMMU_VMSA',
  'renesas,ipmmu-r8a7796': 'IPMMU_VMSA',
  'renesas,ipmmu-r8a77961': 'IPMMU_VMSA',
  'renesas,ipmmu-r8a779f0': 'IPMMU_VMSA',
  'renesas,ipmmu-r8a779g0': 'IPMMU_VMSA',
}

/** Whose accesses at an IOMMU are meant: those with `id`, whatever the bits of `mask` are in them. */
export interface Stream {
  readonly id: number
  readonly mask: number
}

/** How a driver of Xen keeps streams: in a table with an entry for each (SMMUv3), in registers that compare (SMMUv1, v2), or in a register for each (IPMMU). */
export type StreamKeeping = 'table' | 'matching' | 'micro-tlb'

/** By the option of the driver. */
export function streamKeeping(option: string): StreamKeeping {
  if (option === 'ARM_SMMU_V3') return 'table'
  return option === 'ARM_SMMU' ? 'matching' : 'micro-tlb'
}

/** Of both the id and the mask in a register of an SMMUv2 (drivers/passthrough/arm/smmu.c: SMR_ID_MASK, SMR_MASK_MASK). */
const MATCHED_BITS = 0x7fff

/**
 * The stream that a specifier in `iommus` means: an id, and at an SMMUv2 a mask in its second cell, else in `stream-match-mask` of the IOMMU
 * (arm_smmu_dt_xlate_generic). Others have ids alone.
 */
export function streamOf(keeping: StreamKeeping, [id = 0, mask]: readonly number[], common: number): Stream {
  if (keeping !== 'matching') return { id, mask: 0 }
  return { id: id & MATCHED_BITS, mask: (mask ?? common) & MATCHED_BITS }
}

/** Before this release Xen compares every bit, whatever the mask (arm_smmu_master_alloc_smes). */
const HEEDS_MASKS_SINCE: Release = '4.20'

export const heedsMasks = (release: Release): boolean => isAtLeast(release, HEEDS_MASKS_SINCE)

/** As `release` compares it. */
export const compared = (stream: Stream, release: Release): Stream =>
  heedsMasks(release) ? stream : { ...stream, mask: 0 }

/** Whether an access may belong to both. */
export const meet = (a: Stream, b: Stream): boolean => ((a.id ^ b.id) & ~(a.mask | b.mask)) === 0

/** Whether every access of `b` is one of `a`. */
export const covers = (a: Stream, b: Stream): boolean => (a.mask & b.mask) === b.mask && ((a.id ^ b.id) & ~a.mask) === 0

/** What becomes of a device whose stream meets that of one which was assigned before it. */
export type StreamClash =
  /** Xen stops: its table has the entry already (smmu-v3.c: arm_smmu_write_strtab_ent). */
  | 'stops'
  /** Assigning it fails, since no two registers may match one access (smmu.c: arm_smmu_find_sme). */
  | 'overlaps'
  /** Assigning it fails, since another domain has the micro-TLB (ipmmu-vmsa.c: ipmmu_utlb_enable). */
  | 'fails'
  /** The register of both is made to lead to the domain that comes later (arm_smmu_domain_add_master). */
  | 'redirects'

/** `undefined`: none. Both are streams of one IOMMU, as a release compares them. */
export function clashOf(
  keeping: StreamKeeping,
  [before, next]: readonly [Stream, Stream],
  isSameDomain: boolean,
): StreamClash | undefined {
  if (!meet(before, next)) return undefined
  if (keeping === 'table') return 'stops'
  if (keeping === 'matching' && !covers(before, next)) return 'overlaps'
  if (isSameDomain) return undefined
  return keeping === 'matching' ? 'redirects' : 'fails'
}

/** For people. */
export const streamText = ({ id, mask }: Stream): string =>
  mask === 0 ? `stream ${id}` : `stream ${id} with the mask 0x${mask.toString(16)}`
