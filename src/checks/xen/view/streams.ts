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

/** A stream of a device, as the release compares it. */
export interface HostStream extends Stream {
  /** Path of the IOMMU. */
  readonly iommu: string
  readonly keeping: StreamKeeping
  /** The stream as the tree has it. */
  readonly written: Stream
}

/** What keeps Xen from adding a device to its IOMMU. */
export interface NotDriven {
  /** Path of the IOMMU. */
  readonly iommu: string
  /** A predicate about the device. */
  readonly why: string
  /** Beginning of the help: advice to build the driver in, or empty. */
  readonly builtWith: string
}

/** Streams of the devices of one view. */
export class HostStreams {
  readonly #tree: TreeIndex
  readonly #view: XenView
  readonly #iommus: ReadonlyMap<string, ScannedNode>

  constructor(view: XenView) {
    this.#view = view
    this.#tree = indexTree(view.context.tree.root)
    this.#iommus = new Map(everyNode(view.root).map((node) => [node.path, node]))
  }

  /** Streams in `iommus` of the node, up to the first IOMMU for which Xen has no driver, or none that is built in. */
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
   * What keeps Xen from adding a device with `iommus` where it drives other IOMMUs of the board: their driver does not know the first one that the device names
   * (smmu.c: arm_smmu_dt_add_device_generic; smmu-v3.c and ipmmu-vmsa.c do the same). `undefined`: nothing, or it is not known which drivers Xen has.
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
