/** The guest's controller in a tree of the user's, beside nodes of domforge's. */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { type DtNode, nodeAt, walk } from '../../src/devicetree/model.ts'
import { parseDts } from '../../src/devicetree/parse/parse-dts.ts'
import { phandleOfNode } from '../../src/devicetree/readings/node.ts'
import { resolve as numbered } from '../../src/devicetree/write/resolve.ts'
import { withKnownController } from '../../src/guests/known-controller.ts'
import { treeByXl } from '../../src/plan/by-domain.ts'
import { Bench, DOM0, manifestOf } from '../support/checks/systems.ts'
import { cells, givenSystem } from '../support/passthrough/given-system.ts'

const bench = new Bench()
afterAll(() => bench.remove())
bench.put('virt.dts', readFileSync(resolve(import.meta.dirname, '../../examples/boards/qemu-virt.dts'), 'utf8'))

const GIC = 'gic: gic { #interrupt-cells = <3>; interrupt-controller; #address-cells = <0>; };'
const BUS = 'compatible = "simple-bus"; ranges; #address-cells = <2>; #size-cells = <2>;'

/** What dtc makes of it, in which labels with references have become numbers. */
const OWN = `/dts-v1/;
/ { #address-cells = <2>; #size-cells = <2>; interrupt-parent = <&gic>;
  ${GIC}
  passthrough { ${BUS}
    key: keys@1000 { reg = <0 0x1000 0 4>; interrupt-controller; #interrupt-cells = <2>; interrupt-parent = <&gic>; };
    both@2000 { reg = <0 0x2000 0 4>; interrupts-extended = <&key 1 1>, <&gic 0 1 4>, <&key 2 1>, <&gic 1 1 4>; };
    bridge@3000 { reg = <0 0x3000 0 4>; #address-cells = <3>; #size-cells = <2>; #interrupt-cells = <1>; ranges;
      interrupt-map = <1 0 0 1 &gic 0 7 4>, <0x800 0 1 2 &key 5 4>, <0 0 0 3 &gic 0 9 4>; cells = <1>; };
  };
};
`

function tree() {
  const parsed = parseDts(OWN, { file: 'own.dts' })
  const made = parsed.ok ? numbered(parsed.value) : parsed
  if (!made.ok) throw new Error(made.problems.map(({ message }) => message).join('; '))
  return made.value
}

const at = (root: DtNode, path: string): DtNode | undefined => nodeAt(root, path)

describe('withKnownController', () => {
  const own = tree()
  const [gic = 0] = cells(at(own.root, '/gic'), 'phandle')
  const [key = 0] = cells(at(own.root, '/passthrough/keys@1000'), 'phandle')
  const { root } = withKnownController(own)

  it('starts from a tree with another number', () => expect([gic, key].toSorted()).toEqual([1, 2]))

  it('gives the controller the number that Xen and xl give it', () =>
    expect(cells(at(root, '/gic'), 'phandle')).toEqual([65000]))

  it('renumbers what refers to it, and nothing that only looks alike', () => {
    expect(cells(root, 'interrupt-parent')).toEqual([65000])
    expect(cells(at(root, '/passthrough/keys@1000'), 'interrupt-parent')).toEqual([65000])
    expect(cells(at(root, '/passthrough/keys@1000'), 'phandle')).toEqual([key])
    expect(cells(at(root, '/passthrough/both@2000'), 'interrupts-extended')).toEqual([
      ...[key, 1, 1, 65000, 0, 1, 4, key, 2, 1, 65000, 1, 1, 4],
    ])
    const bridge = at(root, '/passthrough/bridge@3000')
    expect(cells(bridge, 'interrupt-map')).toEqual([
      ...[1, 0, 0, 1, 65000, 0, 7, 4, 0x800, 0, 1, 2, key, 5, 4, 0, 0, 0, 3, 65000, 0, 9, 4],
    ])
    expect(cells(bridge, 'cells')).toEqual([1])
  })
})

