/** Options that Xen's build must have for this system, and why. */
import { member } from '../diagnostics/diagnostic.ts'
import type { SchedulerName } from '../model/partition.ts'
import type { SystemPlan } from '../plan/system-plan.ts'
import { trappedVirtio } from '../plan/virtio/trapped.ts'
import { type Feature, optionFor } from '../xen/kconfig.ts'
import type { NeededOption } from './assembly.ts'

/** The options, each once, in the order in which their features are first used. One that Kconfig hides comes after the one that shows it. */
export function neededOptions(plan: SystemPlan): readonly NeededOption[] {
  const because = new Map<Feature, Set<string>>()
  for (const [feature, pointer] of usedFeatures(plan)) addTo(because, feature, pointer)
  const options = new Map<string, Set<string>>()
  for (const [feature, pointers] of because) {
    const option = optionFor(feature, plan.model.xen.release)
    for (const name of option ? [...(option.behind ? [option.behind] : []), option.name] : [])
      for (const pointer of pointers) addTo(options, name, pointer)
  }
  return [...options].map(([name, pointers]) => ({ name, value: 'y', because: [...pointers] }))
}

function addTo<K>(sets: Map<K, Set<string>>, key: K, member: string): void {
  const known = sets.get(key)
  if (known) known.add(member)
  else sets.set(key, new Set([member]))
}

/** Features of schedulers; `undefined`: every build has the scheduler. */
const SCHEDULER_FEATURES: Readonly<Record<SchedulerName, Feature | undefined>> = {
  credit: undefined,
  credit2: undefined,
  null: 'null-scheduler',
  rtds: 'rtds-scheduler',
  arinc653: 'arinc653-scheduler',
}

function* usedFeatures(plan: SystemPlan): Generator<readonly [Feature, string]> {
  const { model, board, dom0less } = plan
  if (board.gic?.version === 'v3') yield ['gicv3', model.platform['device-tree'].pointer]
  if (model.xen['xsm-policy']) yield ['flask', model.xen['xsm-policy'].pointer]
  for (const { domain } of dom0less) yield ['dom0less', member(domain.pointer, 'boot')]
  for (const domain of model.domains) {
    if (domain.boot !== 'dom0' && domain.console === 'vpl011') yield ['vpl011', member(domain.pointer, 'console')]
    if (domain.sve !== undefined) yield ['sve', member(domain.pointer, 'sve')]
    const virtio = domain.boot === 'dom0' ? undefined : domain['extra-xl'].find(({ name }) => name === 'virtio')
    if (virtio) yield ['ioreq', virtio.pointer]
  }
  for (const { pointer } of trappedVirtio(plan)) yield ['ioreq', pointer]
  for (const { link } of plan.argo) yield ['argo', link.pointer]
  yield* partitionFeatures(plan)
}

function* partitionFeatures({ model, dom0less, cpupools }: SystemPlan): Generator<readonly [Feature, string]> {
  const { xen } = model
  for (const { domain, staticMem } of dom0less)
    if (staticMem) yield ['static-memory', member(domain.pointer, domain['static-mem'] ? 'static-mem' : 'direct-map')]
  for (const { pointer } of model['shared-memory']) {
    yield ['static-memory', pointer]
    yield ['static-shm', pointer]
  }
  for (const { pointer } of model['event-channels']) yield ['static-evtchn', pointer]
  for (const { pool } of cpupools) {
    yield ['cpupools', pool.pointer]
    const option = pool.scheduler && SCHEDULER_FEATURES[pool.scheduler]
    if (option) yield [option, member(pool.pointer, 'scheduler')]
  }
  if (xen['cache-coloring']) yield ['llc-coloring', xen['cache-coloring'].pointer]
}
