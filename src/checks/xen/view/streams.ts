/** Streams of the host's devices at IOMMUs, as Xen reads them (drivers/passthrough/device_tree.c: iommu_add_dt_device). */
import { specifiersOf } from '../../../devicetree/readings/phandle-list.ts'
import { indexTree, type TreeIndex } from '../../../devicetree/readings/tree-index.ts'
import {
  clashOf,
  compared,
  type Stream,
  type StreamClash,
  type StreamKeeping,
  streamKeeping,
  streamOf,
} from '../../../xen/iommu.ts'
import type { XenView } from '../view.ts'
import { driverOption } from './iommu.ts'
import { readProperty, readU32 } from './property.ts'
import { everyNode, isAvailable, type ScannedNode } from './scan.ts'

export interface HostStream extends Stream {
  /** Path of the IOMMU. */
  readonly iommu: string
  readonly keeping: StreamKeeping
  /** As the tree says it; the rest is as the release compares it. */
  readonly written: Stream
}

export interface NotDriven {
  /** Path of the IOMMU. */
  readonly iommu: string
  /** Of the device, as a predicate. */
  readonly why: string
  /** How help begins where the driver can be built in. */
  readonly builtWith: string
}

export class HostStreams {
  readonly #tree: TreeIndex
  readonly #view: XenView
  readonly #iommus: ReadonlyMap<string, ScannedNode>

  constructor(view: XenView) {
    this.#view = view
    this.#tree = indexTree(view.context.tree.root)
    this.#iommus = new Map(everyNode(view.root).map((node) => [node.path, node]))
  }

  /** Of `iommus` of the node, up to the first IOMMU that Xen does not drive: none counts where its driver is not built in. */
  of(node: ScannedNode): readonly HostStream[] {
    const found: HostStream[] = []
    for (const { provider, cells } of this.#named(node)) {
      const iommu = this.#iommus.get(provider.path)
      const option = iommu && isAvailable(iommu) ? driverOption(iommu) : undefined
      if (!iommu || option === undefined || this.#isLeftOut(option)) break
      const keeping = streamKeeping(option)
      const stream = streamOf(keeping, cells, readU32(iommu.node, 'stream-match-mask') ?? 0)
      found.push({ iommu: iommu.path, keeping, written: stream, ...compared(stream, this.#view.context.release) })
    }
    return found
  }

  /**
   * What keeps Xen from adding a device with `iommus`, although it drives other IOMMUs of the board: the driver in place does not know the first that is named
   * (smmu.c: arm_smmu_dt_add_device_generic; smmu-v3.c and ipmmu-vmsa.c do the same). `undefined`: nothing, or which drivers Xen has is not known.
   */
  notDriven(node: ScannedNode): NotDriven | undefined {
    const { kconfig } = this.#view.context
    const [first] = this.#named(node)
    const iommu = first?.index === 0 ? this.#iommus.get(first.provider.path) : undefined
    if (!kconfig || !iommu || !isAvailable(iommu) || !readProperty(iommu.node, '#iommu-cells')) return undefined
    const option = driverOption(iommu)
    if (option !== undefined && !this.#isLeftOut(option)) return undefined
    const lacks = option === undefined ? 'has no driver for it' : `was built without ${option} (${kconfig.path})`
    return {
      iommu: iommu.path,
      why: `is behind ${iommu.path}, and Xen ${lacks}`,
      builtWith: option === undefined ? '' : 'build Xen with it, or ',
    }
  }

  #named(node: ScannedNode): ReturnType<typeof specifiersOf> {
    const place = this.#tree.at(node.path)
    return place ? specifiersOf(this.#tree, place.node, 'iommus', '#iommu-cells') : []
  }

  #isLeftOut(option: string): boolean {
    const { kconfig } = this.#view.context
    return kconfig !== undefined && kconfig.options.get(option) !== 'y'
  }
}

/** Streams of two devices that meet, and what becomes of the later. */
export interface FoundClash {
  readonly other: HostStream
  readonly stream: HostStream
  readonly clash: StreamClash
}

/** The first stream of `next` that meets one of `before`, and what becomes of that. */
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
