/** Which options Xen's build must have for this system, and because of what. */
import { member } from '../diagnostics/diagnostic.ts'
import type { SystemPlan } from '../plan/system-plan.ts'
import { type Feature, optionFor } from '../xen/kconfig.ts'
import type { NeededOption } from './assembly.ts'

/** In the order in which the features are first used; each option once. */
export function neededOptions(plan: SystemPlan): readonly NeededOption[] {
  const because = new Map<Feature, string[]>()
  for (const [feature, pointer] of usedFeatures(plan)) {
    const pointers = because.get(feature) ?? []
    because.set(feature, pointers.includes(pointer) ? pointers : [...pointers, pointer])
  }
  return [...because].flatMap(([feature, pointers]) => {
    const option = optionFor(feature, plan.model.xen.release)
    return option ? [{ name: option.name, value: 'y', because: pointers }] : []
  })
}

function* usedFeatures({ model, board, dom0less }: SystemPlan): Generator<readonly [Feature, string]> {
  if (board.gic?.version === 'v3') yield ['gicv3', model.platform['device-tree'].pointer]
  if (model.xen['xsm-policy']) yield ['flask', model.xen['xsm-policy'].pointer]
  for (const { domain } of dom0less) yield ['dom0less', member(domain.pointer, 'boot')]
  for (const domain of model.domains) {
    if (domain.boot !== 'dom0' && domain.console === 'vpl011') yield ['vpl011', member(domain.pointer, 'console')]
    if (domain.sve !== undefined) yield ['sve', member(domain.pointer, 'sve')]
  }
}
