/** Ranges of host memory that Xen's early scan registers, in its order, and conflicts between them. */
import type { Origin } from '../../../diagnostics/diagnostic.ts'
import type { HostPhys } from '../../../units/quantities.ts'
import { contains, end, merge, overlaps, type Range } from '../../../units/range.ts'
import { firstThat } from '../../../units/sorted.ts'
import { MAX_MODULES } from '../../../xen/boot-limits.ts'
import { isAtLeast, type Release } from '../../../xen/releases.ts'

/** What Xen takes a module for. */
export type ModuleKind = 'kernel' | 'ramdisk' | 'device-tree' | 'xsm-policy' | 'microcode' | 'unknown'

/** What a range of memory is for. */
export type ClaimKind =
  | 'xen'
  | 'host-tree'
  | 'module'
  | 'memory reservation'
  | 'reserved memory'
  | 'static memory'
  | 'static heap'
  | 'shared memory'

/** A range that is registered. */
export interface Claim {
  readonly kind: ClaimKind
  readonly range: Range<HostPhys>
  /** For people, e.g. `ramdisk of 'logger'`, `/reserved-memory/optee@7e000000`. */
  readonly what: string
  readonly origin: Origin
  /** Kind of the module that it is of; absent: it is of none. */
  readonly module?: ModuleKind
  /** The module belongs to boot-time domains only, and dom0 does not use it. */
  readonly domU?: boolean
}

/** What comes of registering a module (bootinfo.c: add_boot_module). */
export type Registration =
  | { readonly outcome: 'registered' }
  /** The same range is registered for the same kind: both users get that record. */
  | { readonly outcome: 'shared'; readonly with: Claim }
  | { readonly outcome: 'too-many' }
  | { readonly outcome: 'overlap'; readonly with: Claim }

/** Modules that Xen registers before all others: itself and the host's tree. */
const XEN_AND_TREE = 2

/** Most conflicts that are found: finding each means going through all claims. */
const MOST_CONFLICTS = 1000

/** Whether Xen or domains will write to such memory. */
const isGivenAway = (kind: ClaimKind): boolean =>
  kind === 'static memory' || kind === 'static heap' || kind === 'shared memory'

/**
 * Whether Xen overlooks that `range` overlaps `other`, which then is a memory reservation. Up to 4.18 Xen compares nothing with these. Later they may contain
 * any range but shared memory (check_reserved_regions_overlap with allow_memreserve_overlap).
 */
export const isOverlooked = ({ kind, range }: Pick<Claim, 'kind' | 'range'>, other: Claim, release: Release): boolean =>
  other.kind === 'memory reservation' &&
  (!isAtLeast(release, '4.19') || (kind !== 'shared memory' && contains(other.range, range)))

/** What has been registered so far. */
export class Claims {
  readonly #claims: Claim[] = []
  /** Claims of modules in the tree. */
  readonly #modules: Claim[] = []
  readonly #reservations: Claim[] = []
  /** What all claims but memory reservations cover together, ascending and disjoint. Most new claims touch none of it. */
  readonly #covered: Range<HostPhys>[] = []
  /** Whether a claim is empty: `#covered` does not contain it, but a range around it overlaps it. */
  #hasEmpty = false
  #conflicts = 0
  readonly #release: Release

  constructor(release: Release) {
    this.#release = release
  }

  get all(): readonly Claim[] {
    return this.#claims
  }

  /**
   * The first claim that `range`, which is of `kind`, overlaps and must not. Reserved memory and modules may be inside a memory reservation. Memory that is
   * given away may not, although Xen overlooks most such cases (`isOverlooked`). After a thousand conflicts none is found any more.
   */
  conflict(range: Range<HostPhys>, kind: ClaimKind): Claim | undefined {
    if (this.#conflicts === MOST_CONFLICTS) return undefined
    const found = (this.#isTouched(range) ? this.#claims : this.#reservations).find(
      (claim) =>
        overlaps(claim.range, range) && (isGivenAway(kind) || !isOverlooked({ kind, range }, claim, this.#release)),
    )
    if (found) this.#conflicts++
    return found
  }

  /** The first memory reservation that `range` overlaps. */
  reservationOver(range: Range<HostPhys>): Claim | undefined {
    return this.#reservations.find((claim) => overlaps(claim.range, range))
  }

  add(claim: Claim): void {
    this.#claims.push(claim)
    if (claim.kind === 'module') this.#modules.push(claim)
    if (claim.kind === 'memory reservation') this.#reservations.push(claim)
    else this.#cover(claim.range)
  }

  /** Registers a module as the release does. Overlaps are conflicts before 4.18 too, although Xen does not look for them. */
  addModule(claim: Claim): Registration {
    const same = this.#modules.find((c) => c.module === claim.module && c.range.base === claim.range.base)
    if (same && same.range.size === claim.range.size) {
      if (!claim.domU && !isAtLeast(this.#release, '4.18')) this.#replace(same, { ...same, domU: false })
      return { outcome: 'shared', with: same }
    }
    if (this.#modules.length + XEN_AND_TREE >= MAX_MODULES) return { outcome: 'too-many' }
    const conflict = this.conflict(claim.range, claim.kind)
    if (conflict) return { outcome: 'overlap', with: conflict }
    this.add(claim)
    return { outcome: 'registered' }
  }

  #isTouched(range: Range<HostPhys>): boolean {
    const next = this.#covered[this.#firstAfter(range)]
    return this.#hasEmpty || (next !== undefined && overlaps(next, range))
  }

  /** Index of the first covered range that ends past the start of `range`. */
  #firstAfter({ base }: Range<HostPhys>): number {
    return firstThat(this.#covered, (covered) => end(covered) > base)
  }

  #cover(range: Range<HostPhys>): void {
    this.#hasEmpty ||= range.size === 0n
    const from = this.#firstAfter(range)
    let to = from
    for (let next = this.#covered[to]; next && overlaps(next, range); next = this.#covered[to]) to++
    this.#covered.splice(from, to - from, ...merge([range, ...this.#covered.slice(from, to)]))
  }

  #replace(old: Claim, next: Claim): void {
    for (const list of [this.#claims, this.#modules]) list[list.indexOf(old)] = next
  }
}
