/** Random typed trees that dtc and the writer accept: every kind of value, labels, references, phandles, nodes that may be omitted. */
import fc from 'fast-check'
import type { Cell, DeviceTree, DtNode, DtPart, DtProperty, ReferenceTarget } from '../../../src/devicetree/model.ts'

/** A tree in which references are still numbers: the index of a node, modulo the number of nodes. */
interface Sketch {
  readonly name: string
  readonly labels: number
  readonly phandle: number
  readonly selfPhandle: boolean
  readonly omit: boolean
  readonly properties: readonly PropertySketch[]
  readonly children: readonly Sketch[]
}
interface PropertySketch {
  readonly name: string
  readonly labels: number
  readonly value: readonly PartSketch[]
}
type PartSketch =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'bytes'; readonly data: Uint8Array }
  | { readonly kind: 'path'; readonly target: Pointer }
  | { readonly kind: 'cells'; readonly bits: 8 | 16 | 32 | 64; readonly cells: readonly (bigint | Pointer)[] }
interface Pointer {
  readonly index: number
  readonly byPath: boolean
}

const nameOf = (letters: string, maxLength: number) =>
  fc.string({ unit: fc.constantFrom(...letters), minLength: 1, maxLength }).filter((name) => !RESERVED.has(name))
/** Names that no property gets: dtc deletes `name` if it repeats the node's name, and phandles are made below. */
const RESERVED = new Set(['name', 'phandle', 'linux,phandle'])

const KNOWN_NAMES = ['reg', 'ranges', 'dma-ranges', 'compatible', 'status', 'reg-names', 'interrupts', 'x-gpios']
/** Properties on which dtc's checks crash if they are not one cell. */
const ONE_CELL_NAMES = ['#address-cells', '#size-cells', '#interrupt-cells', 'interrupt-parent']
const propertyName = fc.oneof(fc.constantFrom(...KNOWN_NAMES), nameOf('abz019,._+*#?-', 12))
const nodeName = fc
  .tuple(nameOf('abz019,._+-', 10), fc.option(nameOf('0123456789abcdef,', 8), { nil: undefined }))
  .map(([base, unit]) => (unit === undefined ? base : `${base}@${unit}`))

const pointer: fc.Arbitrary<Pointer> = fc.record({ index: fc.nat({ max: 30 }), byPath: fc.boolean() })
const part: fc.Arbitrary<PartSketch> = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }).map((text) => ({ kind: 'text' as const, text })),
  fc.string({ unit: 'binary-ascii', maxLength: 12 }).map((text) => ({ kind: 'text' as const, text })),
  fc.uint8Array({ maxLength: 24 }).map((data) => ({ kind: 'bytes' as const, data })),
  fc.string({ maxLength: 20 }).map((text) => ({ kind: 'bytes' as const, data: Buffer.from(`${text}\0`) })),
  pointer.map((target) => ({ kind: 'path' as const, target })),
  fc.constantFrom(8 as const, 16 as const, 32 as const, 64 as const).chain((bits) => {
    const number = fc.bigInt({ min: 0n, max: (1n << BigInt(bits)) - 1n })
    const cell = bits === 32 ? fc.oneof(number, number, pointer) : number
    return fc.record({
      kind: fc.constant('cells' as const),
      bits: fc.constant(bits),
      cells: fc.array(cell, { maxLength: 9 }),
    })
  }),
)

const propertySketch: fc.Arbitrary<PropertySketch> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      name: propertyName,
      labels: fc.constantFrom(0, 0, 0, 1),
      value: fc.array(part, { maxLength: 4 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      name: fc.constantFrom(...ONE_CELL_NAMES),
      labels: fc.constant(0),
      value: fc.nat({ max: 4 }).map((cell) => [{ kind: 'cells' as const, bits: 32 as const, cells: [BigInt(cell)] }]),
    }),
  },
)

