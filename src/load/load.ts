/** Finds room in memory for every file, and completes the plan with it. */

import { defined } from '../diagnostics/defined.ts'
import { atValue, type Report } from '../diagnostics/diagnostic.ts'
import { InternalError } from '../diagnostics/internal-error.ts'
import { type Board, type Facts, factsOf } from '../facts/facts.ts'
import { type Domain, dom0lessOf, dom0Of, isMedium, type SystemModel } from '../model/system-model.ts'
import { moduleOf } from '../plan/by-domain.ts'
import type {
  GuestPlan,
  LoadedFile,
  LoadPlan,
  Partition,
  PlannedDom0less,
  PlannedXl,
  SystemPlan,
} from '../plan/system-plan.ts'
import { loadWindow } from '../u-boot/load-window.ts'
import { BOARD_TREE_FILE, checkMediumPaths, type OnMedium, SCRIPT_FILE, TREE_FILE } from '../u-boot/medium-path.ts'
import { loadOfXen } from '../u-boot/xen-image.ts'
import { formatRange } from '../units/format.ts'
import type { HostPhys } from '../units/quantities.ts'
import { type Range, subtract } from '../units/range.ts'
import { checkInMemory } from './in-memory.ts'
import {
  bitstreamItem,
  givenRoom,
  type LoadItem,
  moduleItem,
  placeAll,
  treeItem,
  XEN_RUNS,
  xenItem,
  xenRunsItem,
} from './items.ts'
import { type ModuleRequest, moduleRequests } from './modules.ts'
import { reportNoRoom } from './no-room.ts'
import { overlayItems, overlaySources } from './overlays.ts'

/** The whole plan, or `undefined` where a file has no place (reported: all of them in one run). */
export function planLoad(
  partition: Partition,
  guests: GuestPlan,
  facts: Facts,
  report: Report,
): SystemPlan | undefined {
  const { model, board } = partition
  const load = placeFiles(partition, guests, facts, report)
  if (!load) return undefined
  const dom0 = dom0Of(model)
  return {
    metadata: guests.metadata,
    loadWindow: loadWindow(model.boot, board),
    load,
    ...partition,
    ...(dom0 ? { dom0: { domain: dom0, ...imagesOf(dom0, load) } } : {}),
    dom0less: partition.dom0less.map((share): PlannedDom0less => {
      const { name } = share.domain
      const partialTree = guests.partialTrees.get(name)
      const xlTree = guests.xlTrees.get(name)
      const notRecreatable = guests.notRecreatable.get(name)
      const { kernel, ramdisk } = imagesOf(share.domain, load)
      return {
        kernel,
        ...(ramdisk ? { ramdisk } : {}),
        ...share,
        ...(partialTree
          ? {
              partialTree: { ...partialTree, module: defined(moduleOf(load, 'partial-tree', name), `tree of ${name}`) },
            }
          : {}),
        ...(xlTree ? { xlTree } : {}),
        ...(notRecreatable ? { notRecreatable } : {}),
      }
    }),
    xl: partition.xl.map((share): PlannedXl => {
      const { name, kernel, ramdisk } = share.domain
      const partialTree = guests.partialTrees.get(name)
      return {
        kernel: factsOf(kernel.image, facts.files),
        ...share,
        ...(ramdisk ? { ramdisk: factsOf(ramdisk, facts.files) } : {}),
        ...(partialTree ? { partialTree } : {}),
      }
    }),
  }
}

/** Places every file in RAM that is not given out for good; `undefined` after reporting those that fit nowhere. */
function placeFiles(partition: Partition, guests: GuestPlan, facts: Facts, report: Report): LoadPlan | undefined {
  const { model, board } = partition
  const requests = requestsOf(model, guests, facts)
  checkMediumPaths(filesOnMedia(model, board, requests), report)
  const own = loadWindow(model.boot, board)
  const window = subtract(own, givenAway(partition))
  const items = itemsOf(partition, requests, facts)
  const faults: Parameters<Report>[] = []
  checkInMemory(items, givenAway(partition), board, model.boot, (...fault) => faults.push(fault))
  for (const fault of faults) report(...fault)
  if (window.length === 0 && items.some((item) => !givenRoom(item)))
    return reportNoWindow(model, own.length > 0, report)
  const placement = placeAll(items, window)
  reportNoRoom(placement, model, board, report)
  const isPlaced = placement.unplaced.length === 0 && faults.every(([code]) => code === 'RES-015' || code === 'RES-016')
  return isPlaced ? loadPlanOf(placement.placed) : undefined
}

