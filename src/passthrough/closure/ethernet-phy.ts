/** The PHY of an Ethernet: it comes along when it is below the device, and stays when it is on the bus of another. */
import type { Choice } from '../closure.ts'
import type { Dependency } from './dependency.ts'
import { providersOf } from './references.ts'

/** Linux Documentation/devicetree/bindings/net/ethernet-controller.yaml; the last are older names. */
const NAMES = ['phy-handle', 'phy', 'phy-device', 'pcs-handle', 'pcsphy-handle', 'tbi-handle', 'sfp'] as const

export const ethernetPhy: Dependency = (node, _place, { index }) => {
  const outside = NAMES.flatMap((name) => providersOf(index, node, name).map((provider) => ({ name, provider })))
  return {
    remove: outside.map(({ name }) => name),
    choices: outside.map(
      ({ name, provider }): Choice => ({
        dependency: name,
        fate: 'dropped',
        provider,
        what: 'it is on the bus of another device, which no other domain may then use: include that device, or give the link a fixed speed by a fixed-link in your device-tree',
        weight: 'warning',
      }),
    ),
  }
}
