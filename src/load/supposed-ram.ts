/** Boards to try a manifest on that has no place on its own, or whose board's RAM is not known: what is found on all of them has nothing to do with RAM. */
import type { DtNode } from '../devicetree/model.ts'
import { addressCells, baseName, sizeCells } from '../devicetree/readings/node.ts'
import { translatedReg } from '../devicetree/readings/translate.ts'
import { indexTree } from '../devicetree/readings/tree-index.ts'
import { Findings } from '../diagnostics/findings.ts'
import { describeBoard } from '../facts/board.ts'
import { type Facts, factsOf } from '../facts/facts.ts'
import { dom0lessOf, dom0Of, type NamedRange, type Platform, type SystemModel } from '../model/system-model.ts'
import { needOfRunningXen } from '../u-boot/xen-image.ts'
import { type Bytes, bytes, type HostPhys, hostPhys, MiB, times } from '../units/quantities.ts'
import { alignedAround, merge, type Range, range, subtract } from '../units/range.ts'

/** Of no entry in any manifest: a finding that points there is about what is supposed. */
export const SUPPOSED = '/supposed'

/**
 * `facts` with RAM wherever the board has no device, and twice with half of that, so that nothing but what the manifest puts somewhere lies at one place
 * in all three. Memory that the manifest asks for is RAM in each, as long as no device is there.
 */
export function supposedFacts(facts: Facts, model: SystemModel): readonly Facts[] {
  const { root } = facts.board.tree
  const devices = deviceRegisters(root)
  const given = subtract(givenMemory(model, facts), devices)
  const around = devices.map((registers) => alignedAround(registers, ALIGNMENT))
  const chunks = chunksOf(root)
  const halves = [0, 1].map((half) => chunks.filter((_, index) => index % 2 === half))
  return [chunks, ...halves].map((some) => withRam(facts, model.platform, merge([...subtract(some, around), ...given])))
}

/** `model` with files wherever there is RAM. */
export const withoutWindow = (model: SystemModel): SystemModel => {
  const { 'load-window': _, ...boot } = model.boot
  return { ...model, boot }
}

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
function givenMemory(model: SystemModel, { board, files }: Facts): readonly Range<HostPhys>[] {
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

function withRam(facts: Facts, platform: Platform, ram: readonly Range<HostPhys>[]): Facts {
  const { board } = facts
  const memory = ram.map((bank, index): NamedRange => ({ pointer: SUPPOSED, name: `ram${index}`, range: bank }))
  const supposed: Platform = { ...platform, pointer: SUPPOSED, memory, 'memory-from': 'manifest' }
  // What is wrong with the tree was reported when it was read.
  const described = describeBoard(board.tree, supposed, new Findings().report)
  return { ...facts, board: { ...board, ...described } }
}
