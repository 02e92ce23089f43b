/** Assigns every number of a system. */
import { atValue, type Report } from '../diagnostics/diagnostic.ts'
import { InternalError } from '../diagnostics/internal-error.ts'
import type { Board, Facts } from '../facts/facts.ts'
import { EMPTY_LOCK } from '../facts/lock.ts'
import type { PartialTree } from '../facts/partial-trees.ts'
import {
  type Dom0lessDomain,
  type Domain,
  dom0lessOf,
  dom0Of,
  type Guest,
  type SystemModel,
  type XlDomain,
  xlDomainsOf,
} from '../model/system-model.ts'
import { formatRange } from '../units/format.ts'
import type { Bytes, HostPhys } from '../units/quantities.ts'
import { type Range, range, subtract } from '../units/range.ts'
import { planAffinity } from './affinity.ts'
import { planChannels } from './channels.ts'
import { planCpupools } from './cpupools.ts'
import { planDomainColors } from './domain-colors.ts'
import { guestRam } from './guest-memory.ts'
import {
  bitstreamItem,
  loadOfXen,
  moduleItem,
  placeAll,
  treeItem,
  XEN_RUNS,
  xenItem,
  xenRunsItem,
} from './load-plan.ts'
import { loadWindow } from './load-window.ts'
import { inLockedOrder, reportRenumbered } from './locked-order.ts'
import { BOARD_TREE_FILE, checkMediumPaths, type OnMedium, SCRIPT_FILE, TREE_FILE } from './medium-path.ts'
import { factsOf, type ModuleRequest, moduleRequests } from './modules.ts'
import { reportNoRoom } from './no-room.ts'
import { planPartialTree } from './partial-trees.ts'
import { placePartition } from './partition.ts'
import { phandleSource } from './phandles.ts'
import { wholeSize } from './place.ts'
import { whyNotRecreatable } from './recreatable.ts'
import type { PlacedMemory } from './static-memory.ts'
import type {
  LoadedFile,
  LoadPlan,
  PlannedDom0,
  PlannedDom0less,
  PlannedPartialTree,
  PlannedXl,
  SystemPlan,
} from './system-plan.ts'
import { planVirtio } from './virtio/devices.ts'
import { guestTrees } from './virtio/guest-trees.ts'
import { metadataRoom } from './virtio/metadata.ts'

/**
 * The plan for `model` on the board of `facts`, or `undefined` where a file has no place (reported: all of them in one run) or the
 * board no RAM (reported with the facts). The same input gives the same plan.
 */
export function planSystem(
  model: SystemModel,
  facts: Facts,
  report: Report,
  lock = EMPTY_LOCK,
): SystemPlan | undefined {
  const { board, kconfig, inputs } = facts
  if (board.ram.length === 0) return undefined
  const dom0 = dom0Of(model)
  const booted = inBootOrder(inLockedOrder(dom0lessOf(model), lock))
  const partition = placePartition(
    model,
    facts,
    { ...(dom0 ? { dom0 } : {}), booted },
    fixedPlaces(model, facts),
    lock,
    report,
  )
  const nextPhandle = phandleSource(board.tree.root, model.boot['tree-from'] === undefined)
  const cpupools = planCpupools(model.xen.cpupools, board, nextPhandle, report)
  const channels = planChannels(model['event-channels'], lock, nextPhandle, report)
  const virtio = planVirtio(model.virtio, partition.regions, channels, lock, report)
  const trees = guestTrees(model.domains, facts, virtio)
  const load = planLoad(
    model,
    facts,
    { taken: partition.taken, metadata: metadataRoom(model.domains, virtio), trees },
    report,
  )
  if (!load) return undefined
  reportRenumbered(booted, lock, report)
  const colors = planDomainColors(model, booted, lock, report)
  const { staticHeap, regions, staticMem, ram } = partition
  const places = (domain: Guest): Pick<PlannedXl, 'affinity' | 'cpupool' | 'colors'> => {
    const cpupool = cpupools.find(({ pool }) => pool.name === domain.cpupool)
    const own = colors.domains.get(domain.name)
    return {
      affinity: planAffinity(domain, board, report),
      ...(cpupool ? { cpupool } : {}),
      ...(own ? { colors: own } : {}),
    }
  }
  return {
    model,
    board,
    ...(kconfig ? { kconfig } : {}),
    inputs,
    loadWindow: loadWindow(model.boot, board),
    load,
    ...(dom0 ? { dom0: { domain: dom0, ...imagesOf(dom0, load) } satisfies PlannedDom0 } : {}),
    dom0less: booted.map((domain, index) => ({
      ...planDom0less(model, domain, index, load, planPartialTree(domain, trees, load)),
      ram: ram.get(domain.name) ?? [],
      ...staticMemOf(staticMem.get(domain.name)),
      ...places(domain),
    })),
    xl: xlDomainsOf(model).map((domain) => ({
      ...planXl(domain, facts, planPartialTree(domain, trees, load)),
      ...places(domain),
    })),
    staticHeap,
    regions,
    channels,
    virtio,
    cpupools,
    ...(colors.coloring ? { coloring: colors.coloring } : {}),
  }
}

