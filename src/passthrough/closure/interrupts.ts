/** Interrupts: those of the device are written anew from what `HostDevice` says; here is what of them, and of nodes below it, is lost. */
import { cells, property } from '../../devicetree/build.ts'
import { hasProperty, propertyNamed } from '../../devicetree/model.ts'
import { interruptParent } from '../../devicetree/readings/interrupt-parent.ts'
import { cellsOf } from '../../devicetree/readings/values.ts'
import { GIC_PHANDLE } from '../../xen/partial-tree.ts'
import type { Choice } from '../closure.ts'
import type { HostDevice } from '../host-device.ts'
import type { Dependency } from './dependency.ts'

const GIC_CELLS = 3

/** Those of the device that it has to do without. */
export const lostInterrupts = ({ interrupts }: HostDevice): readonly Choice[] =>
  interrupts.kind === 'stopped'
    ? []
    : interrupts.lost.map(({ index, name, why }) => ({
        dependency: 'interrupts',
        fate: 'dropped',
        what: `${index === undefined ? 'a pin of its slots' : `interrupt ${name ?? index}`} does not reach the guest: ${why}`,
        weight: 'warning',
      }))

/**
 * Of a node below a device that is none itself, such as a PHY or a controller of a bridge's pins: Xen routes nothing for it, but what ends at a controller
 * that the guest has stays, and at the GIC what the device is given anyhow.
 */
export const interruptsBelow: Dependency = (node, place, circumstances) => {
  const { index, kept, device } = circumstances
  if (!['interrupts', 'interrupts-extended'].some((name) => hasProperty(node, name))) return {}
  const parent = hasProperty(node, 'interrupts-extended') ? undefined : interruptParent(index, place)
  if (parent && kept.has(parent)) return {}
  const own = parent && parent === device.gic ? cellsOf(propertyNamed(node, 'interrupts')) : undefined
  const given = device.interrupts.kind === 'stopped' ? [] : device.interrupts.atGic
  if (own && given.some(({ cells: same }) => same.join() === own.join()))
    return {
      set: [
        property('interrupt-parent', [cells([GIC_PHANDLE])]),
        property('interrupts', [cells(own.slice(0, GIC_CELLS))]),
      ],
    }
  return {
    remove: ['interrupts', 'interrupts-extended', 'interrupt-names', 'interrupt-parent'],
    choices: [
      {
        dependency: 'interrupts',
        fate: 'dropped',
        ...(parent ? { provider: parent.path } : {}),
        what: `the interrupt of ${place.path} does not reach the guest: drivers poll, or do not start`,
        weight: 'warning',
      },
    ],
  }
}
