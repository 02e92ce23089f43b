/** What the manifest leaves open, and domforge decides. */
import type { Assembly } from '../../assemble/assembly.ts'
import { type Entity, isGiven, type SystemModel } from '../../model/system-model.ts'
import { type PlannedNumber, plannedNumbers } from '../../plan/numbers.ts'
import { hex } from '../../units/format.ts'
import { bullets } from './layout.ts'
import { lifecycleChoices } from './lifecycle.ts'

/** Chosen numbers, then defaults. */
export function choiceLines({ plan }: Assembly): readonly string[] {
  const { model } = plan
  return bullets([
    ...byReason(plannedNumbers(plan).toSorted(filesByAddress)),
    ...defaultsOf(model, 'boot', model.boot),
    ...model.domains.flatMap((domain) => defaultsOf(model, domain.name, domain)),
    ...lifecycleChoices(plan),
  ])
}

/** Orders files by address, and leaves all else in its order. */
function filesByAddress(a: PlannedNumber, b: PlannedNumber): number {
  if (a.kind !== 'file' || b.kind !== 'file') return 0
  return a.value.base < b.value.base ? -1 : 1
}

/** A line for each reason, with all that was decided by it. */
function byReason(numbers: readonly PlannedNumber[]): readonly string[] {
  const groups = new Map<string, string[]>()
  for (const number of numbers) {
    const { source } = number
    if (source.by !== 'allocated') continue
    const group = groups.get(source.reason)
    if (group) group.push(decided(number))
    else groups.set(source.reason, [decided(number)])
  }
  return [...groups].map(([reason, all]) => `${reason}: ${all.join(', ')}`)
}

/** A number and whose it is, in a few words. */
function decided(number: PlannedNumber): string {
  const { name, what } = number
  switch (number.kind) {
    case 'file':
    case 'memory':
      return `${what} at ${hex(number.value.base)}`
    case 'domain-id':
      return `${name} has id ${number.value}`
    case 'region-id':
      return `'${name}' is found by the id ${number.value}`
    case 'region-view':
      return `'${name}' at ${hex(number.value.base)} in ${number.domain}`
    case 'device-view':
      return `${what} at ${hex(number.value.base)} in ${number.domain}`
    case 'port':
      return `port ${number.value} of ${number.domain} for '${name}'`
    case 'argo-port':
      return `Argo port ${number.value} for '${name}'`
    case 'device-window':
      return `'${name}' at ${hex(number.value.base)} in ${number.domain}`
    case 'device-interrupt':
      return `'${name}' has INTID ${number.value} in ${number.domain}`
    case 'device-place':
      return `'${name}' at offset ${hex(number.value.base)} of '${number.region}'`
    case 'colors':
      return `${name} has colours ${number.value}`
  }
}

/** Values that have their defaults, without limits whose default is Xen's own. */
function defaultsOf<E extends Entity>(model: SystemModel, name: string, entity: E): readonly string[] {
  const defaults = (Object.keys(entity) as (keyof E & string)[]).flatMap((key) => {
    const value: unknown = entity[key]
    const isPlain = (typeof value === 'string' && value !== '') || typeof value === 'number'
    return isPlain && key !== 'pointer' && !isGiven(model, entity, key) ? [`${key} ${value}`] : []
  })
  return defaults.length === 0 ? [] : [`${name}, by default: ${defaults.join(', ')}`]
}
