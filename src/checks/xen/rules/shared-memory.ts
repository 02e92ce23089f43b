/** SHM: each node of shared memory on its own (static-shmem.c: process_shm_node). */
import type { Origin } from '../../../diagnostics/diagnostic.ts'
import { formatSize, hex, nearestSizes } from '../../../units/format.ts'
import { type Address, type Bytes, isAligned, PAGE } from '../../../units/quantities.ts'
import { isAtLeast } from '../../../xen/releases.ts'
import { MAX_SHM_ID } from '../../../xen/static-limits.ts'
import type { Rule, Verdict } from '../../rule.ts'
import { buildWith, builtWithout } from '../built-without.ts'
import { originOfProperty } from '../view/scan.ts'
import { type ShmView, whose } from '../view/shared-memory.ts'
import type { XenView } from '../view.ts'

const PLACE = 'xen,shared-mem'

/** Origin of the property that gives a node's addresses and size. */
export const atPlace = ({ node }: ShmView): Origin => originOfProperty(node, PLACE)
/** Origin of the guest's address in it: after the host's, where that is given, and before the size. */
export const atGuest = ({ node, place }: ShmView): Origin =>
  originOfProperty(node, PLACE, place?.host === undefined ? 0 : node.cells.address * 4)
const atSize = ({ node, place }: ShmView): Origin =>
  originOfProperty(node, PLACE, (place?.host === undefined ? 1 : 2) * node.cells.address * 4)
const atId = ({ node }: ShmView): Origin => originOfProperty(node, 'xen,shm-id')

/** From this release on the host's address may be left to Xen. */
const SHORT_FORM_SINCE = '4.19'

/** A check that reports each node for which `wrong` gives a message, at `origin`. */
const each =
  (
    wrong: (shm: ShmView, view: XenView) => string | undefined,
    help: string | ((shm: ShmView) => string),
    origin = atPlace,
  ) =>
  (view: XenView, verdict: Verdict): void => {
    for (const shm of view.shm) {
      const message = wrong(shm, view)
      if (message !== undefined)
        verdict.violated({ at: origin(shm), message, help: typeof help === 'string' ? help : help(shm) })
    }
  }

/** How messages name the region, if they are about what all its nodes share: one place in a manifest makes all these nodes, and equal findings there are merged. */
const regionOf = ({ id }: ShmView): string => `shared memory '${id ?? ''}'`

const isOdd = (value: Address | Bytes | undefined): boolean => value !== undefined && !isAligned(value, PAGE)