/** A hardware domain last: Xen refuses one with a partial tree anywhere behind it (dom0less-bindings.c: parse_dom0less_node). */
function inBootOrder(domains: readonly Dom0lessDomain[]): readonly Dom0lessDomain[] {
  const isLast = ({ capabilities }: Dom0lessDomain): boolean => capabilities?.includes('hardware') ?? false
  return [...domains.filter((domain) => !isLast(domain)), ...domains.filter(isLast)]
}

const staticMemOf = (banks: PlacedMemory | undefined): Pick<PlannedDom0less, 'staticMem'> =>
  banks ? { staticMem: banks } : {}

function planXl(
  domain: XlDomain,
  { files }: Facts,
  partialTree: PlannedPartialTree | undefined,
): Omit<PlannedXl, 'affinity' | 'cpupool' | 'colors'> {
  const { kernel, ramdisk } = domain
  return {
    domain,
    kernel: factsOf(kernel.image, files),
    ...(ramdisk ? { ramdisk: factsOf(ramdisk, files) } : {}),
    ...(partialTree ? { partialTree } : {}),
    ram: guestRam(domain.memory),
  }
}

/** The only places that Xen's image may have, where its header says them. */
function fixedPlaces(model: SystemModel, { board, files }: Facts): readonly Range<HostPhys>[] {
  const xenImage = factsOf(model.xen.image, files)
  const items = [xenRunsItem(model, xenImage), xenItem(model, xenImage, board)]
  return items.flatMap((item) => (item?.need.base === undefined ? [] : [range(item.need.base, wholeSize(item.need))]))
}

/** What was planned before files have their places. */
interface BeforeLoading {
  readonly taken: readonly Range<HostPhys>[]
  /** Room behind ramdisks, by domain. */
  readonly metadata: ReadonlyMap<string, Bytes>
  /** Partial trees, by domain. */
  readonly trees: ReadonlyMap<string, PartialTree>
}

/** Every file in its place, where nothing of `taken` lies, or `undefined` after reporting those that have none. */
function planLoad(
  model: SystemModel,
  facts: Facts,
  { taken, metadata, trees }: BeforeLoading,
  report: Report,
): LoadPlan | undefined {
  const { board, files } = facts
  const requests = [
    ...moduleRequests(dom0Of(model), dom0lessOf(model), facts, trees, model.boot.load, metadata),
    ...policyRequest(model, files),
  ]
  checkMediumPaths(filesOnMedia(model, board, requests), report)
  const window = subtract(loadWindow(model.boot, board), taken)
  if (window.length === 0) return reportNoWindow(model, report)
  const xenImage = factsOf(model.xen.image, files)
  const xenRuns = xenRunsItem(model, xenImage)
  const { bitstream } = model.boot
  const items = [
    ...(xenRuns ? [xenRuns] : []),
    xenItem(model, xenImage, board),
    treeItem(model, board),
    ...requests.map(moduleItem),
    ...(bitstream ? [bitstreamItem(model, bitstream, factsOf(bitstream.image, files))] : []),
  ]
  const placement = placeAll(items, window)
  reportNoRoom(placement, model, board, report)
  return placement.unplaced.length === 0 ? loadPlanOf(placement.placed) : undefined
}

