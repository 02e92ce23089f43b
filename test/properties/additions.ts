/** Random additions to a device tree: every kind of value, hostile texts, names that U-Boot tells apart. */
import fc from 'fast-check'
import { cells, node, property, text } from '../../src/devicetree/build.ts'
import type { DtNode, DtPart, DtProperty } from '../../src/devicetree/model.ts'

const printable = fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code))
const awkward = fc.constantFrom(...`\\'"$;#&|{}()<>[]=~*? ,`)
const hostile = fc.string({ unit: fc.oneof(printable, awkward), maxLength: 30 })
const odd = fc.string({ unit: fc.constantFrom('ä', '\n', '\u0003', 'a', '€'), maxLength: 6 })

const number = (bits: 8 | 16 | 32 | 64) => fc.bigInt({ min: 0n, max: (1n << BigInt(bits)) - 1n })
const part: fc.Arbitrary<DtPart> = fc.oneof(
  fc.oneof(hostile, odd).map((value) => text(value)),
  fc.array(number(32), { maxLength: 8 }).map((values) => cells(values)),
  fc
    .constantFrom(8 as const, 16 as const, 64 as const)
    .chain((bits) =>
      fc.array(number(bits), { maxLength: 4 }).map((values): DtPart => ({ kind: 'cells', bits, cells: values })),
    ),
  fc.uint8Array({ maxLength: 20 }).map((data): DtPart => ({ kind: 'bytes', data })),
)
const value = fc.oneof(
  fc.array(part, { maxLength: 3 }),
  fc.array(
    hostile.map((word) => text(word)),
    { maxLength: 5 },
  ),
  fc.array(number(32), { maxLength: 256 }).map((values) => [cells(values)]),
  fc.integer({ min: 0, max: 300 }).map((count) => Array.from({ length: count }, () => text('a'))),
  fc.constant([text(`<${'x'.repeat(1022)}`)]),
)

const propertyName = fc.oneof(
  fc.constantFrom('#address-cells', '#size-cells', 'reg', 'stdout-path', 'rng-seed', 'a?b', '+x_.,'),
  fc.string({ unit: fc.constantFrom(...'abc019,._+?#-'), minLength: 1, maxLength: 10 }),
)
export const properties: fc.Arbitrary<readonly DtProperty[]> = fc
  .uniqueArray(fc.tuple(propertyName, value), { selector: ([name]) => name, maxLength: 5 })
  .map((all) => all.map(([name, given]) => property(name, given)))

const nodeName = fc
  .tuple(
    fc.string({ unit: fc.constantFrom(...'abz09,._+-'), minLength: 1, maxLength: 5 }),
    fc.option(fc.string({ unit: fc.constantFrom(...'0af,'), minLength: 1, maxLength: 3 }), { nil: undefined }),
  )
  .map(([base, unit]) => (unit === undefined ? base : `${base}@${unit}`))

/** Whether U-Boot takes one of these names for another: rule OUT-018 sees to that. */
export const confusing = (names: readonly string[]): boolean =>
  names.some((name) => names.some((other) => other.startsWith(`${name}@`)))

/** Siblings, with `depth` levels below them. */
export const nodes = (depth: number): fc.Arbitrary<readonly DtNode[]> =>
  fc
    .uniqueArray(
      fc.record({ name: nodeName, properties, children: depth === 0 ? fc.constant([]) : nodes(depth - 1) }),
      { selector: ({ name }) => name, maxLength: 4 },
    )
    .filter((all) => !confusing(all.map(({ name }) => name)))
    .map((all) => all.map((contents) => node(contents.name, contents)))
