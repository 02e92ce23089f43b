/**
 * Random device tree sources, nearly all valid, with merged and deleted definitions, labels everywhere, expressions, and plugins. There are few names, so that
 * definitions meet. None is a name that dtc's semantic checks look at: these crash on unexpected values.
 */
import fc from 'fast-check'

/** Writes text; references become labels of nodes that the text defines somewhere. */
type Writer = (scope: Scope) => string
interface Scope {
  readonly isPlugin: boolean
  /** How many labels of nodes there are so far. */
  labels: number
  /**
   * Stands for the label with that number, modulo the number of labels that there are in the end; without `inside` it may be one of another tree.
   */
  readonly deferred: (index: number, inside?: 'inside') => string
}

const joined = (parts: readonly Writer[], separator = ''): Writer => {
  return (scope) => parts.map((part) => part(scope)).join(separator)
}
const fixed =
  (text: string): Writer =>
  () =>
    text

const gap = fc.constantFrom(
  ' ',
  ' ',
  ' ',
  '\n',
  '\t',
  '/* a ; comment { */',
  ' // another }\n',
  '\n# 7 "other.dts" 2\n',
)
const label: fc.Arbitrary<Writer> = fc.nat({ max: 40 }).map(
  (index): Writer =>
    (scope) =>
      `&${scope.deferred(index)}`,
)
const insideLabel: fc.Arbitrary<Writer> = fc.nat({ max: 40 }).map(
  (index): Writer =>
    (scope) =>
      `&${scope.deferred(index, 'inside')}`,
)
const path: fc.Arbitrary<Writer> = fc
  .constantFrom('/n0', '/n1@1', '/n0/n1@1', '/n2/')
  // For a path dtc 1.6.1 writes a fixup that nothing can apply; later versions refuse it.
  .map(
    (found): Writer =>
      ({ isPlugin }) =>
        `&{${isPlugin ? '/' : found}}`,
  )
const reference = fc.oneof(
  { weight: 60, arbitrary: label },
  { weight: 6, arbitrary: fc.constant(fixed('&{/}')) },
  { weight: 1, arbitrary: path },
)
const valueLabel = fc
  .tuple(fc.nat({ max: 9 }), fc.nat({ max: 1e9 }))
  .map(([roll, number]) => fixed(roll === 0 ? ` v${number}: ` : ''))

const literal = fc.oneof(
  fc.bigInt({ min: 0n, max: 0xffff_ffff_ffff_ffffn }).map((value) => `0x${value.toString(16)}`),
  fc.nat({ max: 20 }).map(String),
  fc.nat({ max: 511 }).map((value) => `0${value.toString(8)}`),
  fc.constantFrom("'a'", "'\\n'", "'\\''", "'\\x7f'", "'\\0'", '5U', '6ULL', '0XfL'),
)
const DIVISION = new Set(['/', '%'])
const BINARY = ['+', '-', '*', '/', '%', '<<', '>>', '<', '>', '<=', '>=', '==', '!=', '&', '|', '^', '&&', '||']
const expression: fc.Arbitrary<string> = fc.letrec<{ whole: string }>((tie) => ({
  whole: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    literal,
    fc
      .tuple(tie('whole'), fc.constantFrom(...BINARY), tie('whole'), fc.nat({ max: 30 }))
      .map(([a, sign, b, roll]) => `${a} ${sign} ${DIVISION.has(sign) && roll > 0 ? `(1 | ${b})` : b}`),
    fc.tuple(fc.constantFrom('-', '~', '!'), tie('whole')).map(([sign, a]) => `${sign} ${a}`),
    tie('whole').map((a) => `(${a})`),
    fc.tuple(tie('whole'), tie('whole'), tie('whole')).map(([a, b, c]) => `(${a} ? ${b} : ${c})`),
  ),
})).whole

