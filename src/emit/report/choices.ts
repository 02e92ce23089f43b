/** What domforge decided because the manifest left it open. */
import type { Assembly } from '../../assemble/assembly.ts'
import { type Entity, isGiven, type SystemModel } from '../../model/system-model.ts'
import { loadedFiles } from '../../plan/loaded-files.ts'
import type { Planned } from '../../plan/provenance.ts'
import { hex } from '../../units/format.ts'
import { bullets } from './layout.ts'

export function choiceLines({ plan }: Assembly): readonly string[] {
  const { load, model } = plan
  const files = loadedFiles(load).toSorted((a, b) => (a.address.value < b.address.value ? -1 : 1))
  return bullets([
    ...byReason(files.map(({ path, address }) => [`${path} at ${hex(address.value)}`, address])),
    ...byReason(plan.dom0less.map(({ domain, id }) => [`${domain.name} has id ${id.value}`, id])),
    ...defaultsOf(model, 'boot', model.boot),
    ...model.domains.flatMap((domain) => defaultsOf(model, domain.name, domain)),
  ])
}

/** One line per reason, with all that it decided. */
function byReason(choices: readonly (readonly [string, Planned<unknown>])[]): readonly string[] {
  const groups = new Map<string, string[]>()
  for (const [what, source] of choices) {
    if (source.by === 'allocated') groups.set(source.reason, [...(groups.get(source.reason) ?? []), what])
  }
  return [...groups].map(([reason, decided]) => `${reason}: ${decided.join(', ')}`)
}

/** Values that have a default which says something; limits that stay Xen's own say nothing. */
function defaultsOf<E extends Entity>(model: SystemModel, name: string, entity: E): readonly string[] {
  const defaults = (Object.keys(entity) as (keyof E & string)[]).flatMap((key) => {
    const value: unknown = entity[key]
    const isPlain = (typeof value === 'string' && value !== '') || typeof value === 'number'
    return isPlain && key !== 'pointer' && !isGiven(model, entity, key) ? [`${key} ${value}`] : []
  })
  return defaults.length === 0 ? [] : [`${name}, by default: ${defaults.join(', ')}`]
}
