/** Every device of a board, and whether and how it can be given to a domain: what `domforge devices` prints. */
import type { DeviceTree } from '../devicetree/model.ts'
import { hasProperty, propertyNamed } from '../devicetree/model.ts'
import { compatibles, isAvailable } from '../devicetree/readings/node.ts'
import { aliases, stdoutPath } from '../devicetree/readings/paths.ts'
import { indexTree, type Place, type TreeIndex } from '../devicetree/readings/tree-index.ts'
import { stringValue } from '../devicetree/readings/values.ts'
import { gicOf } from '../facts/board-devices.ts'
import { XenIommus } from '../iommu/xen-iommus.ts'
import { mastersWithoutIommu } from '../passthrough/bus-masters.ts'
import { enabledPlaces } from '../passthrough/reverse-references.ts'
import { MASTER } from '../xen/releases.ts'
import type { IommuState } from './iommus.ts'
import { type JudgedDevice, judgeDevice } from './judge.ts'

export interface Inventory {
  readonly model: string
  /** Path of the interrupt controller that Xen drives; absent: the tree has none, and no interrupt can be given. */
  readonly gic?: string
  /** Those that Xen has a driver for. */
  readonly iommus: readonly IommuState[]
  /** Devices that read and write memory with no IOMMU before them, by path: Xen stops them if it drives one that they sit behind. */
  readonly mastersWithoutIommu: readonly string[]
  /** Every node with `compatible` and `reg` that is a device, in the order of the tree. */
  readonly devices: readonly JudgedDevice[]
}

/** `tree` must be resolved; nothing is reported, and Xen is the newest: what cannot be read is a reason why a device cannot be given. */
export function inventoryOf(tree: DeviceTree): Inventory {
  const index = indexTree(tree.root)
  const gic = gicOf(index, () => {})?.path
  const iommus = new XenIommus(index, { release: MASTER.judgedAs, words: [] })
  const enabled = new Set(enabledPlaces(index))
  const known = { index, gic, enabled, names: namesOf(index), console: consoleOf(index), iommus }
  return {
    model: stringValue(propertyNamed(tree.root, 'model')) ?? 'unknown',
    ...(gic === undefined ? {} : { gic }),
    iommus: index.places.filter(({ path }) => iommus.hasDriver(path)).map(stateOf),
    mastersWithoutIommu: mastersWithoutIommu(index).map(({ path }) => path),
    devices: index.places.filter(isDevice).map((place) => judgeDevice(place, known)),
  }
}

const stateOf = ({ node, path }: Place): IommuState => ({ path, isEnabled: isAvailable(node) })

/** The first name of each. */
function namesOf(index: TreeIndex): ReadonlyMap<Place, string> {
  const names = new Map<Place, string>()
  for (const [name, place] of aliases(index)) if (!names.has(place)) names.set(place, name)
  return names
}

function consoleOf(index: TreeIndex): Place | undefined {
  const stdout = stdoutPath(index)
  return stdout.ok ? stdout.value.place : undefined
}

const NOT_DEVICES = /^\/(cpus|memory(@|$)|reserved-memory|firmware|chosen|psci|thermal-zones|opp)/

const isDevice = ({ node, path, parent }: Place): boolean =>
  parent !== undefined && hasProperty(node, 'reg') && compatibles(node).length > 0 && !NOT_DEVICES.test(path)
