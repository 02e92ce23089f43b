/** Registers of a system controller, which a driver changes beside its own: usually on another owner's page. */
import type { Place } from '../../devicetree/readings/tree-index.ts'
import type { Obstacle } from '../closure.ts'
import type { Dependency } from './dependency.ts'
import { isSyscon, providersOf } from './references.ts'

/** An error unless the manifest includes the controller, or drops the property: nothing tells whether the driver does without. */
export const syscon: Dependency = (node, place, { index }) => {
  const named = node.properties.flatMap(({ name }) =>
    isSyscon(name) ? providersOf(index, node, name).map((provider) => ({ name, provider })) : [],
  )
  return {
    remove: named.map(({ name }) => name),
    obstacles: named.map(({ name, provider }) => obstacle(place, name, provider)),
  }
}

const obstacle = (place: Place, name: string, provider: string): Obstacle => ({
  code: 'DEV-002',
  message: `${place.path}: its driver changes registers of ${provider} (${name}), which is a device of its own`,
  help: `if firmware has set them, write 'drop: [${quoted(name)}]'; if nothing else needs ${provider}, write 'include: [${provider}]'`,
})

/** As YAML has it in a list. */
const quoted = (name: string): string => (name.includes(',') ? `"${name}"` : name)
