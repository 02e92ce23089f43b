/** What domforge decided because the manifest left it open. */
import type { Assembly } from '../../assemble/assembly.ts'
import { hex } from '../../units/format.ts'
import { bullets } from './layout.ts'

export function choiceLines({ plan }: Assembly): readonly string[] {
  const { load, model } = plan
  const addresses = [load.xen, load.deviceTree, ...load.modules].flatMap(({ path, address }) =>
    address.by === 'allocated' ? [`${path} at ${hex(address.value)}: ${address.reason}`] : [],
  )
  const defaults = [...model.defaulted].sort()
  const ids = plan.dom0less.flatMap(({ domain, id }) =>
    id.by === 'allocated' ? [`${domain.name} has id ${id.value}: ${id.reason}`] : [],
  )
  return [
    ...bullets(addresses),
    ...bullets(ids),
    ...(defaults.length > 0 ? bullets([`left to their defaults: ${defaults.join(', ')}`]) : []),
  ]
}
