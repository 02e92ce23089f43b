/** SHM: whether the nodes of a region agree, and how many regions there are (static-shmem.c: process_shm_node, process_shm). */
import type { Origin } from '../../../diagnostics/diagnostic.ts'
import { formatSize, hex } from '../../../units/format.ts'
import { bytes } from '../../../units/quantities.ts'
import { isAtLeast } from '../../../xen/releases.ts'
import { MAX_SHM_REGIONS, SHM_BANKS_SINCE } from '../../../xen/static-limits.ts'
import type { Rule } from '../../rule.ts'
import { originOfProperty } from '../view/scan.ts'
import { nodesOf, regionsOf, type ShmView, whose } from '../view/shared-memory.ts'
import type { XenView } from '../view.ts'
import { atPlace } from './shared-memory.ts'

const related = (shm: ShmView) => [{ at: atPlace(shm), message: `${whose(shm)} is here` }]

/** Origin of the role of a node, or of the node where it has none. */
const atRole = ({ node }: ShmView): Origin => originOfProperty(node, 'role')
const roleOf = (shm: ShmView) => [{ at: atRole(shm), message: `${whose(shm)} is ${shm.role} here` }]

const describePlace = ({ place }: ShmView): string =>
  `${place?.host === undefined ? 'anywhere' : hex(place.host)} with ${formatSize(place?.size ?? bytes(0))}`

const IMAGES: ReadonlySet<string> = new Set(['xen', 'host-tree', 'module', 'memory reservation'])

export const sharedRegionRules: readonly Rule<XenView>[] = [
  {
    code: 'SHM-015',
    needs: ['SHM-009'],
    check(view, verdict) {
      for (const [, [first, ...others]] of regionsOf(view.shm))
        for (const other of others) {
          if (!first?.place || !other.place) continue
          const sameStart = other.place.host === undefined || other.place.host === first.place.host
          if (sameStart && other.place.size === first.place.size) continue
          verdict.violated({
            at: atPlace(other),
            message: `${whose(other)} is at ${describePlace(other)}, and ${whose(first)} at ${describePlace(first)} (host-physical)`,
            related: related(first),
            help: 'give every node of the region the same host address and size',
          })
        }
    },
  },
  {
    code: 'SHM-016',
    needs: ['SHM-009'],
    check(view, verdict) {
      for (const [, [first, ...others]] of regionsOf(view.shm))
        for (const other of others)
          if (first?.place?.host !== undefined && other.place && other.place.host === undefined)
            verdict.violated({
              at: atPlace(other),
              message: `${whose(other)} leaves the host's address out, and ${whose(first)} gives it: Xen would read the size as the guest's address`,
              related: related(first),
              help: 'give the host address in every node of the region',
            })
    },
  },
  {
    code: 'SHM-019',
    check(view, verdict) {
      if (!isAtLeast(view.context.release, SHM_BANKS_SINCE)) return
      const regions = [...regionsOf(view.shm).values()]
      const beyond = regions[MAX_SHM_REGIONS]?.[0]
      if (beyond)
        verdict.violated({
          at: atPlace(beyond),
          message: `there are ${regions.length} regions of shared memory, and Xen has room for ${MAX_SHM_REGIONS}`,
          help: 'merge regions',
        })
    },
  },
  {
    code: 'SHM-020',
    check({ shm, context }, verdict) {
      if (!isAtLeast(context.release, SHM_BANKS_SINCE)) return
      for (const domain of new Set(shm.map((node) => node.domain))) {
        const beyond = nodesOf(shm, domain)[MAX_SHM_REGIONS]
        if (beyond)
          verdict.violated({
            at: beyond.node.origin,
            message: `${domain === undefined ? 'dom0' : `'${domain}'`} sees more than ${MAX_SHM_REGIONS} regions of shared memory`,
            help: 'merge regions',
          })
      }
    },
  },
  {
    code: 'SHM-024',
    check(view, verdict) {
      for (const [, nodes] of regionsOf(view.shm)) {
        const [first, second] = nodes.filter(({ role }) => role === 'owner')
        if (first && second)
          verdict.violated({
            at: atRole(second),
            message: `${whose(second)} is owner, and so is ${whose(first)}`,
            related: roleOf(first),
            help: 'keep one owner and make the other a borrower, or remove role everywhere',
          })
      }
    },
  },
  {
    code: 'SHM-025',
    check(view, verdict) {
      for (const [, nodes] of regionsOf(view.shm)) {
        const without = nodes.find(({ role }) => role === undefined)
        // A borrower maps a region without an owner as it does one with an owner.
        const withRole = nodes.find(({ role }) => role === 'owner')
        if (without && withRole)
          verdict.violated({
            at: without.node.origin,
            message: `${whose(without)} has no role, and ${whose(withRole)} is ${withRole.role}`,
            related: roleOf(withRole),
            help: 'give every domain of the region a role, or none of them',
          })
      }
    },
  },
  {
    code: 'SHM-026',
    needs: ['SHM-025'],
    check(view, verdict) {
      for (const [id, nodes] of regionsOf(view.shm)) {
        const [first] = nodes
        if (first && nodes.every(({ role }) => role === 'borrower'))
          verdict.violated({
            at: first.node.origin,
            message: `every domain borrows '${id}', and none owns it`,
            help: 'make one of them the owner, or remove role everywhere',
          })
      }
    },
  },
  {
    code: 'SHM-033',
    check(view, verdict) {
      if (view.context.release !== '4.18') return
      const [firstBank] = view.claims.filter(({ kind }) => !IMAGES.has(kind))
      for (const [, nodes] of regionsOf(view.shm)) {
        const [first, second] = nodes
        const isFirst = first && firstBank?.kind === 'shared memory' && firstBank.what === `shared memory '${first.id}'`
        if (first && second && !isFirst)
          verdict.violated({
            at: second.node.origin,
            message: `Xen 4.18 refuses the second node of ${whose(second)}: it compares the region with itself unless nothing is reserved before it`,
            related: related(first),
            help: 'use Xen 4.17, or 4.19 and newer',
          })
      }
    },
  },
]
