/**
 * The node of a domain that Xen builds at boot (docs/misc/arm/device-tree/booting.txt, "Creating Multiple Domains directly from Xen").
 *
 *     sensor {
 *             compatible = "xen,domain";
 *             memory = <0x0 0x20000>;                             // KiB
 *             cpus = <0x1>;
 *             xen,static-mem = <0x0 0xb0000000>, <0x0 0x8000000>; // host-physical
 *             module@40400000 { … };
 *     };
 */
import { cells, node, phandleOf, property, strings, text, wideCells } from '../devicetree/build.ts'
import type { DtNode, DtProperty } from '../devicetree/model.ts'
import { atValue, type Origin } from '../diagnostics/diagnostic.ts'
import { extraNodeProperty } from '../model/extra-node-property.ts'
import { type Dom0lessDomain, originOf } from '../model/system-model.ts'
import { controlsFirmware } from '../plan/passthrough/read-scmi.ts'
import type { PlannedAffinity, PlannedDom0less, SystemPlan } from '../plan/system-plan.ts'
import { KiB, wholeUnits } from '../units/quantities.ts'
import { CAPABILITY_BITS, CELLS, COMPATIBLE } from '../xen/bindings.ts'
import type { ScalarUnit } from '../xen/guest-scalars.ts'
import { scalarsOf } from './guest-scalars.ts'
import { withProperties } from './merge-tree.ts'
import { moduleNodes } from './module-node.ts'
import { owner } from './origins.ts'
import { partitionNodes, poolPath } from './partition-nodes.ts'

/** The node, with the name of the manifest and no unit address: Xen loses the arguments of a domain whose node has one. */
export function domainNode(plan: SystemPlan, planned: PlannedDom0less): DtNode {
  const { domain } = planned
  const extra = domain['extra-properties'].map(extraNodeProperty)
  return node(
    domain.name,
    {
      properties: withProperties([...ownProperties(domain), ...sci(planned), ...places(planned)], extra),
      children: [...moduleNodes(planned), ...partitionNodes(plan, domain.name), ...planned.affinity.map(vcpuNode)],
    },
    owner(domain),
  )
}

function ownProperties(domain: Dom0lessDomain): readonly DtProperty[] {
  const self = owner(domain)
  return [
    property('compatible', strings(COMPATIBLE.domain, self), self),
    ...cellCounts(self),
    memory(domain),
    number('cpus', domain.vcpus, originOf(domain, 'vcpus')),
    ...console(domain),
    ...enhanced(domain),
    ...scalars(domain, ['count', 'MiB']),
    ...rights(domain),
    ...sve(domain),
    ...scalars(domain, ['switch']),
  ]
}

/** RAM at fixed addresses, the cpupool and the colours of a domain. Ranges are in the cells of `/chosen`. */
function places({ domain, staticMem, cpupool, colors }: PlannedDom0less): readonly DtProperty[] {
  const properties: DtProperty[] = []
  if (staticMem) {
    const ranges = staticMem.flatMap(({ value, ...source }) => {
      const origin = source.by === 'manifest' ? atValue(source.at) : originOf(domain, 'static-mem')
      return [wideCells(value.base, CELLS, origin), wideCells(value.size, CELLS, origin)]
    })
    properties.push(property('xen,static-mem', ranges, originOf(domain, 'static-mem')))
  }
  if (domain['direct-map']) properties.push(property('direct-map', [], originOf(domain, 'direct-map')))
  if (cpupool) {
    const origin = originOf(domain, 'cpupool')
    properties.push(property('domain-cpupool', [cells([phandleOf({ path: poolPath(cpupool) })], origin)], origin))
  }
  if (colors)
    properties.push(
      property('llc-colors', [text(colors.value, originOf(domain, 'llc-colors'))], originOf(domain, 'llc-colors')),
    )
  return properties
}

/** `#address-cells` and `#size-cells` for the children: Xen would otherwise inherit the board's. */
export const cellCounts = (origin: Origin): readonly DtProperty[] => [
  number('#address-cells', CELLS, origin),
  number('#size-cells', CELLS, origin),
]

/** RAM in KiB, always in two cells: Xen cannot read one. */
function memory(domain: Dom0lessDomain): DtProperty {
  const origin = originOf(domain, 'memory')
  return property('memory', [wideCells(wholeUnits(domain.memory, KiB), 2, origin)], origin)
}

function console(domain: Dom0lessDomain): readonly DtProperty[] {
  return domain.console === 'vpl011' ? [property('vpl011', [], originOf(domain, 'console'))] : []
}

/** `xen,enhanced`, which is left out for Xen's default. */
function enhanced(domain: Dom0lessDomain): readonly DtProperty[] {
  if (domain.enhanced === 'disabled') return []
  const origin = originOf(domain, 'enhanced')
  return [property('xen,enhanced', [text(domain.enhanced, origin)], origin)]
}

const scalars = (domain: Dom0lessDomain, units: readonly ScalarUnit[]): readonly DtProperty[] =>
  scalarsOf(domain, units).map(({ row, value, origin }) => number(row.property, value, origin))

function rights(domain: Dom0lessDomain): readonly DtProperty[] {
  if (!domain.capabilities) return []
  const bits = domain.capabilities.reduce((all, capability) => all | CAPABILITY_BITS[capability], 0)
  return [number('capabilities', bits, originOf(domain, 'capabilities'))]
}

/** `sve`: without a value, vectors are as long as the machine's. */
function sve(domain: Dom0lessDomain): readonly DtProperty[] {
  if (domain.sve === undefined) return []
  const origin = originOf(domain, 'sve')
  return [domain.sve === 'hw' ? property('sve', [], origin) : number('sve', domain.sve, origin)]
}

function sci({ domain, devices }: PlannedDom0less): readonly DtProperty[] {
  if (domain.sci === undefined || !controlsFirmware(domain, devices)) return []
  const origin = originOf(domain, 'sci')
  return [property('xen,sci_type', [text(domain.sci, origin)], origin)]
}

/** The node of a virtual CPU with an affinity: a list of logical ids without blanks. */
function vcpuNode({ vcpu, cpus, pointer }: PlannedAffinity): DtNode {
  const origin = atValue(pointer)
  const properties = [
    property('compatible', strings(COMPATIBLE.vcpu, origin), origin),
    number('id', vcpu, origin),
    property('hard-affinity', [text(cpus.join(','), origin)], origin),
  ]
  return node(`vcpu${vcpu}`, { properties }, origin)
}

const number = (name: string, value: number | bigint, origin: Origin): DtProperty =>
  property(name, [cells([value], origin)], origin)
