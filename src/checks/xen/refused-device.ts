/** Devices that Xen cannot put behind their IOMMU: what is said of them, and what to do. */
import type { Origin, WayOut } from '../../diagnostics/diagnostic.ts'
import type { Cure, Refusal } from '../../iommu/xen-iommus.ts'
import type { Verdict } from '../rule.ts'

/** An instruction as it is for a tree of the user's own, and as the manifest carries it out. */
interface Way {
  readonly inTree: string
  readonly inManifest: string
}

/** What does where Xen goes on refusing the device. */
export interface Instead {
  /** Behind the instruction to disable its IOMMU: what else that takes. Absent: that helps nobody. */
  readonly ifFreed?: Way
  /** Last of all. Absent: there is no other way. */
  readonly otherwise?: string
  /** Whether another device of a domain is behind the driver that Xen uses: with another driver Xen would refuse that one. */
  readonly isDriverInUse: () => boolean
}

/** `subject`: the device, for people. */
export function reportRefusal(verdict: Verdict, at: Origin, subject: string, refusal: Refusal, instead: Instead): void {
  const message = `${subject} ${refusal.why}`
  const effect = refusal.effect === undefined ? {} : { effect: refusal.effect }
  if (refusal.doubt !== undefined) verdict.undecided(at, `${message}; ${refusal.doubt}`)
  else verdict.violated({ at, message, ...effect, ...waysOut(refusal, instead) })
}

const BY_OVERLAY = 'by an overlay of platform.overlays'

function waysOut(
  { cure, canBeFreed, iommu }: Refusal,
  { ifFreed, otherwise, isDriverInUse }: Instead,
): Required<WayOut> {
  const ways = [
    ...(cure && !(cure.kind === 'build' && isDriverInUse()) ? [cured(cure)] : []),
    ...(canBeFreed && ifFreed ? [freed(iommu, ifFreed)] : []),
    ...(otherwise === undefined ? [] : [{ inTree: otherwise, inManifest: otherwise }]),
  ]
  return {
    help: ways.map(({ inTree }) => inTree).join(', or '),
    remedy: ways.map(({ inManifest }) => inManifest).join(', or '),
  }
}

const cured = ({ kind, text }: Cure): Way => ({
  inTree: text,
  inManifest: kind === 'tree' ? `${text} ${BY_OVERLAY}` : text,
})

const freed = (iommu: string, { inTree, inManifest }: Way): Way => ({
  inTree: `disable ${iommu} in the device tree${inTree}`,
  inManifest: `disable ${iommu} ${BY_OVERLAY}${inManifest}`,
})
