/** Which boot-time domains xl can create again after they have ended. */
import type { FileFacts, ImageFormat, PartialTree } from '../facts/facts.ts'
import { lookup } from '../model/lookup.ts'
import type { EventChannel, SharedMemory } from '../model/partition.ts'
import { type Dom0lessDomain, dom0Of, type SystemModel } from '../model/system-model.ts'
import { lostForXl, trappedVirtioNodes } from '../passthrough/partial-tree.ts'
import type { NotRecreatable, PartitionedDom0less } from '../plan/system-plan.ts'
import { formatSize } from '../units/format.ts'
import { isAligned, MiB } from '../units/quantities.ts'
import { xlCountsInterrupts } from '../xen/virtio-mmio.ts'
import { hasInterruptsByXl } from './interrupts-by-xl.ts'

const sharedBy = lookup(({ access }: SharedMemory) => access.map(({ domain }) => domain))
const joinedBy = lookup(({ ends }: EventChannel) => ends.map(({ domain }) => domain))

/**
 * Everything that prevents xl from creating a boot-time domain again; empty: it can. The toolstack's loaders for Arm take a
 * plain or gzipped arm64 Image or zImage and nothing else (tools/libs/guest/xg_dom_armzimageloader.c).
 */
export function whyNotRecreatable(
  model: SystemModel,
  guest: PartitionedDom0less,
  kernel: FileFacts,
  partial: PartialTree | undefined,
): readonly NotRecreatable[] {
  const { domain } = guest
  const { capabilities = [] } = domain
  const { release } = model.xen
  if (!dom0Of(model)) return [{ because: 'no-dom0' }]
  const losesTree = partial !== undefined && lostForXl(partial.tree).length > 0
  return [
    ...when(capabilities.length > 0, { because: 'capabilities', capabilities }),
    ...fixedParts(model, domain),
    ...(losesTree ? [{ because: 'partial-tree', path: partial.path } as const] : []),
    ...when(
      partial !== undefined &&
        trappedVirtioNodes(partial.tree).length > 0 &&
        !xlCountsInterrupts(release) &&
        !hasInterruptsByXl(guest),
      { because: 'interrupts', release },
    ),
    ...when(!loadableByXl(kernel.format), {
      because: kernel.format.kind === 'uimage' ? 'uimage' : 'unknown-kernel',
      path: kernel.path,
    }),
  ]
}

const when = (holds: boolean, why: NotRecreatable): readonly NotRecreatable[] => (holds ? [why] : [])

/** What only Xen can give, and only at boot (tools/xl/xl_parse.c has no key for any of it). */
const fixedParts = (model: SystemModel, { name, memory, ...domain }: Dom0lessDomain): readonly NotRecreatable[] => [
  ...when(domain['direct-map'], { because: 'direct-map' }),
  ...when(!isAligned(memory, MiB), { because: 'memory', memory }),
  ...when(domain['static-mem'] !== undefined, { because: 'static-mem' }),
  ...sharedBy(model['shared-memory'], name).map((own) => ({ because: 'shared-memory', region: own.name }) as const),
  ...joinedBy(model['event-channels'], name).map((own) => ({ because: 'event-channel', channel: own.name }) as const),
]

function loadableByXl(format: ImageFormat): boolean {
  switch (format.kind) {
    case 'arm64-image':
    case 'zimage':
    case 'missing':
      return true
    case 'gzip':
      return format.content === undefined || loadableByXl(format.content)
    default:
      return false
  }
}

/** All reasons as clauses for messages. */
export const whyNotTexts = (reasons: readonly NotRecreatable[]): string => reasons.map(whyNotText).join('; ')

/** The reason as a clause for messages. */
export function whyNotText(why: NotRecreatable): string {
  switch (why.because) {
    case 'no-dom0':
      return 'there is no dom0 for xl to run in'
    case 'capabilities':
      return `xl cannot give it its capabilities: ${why.capabilities.join(', ')}`
    case 'direct-map':
      return 'xl cannot give it RAM at the same addresses as on the host'
    case 'memory':
      return `xl cannot give it ${formatSize(why.memory)}, which is not a whole number of MiB`
    case 'static-mem':
      return 'xl cannot give it static memory'
    case 'shared-memory':
      return `xl cannot give it the shared memory '${why.region}'`
    case 'event-channel':
      return `xl cannot give it the event channel '${why.channel}'`
    case 'partial-tree':
      return `xl does not read the phandle of /gic in '${why.path}', and not every interrupt there can be changed to 65000`
    case 'interrupts':
      return `xl of ${why.release} cannot give it the interrupts of its virtio devices: it has neither a virtual PL011 nor an interrupt of the host`
    case 'uimage':
      return `xl cannot load U-Boot images such as '${why.path}'`
    case 'unknown-kernel':
      return `xl cannot load '${why.path}': it is neither an arm64 Image nor a zImage`
  }
}
