import { describe, expect, it } from 'vitest'
import { cells, node, pathOf, phandleOf, property, strings, text, wideCells } from '../../../src/devicetree/build.ts'
import type { DeviceTree, DtNode, DtProperty, DtValue } from '../../../src/devicetree/model.ts'
import { printDts, printNode } from '../../../src/devicetree/print/print-dts.ts'
import { machine } from '../../support/devicetree/machine.ts'

const p = property
const tree = (root: DtNode, rest: Partial<DeviceTree> = {}): DeviceTree => ({
  root,
  reservations: [],
  bootCpuid: 0,
  ...rest,
})
/** The printed value of one property of a node on its own. */
const printed = (name: string, value: DtValue, parent?: DtNode): string => {
  const source = printNode(node('n', { properties: [p(name, value)] }), parent ? { parent } : {})
  return source.replace(/^n \{\n\t/, '').replace(/\n};\n$/, '')
}
const bytes = (...values: number[]): DtValue => [{ kind: 'bytes', data: new Uint8Array(values) }]
const ascii = (value: string): DtValue => [{ kind: 'bytes', data: Buffer.from(value, 'latin1') }]

describe('printDts', () => {
  it('prints a machine', () => {
    expect(printDts(machine)).toBe(`/dts-v1/;

/memreserve/ 0x1000 0x1000;

/ {
	#address-cells = <0x2>;
	#size-cells = <0x2>;
	interrupt-parent = <&gic>;

	aliases {
		serial0 = "/soc/pcie@10/serial@0";
	};

	chosen {
		stdout-path = "serial0:115200n8";
	};

	gic: gic {
		interrupt-controller;
		#interrupt-cells = <0x3>;
		reg = <0x0 0x8000000 0x0 0x10000>;
	};

	soc {
		ranges;
		#address-cells = <0x1>;
		#size-cells = <0x1>;

		pcie@10 {
			device_type = "pci";
			ranges = <0x2000000 0x0 0x0 0x1000 0x0 0x1000>;
			#address-cells = <0x3>;
			#size-cells = <0x2>;
			#interrupt-cells = <0x1>;
			interrupt-map = <0x0 0x0 0x0 0x1 &gic 0x0 0x7 0x4>;
			interrupt-map-mask = <0x0 0x0 0x0 0x7>;

			serial@0 {
				reg = <0x2000000 0x0 0x0 0x0 0x100>;
				interrupts = <0x1>;
				interrupt-parent = <&{/soc/pcie@10}>;
			};
		};
	};
};
`)
  })

  it('says what source cannot: another boot CPU than dtc guesses', () => {
    const cpus = node('cpus', { children: [node('cpu@100', { properties: [p('reg', [cells([0x100])])] })] })
    const root = node('', { children: [cpus] })
    expect(printDts(tree(root, { bootCpuid: 0x100 }))).not.toContain('boot_cpuid')
    expect(printDts(tree(root))).toContain('\n// boot_cpuid_phys is 0x0: compile with dtc -b 0x0\n')
  })

  it('gives the root its labels where dtc takes them', () => {
    expect(printDts(tree(node('', { labels: ['a', 'b'] })))).toBe(
      '/dts-v1/;\n\n/ {\n};\n\na: &{/} {\n};\n\nb: &{/} {\n};\n',
    )
  })

  it('keeps labels and omit-if-no-ref', () => {
    const labelled: DtProperty = { name: 'p', labels: ['x', 'y'], value: [] }
    const child: DtNode = { ...node('n@1', { labels: ['a', 'b'], properties: [labelled] }), omitIfUnreferenced: true }
    expect(printDts(tree(node('', { children: [child] })))).toContain(
      '\t/omit-if-no-ref/ a: b: n@1 {\n\t\tx: y: p;\n\t};\n',
    )
  })

  it('groups interrupts by the cells of their parent, given by label or phandle', () => {
    const gic = node('gic', {
      labels: ['gic'],
      properties: [p('#interrupt-cells', [cells([3])]), p('phandle', [cells([7])])],
    })
    const device = (parent: DtValue) =>
      node('d', { properties: [p('interrupt-parent', parent), p('interrupts', [cells([0, 1, 4, 0, 2, 4])])] })
    const print = (parent: DtValue) => printDts(tree(node('', { children: [gic, device(parent)] })))
    const grouped = 'interrupts = <0x0 0x1 0x4>, <0x0 0x2 0x4>;'
    expect(print([cells([phandleOf({ label: 'gic' })])])).toContain(grouped)
    expect(print(bytes(0, 0, 0, 7))).toContain(grouped)
    expect(print(bytes(0, 0, 0, 8))).toContain('interrupts = <0x0 0x1 0x4 0x0 0x2 0x4>;')
  })
})