/** The rooms that files would get if of all memory only `settled` were given out, without those of files that even then fit nowhere. */
export function roomsOfFiles(
  partition: Partition,
  guests: GuestPlan,
  facts: Facts,
  settled: readonly Range<HostPhys>[],
): readonly Range<HostPhys>[] {
  const { model, board } = partition
  const items = itemsOf(partition, requestsOf(model, guests, facts), facts)
  return placeAll(items, subtract(loadWindow(model.boot, board), settled)).placed.map(({ room }) => room)
}

const requestsOf = (model: SystemModel, guests: GuestPlan, facts: Facts): readonly ModuleRequest[] => [
  ...moduleRequests(dom0Of(model), dom0lessOf(model), facts, guests, model.boot.load),
  ...policyRequest(model, facts.files),
]

/** In the order in which they get their places. */
function itemsOf(
  { model, board }: Partition,
  requests: readonly ModuleRequest[],
  { files }: Facts,
): readonly LoadItem[] {
  const xenImage = factsOf(model.xen.image, files)
  const xenRuns = xenRunsItem(model, xenImage)
  const { bitstream } = model.boot
  return [
    ...(xenRuns ? [xenRuns] : []),
    xenItem(model, xenImage, board),
    treeItem(model, board),
    ...requests.map(moduleItem),
    ...overlayItems(model, board),
    ...(bitstream ? [bitstreamItem(model, bitstream, factsOf(bitstream.image, files))] : []),
  ]
}

/** Host memory that is given out for good. */
const givenAway = ({ staticHeap, dom0less, regions }: Partition): readonly Range<HostPhys>[] =>
  [...staticHeap, ...dom0less.flatMap(({ staticMem = [] }) => staticMem), ...regions.map(({ host }) => host)].map(
    ({ value }) => value,
  )

/** Xen's policy is a module like those of domains, but belongs to none. */
function policyRequest(model: SystemModel, files: Facts['files']): readonly ModuleRequest[] {
  const reference = model.xen['xsm-policy']
  if (!reference) return []
  const file = { kind: 'file' as const, reference, facts: factsOf(reference, files) }
  return [{ id: 'xsm-policy', kind: 'xsm-policy', file, load: loadOfXen(model), usedBy: [] }]
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
  const overlays = placed.filter(({ kind }) => kind === 'overlay')
  const others = new Set([xen, deviceTree, xenRuns, bitstream, ...overlays])
  return {
    xen,
    ...(xenRuns ? { xenRuns: xenRuns.room } : {}),
    deviceTree,
    overlays,
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
  const all: readonly OnMedium[] = [
    { load: boot.load, file: SCRIPT_FILE },
    { load: loadXen, file: xen.image },
    ...requests.flatMap(({ file, load, behind }) => [
      { load, file: file.kind === 'file' ? file.reference : file.output },
      ...(behind ? [{ load, file: behind.path }] : []),
    ]),
    ...(boot['tree-from'] === undefined ? [{ load: loadXen, file: tree }] : []),
    ...overlaySources(board.overlays).map((file) => ({ load: loadXen, file })),
    ...(boot.bitstream ? [{ load: boot.load, file: boot.bitstream.image }] : []),
  ]
  return all.filter(({ load }) => isMedium(load))
}

/** `isGivenAway`: there is RAM in the window, and all of it has been given to domains. */
function reportNoWindow(model: SystemModel, isGivenAway: boolean, report: Report): undefined {
  const given = model.boot['load-window']
  report('RES-002', {
    at: given ? atValue(`${model.boot.pointer}/load-window`) : atValue(model.platform['device-tree'].pointer),
    message: isGivenAway
      ? 'memory of domains takes all RAM that files can be loaded into'
      : given
        ? `the load window ${formatRange(given)} contains no free RAM`
        : 'the board has no RAM besides what U-Boot and firmware use',
    help: isGivenAway
      ? 'give domains less static memory, or other ranges of it'
      : given
        ? 'choose a range inside the RAM of the device tree'
        : 'set boot.load-window to the memory that U-Boot leaves free on this board',
  })
}

function imagesOf({ name }: Domain, load: LoadPlan): { readonly kernel: LoadedFile; readonly ramdisk?: LoadedFile } {
  const kernel = defined(moduleOf(load, 'kernel', name), `kernel was planned for ${name}`)
  const ramdisk = moduleOf(load, 'ramdisk', name)
  return ramdisk ? { kernel, ramdisk } : { kernel }
}
