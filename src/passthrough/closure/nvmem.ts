/** What factory or firmware left in fuses and EEPROMs, which are devices of their own. */

import type { DtNode } from '../../devicetree/model.ts'
import { propertyNamed } from '../../devicetree/model.ts'
import { bytesOf, stringList } from '../../devicetree/readings/values.ts'
import type { Choice } from '../closure.ts'
import type { Dependency } from './dependency.ts'
import { providersOf } from './references.ts'

/** Linux Documentation/devicetree/bindings/nvmem/nvmem-consumer.yaml. */
export const nvmem: Dependency = (node, _place, { index }) => {
  const providers = providersOf(index, node, 'nvmem-cells')
  const what = lacksAddress(node)
    ? 'the guest would make up a MAC address at each boot: give it one, extra-properties: { local-mac-address: { bytes: 02:00:00:00:00:01 } }'
    : `the guest does without ${namesOf(node)}`
  return {
    remove: ['nvmem-cells', 'nvmem-cell-names', 'nvmem'],
    choices: providers.map(
      (provider): Choice => ({
        dependency: 'nvmem-cells',
        fate: 'dropped',
        provider,
        what,
        weight: lacksAddress(node) ? 'warning' : 'note',
      }),
    ),
  }
}

const cellNames = (node: DtNode): readonly string[] => stringList(propertyNamed(node, 'nvmem-cell-names')) ?? []

const namesOf = (node: DtNode): string => cellNames(node).join(', ') || 'what they hold'

/** By what Linux' of_get_mac_address looks for; zeros are no address. */
function lacksAddress(node: DtNode): boolean {
  const known = ['mac-address', 'local-mac-address', 'address'].some((name) =>
    bytesOf(propertyNamed(node, name))?.some((byte) => byte !== 0),
  )
  return !known && cellNames(node).some((name) => /mac-address|mac_addr/.test(name))
}
