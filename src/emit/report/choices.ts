/** What domforge decided because the manifest left it open. */
import type { Assembly } from '../../assemble/assembly.ts'
import { type Entity, isGiven, type SystemModel } from '../../model/system-model.ts'
import { fixedMemory } from '../../plan/host-memory/given-away.ts'
import { loadedFiles } from '../../plan/loaded-files.ts'
import type { Planned } from '../../plan/provenance.ts'
import type { SystemPlan } from '../../plan/system-plan.ts'
import { hex } from '../../units/format.ts'
import { bullets } from './layout.ts'

export function choiceLines({ plan }: Assembly): readonly string[] {
  const { load, model } = plan
  const files = loadedFiles(load).toSorted((a, b) => (a.address.value < b.address.value ? -1 : 1))
  return bullets([
    ...byReason(files.map(({ path, address }) => [`${path} at ${hex(address.value)}`, address])),
    ...byReason(plan.dom0less.map(({ domain, id }) => [`${domain.name} has id ${id.value}`, id])),
    ...byReason(partitionChoices(plan)),
    ...defaultsOf(model, 'boot', model.boot),
    ...model.domains.flatMap((domain) => defaultsOf(model, domain.name, domain)),
  ])
}

type Choice = readonly [string, Planned<unknown>]

/** Everything that domains share, and memory and colours with a place. */
function partitionChoices(plan: SystemPlan): readonly Choice[] {
  const { dom0less, xl, regions, channels, virtio, coloring } = plan
  const colored = [...dom0less, ...xl].map(({ domain, colors }) => [domain.name, colors] as const)
  const colors = [['Xen', coloring?.xen] as const, ['dom0', coloring?.dom0] as const, ...colored]
  return [
    ...fixedMemory(plan).map(
      ({ what, range, source }): Choice => [`${what} at ${hex(range.base)}`, { value: range, ...source }],
    ),
    ...regions.map(({ region, id }): Choice => [`'${region.name}' is found by the id ${id.value}`, id]),
    ...regions.flatMap(({ region, parties }) =>
      parties.map(
        ({ access, guest }): Choice => [`'${region.name}' at ${hex(guest.value.base)} in ${access.domain}`, guest],
      ),
    ),
    ...channels.flatMap(({ channel, ends }) =>
      ends.map(({ end, port }): Choice => [`port ${port.value} of ${end.domain} for '${channel.name}'`, port]),
    ),
    ...virtio.map(
      ({ device, place, region }): Choice => [
        `'${device.name}' at offset ${hex(place.value.base)} of '${region.region.name}'`,
        place,
      ],
    ),
    ...colors.flatMap(([name, own]): Choice[] => (own ? [[`${name} has colours ${own.value}`, own]] : [])),
  ]
}

/** One line per reason, with all that it decided. */
function byReason(choices: readonly Choice[]): readonly string[] {
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
