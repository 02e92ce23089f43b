/** The tree that a kernel would find in a guest with devices at the host's addresses, made of closures alone. */
import { cells, node, property, strings, wideCells } from '../../../src/devicetree/build.ts'
import { setProperty } from '../../../src/devicetree/edit.ts'
import type { DeviceTree, DtNode, DtProperty } from '../../../src/devicetree/model.ts'
import { interruptsOf } from '../../../src/devicetree/readings/interrupts.ts'
import { baseName } from '../../../src/devicetree/readings/node.ts'
import type { Place, TreeIndex } from '../../../src/devicetree/readings/tree-index.ts'
import type { Closure, GivenNode } from '../../../src/passthrough/closure.ts'
import { isBelow } from '../../../src/passthrough/host/below.ts'
import { GIC_PHANDLE } from '../../../src/xen/partial-tree.ts'

/** The tree for `closures`; `index` is the host's. Its labels are not resolved. */
export function guestTree(index: TreeIndex, closures: readonly Closure[]): DeviceTree {
  const given = closures.flatMap(({ device, node: own, also }) => [{ device, node: own }, ...also])
  const each = [...new Map(given.map((one) => [one.device.place, one])).values()]
  const beside = [...new Map(closures.flatMap((closure) => closure.beside).map((one) => [one.name, one])).values()]
  const tops = each.filter((one) => above(one, each) === undefined)
  const bus = node('passthrough', {
    properties: WIDE,
    children: distinct([...beside, ...tops.map((one) => placed(index, one, each))]),
  })
  return {
    reservations: [],
    bootCpuid: 0,
    root: node('', { properties: WIDE.slice(0, 2), children: [controller, bus] }),
  }
}

const WIDE: readonly DtProperty[] = [
  property('#address-cells', [cells([2])]),
  property('#size-cells', [cells([2])]),
  property('ranges', []),
]

const controller = node('interrupt-controller', {
  properties: [
    property('compatible', strings(['arm,gic-v3'])),
    property('interrupt-controller', []),
    property('#interrupt-cells', [cells([3])]),
    property('#address-cells', [cells([0])]),
    property('phandle', [cells([GIC_PHANDLE])]),
  ],
})

const above = ({ device }: GivenNode, all: readonly GivenNode[]): GivenNode | undefined =>
  all.filter((other) => isBelow(device.place, other.device.place)).sort((a, b) => depth(b) - depth(a))[0]

/** `nodes`, with different names: several devices of the host may begin at the same address, such as bits of one register. */
function distinct(nodes: readonly DtNode[]): readonly DtNode[] {
  const seen = new Map<string, number>()
  return nodes.map((own) => {
    const before = seen.get(own.name) ?? 0
    seen.set(own.name, before + 1)
    return before === 0 ? own : { ...own, name: `${own.name},${before}` }
  })
}

const depth = ({ device }: GivenNode): number => device.place.path.split('/').length

function placed(index: TreeIndex, one: GivenNode, all: readonly GivenNode[]): DtNode {
  const below = all.filter((other) => above(other, all) === one)
  const [first] = one.device.spans
  const name = `${baseName(one.device.place.node)}@${first?.host.base.toString(16)}`
  const own = [...registers(one), ...interrupts(index, one.device.place), ...(below.length > 0 ? WIDE : [])]
  const whole = {
    ...one.node,
    name,
    children: distinct([...one.node.children, ...below.map((other) => placed(index, other, all))]),
  }
  return own.reduce(setProperty, whole)
}

function registers({ device }: GivenNode): readonly DtProperty[] {
  const own = device.spans.filter(({ kind }) => kind === 'register')
  const windows = device.spans.flatMap((span) =>
    span.kind === 'window' ? [cells(span.child), wideCells(span.host.base, 2), wideCells(span.host.size, 2)] : [],
  )
  return [
    property(
      'reg',
      own.flatMap(({ host }) => [wideCells(host.base, 2), wideCells(host.size, 2)]),
    ),
    ...(windows.length > 0 ? [property('ranges', windows)] : []),
  ]
}

function interrupts(index: TreeIndex, place: Place): readonly DtProperty[] {
  const own = interruptsOf(index, place)
  if (!own.ok || own.value.length === 0) return []
  return [
    property('interrupt-parent', [cells([GIC_PHANDLE])]),
    property(
      'interrupts',
      own.value.map(({ cells: specifier }) => cells(specifier.slice(0, 3))),
    ),
  ]
}
