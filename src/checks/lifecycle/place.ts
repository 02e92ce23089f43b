import { atKey, atValue, type ManifestOrigin, member } from '../../diagnostics/diagnostic.ts'
import type { ManagedDomain } from '../../lifecycle/managed.ts'
import type { Death } from '../../model/lifecycle/policy.ts'
import { type Entity, isGiven, type SystemModel } from '../../model/system-model.ts'

/** The place of `key` in the manifest; if it has its default, the place of `entity`. */
export const placeOf = <E extends Entity>(model: SystemModel, entity: E, key: keyof E & string): ManifestOrigin =>
  isGiven(model, entity, key) ? atValue(member(entity.pointer, key)) : atKey(entity.pointer)

/** The action after a death, for messages: `on-crash: restart`, or `on-crash: restart, by default`. */
export const saidAction = (model: SystemModel, { lifecycle, actions }: ManagedDomain, death: Death): string =>
  `on-${death}: ${actions[death]}${isGiven(model, lifecycle, `on-${death}`) ? '' : ', by default'}`
