/** Divides the machine: assigns every number but the places of files. */
import type { Report } from '../diagnostics/diagnostic.ts'
import type { Facts } from '../facts/facts.ts'
import { EMPTY_LOCK } from '../facts/lock.ts'
import {
  type Dom0lessDomain,
  dom0lessOf,
  dom0Of,
  type Guest,
  isHardwareDomain,
  type SystemModel,
  xlDomainsOf,
} from '../model/system-model.ts'
import { fixedPlaces } from '../u-boot/xen-image.ts'
import type { HostPhys } from '../units/quantities.ts'
import type { Range } from '../units/range.ts'
import { planAffinity } from './cpus/affinity.ts'
import { planCpupools } from './cpus/cpupools.ts'
import { planDomainColors } from './cpus/domain-colors.ts'
import { guestRam } from './guest-memory/ram.ts'
import { planArgo } from './links/argo.ts'
import { planChannels } from './links/channels.ts'
import { phandleSource } from './links/phandles.ts'
import { inLockedOrder, reportRenumbered } from './lock/order.ts'
import { placeMemory } from './memory.ts'
import { checkExtraXl } from './passthrough/check-extra-xl.ts'
import { checkHost } from './passthrough/check-host.ts'
import { checkOwnInterrupts } from './passthrough/check-own-interrupts.ts'
import { checkReach } from './passthrough/check-reach.ts'
import { checkStreams } from './passthrough/check-streams.ts'
import { deviceSpace } from './passthrough/device-space.ts'
import { givenOnce } from './passthrough/given-once.ts'
import { checkOwners } from './passthrough/one-owner.ts'
import { readOwnTrees } from './passthrough/own-tree.ts'
import { placeDevices } from './passthrough/place-devices.ts'
import { readDevices } from './passthrough/read-devices.ts'
import type { Partition, PartitionedDom0less, PartitionedXl } from './system-plan.ts'
import { planVirtio } from './virtio/plan-virtio.ts'

/**
 * The shares of `model`'s domains in the board of `facts`, or `undefined` where the board has no RAM (reported with the facts). The same input
 * gives the same shares. `filesFirst`: rooms of files that memory of domains has to leave.
 */
export function planPartition(
  model: SystemModel,
  facts: Facts,
  report: Report,
  lock = EMPTY_LOCK,
  filesFirst: readonly Range<HostPhys>[] = [],
): Partition | undefined {
  const { board, kconfig, kernelConfigs, pointRelease, inputs } = facts
  if (board.ram.length === 0) return undefined
  const dom0 = dom0Of(model)
  const booted = inBootOrder(inLockedOrder(dom0lessOf(model), lock))
  const participants = { ...(dom0 ? { dom0 } : {}), booted }
  const ownTrees = readOwnTrees(model, facts)
  const asked = readDevices(model, facts, report)
  const given = givenOnce(asked, ownTrees, report)
  checkOwners(model, given, ownTrees, report)
  checkOwnInterrupts(given, ownTrees, report)
  checkStreams(model, given, ownTrees, report)
  checkExtraXl(model, ownTrees, report)
  checkHost(model, board, asked, ownTrees, report)
  const fixed = [...fixedPlaces(model, facts), ...filesFirst]
  const memory = placeMemory({ model, facts, lock }, participants, given, fixed, report)
  const nextPhandle = phandleSource(board.tree.root, model.boot['tree-from'] === undefined)
  const cpupools = planCpupools(model.xen.cpupools, board, nextPhandle, report)
  const argo = planArgo(model.argo, lock)
  const channels = planChannels(model['event-channels'], lock, nextPhandle, report)
  const xl = xlDomainsOf(model).map((domain) => {
    const ram = guestRam(domain.memory)
    const space = deviceSpace({ model, facts, lock }, domain, ram)
    return { domain, ram, devices: placeDevices(domain.name, given.get(domain.name) ?? [], space, lock, report) }
  })
  const ownTree = ({ name }: Guest): Pick<PartitionedXl, 'ownTree'> => {
    const own = ownTrees.get(name)
    return own ? { ownTree: own } : {}
  }
  const devices = new Map([...memory.devices, ...xl.map((created) => [created.domain.name, created.devices] as const)])
  for (const domain of booted)
    checkReach(domain, memory.devices.get(domain.name) ?? [], memory.ram.get(domain.name) ?? [], report)
  for (const created of xl) checkReach(created.domain, created.devices, created.ram, report)
  const virtio = planVirtio(model, facts, { regions: memory.regions, channels, devices, ownTrees }, lock, report)
  reportRenumbered(booted, lock, report)
  const colors = planDomainColors(model, booted, lock, report)
  const processors = (domain: Guest): Pick<PartitionedDom0less, 'affinity' | 'cpupool' | 'colors'> => {
    const cpupool = cpupools.find(({ pool }) => pool.name === domain.cpupool)
    const own = colors.domains.get(domain.name)
    return {
      affinity: planAffinity(domain, board, report),
      ...(cpupool ? { cpupool } : {}),
      ...(own ? { colors: own } : {}),
    }
  }
  return {
    model,
    board,
    ...(kconfig ? { kconfig } : {}),
    ...(pointRelease === undefined ? {} : { pointRelease }),
    kernelConfigs,
    inputs,
    dom0less: booted.map((domain, index) => {
      const staticMem = memory.staticMem.get(domain.name)
      return {
        domain,
        id: { value: index + 1, by: 'allocated', reason: 'Xen assigns domain ids in the order of the nodes, from 1' },
        ram: memory.ram.get(domain.name) ?? [],
        devices: memory.devices.get(domain.name) ?? [],
        ...ownTree(domain),
        ...(staticMem ? { staticMem } : {}),
        ...processors(domain),
      }
    }),
    xl: xl.map((created) => ({ ...created, ...ownTree(created.domain), ...processors(created.domain) })),
    staticHeap: memory.staticHeap,
    regions: memory.regions,
    channels,
    argo,
    virtio,
    cpupools,
    ...(colors.coloring ? { coloring: colors.coloring } : {}),
  }
}

/** A hardware domain last: Xen refuses one with a partial tree anywhere after it (dom0less-bindings.c: parse_dom0less_node). */
function inBootOrder(domains: readonly Dom0lessDomain[]): readonly Dom0lessDomain[] {
  return [...domains.filter((domain) => !isHardwareDomain(domain)), ...domains.filter(isHardwareDomain)]
}
