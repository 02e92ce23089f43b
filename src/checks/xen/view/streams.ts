/** Streams of the host's devices at IOMMUs, as Xen reads them (drivers/passthrough/device_tree.c: iommu_add_dt_device). */
import { indexTree, type TreeIndex } from '../../../devicetree/readings/tree-index.ts'
import { driverOf } from '../../../iommu/driver.ts'
import type { Admission, NamedIommu, Refusal, XenIommus } from '../../../iommu/xen-iommus.ts'
import {
  clashOf,
  compared,
  type Stream,
  type StreamClash,
  type StreamKeeping,
  streamKeeping,
  streamOf,
} from '../../../xen/iommu.ts'
import type { Release } from '../../../xen/releases.ts'
import type { XenView } from '../view.ts'
import { iommusOf } from './iommu.ts'
import { readU32 } from './property.ts'
import type { ScannedNode } from './scan.ts'

/** A stream of a device, as the release compares it. */
export interface HostStream extends Stream {
  /** Path of the IOMMU. */
  readonly iommu: string
  readonly keeping: StreamKeeping
  /** The stream as the tree has it. */
  readonly written: Stream
}

/** Streams of the devices of one view. */
export class HostStreams {
  readonly #tree: TreeIndex
  readonly #iommus: XenIommus
  readonly #release: Release

  constructor(view: XenView) {
    this.#tree = indexTree(view.context.tree.root)
    this.#iommus = iommusOf(view)
    this.#release = view.context.release
  }

  /** Those that Xen gives the domain of the node: none where it does not put it behind an IOMMU. */
  of(node: ScannedNode): readonly HostStream[] {
    const admission = this.admissionOf(node)
    return admission.kind === 'behind' ? admission.named.map((named) => this.#streamOf(named)) : []
  }

  admissionOf({ path }: ScannedNode): Admission {
    const place = this.#tree.at(path)
    return place ? this.#iommus.admissionOf(place) : { kind: 'free' }
  }

  /** What keeps Xen from adding the node to its IOMMU. */
  refusalOf(node: ScannedNode): Refusal | undefined {
    const admission = this.admissionOf(node)
    return admission.kind === 'refused' ? admission.refusal : undefined
  }

  #streamOf({ provider: { path, node }, cells }: NamedIommu): HostStream {
    const keeping = streamKeeping(driverOf(node, this.#release) ?? '')
    const written = streamOf(keeping, cells, readU32(node, 'stream-match-mask') ?? 0)
    return { iommu: path, keeping, written, ...compared(written, this.#release) }
  }
}

/** Two streams that cannot both be set up, and what happens to `stream`, the later one. */
export interface FoundClash {
  readonly other: HostStream
  readonly stream: HostStream
  readonly clash: StreamClash
}

/** The first stream of `next` that clashes with one of `before`. */
export function clashingStream(
  before: readonly HostStream[],
  next: readonly HostStream[],
  isSameDomain: boolean,
): FoundClash | undefined {
  for (const stream of next)
    for (const other of before) {
      const clash = other.iommu === stream.iommu && clashOf(stream.keeping, [other, stream], isSameDomain)
      if (clash) return { other, stream, clash }
    }
  return undefined
}