describe('a printed value', () => {
  const bus = node('bus', { properties: [p('#address-cells', [cells([2])]), p('#size-cells', [cells([1])])] })

  it.each<[string, string, DtValue]>([
    ['p;', 'p', []],
    ['p;', 'p', bytes()],
    ['p = "a", "";', 'p', strings(['a', ''])],
    ['p = &uart0;', 'p', [pathOf({ label: 'uart0' })]],
    ['p = &{/soc}, "x";', 'p', [pathOf({ path: '/soc' }), text('x')]],
    ['p = <&a 0x1 0xffffffff>;', 'p', [cells([phandleOf({ label: 'a' }), 1, 0xffffffff])]],
    ['p = <>;', 'p', [cells([])]],
    ['p = /bits/ 8 <0x1 0xff>;', 'p', [{ kind: 'cells', bits: 8, cells: [1n, 255n] }]],
    ['p = /bits/ 64 <0x100000000>, [01];', 'p', [{ kind: 'cells', bits: 64, cells: [1n << 32n] }, ...bytes(1)]],
  ])('is %s', (expected, name, value) => {
    expect(printed(name, value)).toBe(expected)
  })

  it.each<[string, string, DtValue]>([
    ['p = "text";', 'p', ascii('text\0')],
    ['p = "two", "texts";', 'p', ascii('two\0texts\0')],
    ['p = "tab\\tand\\nline";', 'p', ascii('tab\tand\nline\0')],
    ['p = <0x61620000>;', 'p', ascii('ab\0\0')],
    ['reg-names = "ab", "";', 'reg-names', ascii('ab\0\0')],
    ['reg = <0x61626300>;', 'reg', ascii('abc\0')],
    ['p = <0x61626364>;', 'p', ascii('abcd')],
    ['p = [61 62 63];', 'p', ascii('abc')],
    ['p = [00];', 'p', bytes(0)],
    ['p = <0x0>;', 'p', bytes(0, 0, 0, 0)],
    ['p = [c3 a9 00];', 'p', bytes(0xc3, 0xa9, 0)],
    ['p = [07 00];', 'p', bytes(7, 0)],
    ['p = <0x1 0xfffffffe>;', 'p', bytes(0, 0, 0, 1, 255, 255, 255, 254)],
    ['reg = [00 01 02];', 'reg', bytes(0, 1, 2)],
  ])('is guessed from bytes: %s', (expected, name, value) => {
    expect(printed(name, value)).toBe(expected)
  })

  it('escapes what a string cannot show', () => {
    expect(printed('p', [text('"\\\n\r\t\x07\x7f\0é\u2028')])).toBe(
      'p = "\\"\\\\\\n\\r\\t\\x07\\x7f\\x00é\\xe2\\x80\\xa8";',
    )
  })

  it('has its cells in entries, also over the borders of parts', () => {
    expect(printed('reg', [wideCells(1n, 2), cells([2]), wideCells(3n, 2), cells([4])], bus)).toBe(
      'reg = <0x0 0x1 0x2>, <0x0 0x3 0x4>;',
    )
    expect(printed('reg', bytes(...Array(24).fill(0)), bus)).toBe('reg = <0x0 0x0 0x0>, <0x0 0x0 0x0>;')
    expect(printed('reg', [cells([1, 2])], bus)).toBe('reg = <0x1 0x2>;')
    expect(printed('reg', [cells([1, 2, 3]), text('x')], bus)).toBe('reg = <0x1 0x2 0x3>, "x";')
    expect(printed('reg', [cells([1, 2, 3, 4, 5, 6])])).toBe('reg = <0x1 0x2 0x3 0x4 0x5 0x6>;')
  })

  it('is broken between items, and inside an item only when one is too long', () => {
    const entries = Array.from({ length: 6 }, (_, index) => [0, 0x40000000 + index, 0x1000]).flat()
    expect(printed('reg', [cells(entries)], bus).split('\n')).toEqual([
      'reg = <0x0 0x40000000 0x1000>, <0x0 0x40000001 0x1000>, <0x0 0x40000002 0x1000>,',
      '\t\t<0x0 0x40000003 0x1000>, <0x0 0x40000004 0x1000>, <0x0 0x40000005 0x1000>;',
    ])
    const lines = printed('p', bytes(...Array(101).fill(1))).split('\n')
    expect(lines.every((line) => line.replaceAll('\t', '        ').length <= 100)).toBe(true)
    expect(lines.map((line) => line.trim()).join(' ')).toBe(`p = [${Array(101).fill('01').join(' ')}];`)
  })
})

describe('comments', () => {
  it('stand above their nodes, one line each, whatever they contain', () => {
    const root = node('', { children: [node('a', {})] })
    const comment = (_: DtNode, path: string) => (path === '/a' ? 'first */\nsecond\r\u2028third' : undefined)
    expect(printDts(tree(root), { comment })).toContain('{\n\t// first */\n\t// second third\n\ta {\n')
  })

  it('know the path of a node printed on its own', () => {
    const options = { depth: 1, path: '/x/a', comment: (_: DtNode, path: string) => path }
    expect(printNode(node('a', { children: [node('b', {})] }), options)).toBe(
      '\t// /x/a\n\ta {\n\t\t// /x/a/b\n\t\tb {\n\t\t};\n\t};\n',
    )
  })
})