/** Xen's policy is a module like those of domains, and nobody's. */
function policyRequest(model: SystemModel, files: Facts['files']): readonly ModuleRequest[] {
  const reference = model.xen['xsm-policy']
  if (!reference) return []
  const file = factsOf(reference, files)
  return [{ id: 'xsm-policy', kind: 'xsm-policy', reference, load: loadOfXen(model), file, usedBy: [] }]
}

function loadPlanOf(placed: readonly LoadedFile[]): LoadPlan {
  const withId = (id: string): LoadedFile | undefined => placed.find((file) => file.id === id)
  const [xen, deviceTree, xenRuns, bitstream] = [
    withId('xen'),
    withId('device-tree'),
    withId(XEN_RUNS),
    withId('bitstream'),
  ]
  if (!xen || !deviceTree) throw new InternalError('Xen and its tree were not planned')
  const others = new Set([xen, deviceTree, xenRuns, bitstream])
  return {
    xen,
    ...(xenRuns ? { xenRuns: xenRuns.room } : {}),
    deviceTree,
    ...(bitstream ? { bitstream } : {}),
    modules: placed.filter((file) => !others.has(file)),
  }
}

/** Every file that U-Boot reads, and the script itself. */
function filesOnMedia(model: SystemModel, board: Board, requests: readonly ModuleRequest[]): readonly OnMedium[] {
  const { boot, platform, xen } = model
  const loadXen = loadOfXen(model)
  const ownTree = board.blobSize === undefined ? BOARD_TREE_FILE : platform['device-tree']
  const tree = boot['device-tree'] === 'merged' ? TREE_FILE : ownTree
  return [
    { load: boot.load, file: SCRIPT_FILE },
    { load: loadXen, file: xen.image },
    ...requests.flatMap(({ reference, output, load, behind }) => [
      { load, file: output ?? reference },
      ...(behind ? [{ load, file: behind.path }] : []),
    ]),
    ...(boot['tree-from'] === undefined ? [{ load: loadXen, file: tree }] : []),
    ...(boot.bitstream ? [{ load: boot.load, file: boot.bitstream.image }] : []),
  ]
}

function reportNoWindow(model: SystemModel, report: Report): undefined {
  const given = model.boot['load-window']
  report('RES-002', {
    at: given ? atValue(`${model.boot.pointer}/load-window`) : atValue(model.platform['device-tree'].pointer),
    message: given
      ? `the load window ${formatRange(given)} contains no free RAM`
      : 'the board has no RAM besides what U-Boot and firmware use',
    help: given
      ? 'choose a range inside the RAM of the device tree'
      : 'set boot.load-window to the memory that U-Boot leaves free on this board',
  })
}

function planDom0less(
  model: SystemModel,
  domain: Dom0lessDomain,
  index: number,
  load: LoadPlan,
  partialTree: PlannedPartialTree | undefined,
): Omit<PlannedDom0less, 'ram' | 'affinity'> {
  const images = imagesOf(domain, load)
  const why = images.kernel.file && whyNotRecreatable(model, domain, images.kernel.file, partialTree)
  return {
    domain,
    id: { value: index + 1, by: 'allocated', reason: 'Xen assigns domain ids in the order of the nodes, from 1' },
    ...images,
    ...(partialTree ? { partialTree } : {}),
    ...(why === undefined ? {} : { notRecreatable: why }),
  }
}

function imagesOf(domain: Domain, load: LoadPlan): { readonly kernel: LoadedFile; readonly ramdisk?: LoadedFile } {
  const used = (kind: LoadedFile['kind']): LoadedFile | undefined =>
    load.modules.find((file) => file.kind === kind && file.usedBy.includes(domain.name))
  const kernel = used('kernel')
  const ramdisk = used('ramdisk')
  if (!kernel) throw new InternalError(`no kernel was planned for ${domain.name}`)
  return ramdisk ? { kernel, ramdisk } : { kernel }
}
