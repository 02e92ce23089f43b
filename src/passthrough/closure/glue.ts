/** Buses above a device that are more than buses: their drivers set up what the device needs, and the guest has none of them. */
import { hasProperty } from '../../devicetree/model.ts'
import { isCompatible } from '../../devicetree/readings/node.ts'
import type { Place } from '../../devicetree/readings/tree-index.ts'
import type { Choice } from '../closure.ts'
import { asLeft } from './as-firmware-left.ts'
import type { Circumstances } from './dependency.ts'
import { providersOf } from './references.ts'

/** What of them the guest does without. Those that go with the device are devices of their own. */
export function ofGlue(device: Place, circumstances: Circumstances): readonly Choice[] {
  const choices: Choice[] = []
  for (let up = device.parent; up?.parent && !circumstances.kept.has(up); up = up.parent)
    choices.push(...ofBus(up, circumstances))
  return choices
}

/** Properties that say what the bus itself works with, beside those that firmware leaves. */
const MORE = ['clocks', 'interconnects', 'iommus', 'phys'] as const

function ofBus(bus: Place, circumstances: Circumstances): readonly Choice[] {
  const of = `${bus.path} above it: `
  const others = MORE.flatMap((dependency) =>
    providersOf(circumstances.index, bus.node, dependency).map(
      (provider): Choice => ({
        dependency,
        fate: 'dropped',
        provider,
        what: `${of}its ${dependency} stay as firmware or the host left them`,
        weight: dependency === 'iommus' ? 'warning' : 'note',
      }),
    ),
  )
  return [...driver(bus), ...asLeft(bus.node, circumstances, of), ...others]
}

const PLAIN = ['simple-bus', 'simple-pm-bus', 'simple-mfd', 'syscon'] as const

const driver = (bus: Place): readonly Choice[] =>
  hasProperty(bus.node, 'reg') && hasProperty(bus.node, 'compatible') && !isCompatible(bus.node, ...PLAIN)
    ? [
        {
          dependency: 'bus',
          fate: 'dropped',
          provider: bus.path,
          what: 'the bus above it has registers of its own, which the guest does not get: include it if its driver must set up the device',
          weight: 'warning',
        },
      ]
    : []