const rarely = fc.nat({ max: 9 }).map((roll) => roll === 0)
/** Nodes with up to `depth` levels below them. */
const sketchOf = (depth: number): fc.Arbitrary<Sketch> =>
  fc.record({
    name: nodeName,
    labels: fc.constantFrom(0, 0, 1, 2),
    phandle: fc.constantFrom(0, 0, 0, 1, 2, 3, 5, 0xfffffffe),
    selfPhandle: rarely,
    omit: rarely,
    properties: fc.uniqueArray(propertySketch, { maxLength: 6, selector: ({ name }) => name }),
    children:
      depth === 0
        ? fc.constant([])
        : fc.uniqueArray(sketchOf(depth - 1), { maxLength: 3, selector: ({ name }) => name }),
  })

/** The tree of a sketch: nodes to which references lead get labels first. */
function built(root: Sketch): DtNode {
  const places: { path: string; label: string | undefined }[] = []
  const labels = new Map<Sketch | PropertySketch, string[]>()
  const phandles = new Map<Sketch, number>()
  let labelCount = 0
  const freshLabels = (count: number): string[] => Array.from({ length: count }, () => `l${labelCount++}`)
  const enter = (node: Sketch, path: string): void => {
    labels.set(node, freshLabels(node.labels))
    places.push({ path: path === '' ? '/' : path, label: labels.get(node)?.[0] })
    for (const property of node.properties) labels.set(property, freshLabels(property.labels))
    if (node.phandle !== 0 && ![...phandles.values()].includes(node.phandle)) phandles.set(node, node.phandle)
    for (const child of node.children) enter(child, `${path}/${child.name}`)
  }
  enter(root, '')
  const targetOf = ({ index, byPath }: Pointer): ReferenceTarget => {
    const place = places[index % places.length] ?? { path: '/', label: undefined }
    return byPath || place.label === undefined ? { path: place.path } : { label: place.label }
  }
  const partOf = (from: PartSketch): DtPart => {
    if (from.kind === 'bytes') return from
    if (from.kind === 'text') return { kind: 'string', text: from.text }
    if (from.kind === 'path') return { kind: 'path', target: targetOf(from.target) }
    const cells = from.cells.map(
      (cell): Cell => (typeof cell === 'bigint' ? cell : { kind: 'phandle', target: targetOf(cell) }),
    )
    return { kind: 'cells', bits: from.bits, cells }
  }
  const phandleOf = (node: Sketch, path: string): DtProperty[] => {
    const cell: Cell | undefined = phandles.has(node)
      ? BigInt(phandles.get(node) ?? 0)
      : node.selfPhandle
        ? { kind: 'phandle', target: { path: path === '' ? '/' : path } }
        : undefined
    return cell === undefined ? [] : [{ name: 'phandle', value: [{ kind: 'cells', bits: 32, cells: [cell] }] }]
  }
  const make = (node: Sketch, path: string): DtNode => {
    const own = node.properties.map((property): DtProperty => {
      const value = property.value.map(partOf)
      const names = labels.get(property) ?? []
      return names.length > 0 ? { name: property.name, labels: names, value } : { name: property.name, value }
    })
    const plain: DtNode = {
      name: path === '' ? '' : node.name,
      labels: labels.get(node) ?? [],
      properties: [...phandleOf(node, path), ...own],
      children: node.children.map((child) => make(child, `${path}/${child.name}`)),
    }
    return node.omit && path !== '' ? { ...plain, omitIfUnreferenced: true } : plain
  }
  return make(root, '')
}

const u64 = fc.bigInt({ min: 0n, max: (1n << 64n) - 1n })

/** A whole tree. */
export const deviceTree: fc.Arbitrary<DeviceTree> = fc.record({
  root: sketchOf(3).map(built),
  reservations: fc.array(fc.record({ address: u64, size: u64.map((size) => size || 1n) }), { maxLength: 3 }),
  bootCpuid: fc.nat({ max: 0xffffffff }),
})
