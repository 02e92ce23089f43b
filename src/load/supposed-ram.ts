/** Boards to try a manifest on that has no place on its own, or whose board's RAM is not known: what is found on all of them has nothing to do with RAM. */
import type { DeviceTree, DtNode } from '../devicetree/model.ts'
import { addressCells, baseName, sizeCells } from '../devicetree/readings/node.ts'
import { translatedReg } from '../devicetree/readings/translate.ts'
import { indexTree } from '../devicetree/readings/tree-index.ts'
import { SUPPOSED } from '../diagnostics/agreement.ts'
import { Findings } from '../diagnostics/findings.ts'
import { InternalError } from '../diagnostics/internal-error.ts'
import { describeBoard } from '../facts/board.ts'
import { type Board, type Facts, type FactsWithoutBoard, factsOf, hasBoard } from '../facts/facts.ts'
import {
  dom0lessOf,
  dom0Of,
  type LoadMethod,
  type NamedRange,
  type Platform,
  type SystemModel,
} from '../model/system-model.ts'
import { needOfRunningXen } from '../u-boot/xen-image.ts'
import { type Bytes, bytes, type HostPhys, hostPhys, MiB, times } from '../units/quantities.ts'
import { alignedAround, merge, type Range, range, subtract } from '../units/range.ts'
import { supposedTrees } from './supposed-boards.ts'

/**
 * `facts` with RAM wherever the board has no device, and twice with half of that, so that nothing but what the manifest puts somewhere lies at one place
 * in all three. Memory that the manifest asks for is RAM in each, as long as no device is there. Where no board is known, each has another than the one before.
 */
export function supposedFacts(facts: Facts | FactsWithoutBoard, model: SystemModel): readonly Facts[] {
  const boards = hasBoard(facts)
    ? [facts.board]
    : supposedTrees().map((tree) => ({ overlays: [], ...described(tree, model.platform, []) }))
  return [isAny, isEven, isOdd].map((isChosen, index) => {
    const board = boards[index % boards.length] ?? boards[0]
    if (!board) throw new InternalError('no board is supposed')
    return { ...facts, board: withRam(board, model, facts, isChosen) }
  })
}

const isAny = (): boolean => true
const isEven = (_: unknown, index: number): boolean => index % 2 === 0
const isOdd = (_: unknown, index: number): boolean => index % 2 === 1

/** `board` with RAM in the chunks that are chosen. */
function withRam(
  board: Board,
  model: SystemModel,
  { files }: FactsWithoutBoard,
  isChosen: (chunk: unknown, index: number) => boolean,
): Board {
  const { root } = board.tree
  const devices = deviceRegisters(root)
  const given = subtract(givenMemory(model, board, files), devices)
  const around = devices.map((registers) => alignedAround(registers, ALIGNMENT))
  const ram = merge([...subtract(chunksOf(root).filter(isChosen), around), ...given])
  return { ...board, ...described(board.tree, model.platform, ram) }
}

/** `model` with files wherever there is RAM, and where it says an address for some that lie in memory already, also without these. */
export function withFilesAnywhere(model: SystemModel): readonly SystemModel[] {
  const { 'load-window': _, ...boot } = model.boot
  const { xen, domains } = model
  const anywhere = { ...model, boot }
  const loads = [boot.load, xen.load, ...domains.map((domain) => (domain.boot === 'xl' ? undefined : domain.load))]
  if (!loads.some((load) => load?.from === 'memory' && load.addresses.size > 0)) return [anywhere]
  const without = {
    ...anywhere,
    boot: { ...boot, load: withoutAddresses(boot.load) },
    xen: xen.load ? { ...xen, load: withoutAddresses(xen.load) } : xen,
    domains: domains.map((domain) =>
      domain.boot !== 'xl' && domain.load ? { ...domain, load: withoutAddresses(domain.load) } : domain,
    ),
  }
  return [anywhere, without]
}

const withoutAddresses = (load: LoadMethod): LoadMethod =>
  load.from === 'memory' ? { ...load, addresses: new Map() } : load

/** Coarse, so that the many devices of a board leave few gaps. */
const ALIGNMENT = times(16, MiB)

const GiB = times(1024, MiB)

/** Of files whose place the manifest says: what they take at most, as a rule. */
const LARGEST_FILE = times(256, MiB)

/** Parts of what lies low, where much has to be, and then one large part for each half. In a tree that cannot say so much, as much as it can. */
function chunksOf(root: DtNode): readonly Range<HostPhys>[] {
  const chunks = (count: number, size: Bytes, from = 0): Range<HostPhys>[] =>
    Array.from({ length: count }, (_, index) => range(hostPhys(BigInt(from + index) * size), size))
  if (addressCells(root) < 2 || sizeCells(root) < 2) return chunks(3, GiB)
  return [...chunks(16, GiB), ...chunks(2, times(256, GiB), 1)]
}

function deviceRegisters(root: DtNode): readonly Range<HostPhys>[] {
  return indexTree(root).places.flatMap((place) => {
    if (baseName(place.node) === 'memory' || place.path.startsWith('/reserved-memory/')) return []
    const registers = translatedReg(place)
    if (!registers.ok) return []
    return registers.value.flatMap(({ address, size }) => (size === 0n ? [] : [range(hostPhys(address), bytes(size))]))
  })
}

/** Host memory that the manifest, an image or the board's tree wants at a place of its own. */
function givenMemory(model: SystemModel, board: Board, files: Facts['files']): readonly Range<HostPhys>[] {
  const { boot, platform, xen } = model
  const heap = xen['static-heap']
  const running = needOfRunningXen(model, factsOf(xen.image, files))
  return [
    ...(heap && 'ranges' in heap ? heap.ranges.map(({ range: given }) => given) : []),
    ...dom0lessOf(model).flatMap(({ 'static-mem': own }) =>
      own === undefined || own === 'auto' ? [] : own.map(({ range: given }) => given),
    ),
    ...model['shared-memory'].flatMap(({ 'host-address': address, size }) =>
      address === 'auto' ? [] : [range(address, size)],
    ),
    ...[boot, xen, dom0Of(model), ...dom0lessOf(model)].flatMap((from) =>
      from?.load?.from === 'memory'
        ? [...from.load.addresses.values()].map((address) => range(address, LARGEST_FILE))
        : [],
    ),
    ...(boot['load-window'] ? [boot['load-window']] : []),
    ...(running?.base === undefined ? [] : [range(running.base, running.size)]),
    ...platform.reserved.map(({ range: given }) => given),
    ...board.owned.map(({ range: owned }) => owned),
  ]
}

/** The board of `tree` with the RAM that is supposed. What is wrong with the tree was reported when it was read. */
function described(tree: DeviceTree, platform: Platform, ram: readonly Range<HostPhys>[]): Omit<Board, 'overlays'> {
  const memory = ram.map((bank, index): NamedRange => ({ pointer: `/${SUPPOSED}`, name: `ram${index}`, range: bank }))
  const supposed: Platform = { ...platform, pointer: `/${SUPPOSED}`, memory, 'memory-from': 'manifest' }
  return describeBoard(tree, supposed, new Findings().report)
}
