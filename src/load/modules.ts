/** Which boot modules a system has: one for each file that must lie in memory, however many domains use it. */
import { type Facts, type FileFacts, factsOf, roomOf } from '../facts/facts.ts'
import { metadataOutput } from '../guests/metadata.ts'
import type { Dom0, Dom0lessDomain, FileReference, LoadMethod } from '../model/system-model.ts'
import type { FileBehind, GuestPlan, PlannedPartialTree } from '../plan/system-plan.ts'
import { mediumOf, placeOnDisk } from '../u-boot/medium-path.ts'
import { alignUp, type Bytes, PAGE } from '../units/quantities.ts'

/** A module before it has an address. */
export interface ModuleRequest {
  /** `domains/<name>/kernel`, `…/ramdisk` or `…/partial-tree` of the first user; `xsm-policy`. */
  readonly id: string
  readonly kind: 'kernel' | 'ramdisk' | 'partial-tree' | 'xsm-policy'
  readonly file: RequestedFile
  readonly load: LoadMethod
  readonly behind?: FileBehind
  /** Names of domains, in order. */
  readonly usedBy: readonly string[]
}

/** What a module is made of: the user's file as it is, or an output of domforge. */
export type RequestedFile =
  | { readonly kind: 'file'; readonly reference: FileReference; readonly facts: FileFacts }
  /** Made of, or for, what `pointer` says. */
  | { readonly kind: 'generated'; readonly output: string; readonly pointer: string; readonly size: Bytes }

/**
 * The modules of dom0 and then of each domain, its kernel first. The order never depends on what comes later, so a domain that is
 * appended to the manifest leaves the places of the others alone.
 *
 * Domains that Xen builds at boot share a file that several of them use the same way, except a compressed kernel: Xen inflates it
 * for the first user and moves the module's record there, where the second does not find it (`kernel_decompress`, rule MOD-016).
 * Dom0 shares no file: from 4.20 on its kernel would be taken for the other domain's. What comes from different media is different.
 * Kernels whose size is declared are not shared either: whether they are compressed is known only when they are there, and addresses
 * must not depend on that. A ramdisk that the domain's own metadata follows is the domain's own.
 */
export function moduleRequests(
  dom0: Dom0 | undefined,
  dom0less: readonly Dom0lessDomain[],
  { files }: Facts,
  { partialTrees, metadata }: Pick<GuestPlan, 'partialTrees' | 'metadata'>,
  usual: LoadMethod,
): readonly ModuleRequest[] {
  const requests = new Map<string, ModuleRequest & { readonly usedBy: string[] }>()
  for (const domain of dom0 ? [dom0, ...dom0less] : dom0less) {
    const load = domain.load ?? usual
    for (const { kind, file } of filesOf(domain, files, partialTrees.get(domain.name))) {
      const id = `domains/${domain.name}/${kind}`
      const behind = kind === 'ramdisk' ? metadataBehind(domain.name, file, metadata.get(domain.name)) : undefined
      const key = behind === undefined ? (sharedAs(domain, kind, file, load) ?? id) : id
      const shared = requests.get(key)
      if (shared) shared.usedBy.push(domain.name)
      else requests.set(key, { id, kind, file, load, ...(behind ? { behind } : {}), usedBy: [domain.name] })
    }
  }
  return [...requests.values()]
}

/** At the first page past the largest size that the ramdisk may have: Linux passes over the zeros between two archives. */
const metadataBehind = (domain: string, file: RequestedFile, size: Bytes | undefined): FileBehind | undefined =>
  size !== undefined && file.kind === 'file'
    ? { path: metadataOutput(domain), offset: alignUp(roomOf(file.facts), PAGE), size }
    : undefined

interface FileOfDomain {
  readonly kind: 'kernel' | 'ramdisk' | 'partial-tree'
  readonly file: RequestedFile
}

function filesOf(
  { kernel, ramdisk }: Dom0 | Dom0lessDomain,
  files: Facts['files'],
  partial: PlannedPartialTree | undefined,
): readonly FileOfDomain[] {
  return [
    { kind: 'kernel', file: usersFile(kernel.image, files) },
    ...(ramdisk ? [{ kind: 'ramdisk' as const, file: usersFile(ramdisk, files) }] : []),
    ...(partial ? [{ kind: 'partial-tree' as const, file: blobOf(partial) }] : []),
  ]
}

const usersFile = (reference: FileReference, files: Facts['files']): RequestedFile => ({
  kind: 'file',
  reference,
  facts: factsOf(reference, files),
})

function blobOf(partial: PlannedPartialTree): RequestedFile {
  const { source, pointer } = partial
  const { path, size } = source
  if (partial.kind === 'generated') return { kind: partial.kind, output: partial.output, pointer, size }
  const { kind, reference } = partial
  return { kind, reference, facts: { path, size, format: { kind: 'unknown', looksLike: 'a device tree blob' } } }
}

/** The same for every domain that may share this file; `undefined`: it is the domain's own. */
function sharedAs(
  domain: Dom0 | Dom0lessDomain,
  kind: FileOfDomain['kind'],
  file: RequestedFile,
  load: LoadMethod,
): string | undefined {
  if (domain.boot !== 'dom0less' || file.kind !== 'file') return undefined
  if (kind === 'kernel' && (file.facts.declared !== undefined || isCompressed(file.facts))) return undefined
  return `${kind} ${mediumOf(load)} ${placeOnDisk(file.reference)}`
}

const isCompressed = ({ format }: FileFacts): boolean =>
  format.kind === 'gzip' || (format.kind === 'uimage' && format.compression !== 0)
