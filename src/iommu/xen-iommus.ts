/**
 * Which IOMMUs of a board Xen uses, and which devices it puts behind them. It starts every IOMMU that it has a driver for, and keeps the driver of the
 * first for all devices (drivers/passthrough/arm/iommu.c: iommu_hardware_setup, iommu_set_ops; the same from 4.17 to 4.22).
 */
import { hasProperty, propertyNamed } from '../devicetree/model.ts'
import { isAvailable } from '../devicetree/readings/node.ts'
import type { PhandleArguments } from '../devicetree/readings/phandle-list.ts'
import { specifiersOf } from '../devicetree/readings/phandle-list.ts'
import type { Place, TreeIndex } from '../devicetree/readings/tree-index.ts'
import { u32 } from '../devicetree/readings/values.ts'
import type { CommandLineWord } from '../xen/command-words.ts'
import {
  clashOf,
  compared,
  disabledFrees,
  isSwitchedOff,
  MOST_STREAMS,
  STOCK_DRIVER,
  type Stream,
  type StreamKeeping,
  streamKeeping,
  streamOf,
  streamText,
} from '../xen/iommu.ts'
import type { Release } from '../xen/releases.ts'
import { drivenSince, driverOf } from './driver.ts'

/** How Xen was built, and how it is started. */
export interface XenBuild {
  readonly release: Release
  /** Of its command line. */
  readonly words: readonly CommandLineWord[]
  /** Its `.config`. Absent: which drivers it has is not known. */
  readonly kconfig?: { readonly path: string; readonly options: ReadonlyMap<string, string> }
}

/** One entry of `iommus`: an IOMMU, and the cells after its phandle. */
export type NamedIommu = Pick<PhandleArguments, 'provider' | 'cells'>

/** What Xen does with a device that it is to give to a domain (drivers/passthrough/device_tree.c: iommu_add_dt_device). */
export type Admission =
  /** It is behind no IOMMU. `disabled`: path of the one that its node names. */
  | { readonly kind: 'free'; readonly disabled?: string }
  /** It is behind one, with the streams that these say. */
  | { readonly kind: 'behind'; readonly named: readonly NamedIommu[] }
  | { readonly kind: 'refused'; readonly refusal: Refusal }

export interface Refusal {
  /** Path of the IOMMU that the device is behind. */
  readonly iommu: string
  /** Of the device, as a predicate. */
  readonly why: string
  /** What makes Xen put the device behind its IOMMU. Absent: nothing does. */
  readonly cure?: Cure
  /** Whether the device is behind none once that IOMMU is disabled, and no other device loses its own by that. */
  readonly canBeFreed: boolean
  /** What follows, where it is not that adding the device fails. */
  readonly effect?: string
  /** Why nobody can tell whether it is so; absent: it is. */
  readonly doubt?: string
}

/** An instruction: to build Xen in another way, or to change the host's tree. */
export interface Cure {
  readonly kind: 'build' | 'tree'
  readonly text: string
}

export class XenIommus {
  /** Why Xen surely has no IOMMU, as a clause; `undefined`: it may have one, if the hardware starts. */
  readonly whyNone: string | undefined
  readonly #index: TreeIndex
  readonly #xen: XenBuild
  /** Those that Xen may start, in its order. */
  readonly #started: readonly Driven[]