describe('with Xen 4.22', () => {
  /** Of a guest with a device, what Xen and xl are given. */
  const givenTo = (more: string) => {
    const { tree: own, xl } = givenSystem(bench, 'rtc: { path: /pl031@9010000 }', { more, dom0: true, release: '4.22' })
    return { own, xl, rtc: at(own.root, '/passthrough/pl031@9010000') }
  }
  const phandles = (root: DtNode): readonly number[] => [...walk(root)].flatMap(({ node }) => phandleOfNode(node) ?? [])

  bench.put(
    'labelled.dts',
    `/dts-v1/;\n/ { #address-cells = <2>; #size-cells = <2>; ${GIC} passthrough { ${BUS}
    x@5000 { reg = <0 0x5000 0 4>; interrupt-parent = <&gic>; interrupts = <0 60 4>; }; }; };\n`,
  )
  bench.put(
    'known.dts',
    `/dts-v1/;\n/ { #address-cells = <2>; #size-cells = <2>; passthrough { ${BUS}
    taken { phandle = <60000>; }; x@5000 { reg = <0 0x5000 0 4>; interrupt-parent = <65000>; interrupts = <0 60 4>; }; }; };\n`,
  )
  bench.put(
    'lost.dts',
    `/dts-v1/;\n/ { #address-cells = <2>; #size-cells = <2>; gic { phandle = <77>; }; passthrough { ${BUS}
    x@5000 { reg = <0 0x5000 0 4>; interrupts-extended = <88 1 2>; }; }; };\n`,
  )

  it.each([
    ['of no tree of the user', '', 60000],
    ['of a tree with a label', 'device-tree: labelled.dts', 60000],
    ['of a tree that says 65000 and has that number', 'device-tree: known.dts', 59999],
  ])('the controller %s leaves room for the numbers of Xen, and every interrupt names it', (_, more, expected) => {
    const { own, rtc } = givenTo(more)
    expect(cells(at(own.root, '/gic'), 'phandle')).toEqual([expected])
    expect(cells(rtc, 'interrupt-parent')).toEqual([expected])
    const x = at(own.root, '/passthrough/x@5000')
    if (x) expect(cells(x, 'interrupt-parent')).toEqual([expected])
    expect(Math.max(...phandles(own.root)) + 1).toBeLessThan(65000)
  })

  it('has no number where an interrupt cannot be followed: Xen then takes 65000', () => {
    const { own, rtc } = givenTo('device-tree: lost.dts')
    expect(cells(at(own.root, '/gic'), 'phandle')).toEqual([])
    expect(cells(rtc, 'interrupt-parent')).toEqual([65000])
  })

  it('is 65000 in the tree that xl gives the guest when it comes back', () => {
    const { assembly } = bench.outcomeOf(
      manifestOf({
        board: 'virt.dts',
        release: '4.22',
        domains: [
          DOM0,
          'guest: { boot: dom0less, kernel: { image: Image }, os: other, memory: 64MiB, passthrough: { rtc: { path: /pl031@9010000 } } }',
        ],
        bootargs: 'console=dtuart',
      }),
    )
    const root = assembly && treeByXl(assembly.plan.dom0less[0])?.source.tree.root
    expect(assembly?.xl).toHaveLength(1)
    expect(root && cells(at(root, '/passthrough/pl031@9010000'), 'interrupt-parent')).toEqual([65000])
    expect(root && cells(at(root, '/gic'), 'phandle')).toEqual([65000])
  })
})

describe('a device beside a tree with a label for the controller', () => {
  bench.put('base.dts', `/dts-v1/;\n/ { #address-cells = <2>; #size-cells = <2>; ${GIC} passthrough { ${BUS} }; };\n`)
  bench.put('more.dtso', '/dts-v1/;\n/plugin/;\n&{/passthrough} { x@5000 { reg = <0 0x5000 0 4>; }; };\n')
  const { tree: made } = givenSystem(bench, 'rtc: { path: /pl031@9010000 }', {
    more: 'device-tree: [base.dts, more.dtso]',
  })

  it('refers to that controller', () => {
    const rtc = at(made?.root as DtNode, '/passthrough/pl031@9010000')
    expect(cells(rtc, 'interrupt-parent')).toEqual(cells(at(made?.root as DtNode, '/gic'), 'phandle'))
  })
})
