/** Random base trees, and overlays that fit them more often than not. */
import fc from 'fast-check'

const NAMES = ['a', 'b', 'dev@1', 'dev@2', 'bus'] as const
const PROPERTIES = ['p', 'q', 'status', 'x,y'] as const
/** Labels of nodes in the base tree; the overlay's own begin with `o`. */
const BASE_LABELS = ['b0', 'b1', 'b2', 'b3'] as const

interface Sketch {
  readonly name: string
  readonly labels: readonly string[]
  readonly properties: readonly string[]
  readonly children: readonly Sketch[]
}

const contentOf = (labels: readonly string[]): fc.Arbitrary<string> =>
  fc.oneof(
    fc.constantFrom('', ' = "text"', ' = "a", "b"', ' = [01 02 03]', ' = /bits/ 64 <0x123456789>'),
    fc.nat({ max: 99 }).map((value) => ` = <${value}>`),
    fc.constantFrom(...labels).map((label) => ` = <&${label}>`),
    fc.tuple(fc.constantFrom(...labels), fc.constantFrom(...labels)).map(([a, b]) => ` = "odd", <1 &${a} 2 &${b}>`),
  )

const propertiesOf = (labels: readonly string[]): fc.Arbitrary<string[]> =>
  fc
    .uniqueArray(fc.tuple(fc.constantFrom(...PROPERTIES), contentOf(labels)), {
      maxLength: 3,
      selector: ([name]) => name,
    })
    .map((properties) => properties.map(([name, value]) => `${name}${value};`))

const sketchOf = (depth: number, labels: readonly string[]): fc.Arbitrary<Sketch> =>
  fc.record({
    name: fc.constantFrom(...NAMES),
    labels: fc.constant([]),
    properties: propertiesOf(labels),
    children:
      depth === 0
        ? fc.constant([])
        : fc.uniqueArray(sketchOf(depth - 1, labels), { maxLength: 3, selector: ({ name }) => name }),
  })

/** A source of the tree, with the labels on its first nodes. */
function printed(root: Sketch, labels: readonly string[]): string {
  const left = [...labels]
  const print = ({ name, properties, children }: Sketch): string => {
    const label = left.shift()
    const inside = [...properties, ...children.map(print)].join(' ')
    return `${label === undefined ? '' : `${label}: `}${name} { ${inside} };`
  }
  const { properties, children } = root
  const text = [...properties, ...children.map(print)].join(' ')
  return `${text} ${left.map((label) => `${label}: spare-${label} { };`).join(' ')}`
}

/** Source of a base tree. */
export const baseSource: fc.Arbitrary<string> = fc
  .tuple(sketchOf(3, BASE_LABELS), fc.constantFrom('', 'aliases { alias = &b1; };'))
  .map(([root, aliases]) => `/dts-v1/; / { ${printed(root, BASE_LABELS)} ${aliases} };`)

const target = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...BASE_LABELS).map((label) => `&${label}`) },
  { weight: 3, arbitrary: fc.constantFrom('/', '/a', '/bus').map((path) => `&{${path}}`) },
  { weight: 1, arbitrary: fc.constant('&missing') },
)

/**
 * Source of an overlay. Its labelled nodes are always new, with names that no other overlay has: if a node has a phandle in both trees, libfdt before 1.7.1
 * breaks references of the base tree.
 */
export const overlaySource: fc.Arbitrary<string> = fc
  .tuple(
    fc.nat({ max: 1e9 }),
    fc.nat({ max: 2 }),
    fc.array(fc.tuple(target, sketchOf(2, [...BASE_LABELS, 'o0', 'o1'])), { minLength: 1, maxLength: 3 }),
  )
  .map(([serial, labelled, pieces]) => {
    const own = `o0: new-${serial} { p = <&o1>; o1: inner { q = <&o0 &b1>; a { }; }; };`
    const blocks = pieces.map(
      ([where, sketch], index) =>
        `${where} { ${printed(sketch, [])} ${index === labelled % pieces.length ? own : ''} };`,
    )
    return `/dts-v1/; /plugin/; ${blocks.join('\n')}`
  })
