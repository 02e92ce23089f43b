/** Devices that are one half of something whose other half the guest does not get. */
import type { Place } from '../../devicetree/readings/tree-index.ts'
import type { Obstacle } from '../closure.ts'
import type { Dependency } from './dependency.ts'
import { providersOf } from './references.ts'

/** What each shares with its other half. */
const SHARED: Readonly<Record<string, string>> = {
  'memory-region': 'memory that is reserved for it',
  mboxes: 'a mailbox',
  hwlocks: 'a hardware lock',
  'qcom,smem-states': 'flags of a coprocessor',
  'qcom,qmp': 'a mailbox',
  'qcom,gmu': 'its power controller',
  'qcom,rproc': 'a coprocessor',
  'qcom,smem': 'memory of a coprocessor',
}

export const coProcessors: Dependency = (node, place, { index }) => {
  const found = Object.keys(SHARED).flatMap((name) =>
    providersOf(index, node, name).map((provider) => ({ name, provider })),
  )
  return {
    remove: found.map(({ name }) => name),
    obstacles: found.map(({ name, provider }) => obstacle(place, name, provider)),
  }
}

const obstacle = (place: Place, name: string, provider: string): Obstacle => ({
  code: 'DEV-003',
  message: `${place.path} shares ${SHARED[name]} with the rest of the machine: ${provider} (${name})`,
  help: `leave it with the domain that has that; if the driver does without, write 'drop: [${name.includes(',') ? `"${name}"` : name}]'`,
})
