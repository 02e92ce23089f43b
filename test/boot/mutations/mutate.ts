/** Random changes of a device tree, one at a time: of a property, of a node, of where a node stands. */

import { readProperty } from '../../../src/checks/xen/view/property.ts'
import { property } from '../../../src/devicetree/build.ts'
import { type DeviceTree, type DtNode, type DtProperty, nodeAt, walk } from '../../../src/devicetree/model.ts'
import { writeDtb } from '../../../src/devicetree/write/write-dtb.ts'
import type { Random } from './random.ts'
import { bytesValue, changedValue } from './values.ts'

export interface Mutant {
  readonly tree: DeviceTree
  /** For people: what was changed, where. */
  readonly what: string
}

/** Most changes are where the system is described, some where Xen takes its machine from, few anywhere. */
const AREAS: readonly (readonly [weight: number, area: RegExp])[] = [
  [14, /^\/chosen\/./],
  [2, /^\/chosen$/],
  [2, /^\/(memory|reserved-memory|cpus)/],
  [1, /^\/(intc|timer|psci|pl011|pl031|aliases)/],
  [1, /^\//],
]

/** A tree that differs from `tree`; the same for the same numbers. */
export function mutantOf(tree: DeviceTree, random: Random): Mutant {
  for (;;) {
    const mutant =
      random.below(40) === 0 ? changedReservations(tree, random) : changedAt(tree, pathIn(tree, random), random)
    if (mutant && isTree(mutant)) return mutant
  }
}

/** A phandle can become one that no tree can have. */
const isTree = ({ tree }: Mutant): boolean => writeDtb(tree).ok

function pathIn({ root }: DeviceTree, random: Random): string {
  const areas = AREAS.flatMap(([weight, area]) => Array<RegExp>(weight).fill(area))
  for (;;) {
    const area = random.pick(areas)
    const paths = [...walk(root)].flatMap(({ path }) => (area.test(path) ? [path] : []))
    if (paths.length > 0) return random.pick(paths)
  }
}

/** Of a reservation block: one that covers what somebody uses. */
function changedReservations(tree: DeviceTree, random: Random): Mutant {
  const address = 0x4020_0000n + BigInt(random.below(1024)) * 0x20_0000n
  const size = random.pick([0n, 0x1000n, 0x20_0000n, 0x1000_0000n])
  const reservations = [...tree.reservations, { address, size }]
  return {
    tree: { ...tree, reservations },
    what: `a reservation of 0x${size.toString(16)} at 0x${address.toString(16)}`,
  }
}

/** Absent: this change cannot be made here. */
function changedAt(tree: DeviceTree, path: string, random: Random): Mutant | undefined {
  const node = nodeAt(tree.root, path)
  if (!node) return undefined
  const changes =
    node.properties.length > 0 ? [...PROPERTY_CHANGES, ...PROPERTY_CHANGES, ...NODE_CHANGES] : NODE_CHANGES
  const changed = random.pick(changes)(tree.root, path, node, random)
  return changed && { tree: { ...tree, root: changed.root }, what: `${path}: ${changed.what}` }
}

type Changed = { readonly root: DtNode; readonly what: string } | undefined

type Change = (root: DtNode, path: string, node: DtNode, random: Random) => Changed

const ofProperty =
  (
    what: string,
    change: (own: DtProperty, node: DtNode, random: Random) => readonly DtProperty[] | undefined,
  ): Change =>
  (root, path, node, random) => {
    const own = random.pick(node.properties)
    const instead = change(own, node, random)
    if (!instead) return undefined
    const properties = node.properties.flatMap((other) => (other === own ? instead : [other]))
    return { root: replaced(root, path, [{ ...node, properties }]), what: `${what} ${own.name}` }
  }

/** Devices of the machine: that one is not where its tree says is nobody's to know but the hardware's. */
const isDevice = (path: string): boolean => !/^\/(chosen|memory|reserved-memory|cpus)/.test(path)

const changeValue: Change = (root, path, node, random) => {
  const own = random.pick(node.properties)
  if (own.name === 'reg' && isDevice(path)) return undefined
  const before = readProperty(node, own.name)?.data ?? new Uint8Array()
  const { data, how } = changedValue(before, random)
  if (Buffer.compare(before, data) === 0) return undefined
  const properties = node.properties.map((other) => (other === own ? property(own.name, bytesValue(data)) : other))
  return { root: replaced(root, path, [{ ...node, properties }]), what: `${own.name} ${how}` }
}

const PROPERTY_CHANGES: readonly Change[] = [
  changeValue,
  changeValue,
  changeValue,
  changeValue,
  ofProperty('without', () => []),
  ofProperty('misspelt', (own, node, random) => {
    const at = random.below(own.name.length)
    const name = own.name.slice(0, at) + own.name.slice(at + 1)
    return name === '' || node.properties.some((other) => other.name === name) ? undefined : [{ ...own, name }]
  }),
]

/** Properties that somebody might add. */
const ADDED: readonly (readonly [name: string, value: readonly number[] | string])[] = [
  ['status', 'disabled'],
  ['status', 'okay'],
  ['xen,passthrough', []],
  ['direct-map', []],
  ['vpl011', []],
  ['#address-cells', [1]],
  ['#size-cells', [0]],
  ['#size-cells', [1]],
  ['nr_spis', [0]],
  ['nr_spis', [32]],
  ['nr_spis', [0, 1024]],
  ['xen,enhanced', 'enabled'],
  ['passthrough', 'enabled'],
  ['capabilities', [2]],
  ['capabilities', [1]],
  ['llc-colors', '0-3'],
  ['linux,initrd-start', [0x4810_0000]],
  ['xen,static-heap', [0, 0xa000_0000, 0, 0x1000_0000]],
  ['xen,static-mem', [0, 0xa000_0000, 0, 0x800_0000]],
  ['xen,domain-p2m-mem-mb', [0]],
  ['max_grant_frames', [0]],
  ['max_grant_version', [0]],
  ['sve', [128]],
  ['xen,sci_type', 'scmi_smc'],
  ['trap-unmapped-accesses', [0]],
  ['compatible', 'xen,domain'],
  ['compatible', 'multiboot,module'],
  ['device_type', 'memory'],
  ['bootargs', 'more'],
]

const encoded = (value: readonly number[] | string): Uint8Array => {
  if (typeof value === 'string') return Buffer.from(`${value}\0`, 'latin1')
  const data = Buffer.alloc(4 * value.length)
  for (const [index, cell] of value.entries()) data.writeUInt32BE(cell, 4 * index)
  return data
}

const addProperty: Change = (root, path, node, random) => {
  const [name, value] = random.pick(ADDED)
  const properties = [
    ...node.properties.filter((other) => other.name !== name),
    property(name, bytesValue(encoded(value))),
  ]
  return { root: replaced(root, path, [{ ...node, properties }]), what: `${name} = ${JSON.stringify(value)}` }
}

const removeNode: Change = (root, path) =>
  path === '/' ? undefined : { root: replaced(root, path, []), what: 'removed' }

const renameNode: Change = (root, path, node, random) => {
  const [base = ''] = node.name.split('@')
  const name = random.pick([
    ...[base, `${base}@0`, `${node.name}x`, node.name.slice(1), node.name.toUpperCase(), `memory@${node.name}`],
    ...[`${base}${'n'.repeat(45 - Math.min(44, base.length))}`, `${base}${'n'.repeat(90)}`, 'memory', 'chosen'],
  ])
  if (path === '/' || name === '' || name === node.name || hasSibling(root, path, name)) return undefined
  return { root: replaced(root, path, [{ ...node, name }]), what: `renamed ${name}` }
}

const duplicateNode: Change = (root, path, node, random) => {
  const name = `${node.name.split('@')[0]}-twin`
  if (path === '/' || hasSibling(root, path, name)) return undefined
  const twin = { ...withoutPhandles(node), name }
  const both = random.below(2) === 0 ? [node, twin] : [twin, node]
  return {
    root: replaced(root, path, both),
    what: `twice, ${both[0] === node ? 'the second' : 'the first'} as ${name}`,
  }
}

/** Below another node of the same tree, which is not below it. */
const moveNode: Change = (root, path, node, random) => {
  const homes = [...walk(root)].flatMap((other) =>
    other.path.startsWith('/chosen') || other.path === '/' ? [other.path] : [],
  )
  const home = random.pick(homes)
  if (path === '/' || path === '/chosen' || home === parentOf(path) || home.startsWith(path)) return undefined
  const target = nodeAt(root, home)
  if (!target || target.children.some(({ name }) => name === node.name)) return undefined
  const there = replaced(root, home, [{ ...target, children: [...target.children, node] }])
  return { root: replaced(there, path, []), what: `moved below ${home}` }
}

/** To the front or the end of its siblings: Xen takes nodes in order. */
const reorderNode: Change = (root, path, node, random) => {
  const parent = nodeAt(root, parentOf(path))
  if (path === '/' || !parent || parent.children.length < 2) return undefined
  const others = parent.children.filter((child) => child !== node)
  const children = random.below(2) === 0 ? [node, ...others] : [...others, node]
  if (children.every((child, index) => child === parent.children[index])) return undefined
  return {
    root: replaced(root, parentOf(path), [{ ...parent, children }]),
    what: `${children[0] === node ? 'first' : 'last'} of its siblings`,
  }
}

const NODE_CHANGES: readonly Change[] = [
  removeNode,
  renameNode,
  duplicateNode,
  moveNode,
  reorderNode,
  addProperty,
  addProperty,
]

const parentOf = (path: string): string => path.slice(0, path.lastIndexOf('/')) || '/'

const hasSibling = (root: DtNode, path: string, name: string): boolean =>
  nodeAt(root, parentOf(path))?.children.some((child) => child.name === name) ?? false

const withoutPhandles = (node: DtNode): DtNode => ({
  ...node,
  properties: node.properties.filter(({ name }) => name !== 'phandle' && name !== 'linux,phandle'),
  children: node.children.map(withoutPhandles),
})

/** The tree with other nodes at the place of the one at `path`. The root has one. */
function replaced(root: DtNode, path: string, instead: readonly DtNode[]): DtNode {
  const [only = root] = instead
  if (path === '/') return only
  const [name, ...rest] = path.slice(1).split('/')
  return {
    ...root,
    children: root.children.flatMap((child) => {
      if (child.name !== name) return [child]
      return rest.length === 0 ? instead : [replaced(child, `/${rest.join('/')}`, instead)]
    }),
  }
}