const cellsOf = (bits: 8 | 16 | 32 | 64): fc.Arbitrary<Writer> => {
  const width = BigInt(bits)
  const cell = fc.oneof(
    { weight: 4, arbitrary: fc.bigInt({ min: 0n, max: (1n << width) - 1n }).map((value) => fixed(` ${value}`)) },
    // Masked to the width. Dividing by zero makes the source invalid.
    { weight: 2, arbitrary: expression.map((text) => fixed(` ((${text}) & 0x${((1n << width) - 1n).toString(16)})`)) },
    { weight: 1, arbitrary: fc.nat({ max: 127 }).map((value) => fixed(` (-${value})`)) },
    ...(bits === 32 ? [{ weight: 3, arbitrary: reference }] : []),
  )
  const prefix = bits === 32 ? '' : `/bits/ ${bits} `
  return fc.array(fc.tuple(valueLabel, cell).map(joined_), { maxLength: 6 }).map(
    (cells): Writer =>
      (scope) =>
        `${prefix}<${joined(cells)(scope)}>`,
  )
}
const joined_ = (parts: readonly Writer[]): Writer => joined(parts)

const stringPiece = fc.constantFrom(
  'a',
  'text',
  ' ',
  '\\n',
  '\\"',
  '\\\\',
  '\\0',
  '\\x41',
  '\\xe9',
  '\\351',
  '\\7',
  'ü',
  '\\z',
  ';}',
)
const part: fc.Arbitrary<Writer> = fc.oneof(
  { weight: 3, arbitrary: fc.array(stringPiece, { maxLength: 5 }).map((pieces) => fixed(`"${pieces.join('')}"`)) },
  { weight: 5, arbitrary: cellsOf(32) },
  { weight: 1, arbitrary: fc.constantFrom(8 as const, 16 as const, 64 as const).chain(cellsOf) },
  {
    weight: 1,
    arbitrary: fc.uint8Array({ maxLength: 5 }).map((data) => fixed(`[${Buffer.from(data).toString('hex')} 0a]`)),
  },
  { weight: 1, arbitrary: fc.oneof({ weight: 20, arbitrary: insideLabel }, { weight: 1, arbitrary: reference }) },
)
const value = fc
  .array(fc.tuple(valueLabel, part, valueLabel).map(joined_), { minLength: 1, maxLength: 3 })
  .map((parts) => joined(parts, ' , '))

const nodeLabel: fc.Arbitrary<Writer> = fc.nat({ max: 9 }).map((roll): Writer => {
  if (roll < 4) return fixed('')
  // Now and then a label that exists already.
  if (roll === 4) return (scope) => (scope.labels % 7 === 3 ? 'l0: ' : '')
  return (scope) => `l${scope.labels++}: `
})
const propertyName = fc.constantFrom('p0', 'p1', 'a,b', '#p', '12', '\\keep', 'P_+?.*')
const nodeName = fc.constantFrom('n0', 'n1@1', 'n2', '3')

/** A definition and its name: one name twice in a block is refused, unless the block is merged. */
interface Named {
  readonly name: string
  readonly write: Writer
}
const distinct = { selector: ({ name }: Named): string => name }

const property: fc.Arbitrary<Named> = fc
  .tuple(fc.nat({ max: 6 }), valueLabel, propertyName, gap, value)
  .map(([roll, before, name, blank, content]) => ({
    name,
    write: (scope) => (roll === 0 ? `${name};` : `${before(scope)}${name}${blank}= ${content(scope)};`),
  }))
const deletedProperty = propertyName.map((name) => fixed(`/delete-property/ ${name};`))
/**
 * A deletion, not used in overlays: if dtc restores a node that was deleted before it was ever defined, it has lost its parent, and writes a wrong
 * `/__local_fixups__`.
 */
const deletedNode = nodeName.map(
  (name): Writer =>
    ({ isPlugin }) =>
      isPlugin ? '' : `/delete-node/ ${name};`,
)
const ownPhandle = fc.constantFrom('phandle = <3>;', 'linux,phandle = <5>;').map(fixed)

/** `writer` once in `often` times, else nothing. */
const sometimes = (often: number, writer: fc.Arbitrary<Writer>): fc.Arbitrary<Writer> =>
  fc.tuple(fc.nat({ max: often - 1 }), writer).map(([roll, write]) => (roll === often - 1 ? write : fixed('')))

