/** Faults of Xen that point releases have mended: whether a machine boots can depend on the third number of its Xen. */
import { isAtLeast, RELEASES, type Release } from './releases.ts'

/** A fault of Xen, and where it was mended. */
export interface Fault {
  /** First release that has it. */
  readonly since: Release
  /** By branch, the first point release without it; a branch that is not here has it to its end. */
  readonly mended: Readonly<Partial<Record<Release, number>>>
  /** First release after `since` that never had it. */
  readonly mendedIn: Release
  /** The commit of Xen's master branch; those of the stable branches name it. */
  readonly commit: string
}

/** The faults that rules know, by name. */
export const FAULTS = {
  /** The early scan never gets past a node that is nested too deep (common/device-tree/bootfdt.c: device_tree_for_each_node; 4.20.4: a0c5fde6f7, 4.21.2: a455b73ddb). */
  'too-deep-node': {
    since: '4.17',
    mended: { '4.20': 4, '4.21': 2 },
    mendedIn: '4.22',
    commit: '3b717f57dca5',
  },
  /** Reserved memory inside a memory reservation counts as an overlap (arch/arm/setup.c: meminfo_overlap_check; 4.19.2: 6f7af8383f). */
  'memory-reservations-overlap': {
    since: '4.19',
    mended: { '4.19': 2 },
    mendedIn: '4.20',
    commit: 'a14593e3995a',
  },
  /**
   * With `trap-unmapped-accesses` off, Xen also ignores accesses to memory that the guest has and that is only not in its page tables yet
   * (arch/arm/traps.c: do_trap_stage2_abort_guest; no 4.21 has the mend).
   */
  'ignores-unmapped-ram': {
    since: '4.21',
    mended: {},
    mendedIn: '4.22',
    commit: '17a9070d22d2',
  },
} as const satisfies Readonly<Record<string, Fault>>

/** What is known of the Xen that will run. */
export interface RunningXen {
  readonly release: Release
  /** The third number of its version; absent: not known. */
  readonly point?: number
}

/** `possible`: a point release of the branch mended it, and which one this is is not known. */
export type Presence = 'absent' | 'present' | 'possible'

/** Whether a Xen has a fault. */
export function presenceOf({ since, mended, mendedIn }: Fault, { release, point }: RunningXen): Presence {
  if (!isAtLeast(release, since) || isAtLeast(release, mendedIn)) return 'absent'
  const first = mended[release]
  if (first === undefined) return 'present'
  if (point === undefined) return 'possible'
  return point < first ? 'present' : 'absent'
}

/** The nearest version without the fault, of this branch or a newer one: `4.20.4`, or `4.22`. */
export function nearestWithout({ mended, mendedIn }: Fault, release: Release): string {
  const branch = RELEASES.find((one) => isAtLeast(one, release) && (mended[one] !== undefined || one === mendedIn))
  const point = branch && mended[branch]
  return point === undefined ? mendedIn : `${branch}.${point}`
}

/** For messages: `Xen 4.20.3`, or `Xen 4.20 before 4.20.4` where the third number decides and is not known. */
export function affected(fault: Fault, xen: RunningXen): string {
  const name = `Xen ${nameOf(xen)}`
  return presenceOf(fault, xen) === 'possible' ? `${name} before ${nearestWithout(fault, xen.release)}` : name
}

/** For messages: `4.20.3`, or `4.20` where the third number is not known. */
export const nameOf = ({ release, point }: RunningXen): string =>
  point === undefined ? release : `${release}.${point}`
