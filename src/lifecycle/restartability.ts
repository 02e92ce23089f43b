/** Which domains can be removed and created again while the machine is running, and what prevents it for others. */
import { whyNotText } from '../guests/recreatable.ts'
import type { StaticShmDevice } from '../model/virtio/device.ts'
import { grantBackends } from '../passthrough/partial-tree.ts'
import type { NotRecreatable, SystemPlan } from '../plan/system-plan.ts'
import { devicesOf, peerOf, staticShmOf } from '../plan/virtio/planned-virtio.ts'

/** Why a domain cannot be created again. */
export type NotRestartable =
  | NotRecreatable
  /** Its id, which changes when it is created again, is in the device tree of another domain. */
  | { readonly because: 'id-in-tree'; readonly domain: string }
  /** A virtio device over shared memory whose layout lets neither end restart alone: the memory does not tell one start of an end from the next. */
  | {
      readonly because: 'one-end'
      readonly device: string
      readonly layout: StaticShmDevice['layout']
      readonly peer: string
    }

/** All reasons; empty: it can be created again. xl can always create again what it created. */
export function notRestartable(plan: SystemPlan, name: string): readonly NotRestartable[] {
  const booted = plan.dom0less.find(({ domain }) => domain.name === name)
  if (!booted) return plan.dom0 ? [] : [{ because: 'no-dom0' }]
  return [...(booted.notRecreatable ?? []), ...holdersOf(plan, booted.id.value), ...begunTogether(plan, name)]
}

/** Layouts whose ends notice that the other one has restarted. */
const KNOWS_STARTS: ReadonlySet<StaticShmDevice['layout']> = new Set(['static-vrings'])

const begunTogether = ({ virtio }: SystemPlan, name: string): readonly NotRestartable[] =>
  devicesOf(staticShmOf(virtio), name)
    .filter(({ device }) => !KNOWS_STARTS.has(device.layout))
    .map((planned) => ({
      because: 'one-end',
      device: planned.device.name,
      layout: planned.device.layout,
      peer: peerOf(planned, name),
    }))

/** Domains whose device trees say that they share pages with the domain of that id. */
const holdersOf = ({ dom0less, xl }: SystemPlan, id: number): readonly NotRestartable[] =>
  [...dom0less, ...xl].flatMap(({ domain, partialTree }): readonly NotRestartable[] =>
    partialTree && grantBackends(partialTree.source.tree).includes(id)
      ? [{ because: 'id-in-tree', domain: domain.name }]
      : [],
  )

/** The reason as a clause for messages. */
export function notRestartableText(why: NotRestartable): string {
  switch (why.because) {
    case 'id-in-tree':
      return `its id is in the device tree of '${why.domain}', and it would come back with another`
    case 'one-end':
      return `'${why.peer}' would not notice, since both ends of '${why.device}' (${why.layout}) have to start together`
    default:
      return whyNotText(why)
  }
}
