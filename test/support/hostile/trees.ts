/** Blobs of boards that were sound, and are damaged as bytes, or changed as trees, so that they are still blobs. */
import fc from 'fast-check'
import type { DeviceTree, DtNode, DtProperty } from '../../../src/devicetree/model.ts'
import { readDtb } from '../../../src/devicetree/read/read-dtb.ts'
import { beginNode, padded, rawBlob, token, words } from '../devicetree/raw-blob.ts'
import { chosen, place } from './place.ts'

/** Cells on which readers may fail: zero, the largest, phandles of virt's board, tokens, and numbers that become negative or very large. */
const cell = fc.oneof(
  fc.constantFrom(0, 1, 2, 3, 4, 5, 9, 64, 0x1000, 0x8001, 0x8003, 0x4000_0000, 0x7fff_ffff),
  fc.constantFrom(0x8000_0000, 0xffff_f000, 0xffff_fffe, 0xffff_ffff),
  fc.nat({ max: 0xffff_ffff }),
)

const bytesOfCells = (values: readonly number[]): Uint8Array => {
  const data = Buffer.alloc(4 * values.length)
  for (const [index, number] of values.entries()) data.writeUInt32BE(number, 4 * index)
  return data
}

const TEXTS = [
  ...[
    'memory',
    'cpu',
    'pci',
    'okay',
    'disabled',
    'psci',
    'arm,gic-v3',
    'arm,cortex-a15-gic',
    'xen,domain',
    'simple-bus',
  ],
  ...[
    'serial0',
    'serial0:115200n8',
    '/',
    '/chosen',
    '/cpus',
    '/nowhere',
    '/a/../b',
    '',
    ' ',
    'no terminator',
    '\x1b[2J',
  ],
  ...['multiboot,module', 'multiboot,kernel', 'xen,xen-bootargs', 'mmio-sram', 'arm,psci', 'shared-dma-pool'],
]

const withTerminators = (texts: readonly string[]): Uint8Array =>
  Buffer.from(texts.map((text) => (text === 'no terminator' ? text : `${text}\0`)).join(''), 'latin1')

/** A value of cells, texts or bytes: short, or longer than anything reads. */
const data: fc.Arbitrary<Uint8Array> = fc.oneof(
  { weight: 6, arbitrary: fc.array(cell, { maxLength: 12 }).map(bytesOfCells) },
  { weight: 3, arbitrary: fc.array(fc.constantFrom(...TEXTS), { maxLength: 3 }).map(withTerminators) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 9 }) },
  {
    weight: 1,
    arbitrary: fc.tuple(cell, fc.constantFrom(600, 5000)).map(([one, n]) => bytesOfCells(Array(n).fill(one))),
  },
)

/** Properties that something reads. */
const PROPERTIES = [
  ...['#address-cells', '#size-cells', '#interrupt-cells', 'reg', 'ranges', 'dma-ranges', 'device_type', 'compatible'],
  ...['status', 'phandle', 'linux,phandle', 'interrupt-parent', 'interrupts', 'interrupts-extended', 'interrupt-map'],
  ...['interrupt-map-mask', 'interrupt-controller', 'msi-map', 'iommus', 'size', 'alignment', 'alloc-ranges', 'no-map'],
  ...[
    'stdout-path',
    'linux,stdout-path',
    'bootargs',
    'xen,xen-bootargs',
    'xen,dom0-bootargs',
    'serial0',
    'model',
    'name',
  ],
  ...['enable-method', 'reusable', 'cpus', 'memory', 'xen,static-mem', 'xen,passthrough', 'linux,initrd-start'],
]
const NODES = [
  ...['memory', 'memory@0', 'memory@40000000', 'chosen', 'aliases', 'reserved-memory', 'cpus', 'cpu@0', 'cpu@ffffffff'],
  ...[
    'module@40400000',
    'control',
    'dom0',
    'hypervisor',
    '__symbols__',
    '__fixups__',
    'gic',
    'a@',
    '@',
    'a,b',
    'x@0,1',
  ],
]

/** A change of one node. */
interface TreeChange {
  readonly at: number
  readonly change: (node: DtNode, tree: DeviceTree) => DtNode
}

const putProperty = (node: DtNode, property: DtProperty): DtNode => ({
  ...node,
  properties: [...node.properties.filter(({ name }) => name !== property.name), property],
})
const bytesProperty = (name: string, value: Uint8Array): DtProperty => ({
  name,
  value: [{ kind: 'bytes', data: value }],
})

