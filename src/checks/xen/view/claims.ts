/** Pieces of host memory in the order in which Xen's early scan registers them, and what it compares each new one with. */
import type { Origin } from '../../../diagnostics/diagnostic.ts'
import type { HostPhys } from '../../../units/quantities.ts'
import { contains, end, merge, overlaps, type Range } from '../../../units/range.ts'
import { firstThat } from '../../../units/sorted.ts'
import { MAX_MODULES } from '../../../xen/boot-limits.ts'
import { isAtLeast, type Release } from '../../../xen/releases.ts'

export type ModuleKind = 'kernel' | 'ramdisk' | 'device-tree' | 'xsm-policy' | 'microcode' | 'unknown'

export type ClaimKind =
  | 'xen'
  | 'host-tree'
  | 'module'
  | 'memory reservation'
  | 'reserved memory'
  | 'static memory'
  | 'static heap'
  | 'shared memory'

/** Memory that has been registered. */
export interface Claim {
  readonly kind: ClaimKind
  readonly range: Range<HostPhys>
  /** For people, e.g. `ramdisk of 'logger'`, `/reserved-memory/optee@7e000000`. */
  readonly what: string
  readonly origin: Origin
  /** Of a module. */
  readonly module?: ModuleKind
  /** Of a module: it belongs to boot-time domains only, dom0 cannot see it. */
  readonly domU?: boolean
}

/** What became of a module's registration (bootinfo.c: add_boot_module). */
export type Registration =
  | { readonly outcome: 'registered' }
  /** The same kind is registered at the same address: both users get that record. */
  | { readonly outcome: 'shared'; readonly with: Claim }
  | { readonly outcome: 'too-many' }
  | { readonly outcome: 'overlap'; readonly with: Claim }

/** Modules from the start, wherever they lie: Xen itself and the host's tree. */
const XEN_AND_TREE = 2

/** Each costs a look at all claims. */
const MOST_CONFLICTS = 1000

/** Memory that Xen or domains will write to. */
const isGivenAway = (kind: ClaimKind): boolean =>
  kind === 'static memory' || kind === 'static heap' || kind === 'shared memory'

/**
 * Whether Xen does not mind that `range` overlaps `other`: a memory reservation it compares with nothing up to 4.18; later what surrounds the range is fine
 * for all but shared memory (check_reserved_regions_overlap with allow_memreserve_overlap).
 */
export const isOverlooked = ({ kind, range }: Pick<Claim, 'kind' | 'range'>, other: Claim, release: Release): boolean =>
  other.kind === 'memory reservation' &&
  (!isAtLeast(release, '4.19') || (kind !== 'shared memory' && contains(other.range, range)))

export class Claims {
  readonly #claims: Claim[] = []
  /** Those of them that are modules of the tree. */
  readonly #modules: Claim[] = []
  readonly #reservations: Claim[] = []
  /** What all others cover together, ascending and apart: most new claims touch none of it. */
  readonly #covered: Range<HostPhys>[] = []
  /** Whether some claim has no bytes, which is part of no cover, and which something around it overlaps all the same. */
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
   * The first claim that `range`, which is of `kind`, may not overlap. What is only described, or was loaded there, may be inside a memory reservation; what
   * is given away may not, although Xen looks away in most cases (`isOverlooked`). Of a thousand conflicts the rest is not looked for.
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

  /** Registers a module as the release does; releases before 4.18 compare nothing, their overlaps are found all the same. */
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
