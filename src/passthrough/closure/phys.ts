/** PHYs of USB, PCIe, SATA and displays, which are devices of their own. */
import type { Choice } from '../closure.ts'
import type { Dependency } from './dependency.ts'
import { providersOf } from './references.ts'

const NAMES = ['phys', 'usb-phy'] as const

/** Linux Documentation/devicetree/bindings/phy/phy-bindings.txt. */
export const phys: Dependency = (node, _place, { index }) => {
  const named = NAMES.flatMap((name) => providersOf(index, node, name).map((provider) => ({ name, provider })))
  const names = [...new Set(named.map(({ name }) => name))]
  return {
    remove: names.length === 0 ? [] : [...names, 'phy-names'],
    choices: named.map(
      ({ name, provider }): Choice => ({
        dependency: name,
        fate: 'dropped',
        provider,
        what: 'it stays as firmware or the host left it: the device works only if it is up by then, or included',
        weight: 'warning',
      }),
    ),
  }
}