const nodeChange: fc.Arbitrary<TreeChange['change']> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.tuple(fc.constantFrom(...PROPERTIES), data).map(([name, value]) => withBytes(name, value)),
  },
  {
    weight: 3,
    arbitrary: fc.tuple(place, data).map(([at, value]) => (node: DtNode) => {
      const property = chosen(node.properties, at)
      return property ? putProperty(node, bytesProperty(property.name, value)) : node
    }),
  },
  {
    weight: 6,
    arbitrary: fc.tuple(place, place, cell).map(([at, where, value]) => (node: DtNode) => {
      const property = chosen(node.properties, at)
      return property ? putProperty(node, withCell(property, where, value)) : node
    }),
  },
  {
    weight: 2,
    arbitrary: place.map((at) => (node: DtNode) => {
      const gone = chosen(node.properties, at)
      return { ...node, properties: node.properties.filter((property) => property !== gone) }
    }),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(...NODES).map((name) => (node: DtNode) => ({ ...node, name: node.name && name })),
  },
  {
    weight: 3,
    arbitrary: fc.tuple(fc.constantFrom(...NODES), place).map(([name, from]) => (node: DtNode, tree: DeviceTree) => {
      const source = chosen(nodesOf(tree.root), from)
      return source ? { ...node, children: [...node.children, { ...source, name }] } : node
    }),
  },
  {
    weight: 1,
    arbitrary: place.map((at) => (node: DtNode) => {
      const gone = chosen(node.children, at)
      return { ...node, children: node.children.filter((child) => child !== gone) }
    }),
  },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(20, 60, 70)
      .map((depth) => (node: DtNode) => ({ ...node, children: [...node.children, nested(depth)] })),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(20, 300, 3000).map((count) => (node: DtNode) => {
      const properties = node.properties.filter((property) => sizeOf(property) <= 64)
      const copies = Array.from({ length: count }, (_, index) => ({
        ...node,
        properties,
        children: [],
        name: `memory@${index}`,
      }))
      return { ...node, children: [...node.children, ...copies] }
    }),
  },
)

const withBytes =
  (name: string, value: Uint8Array) =>
  (node: DtNode): DtNode =>
    putProperty(node, bytesProperty(name, value))

const sizeOf = ({ value }: DtProperty): number =>
  value.reduce((sum, part) => sum + (part.kind === 'bytes' ? part.data.length : 0), 0)

function withCell(property: DtProperty, where: number, value: number): DtProperty {
  const [part] = property.value
  if (part?.kind !== 'bytes' || part.data.length < 4) return property
  const changed = Buffer.from(part.data)
  changed.writeUInt32BE(value, Math.floor((where * (changed.length - 3)) / 4) * 4)
  return bytesProperty(property.name, changed)
}

function nested(depth: number): DtNode {
  let node: DtNode = { name: 'deepest', labels: [], properties: [], children: [] }
  for (let level = 0; level < depth; level++) node = { name: 'deep', labels: [], properties: [], children: [node] }
  return node
}

const nodesOf = (node: DtNode): DtNode[] => [node, ...node.children.flatMap(nodesOf)]

/** A copy of `root` in which its node `wanted` is changed. */
function changedAt(root: DtNode, wanted: DtNode | undefined, change: (node: DtNode) => DtNode): DtNode {
  const visit = (node: DtNode): DtNode =>
    node === wanted ? change(node) : { ...node, children: node.children.map(visit) }
  return visit(root)
}

const reservation = fc.record({
  address: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  size: fc.constantFrom(0n, 1n, 2n ** 31n, 2n ** 64n - 1n),
})

/** Nodes that most of the tool reads. The others of a board are mostly alike. */
const READ = /^(?:$|memory|cpus?\b|intc|chosen|aliases|reserved-memory|area|psci|timer|pl011|pcie)/

const changedTree = (originals: readonly DeviceTree[]): fc.Arbitrary<Uint8Array> =>
  fc
    .tuple(
      fc.constantFrom(...originals),
      fc.array(fc.record({ anywhere: fc.nat({ max: 4 }), at: place, change: nodeChange }), {
        minLength: 1,
        maxLength: 3,
      }),
      fc.oneof({ weight: 9, arbitrary: fc.constant([]) }, fc.array(reservation, { maxLength: 300 })),
    )
    .map(([original, changes, reservations]) => {
      const root = changes.reduce<DtNode>((before, { anywhere, at, change }) => {
        const all = nodesOf(before)
        const wanted = chosen(anywhere === 0 ? all : all.filter(({ name }) => READ.test(name)), at)
        return changedAt(before, wanted, (node) => change(node, original))
      }, original.root)
      return blobOf(root, [...original.reservations, ...reservations])
    })

