/**
 * Nodes of shared memory, event channels and cpupools (docs/misc/arm/device-tree/booting.txt, cpupools.txt).
 *
 *     shm-samples {
 *             compatible = "xen,domain-shared-memory-v1";
 *             xen,shm-id = "samples";
 *             xen,shared-mem = <0x0 0x9ff00000>, <0x0 0x3a000000>, <0x0 0x100000>; // host, guest, size
 *     };
 *     evtchn-samples-kick {
 *             compatible = "xen,evtchn-v1";
 *             xen,evtchn = <0x8>, <&{/chosen/fusion/evtchn-samples-kick}>;         // own port, other end
 *             phandle = <0x8005>;
 *     };
 *     cpupool-realtime {
 *             compatible = "xen,cpupool";
 *             cpupool-cpus = <&{/cpus/cpu@2}>, <&{/cpus/cpu@3}>;
 *             cpupool-sched = "null";
 *     };
 */
import { cells, node, phandleOf, property, strings, text, wideCells } from '../devicetree/build.ts'
import type { DtNode, DtProperty } from '../devicetree/model.ts'
import { atKey, type ManifestOrigin } from '../diagnostics/diagnostic.ts'
import { endNodeName, poolNodeName, regionNodeName } from '../model/chosen-nodes.ts'
import { originOf } from '../model/system-model.ts'
import { channelsOf, regionsOf } from '../plan/by-domain.ts'
import type { PlannedCpupool } from '../plan/cpus/planned-cpus.ts'
import type { PlannedChannel, PlannedEnd, PlannedParty, PlannedRegion } from '../plan/links/planned-links.ts'
import type { SystemPlan } from '../plan/system-plan.ts'
import { CELLS, COMPATIBLE } from '../xen/bindings.ts'
import { owner } from './origins.ts'

/** Nodes of a domain's regions and channels, to be put below its own node, or dom0's below `/chosen`. */
export const partitionNodes = (plan: SystemPlan, domain: string): readonly DtNode[] => [
  ...regionsOf(plan, domain).flatMap((planned) =>
    planned.parties.filter(({ access }) => access.domain === domain).map((party) => regionNode(planned, party)),
  ),
  ...channelsOf(plan, domain).flatMap((planned) => endNodes(plan, planned, domain)),
]

/** A region's node, always with the host's address: otherwise Xen takes the memory from its heap, in pieces, and direct-mapped domains cannot take part. */
function regionNode({ region, id, host }: PlannedRegion, { access, guest }: PlannedParty): DtNode {
  const self = owner(access)
  const places = [
    wideCells(host.value.base, CELLS, originOf(region, 'host-address')),
    wideCells(guest.value.base, CELLS, originOf(access, 'guest-address')),
    wideCells(host.value.size, CELLS, originOf(region, 'size')),
  ]
  const role = access.role === undefined ? [] : [property('role', [text(access.role, originOf(access, 'role'))], self)]
  const properties = [
    property('compatible', strings(COMPATIBLE.sharedMemory, self), self),
    property('xen,shm-id', [text(id.value, owner(region))], owner(region)),
    property('xen,shared-mem', places, self),
    ...role,
  ]
  return node(regionNodeName(region.name), { properties }, self)
}

function endNodes(plan: SystemPlan, { channel, ends }: PlannedChannel, domain: string): readonly DtNode[] {
  const [first, second] = ends
  const [own, other] = first.end.domain === domain ? [first, second] : [second, first]
  return own.end.domain === domain ? [endNode(channel.name, own, endPath(plan, channel.name, other))] : []
}

function endNode(channel: string, { end, port, phandle }: PlannedEnd, other: string): DtNode {
  const self = owner(end)
  const properties = [
    property('compatible', strings(COMPATIBLE.eventChannel, self), self),
    property(
      'xen,evtchn',
      [cells([port.value], originOf(end, 'port')), cells([phandleOf({ path: other })], self)],
      self,
    ),
    phandleProperty(phandle, self),
  ]
  return node(endNodeName(channel), { properties }, self)
}

/** Full path of the node of an end. */
function endPath({ dom0 }: SystemPlan, channel: string, { end }: PlannedEnd): string {
  const parent = dom0?.domain.name === end.domain ? '/chosen' : `/chosen/${end.domain}`
  return `${parent}/${endNodeName(channel)}`
}

/** Full path of a pool's node. */
export const poolPath = (planned: PlannedCpupool): string => `/chosen/${poolNodeName(planned.pool.name)}`

/** The node of a pool. */
export function poolNode(planned: PlannedCpupool): DtNode {
  const { pool, cpus, phandle } = planned
  const self = owner(pool)
  const at = originOf(pool, 'cpus')
  const scheduler =
    pool.scheduler === undefined
      ? []
      : [property('cpupool-sched', [text(pool.scheduler, originOf(pool, 'scheduler'))], originOf(pool, 'scheduler'))]
  const properties = [
    property('compatible', strings(COMPATIBLE.cpupool, self), self),
    property(
      'cpupool-cpus',
      cpus.length === 0
        ? []
        : [
            cells(
              cpus.map(({ path }) => phandleOf({ path })),
              at,
            ),
          ],
      at,
    ),
    ...scheduler,
    phandleProperty(phandle, self),
  ]
  return node(poolNodeName(pool.name), { properties }, self)
}

/** Nodes that lead to the CPUs of pools and give them phandles, where the board's tree gives none. */
export function numberedCpus({ cpupools }: SystemPlan): readonly DtNode[] {
  const all = cpupools.flatMap(({ pool, cpus }) => cpus.map((cpu) => ({ ...cpu, origin: atKey(pool.pointer) })))
  const fresh = all.filter(({ isNumbered }) => !isNumbered)
  const byPath = new Map(fresh.map((cpu) => [cpu.path, cpu]))
  const children = [...byPath.values()].map(({ path, phandle, origin }) =>
    node(path.slice('/cpus/'.length), { properties: [phandleProperty(phandle, origin)] }, origin),
  )
  return children.length === 0 ? [] : [node('cpus', { children })]
}

const phandleProperty = (phandle: number, origin: ManifestOrigin): DtProperty =>
  property('phandle', [cells([phandle], origin)], origin)
