/** IOMMUs, and when two streams of devices get into each other's way there. */
import { type CommandLineWord, parseBoolean } from './command-words.ts'
import { isAtLeast, type Release } from './releases.ts'

/** `compatible` of the IOMMUs that Xen drives on Arm, each with the Kconfig option of its driver (xen/drivers/passthrough/arm; 4.17 to 4.22). */
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

/** Those of them that older releases have no driver for, each with the first that has (ipmmu-vmsa.c: ipmmu_dt_match). */
export const IOMMU_DRIVEN_SINCE: ReadonlyMap<string, Release> = new Map([['renesas,ipmmu-r8a779g0', '4.20']])

/** The option that an arm64 build has on by default (drivers/passthrough/Kconfig). */
export const STOCK_DRIVER = 'ARM_SMMU'

const FORCING: ReadonlySet<string> = new Set(['force', 'required'])

/** Whether Xen's arguments switch the IOMMU off (drivers/passthrough/iommu.c: parse_iommu_param). The last word wins; `force` and `required` switch it on too. */
export function isSwitchedOff(words: readonly CommandLineWord[]): boolean {
  let off = false
  for (const { key, value = '' } of words) {
    if (key === 'no-iommu') off = true
    if (key !== 'iommu') continue
    for (const part of value.split(',')) off = FORCING.has(part) ? false : !(parseBoolean(part) ?? !off)
  }
  return off
}

const DISABLED_FREES_SINCE: Release = '4.21'

/**
 * Whether Xen puts a device behind no IOMMU if any that its `iommus` names is disabled; before 4.21 it keeps what stands before that one
 * (drivers/passthrough/device_tree.c: iommu_add_dt_device, iommu_dt_xlate).
 */
export const disabledFrees = (release: Release): boolean => isAtLeast(release, DISABLED_FREES_SINCE)

/** Accesses that an IOMMU treats alike: those whose stream id agrees with `id` in all bits but those of `mask`. */
export interface Stream {
  readonly id: number
  readonly mask: number
}

/** How an IOMMU keeps streams: in a table with an entry for each id (SMMUv3), in registers that match ids under a mask (SMMUv1, v2), or in a micro-TLB for each (IPMMU). */
export type StreamKeeping = 'table' | 'matching' | 'micro-tlb'

/** How the IOMMUs of a driver keep streams; `option`: its Kconfig option. */
export function streamKeeping(option: string): StreamKeeping {
  if (option === 'ARM_SMMU_V3') return 'table'
  return option === 'ARM_SMMU' ? 'matching' : 'micro-tlb'
}

/**
 * Streams that Xen has room for of one device (smmu.c: MAX_MASTER_STREAMIDS, as many as arguments of a phandle), or that an IOMMU can have at all
 * (ipmmu-vmsa.c: IPMMU_UTLB_MAX). Absent: as many as are named.
 */
export const MOST_STREAMS: Readonly<Record<StreamKeeping, number | undefined>> = {
  matching: 16,
  'micro-tlb': 64,
  table: undefined,
}

/** Bits that a stream match register has for the id, and for the mask (drivers/passthrough/arm/smmu.c: SMR_ID_MASK, SMR_MASK_MASK). */
const MATCHED_BITS = 0x7fff

/**
 * The stream that a specifier in `iommus` means. At an SMMUv2 its second cell is the mask; without one `common` is, the IOMMU's
 * `stream-match-mask` (arm_smmu_dt_xlate_generic). Other IOMMUs have ids alone.
 */
export function streamOf(keeping: StreamKeeping, [id = 0, mask]: readonly number[], common: number): Stream {
  if (keeping !== 'matching') return { id, mask: 0 }
  return { id: id & MATCHED_BITS, mask: (mask ?? common) & MATCHED_BITS }
}

/** Whether `release` honours masks: before 4.20 it compares all bits (arm_smmu_master_alloc_smes). */
export const heedsMasks = (release: Release): boolean => isAtLeast(release, '4.20')

/** `stream` as `release` compares it. */
export const compared = (stream: Stream, release: Release): Stream =>
  heedsMasks(release) ? stream : { ...stream, mask: 0 }

/** Whether some access belongs to both. */
export const meet = (a: Stream, b: Stream): boolean => ((a.id ^ b.id) & ~(a.mask | b.mask)) === 0

/** Whether every access of `b` is one of `a`. */
export const covers = (a: Stream, b: Stream): boolean => (a.mask & b.mask) === b.mask && ((a.id ^ b.id) & ~a.mask) === 0

/** What happens if Xen assigns a device with a stream that a device before it has already, or that overlaps one. */
export type StreamClash =
  /** Xen stops: the entry of its table is in use (smmu-v3.c: arm_smmu_write_strtab_ent). */
  | 'stops'
  /** The assignment fails, since no two registers may match one access (smmu.c: arm_smmu_find_sme). */
  | 'overlaps'
  /** The assignment fails, since another domain has the micro-TLB (ipmmu-vmsa.c: ipmmu_utlb_enable). */
  | 'fails'
  /** The register that both share is switched to the later domain (arm_smmu_domain_add_master). */
  | 'redirects'

/** How two streams of one IOMMU clash, both as the release compares them, the earlier first; `undefined`: they do not. */
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

/** For messages: `stream 16`, `stream 16 with the mask 0xf`. */
export const streamText = ({ id, mask }: Stream): string =>
  mask === 0 ? `stream ${id}` : `stream ${id} with the mask 0x${mask.toString(16)}`
