/** Facts in few words, for tests of the stages that use them. */
import { node } from '../../../src/devicetree/build.ts'
import { type Board, type Facts, type FileFacts, fileKey, type ImageFormat } from '../../../src/facts/facts.ts'
import type { DeclaredSize, SystemModel } from '../../../src/model/system-model.ts'
import { type Bytes, bytes, hostPhys, MiB, times } from '../../../src/units/quantities.ts'
import { range } from '../../../src/units/range.ts'

/** Base and size. */
export type Words = readonly [bigint, bigint]

const rangeOf = ([base, size]: Words) => range(hostPhys(base), bytes(size))

/** A board with these banks of RAM, and ranges that others own. */
export const boardWith = (ram: readonly Words[], owned: readonly Words[] = []): Board => ({
  tree: { root: node('', {}), reservations: [], bootCpuid: 0 },
  model: 'test board',
  ram: ram.map(rangeOf),
  owned: owned.map((words, index) => ({
    range: rangeOf(words),
    owner: `/reserved-memory/owned${index}`,
    by: 'reserved-memory',
    noMap: true,
  })),
  firmware: [],
  unused: [],
  overlays: [],
  dynamicReservations: [],
  cpus: [],
})

/** An arm64 Image; `changes` replaces facts about it. */
export const arm64 = (imageSize: bigint, changes: object = {}): ImageFormat => ({
  kind: 'arm64-image',
  textOffset: 0n,
  imageSize: bytes(imageSize),
  anywhere: true,
  bigEndian: false,
  headerComplete: true,
  ...changes,
})

/** A gzipped cpio archive. */
export const gzip = (): ImageFormat => ({ kind: 'gzip', uncompressedSize: times(20, MiB), content: { kind: 'cpio' } })

/** Facts about a file. */
export interface FileWords {
  readonly size: Bytes
  readonly format: ImageFormat
  readonly declared?: DeclaredSize
}

const DEFAULT_FILE: FileWords = { size: times(10, MiB), format: arm64(times(12, MiB)) }

/** Every file of `model` on `board`; those that `files` does not describe are Images of 10 MiB. */
export function factsFor(model: SystemModel, board: Board, files: Readonly<Record<string, FileWords>> = {}): Facts {
  const references = [
    model.xen.image,
    ...(model.boot.bitstream ? [model.boot.bitstream.image] : []),
    ...model.domains.flatMap(({ kernel, ramdisk }) => (ramdisk ? [kernel.image, ramdisk] : [kernel.image])),
  ]
  const known = new Map<string, FileFacts>()
  for (const reference of references)
    known.set(fileKey(reference), { path: reference.path, ...(files[reference.path] ?? DEFAULT_FILE) })
  return { board, files: known, partialTrees: new Map(), kernelConfigs: new Map(), inputs: [] }
}