  constructor(index: TreeIndex, xen: XenBuild) {
    this.#index = index
    this.#xen = xen
    const driven = index.places.flatMap((place): Driven[] => {
      const option = driverOf(place.node, xen.release)
      return option === undefined ? [] : [{ place, option }]
    })
    const usable = driven.filter(({ place }) => isAvailable(place.node) && !isMarked(place))
    this.#started = usable.filter(({ place, option }) => this.#isBuilt(option) && !waitsForAnother(place))
    const options = [...new Set(usable.map(({ option }) => option))]
    const isLeftOut = !options.some((option) => this.#isBuilt(option))
    this.whyNone = whyNone(xen, driven, options, isLeftOut)
  }

  /** Whether this Xen has a driver for the node at `path`, built in or not: of others it takes no notice. */
  hasDriver(path: string): boolean {
    const place = this.#index.at(path)
    return place !== undefined && driverOf(place.node, this.#xen.release) !== undefined
  }

  /** The first release that has a driver for the node at `path`. */
  drivenSince(path: string): Release | undefined {
    const place = this.#index.at(path)
    return place && drivenSince(place.node)
  }

  /** How Xen comes to drive the IOMMU at `path`, once it is enabled; `undefined`: neither its build nor its arguments are in the way. */
  wayToDrive(path: string): string | undefined {
    const place = this.#index.at(path)
    const option = place && driverOf(place.node, this.#xen.release)
    const ways = [
      ...(option === undefined || this.#isBuilt(option) ? [] : [`build Xen with ${option}`]),
      ...(isSwitchedOff(this.#xen.words) ? ["remove what switches the IOMMU off from 'bootargs' of xen"] : []),
    ]
    return ways.length === 0 ? undefined : ways.join(' and ')
  }

  /** Of a node of the tree, by its own `iommus`. */
  admissionOf(place: Place): Admission {
    const all = specifiersOf(this.#index, place.node, 'iommus', '#iommu-cells')
    const end = all.findIndex(({ index, provider }, at) => index !== at || !hasProperty(provider.node, '#iommu-cells'))
    return this.#admit(end < 0 ? all : all.slice(0, end))
  }

  /** Of a device of the tree whose node is to name these. */
  admissionWith(named: readonly { readonly path: string; readonly cells: readonly number[] }[]): Admission {
    return this.#admit(
      named.flatMap(({ path, cells }) => {
        const provider = this.#index.at(path)
        return provider ? [{ provider, cells }] : []
      }),
    )
  }

  #admit(all: readonly NamedIommu[]): Admission {
    const off = all.findIndex(({ provider }) => !isAvailable(provider.node))
    const disabled = all[off]?.provider.path
    const read = off < 0 ? all : all.slice(0, off)
    const other = read.find(({ provider }) => provider !== read[0]?.provider)
    if (this.whyNone === undefined && other && read[0])
      return refused(this.#twoIommus(read[0].provider, other.provider))
    const named = off >= 0 && disabledFrees(this.#xen.release) ? [] : read
    const [first] = named
    if (!first || this.whyNone !== undefined) return { kind: 'free', ...(disabled === undefined ? {} : { disabled }) }
    const refusal = this.#notDriven(first.provider) ?? this.#badStreams(first.provider, named)
    return refusal ? refused(refusal) : { kind: 'behind', named }
  }

  /** Options of drivers that may be in use: one where the `.config` is known, else none after that which is built in unless it is taken out. */
  get #options(): readonly string[] {
    const all = [...new Set(this.#started.map(({ option }) => option))]
    const known = this.#xen.kconfig ? 0 : all.indexOf(STOCK_DRIVER)
    return known < 0 ? all : all.slice(0, known + 1)
  }

  #isBuilt(option: string): boolean {
    const { kconfig } = this.#xen
    return kconfig === undefined || kconfig.options.get(option) === 'y'
  }

  /** The driver in use knows no IOMMU but its own (smmu.c: arm_smmu_dt_add_device_generic; smmu-v3.c: arm_smmu_add_device; ipmmu-vmsa.c: ipmmu_dt_xlate). */
  #notDriven({ path, node }: Place): Refusal | undefined {
    const { kconfig } = this.#xen
    const option = driverOf(node, this.#xen.release)
    const [used] = this.#started
    const base = { iommu: path, canBeFreed: true, ...this.#doubt() }
    if (option === undefined) return { ...base, why: `is behind ${path}, and Xen has no driver for it` }
    if (hasProperty(node, 'xen,passthrough'))
      return {
        ...base,
        why: `is behind ${path}, which is marked with xen,passthrough, so that Xen does not drive it`,
        cure: { kind: 'tree', text: `remove xen,passthrough from ${path}` },
      }
    if (!used) return undefined
    if (!this.#isBuilt(option))
      return {
        ...base,
        why: `is behind ${path}, and Xen was built without ${option} (${kconfig?.path})`,
        cure: { kind: 'build', text: `build Xen with ${option} instead of ${used.option}` },
      }
    if (this.#options.length === 1 && used.option === option) return undefined
    const both = `is behind ${path} (${option}), and the board has ${used.option === option ? this.#otherThan(option) : `${used.place.path} (${used.option})`}`
    if (kconfig)
      return {
        ...base,
        why: `${both} before it: Xen drives one kind of IOMMU, that of the first`,
        cure: { kind: 'build', text: `build Xen without ${used.option}` },
      }
    return {
      ...base,
      why: `${both}: Xen drives one kind of IOMMU, that of the first which it has a driver for`,
      doubt: 'which drivers Xen has is not known without its .config',
    }
  }

  #otherThan(option: string): string {
    const other = this.#started.find((one) => one.option !== option)
    return other ? `${other.place.path} (${other.option})` : ''
  }

  /** iommu_fwspec.c: iommu_fwspec_init. */
  #twoIommus(first: Place, other: Place): Refusal {
    return {
      iommu: first.path,
      why: `is behind ${first.path} and ${other.path}, and Xen supports only one IOMMU for a device`,
      cure: { kind: 'tree', text: 'leave one of them in its iommus' },
      canBeFreed: false,
      ...this.#doubt(),
    }
  }

  /** Of a device whose IOMMU is driven. */
  #badStreams({ path, node }: Place, named: readonly NamedIommu[]): Refusal | undefined {
    const keeping = streamKeeping(driverOf(node, this.#xen.release) ?? '')
    const most = MOST_STREAMS[keeping]
    const common = u32(propertyNamed(node, 'stream-match-mask')) ?? 0
    const overlap = overlapping(
      keeping,
      named.map(({ cells }) => compared(streamOf(keeping, cells, common), this.#xen.release)),
    )
    const base = { iommu: path, canBeFreed: false, ...this.#doubt() }
    if (overlap)
      return {
        ...base,
        why: `has ${overlap.map(streamText).join(' and ')} of ${path}, which overlap`,
        cure: { kind: 'tree', text: 'name each stream once in its iommus' },
      }
    if (most === undefined) return undefined
    if (keeping === 'matching')
      return named.length > most
        ? {
            ...base,
            why: `has ${named.length} streams of ${path}, and Xen has room for ${most} of a device`,
            cure: { kind: 'tree', text: `name at most ${most} streams in its iommus` },
            effect: 'Xen would write past its record of the device, over other memory of its own',
          }
        : undefined
    const bad = named.find(({ cells }) => cells.length !== 1 || (cells[0] ?? 0) >= most)
    return bad
      ? {
          ...base,
          why: `has '${bad.cells.join(' ')}' of ${path} in its iommus, and Xen takes one cell below ${most}`,
          cure: { kind: 'tree', text: 'correct its iommus' },
        }
      : undefined
  }

  #doubt(): Pick<Refusal, 'doubt'> {
    if (this.#xen.kconfig) return {}
    return {
      doubt: `Xen would refuse it if it was built with ${this.#options.join(' or ')}, and its .config is not given`,
    }
  }
}

/** Two streams of one device that no two registers can tell apart (smmu.c: arm_smmu_find_sme). */
function overlapping(keeping: StreamKeeping, streams: readonly Stream[]): readonly [Stream, Stream] | undefined {
  for (const [at, next] of streams.entries())
    for (const before of streams.slice(0, at))
      if (clashOf(keeping, [before, next], true) === 'overlaps') return [before, next]
  return undefined
}

interface Driven {
  readonly place: Place
  readonly option: string
}

const refused = (refusal: Refusal): Admission => ({ kind: 'refused', refusal })

/** Xen leaves such a node to guests, IOMMUs too (arch/arm/device.c: device_init). */
const isMarked = ({ node }: Place): boolean => hasProperty(node, 'xen,passthrough')

/** A cache of a Renesas IPMMU is started once its root is (ipmmu-vmsa.c: ipmmu_probe), so that it never is the first. */
const waitsForAnother = ({ node }: Place): boolean => hasProperty(node, 'renesas,ipmmu-main')

/** `options`: of the drivers of those that Xen may use. */
function whyNone(
  { words, kconfig }: XenBuild,
  driven: readonly Driven[],
  options: readonly string[],
  isLeftOut: boolean,
): string | undefined {
  if (isSwitchedOff(words)) return "Xen's arguments switch the IOMMU off"
  if (driven.length === 0) return 'the board has no IOMMU that Xen drives'
  const are = driven.length === 1 ? 'is' : 'are'
  if (options.length === 0) {
    const isAllMarked = driven.every(({ place }) => isAvailable(place.node))
    const how = isAllMarked ? 'marked with xen,passthrough' : 'disabled'
    return `${driven.map(({ place }) => place.path).join(', ')} ${are} ${how} in the device tree`
  }
  return isLeftOut ? `Xen was built without ${options.join(', ')} (${kconfig?.path})` : undefined
}