const bodyOf = (depth: number): fc.Arbitrary<Writer> =>
  fc
    .tuple(
      gap,
      fc.uniqueArray(property, { maxLength: 3, ...distinct }),
      sometimes(6, deletedProperty),
      sometimes(40, ownPhandle),
      sometimes(6, deletedNode),
      depth === 0 ? fc.constant([]) : fc.uniqueArray(nodeOf(depth - 1), { maxLength: 3, ...distinct }),
    )
    .map(
      ([blank, properties, deleted, phandle, deletedChild, nodes]): Writer =>
        (scope) => {
          const statements = [...properties.map(({ write }) => write), deleted, phandle, deletedChild]
          return `{${blank}${joined([...statements, ...nodes.map(({ write }) => write)], blank)(scope)}${blank}};`
        },
    )

const nodeOf = (depth: number): fc.Arbitrary<Named> =>
  fc
    .tuple(fc.nat({ max: 12 }), nodeLabel, nodeLabel, nodeName, bodyOf(depth))
    .map(([roll, first, second, name, body]) => ({
      name,
      write: (scope) => {
        const omit = roll === 1 ? '/omit-if-no-ref/ ' : ''
        return `${omit}${first(scope)}${roll === 2 ? second(scope) : ''}${name} ${body(scope)}`
      },
    }))

/** A label that exists already. */
const earlierLabel: fc.Arbitrary<Writer> = fc.nat({ max: 40 }).map(
  (index): Writer =>
    ({ labels }) =>
      `&l${index % Math.max(labels, 1)}`,
)
const outsideLabel = fc.nat({ max: 2 }).map(
  (index): Writer =>
    ({ isPlugin }) =>
      isPlugin ? `&outside${index}` : '&{/}',
)
const earlierNode = fc.oneof(
  { weight: 20, arbitrary: earlierLabel },
  { weight: 3, arbitrary: outsideLabel },
  { weight: 1, arbitrary: label },
  { weight: 1, arbitrary: fc.constantFrom('&{/}', '&{/n0}').map(fixed) },
)

const definition: fc.Arbitrary<Writer> = fc.oneof(
  {
    weight: 4,
    arbitrary: bodyOf(2).map(
      (body): Writer =>
        (scope) =>
          `/ ${body(scope)}`,
    ),
  },
  { weight: 4, arbitrary: fc.tuple(earlierNode, fc.constant(fixed(' ')), bodyOf(2)).map((parts) => joined(parts)) },
  {
    weight: 1,
    arbitrary: fc.tuple(earlierLabel, bodyOf(1)).map(
      ([target, body]): Writer =>
        (scope) =>
          `x${scope.labels}: ${target(scope)} ${body(scope)}`,
    ),
  },
  {
    weight: 1,
    arbitrary: label.map(
      (target): Writer =>
        (scope) =>
          `/delete-node/ ${target(scope)};`,
    ),
  },
  {
    weight: 1,
    arbitrary: earlierLabel.map(
      (target): Writer =>
        (scope) =>
          `/omit-if-no-ref/ ${target(scope)};`,
    ),
  },
)

const reservation = fc.constantFrom(
  '/memreserve/ 0x1000 (0x10 << 4);',
  'r1: r2: /memreserve/ 0 0x8000000000000000;',
  '',
)

/** A source that refers also to `outside` labels, which only another tree can have. */
const sourceWith = (header: string, outside: number): fc.Arbitrary<string> =>
  fc
    .tuple(reservation, fc.constantFrom('', '/ { l0: lone { }; };'), bodyOf(3), fc.array(definition, { maxLength: 5 }))
    .map(([reserved, lone, root, definitions]) => {
      const scope: Scope = {
        isPlugin: outside > 0,
        labels: lone === '' ? 0 : 1,
        deferred: (index, inside) => `@${inside ?? 'any'}${index}@`,
      }
      const text = [header, reserved, lone, `/ ${root(scope)}`, ...definitions.map((write) => write(scope))].join('\n')
      return text.replaceAll(/@(inside|any)(\d+)@/g, (_, where: string, digits: string) => {
        const known = Math.max(scope.labels + (where === 'any' ? outside : 0), 1)
        const index = Number(digits) % known
        return index < scope.labels ? `l${index}` : `outside${index - scope.labels}`
      })
    })

/** Source of a whole tree. */
export const boardSource = sourceWith('/dts-v1/;', 0)
/** Source of an overlay. */
export const pluginSource = sourceWith('/dts-v1/; /plugin/;', 3)
