/** Which boot modules a system has: one for each file that must lie in memory, however many domains use it. */
import { InternalError } from '../diagnostics/internal-error.ts'
import type { PartialTree } from '../facts/facts.ts'
import { type Facts, type FileFacts, fileKey, roomOf } from '../facts/facts.ts'
import { metadataOutput } from '../guests/metadata.ts'
import { partialTreeOutput } from '../guests/partial-trees.ts'
import type { Dom0, Dom0lessDomain, FileReference, LoadMethod } from '../model/system-model.ts'
import type { FileBehind } from '../plan/system-plan.ts'
import { mediumOf, placeOnDisk } from '../u-boot/medium-path.ts'
import { alignUp, type Bytes, PAGE } from '../units/quantities.ts'

/** A module before it has an address. */
export interface ModuleRequest {
  /** `domains/<name>/kernel`, `…/ramdisk` or `…/partial-tree` of the first user; `xsm-policy`. */
  readonly id: string
  readonly kind: 'kernel' | 'ramdisk' | 'partial-tree' | 'xsm-policy'
  readonly reference: FileReference
  /** Path of an output that is loaded instead of the user's file, which it is made of. */
  readonly output?: string
  readonly load: LoadMethod
  readonly file: FileFacts
  readonly behind?: FileBehind
  /** Names of domains, in order. */
  readonly usedBy: readonly string[]
}

/**
 * The modules of dom0 and then of each domain, its kernel first. The order never depends on what comes later, so a domain that is
 * appended to the manifest leaves the places of the others alone.
 *
 * Domains that Xen builds at boot share a file that several of them use the same way, except a compressed kernel: Xen inflates it
 * for the first user and moves the module's record there, where the second does not find it (`kernel_decompress`, rule MOD-016).
 * Dom0 shares with nobody: from 4.20 on its kernel would be taken for the other domain's. What comes from different media is different.
 * Kernels whose size is declared are not shared either: whether they are compressed is known only when they are there, and addresses
 * must not depend on that. A ramdisk behind which the domain's own metadata goes is the domain's own; `metadata` says how much room that takes.
 */
export function moduleRequests(
  dom0: Dom0 | undefined,
  dom0less: readonly Dom0lessDomain[],
  { files }: Facts,
  trees: ReadonlyMap<string, PartialTree>,
  usual: LoadMethod,
  metadata: ReadonlyMap<string, Bytes> = new Map(),
): readonly ModuleRequest[] {
  const requests = new Map<string, ModuleRequest>()
  for (const domain of dom0 ? [dom0, ...dom0less] : dom0less) {
    const load = domain.load ?? usual
    for (const { kind, reference } of filesOf(domain)) {
      const partial = trees.get(domain.name)
      if (kind === 'partial-tree' && !partial) continue
      const file = kind === 'partial-tree' && partial ? blobFacts(partial) : factsOf(reference, files)
      const isOutput = kind === 'partial-tree' && partial?.compiled !== undefined
      const own = isOutput ? { output: partialTreeOutput(domain.name) } : {}
      const id = `domains/${domain.name}/${kind}`
      const room = kind === 'ramdisk' ? metadata.get(domain.name) : undefined
      const behind = room === undefined ? {} : { behind: metadataBehind(domain.name, file, room) }
      const key =
        !isOutput && room === undefined && isShareable(domain, kind, file)
          ? `${kind} ${mediumOf(load)} ${placeOnDisk(reference)}`
          : id
      const shared = requests.get(key)
      requests.set(
        key,
        shared
          ? { ...shared, usedBy: [...shared.usedBy, domain.name] }
          : { id, kind, reference, ...own, load, file, ...behind, usedBy: [domain.name] },
      )
    }
  }
  return [...requests.values()]
}

/** At the first page behind the largest size that the ramdisk may have: Linux passes over the zeros between two archives. */
const metadataBehind = (domain: string, file: FileFacts, size: Bytes): FileBehind => ({
  path: metadataOutput(domain),
  offset: alignUp(roomOf(file), PAGE),
  size,
})

interface FileOfDomain {
  readonly kind: 'kernel' | 'ramdisk' | 'partial-tree'
  readonly reference: FileReference
}

function filesOf(domain: Dom0 | Dom0lessDomain): readonly FileOfDomain[] {
  const partial = domain.boot === 'dom0less' ? domain['device-tree'] : undefined
  return [
    { kind: 'kernel', reference: domain.kernel.image },
    ...(domain.ramdisk ? [{ kind: 'ramdisk' as const, reference: domain.ramdisk }] : []),
    ...(partial ? [{ kind: 'partial-tree' as const, reference: partial }] : []),
  ]
}

const blobFacts = ({ path, size }: PartialTree): FileFacts => ({
  path,
  size,
  format: { kind: 'unknown', looksLike: 'a device tree blob' },
})

/** What the disk says of `reference`; every file of the model was looked at, so its absence is a bug. */
export function factsOf(reference: FileReference, files: Facts['files']): FileFacts {
  const facts = files.get(fileKey(reference))
  if (!facts) throw new InternalError(`no facts about ${reference.path}`)
  return facts
}

const isShareable = (domain: Dom0 | Dom0lessDomain, kind: FileOfDomain['kind'], file: FileFacts): boolean =>
  domain.boot === 'dom0less' && (kind !== 'kernel' || (file.declared === undefined && !isCompressed(file)))

const isCompressed = ({ format }: FileFacts): boolean =>
  format.kind === 'gzip' || (format.kind === 'uimage' && format.compression !== 0)
