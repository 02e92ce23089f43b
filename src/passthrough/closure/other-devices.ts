/** Helpers of a device that are devices of their own, and those at the other end of its wires. */
import { hasProperty } from '../../devicetree/model.ts'
import type { Choice } from '../closure.ts'
import type { Dependency } from './dependency.ts'
import { providersOf } from './references.ts'

interface Kind {
  readonly properties: readonly string[]
  /** What the guest then has instead. */
  readonly what: string
  readonly weight: Choice['weight']
}

const KINDS: readonly Kind[] = [
  {
    properties: ['mmc-pwrseq'],
    what: 'power and reset of the card or module stay as firmware or the host left them',
    weight: 'warning',
  },
  {
    properties: ['fsl,usbmisc', 'companion', 'extcon', 'nvidia,phy', 'nvidia,xusb-padctl'],
    what: 'the guest does without: include it if the driver cannot',
    weight: 'warning',
  },
  {
    properties: ['pwms', 'io-channels', 'mux-controls', 'mux-states', 'backlight', 'panel', 'leds', 'sound-dai'],
    what: 'the guest does without: include it if the driver cannot',
    weight: 'warning',
  },
  {
    properties: [
      'remote-endpoint',
      'ddc-i2c-bus',
      'ddc',
      'i2c-bus',
      'nvidia,ddc-i2c-bus',
      'hdmi-phandle',
      'i2c-parent',
    ],
    what: 'what is at the other end of its wires is not given with it',
    weight: 'warning',
  },
  {
    properties: [
      ...['renesas,fcp', 'renesas,vsps', 'amlogic,canvas', 'allwinner,sram', 'allwinner,codec-analog-controls'],
      ...['nvidia,outputs', 'nvidia,dpaux', 'nvidia,pmc', 'nvidia,memory-controller', 'slim-ifc-dev'],
      ...['fsl,fman-ports', 'mdio-parent-bus', 'power-supplies', 'monitored-battery'],
    ],
    what: 'the guest does without: include it if the driver cannot',
    weight: 'warning',
  },
  {
    properties: [
      ...['thermal-sensors', 'cooling-device', 'ptimer-handle', 'ptp-timer', 'fsl,rcpm-wakeup', 'wakeup-parent'],
      ...['interrupt-affinity', 'cpus', 'next-level-cache'],
    ],
    what: 'it has no meaning for the guest',
    weight: 'note',
  },
]

/** Lines of a pin controller that belong to those of the device. */
const ALWAYS_GONE = ['gpio-ranges', 'gpio-ranges-group-names', 'wakeup-source']

export const otherDevices: Dependency = (node, _place, { index }) => {
  const found = KINDS.flatMap(({ properties, what, weight }) =>
    properties.filter((name) => hasProperty(node, name)).map((name) => ({ name, what, weight })),
  )
  return {
    remove: [...found.map(({ name }) => name), ...ALWAYS_GONE],
    choices: found.flatMap(({ name, what, weight }) =>
      providersOf(index, node, name).map(
        (provider): Choice => ({ dependency: name, fate: 'dropped', provider, what, weight }),
      ),
    ),
  }
}