export const sharedMemoryRules: readonly Rule<XenView>[] = [
  {
    code: 'SHM-001',
    check({ shm, context }, verdict) {
      const option = builtWithout(context, 'static-shm')
      const [first] = shm
      if (option !== undefined && first)
        verdict.violated({
          at: first.node.origin,
          message: `memory is shared, and Xen was built without ${option}`,
          help: buildWith(option),
        })
    },
  },
  {
    code: 'SHM-002',
    check: each(
      ({ node: { path, cells } }) =>
        cells.address < 1 || cells.size < 1
          ? `${path} has addresses of ${cells.address} cells and sizes of ${cells.size} cells`
          : undefined,
      'set #address-cells and #size-cells of the parent node to 2',
    ),
  },
  {
    code: 'SHM-003',
    check: each(
      ({ node, idProperty }) => (idProperty ? undefined : `${node.path} has no xen,shm-id`),
      'add xen,shm-id',
      atId,
    ),
  },
  {
    code: 'SHM-004',
    check: each(
      ({ id }) =>
        id !== undefined && id.length > MAX_SHM_ID
          ? `the id '${id}' has ${id.length} characters, and Xen has room for ${MAX_SHM_ID}`
          : undefined,
      'shorten it',
      atId,
    ),
  },
  {
    code: 'SHM-005',
    check: each(
      ({ node, id, idProperty }) =>
        id === '' && idProperty?.data.length !== 0 ? `xen,shm-id of ${node.path} is empty` : undefined,
      'give it a name',
      atId,
    ),
  },
  {
    code: 'SHM-006',
    check: each(
      ({ node, idProperty }) => {
        if (!idProperty) return undefined
        const { data } = idProperty
        if (data.length === 0) return `xen,shm-id of ${node.path} has no value`
        return data.length <= MAX_SHM_ID && !data.includes(0)
          ? `xen,shm-id of ${node.path} is not a string: it does not end in NUL`
          : undefined
      },
      'write it as a string',
      atId,
    ),
  },
  {
    code: 'SHM-007',
    check: each(
      (shm) =>
        shm.role === undefined || shm.role === 'owner' || shm.role === 'borrower'
          ? undefined
          : `the role of ${whose(shm)} is "${shm.role}"`,
      'use owner or borrower, or remove role everywhere',
      ({ node }) => originOfProperty(node, 'role'),
    ),
  },
  {
    code: 'SHM-008',
    check: each((shm) => (shm.property ? undefined : `${whose(shm)} has no ${PLACE}`), `add ${PLACE}`),
  },
  {
    code: 'SHM-009',
    needs: ['SHM-002'],
    check: each((shm, { context }) => {
      if (!shm.property) return undefined
      const { address, size } = shm.node.cells
      const words = shm.property.data.length / 4
      if (!shm.place)
        return `${PLACE} of ${whose(shm)} has ${words} cells, and host address, guest address and size take ${2 * address + size}`
      return shm.place.host === undefined && !isAtLeast(context.release, SHORT_FORM_SINCE)
        ? `${PLACE} of ${whose(shm)} leaves the host's address to Xen, which Xen ${context.release} cannot do`
        : undefined
    }, 'write host address, guest address and size in as many cells as the parent node says'),
  },
  {
    code: 'SHM-010',
    check: each(
      (shm) =>
        isOdd(shm.place?.host)
          ? `${regionOf(shm)} is at ${hex(shm.place?.host ?? 0n)} on the host, not at a multiple of 4 KiB`
          : undefined,
      'give a multiple of 4 KiB',
    ),
  },
  {
    code: 'SHM-011',
    check: each(
      (shm) =>
        isOdd(shm.place?.guest)
          ? `${whose(shm)} is at ${hex(shm.place?.guest ?? 0n)} in the guest, not at a multiple of 4 KiB`
          : undefined,
      'give a multiple of 4 KiB',
      atGuest,
    ),
  },
  {
    code: 'SHM-012',
    check: each(
      (shm) => (shm.place?.size === 0n ? `${regionOf(shm)} has a size of 0` : undefined),
      'give it a size',
      atSize,
    ),
  },
  {
    code: 'SHM-013',
    check: each(
      (shm) =>
        isOdd(shm.place?.size)
          ? `${regionOf(shm)} has ${formatSize(shm.place?.size ?? PAGE)}, and Xen shares whole pages of 4 KiB`
          : undefined,
      ({ place }) => `give ${nearestSizes(place?.size ?? PAGE, PAGE)}`,
      atSize,
    ),
  },
  {
    code: 'SHM-014',
    check: each(({ place, ...shm }) => {
      const wraps = place?.host !== undefined && place.host + place.size >= 1n << 64n
      return wraps ? `${whose(shm)} goes past the last address` : undefined
    }, 'give a lower address or a smaller size'),
  },
  {
    code: 'SHM-030',
    check: each(
      ({ node, domain, id }, { modules }) =>
        domain === undefined && node.depth === 2 && !modules.some(({ kind, domU }) => kind === 'kernel' && !domU)
          ? `'${id ?? ''}' is shared with dom0, and there is none`
          : undefined,
      'put the node under a domain, or add a dom0',
      ({ node }) => node.origin,
    ),
  },
  {
    code: 'SHM-034',
    check(view, verdict) {
      for (const { node } of view.shm)
        for (const { name } of node.node.properties)
          if (!KNOWN.has(name))
            verdict.violated({
              at: originOfProperty(node, name),
              message: `no release of Xen reads '${name}' of ${node.path}`,
              help: 'remove it',
            })
    },
  },
]

/** Properties that Xen reads of such a node, and those that any node may have. */
const KNOWN: ReadonlySet<string> = new Set([
  'compatible',
  'xen,shm-id',
  'xen,shared-mem',
  'role',
  'phandle',
  'linux,phandle',
  'status',
  'name',
])