/** The blob of a tree as it is, with repeated names and phandles, and all else that no writer would write. */
function blobOf(root: DtNode, reservations: DeviceTree['reservations']): Uint8Array {
  const names = new Map<string, number>()
  const strings: Uint8Array[] = []
  let length = 0
  const offsetOf = (name: string): number => {
    const known = names.get(name)
    if (known !== undefined) return known
    const bytes = padded(name)
    strings.push(bytes)
    names.set(name, length)
    length += bytes.length
    return length - bytes.length
  }
  const structure: Uint8Array[] = []
  const encode = (node: DtNode): void => {
    structure.push(beginNode(node.name))
    for (const { name, value } of node.properties) {
      const data = Buffer.concat(value.map((part) => (part.kind === 'bytes' ? part.data : Buffer.alloc(0))))
      structure.push(words(token.property, data.length, offsetOf(name)), data, Buffer.alloc(-data.length & 3))
    }
    for (const child of node.children) encode(child)
    structure.push(words(token.end))
  }
  encode(root)
  structure.push(words(token.finish))
  return rawBlob({
    structure: Buffer.concat(structure),
    strings: Buffer.concat(strings),
    reservations: reservations.map(({ address, size }) => [address, size] as const),
  })
}

/** One step of damage to bytes. */
const damage = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.tuple(place, fc.nat({ max: 255 })).map(([at, byte]) => (blob: Buffer) => {
      blob[Math.floor(at * blob.length)] = byte
      return blob
    }),
  },
  {
    weight: 4,
    arbitrary: fc.tuple(place, cell).map(([at, value]) => (blob: Buffer) => {
      if (blob.length >= 4) blob.writeUInt32BE(value, Math.floor((at * (blob.length - 3)) / 4) * 4)
      return blob
    }),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.nat({ max: 9 }), cell).map(([index, value]) => (blob: Buffer) => {
      if (blob.length >= 40) blob.writeUInt32BE(value, 4 * index)
      return blob
    }),
  },
  { weight: 1, arbitrary: place.map((at) => (blob: Buffer) => blob.subarray(0, Math.floor(at * blob.length))) },
  {
    weight: 1,
    arbitrary: fc.tuple(place, place, place).map(([from, to, at]) => (blob: Buffer) => {
      const [start = 0, end = 0, target = 0] = [from, to, at].map((part) => Math.floor((part * blob.length) / 4) * 4)
      blob.copy(blob, target, start, end)
      return blob
    }),
  },
)

const damagedBlob = (originals: readonly Uint8Array[]): fc.Arbitrary<Uint8Array> =>
  fc
    .tuple(fc.constantFrom(...originals), fc.array(damage, { minLength: 1, maxLength: 4 }))
    .map(([blob, steps]) => steps.reduce<Buffer>((before, step) => step(before), Buffer.from(blob)))

/** One of `originals`, which are sound, after changes. */
export function mutatedBlob(originals: readonly Uint8Array[]): fc.Arbitrary<Uint8Array> {
  const trees = originals.map((blob) => {
    const tree = readDtb(blob)
    if (!tree.ok) throw new Error('an original is no tree')
    return tree.value
  })
  return fc
    .oneof(
      { weight: 3, arbitrary: changedTree([...trees, ...trees.map(withReservedMemory)]) },
      { weight: 1, arbitrary: damagedBlob(originals) },
    )
    .map((blob) => Object.assign(blob, { [fc.toStringMethod]: () => `a blob of ${blob.length} bytes` }))
}

/** `tree` with reserved memory, at an address and without one. */
function withReservedMemory(tree: DeviceTree): DeviceTree {
  const cells = (name: string, ...values: readonly number[]) => bytesProperty(name, words(...values))
  const area = (name: string, ...properties: readonly DtProperty[]): DtNode => ({
    name,
    labels: [],
    properties,
    children: [],
  })
  const reserved: DtNode = {
    ...area('reserved-memory', cells('#address-cells', 2), cells('#size-cells', 2), cells('ranges')),
    children: [
      area('area@60000000', cells('reg', 0, 0x6000_0000, 0, 0x10_0000), cells('no-map')),
      area('area', cells('size', 0, 0x100_0000), cells('alignment', 0, 0x20_0000), cells('reusable')),
    ],
  }
  return { ...tree, root: { ...tree.root, children: [...tree.root.children, reserved] } }
}
