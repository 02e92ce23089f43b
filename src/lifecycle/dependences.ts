/** Which domains need which others, and for what. */
import { member } from '../diagnostics/diagnostic.ts'
import { lookup } from '../model/lookup.ts'
import {
  type Domain,
  dom0lessOf,
  type ExtraXl,
  type Guest,
  type SystemModel,
  xlDomainsOf,
} from '../model/system-model.ts'
import { mmioDevices } from '../model/virtio/device.ts'
import type { SystemPlan } from '../plan/system-plan.ts'

/** `dependent` needs `on`. */
export interface Dependence {
  readonly dependent: string
  readonly on: string
  readonly by: Need
  /** JSON pointer of the key in the manifest that says so. */
  readonly pointer: string
}

export type Need =
  /** It is created after the other. */
  | { readonly kind: 'after' }
  /** The other one is the backend of a disk, network or other PV device of it, or is named by a key of its xl configuration. */
  | { readonly kind: 'backend' }
  /** The other one emulates the registers of one of its virtio devices. */
  | { readonly kind: 'virtio'; readonly device: string }

/** In the order of the manifest. An id in place of a name counts; dom0 does not count, since it outlives all other domains. */
export function dependencesOf(plan: Pick<SystemPlan, 'model' | 'dom0less'>): readonly Dependence[] {
  const { model } = plan
  const names = namesForXl(plan)
  const served = mmioDevices(model.virtio).filter(({ backend }) => !isDom0(model, backend))
  return guestsOf(model).flatMap((guest) => [
    ...(guest.lifecycle?.after ?? []).flatMap((on, index): readonly Dependence[] =>
      isDom0(model, on)
        ? []
        : [
            {
              dependent: guest.name,
              on,
              by: { kind: 'after' },
              pointer: member(member(guest.lifecycle?.pointer ?? '', 'after'), index),
            },
          ],
    ),
    ...served.flatMap(({ name, frontend, backend, pointer }): readonly Dependence[] =>
      frontend === guest.name && backend !== guest.name
        ? [{ dependent: frontend, on: backend, by: { kind: 'virtio', device: name }, pointer }]
        : [],
    ),
    ...[...guest.disks, ...guest.networks].flatMap((device): readonly Dependence[] => {
      const on = device.backend
      return on === undefined || on === guest.name || isDom0(model, on)
        ? []
        : [{ dependent: guest.name, on, by: { kind: 'backend' }, pointer: device.pointer }]
    }),
    ...guest['extra-xl'].flatMap((entry) =>
      backendsIn(entry).flatMap((written): readonly Dependence[] => {
        const on = names.get(written)
        return on === undefined || on === guest.name
          ? []
          : [{ dependent: guest.name, on, by: { kind: 'backend' }, pointer: entry.pointer }]
      }),
    ),
  ])
}

/** Every domain but dom0, those that Xen starts first. */
export const guestsOf = (model: SystemModel): readonly Guest[] => [...dom0lessOf(model), ...xlDomainsOf(model)]

const isDom0 = (model: SystemModel, name: string): boolean =>
  model.domains.some((domain: Domain) => domain.boot === 'dom0' && domain.name === name)

/** What `backend=` may say: a name, what init-dom0less calls a boot-time domain, or its id (tools/libs/light/libxl_utils.c). */
const namesForXl = ({ model, dom0less }: Pick<SystemPlan, 'model' | 'dom0less'>): ReadonlyMap<string, string> =>
  new Map([
    ...guestsOf(model).map(({ name }) => [name, name] as const),
    ...dom0less.flatMap(({ domain: { name }, id }) => [
      [`dom0less-${id.value}`, name] as const,
      [String(id.value), name] as const,
    ]),
  ])

/** Keys of xl whose items name a backend. */
const WITH_BACKEND = new Set(['disk', 'vif', 'virtio', 'p9', 'vkb', 'vfb', 'vsnd', 'vtpm', 'usbctrl', 'vdispl'])

/** Whether the key gives devices that another domain can serve; without `backend=` dom0 serves them. */
export const isServedByKey = ({ name }: ExtraXl): boolean => WITH_BACKEND.has(name)

function backendsIn(entry: ExtraXl): readonly string[] {
  if (!isServedByKey(entry)) return []
  const { value } = entry
  const items = typeof value === 'object' ? value : [String(value)]
  return items.flatMap((item) => /(?:^|,)\s*backend\s*=\s*([^,\s]+)/.exec(item)?.[1] ?? [])
}

const needing = lookup(({ on }: Dependence) => [on])
const needed = lookup(({ dependent }: Dependence) => [dependent])

/** Every domain that needs `name`, directly or through others; in no particular order. */
export function dependentsOf(dependences: readonly Dependence[], name: string): ReadonlySet<string> {
  const found = new Set([name])
  for (const on of found) for (const { dependent } of needing(dependences, on)) found.add(dependent)
  found.delete(name)
  return found
}

/** A path from a domain back to itself, or `undefined`. */
function circleIn(dependences: readonly Dependence[]): readonly Dependence[] | undefined {
  const done = new Set<string>()
  const visit = (name: string, way: readonly Dependence[]): readonly Dependence[] | undefined => {
    const start = way.findIndex(({ dependent }) => dependent === name)
    if (start >= 0) return way.slice(start)
    if (done.has(name)) return undefined
    for (const next of needed(dependences, name)) {
      const circle = visit(next.on, [...way, next])
      if (circle) return circle
    }
    done.add(name)
    return undefined
  }
  for (const { dependent } of dependences) {
    const circle = visit(dependent, [])
    if (circle) return circle
  }
  return undefined
}

/** Cycles that have no dependence in common; without their dependences there is no cycle. */
export function circlesIn(dependences: readonly Dependence[]): readonly (readonly [Dependence, ...Dependence[]])[] {
  const circle = circleIn(dependences)
  const [first, ...others] = circle ?? []
  return first
    ? [[first, ...others], ...circlesIn(dependences.filter((each) => each !== first && !others.includes(each)))]
    : []
}

/** `names` sorted so that a domain comes after those it needs, otherwise in their order; those on a cycle keep it. */
export function inStartOrder(names: readonly string[], dependences: readonly Dependence[]): readonly string[] {
  const placed = new Set<string>()
  const place = (name: string, way: readonly string[]): void => {
    if (placed.has(name) || way.includes(name)) return
    for (const { on } of needed(dependences, name)) place(on, [...way, name])
    placed.add(name)
  }
  for (const name of names) place(name, [])
  const wanted = new Set(names)
  return [...placed].filter((name) => wanted.has(name))
}
