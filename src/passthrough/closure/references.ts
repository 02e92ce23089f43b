/** Properties that name other nodes, and how to tell where each entry begins: bindings in Linux Documentation/devicetree. */
import { cells, phandleOf, property } from '../../devicetree/build.ts'
import { type DtNode, type DtProperty, hasProperty, propertyNamed } from '../../devicetree/model.ts'
import { type PhandleArguments, specifiersOf } from '../../devicetree/readings/phandle-list.ts'
import type { Place, TreeIndex } from '../../devicetree/readings/tree-index.ts'
import { cellsOf } from '../../devicetree/readings/values.ts'
import { labelOf } from './label.ts'

/**
 * How a value is cut into entries: by a property of each provider; phandles alone; or one phandle whose arguments are all that follows.
 */
type Form = { readonly cells: string } | 'phandles' | 'one'

const WITH_CELLS: Readonly<Record<string, string>> = {
  clocks: '#clock-cells',
  iommus: '#iommu-cells',
  'power-domains': '#power-domain-cells',
  resets: '#reset-cells',
  dmas: '#dma-cells',
  interconnects: '#interconnect-cells',
  phys: '#phy-cells',
  mboxes: '#mbox-cells',
  hwlocks: '#hwlock-cells',
  'nvmem-cells': '#nvmem-cell-cells',
  'io-channels': '#io-channel-cells',
  pwms: '#pwm-cells',
  'thermal-sensors': '#thermal-sensor-cells',
  'sound-dai': '#sound-dai-cells',
  'cooling-device': '#cooling-cells',
  'mux-controls': '#mux-control-cells',
  'mux-states': '#mux-state-cells',
  'qcom,smem-states': '#qcom,smem-state-cells',
  'interrupts-extended': '#interrupt-cells',
  'fsl,usbmisc': '#index-cells',
  msis: '#msi-cells',
}

const PHANDLES = [
  ...['phy-handle', 'phy', 'phy-device', 'usb-phy', 'pcsphy-handle', 'pcs-handle', 'tbi-handle', 'ptp-timer', 'sfp'],
  ...['memory-region', 'operating-points-v2', 'required-opps', 'remote-endpoint', 'mmc-pwrseq', 'extcon', 'companion'],
  ...['backlight', 'panel', 'leds', 'ddc-i2c-bus', 'ddc', 'i2c-bus', 'next-level-cache', 'power-supplies', 'cpus'],
  ...['interrupt-parent', 'wakeup-parent', 'monitored-battery', 'hdmi-phandle', 'trusted-foundations', 'ptimer-handle'],
  ...[
    'snps,axi-config',
    'snps,mtl-rx-config',
    'snps,mtl-tx-config',
    'interrupt-affinity',
    'mdio-parent-bus',
    'i2c-parent',
  ],
  ...['nvidia,phy', 'nvidia,xusb-padctl', 'nvidia,outputs', 'nvidia,dpaux', 'nvidia,pmc', 'nvidia,memory-controller'],
  ...['nvidia,ddc-i2c-bus', 'amlogic,canvas', 'qcom,gmu', 'qcom,qmp', 'qcom,rproc', 'qcom,smem', 'allwinner,sram'],
  ...[
    'allwinner,codec-analog-controls',
    'renesas,fcp',
    'renesas,vsps',
    'slim-ifc-dev',
    'fsl,fman-ports',
    'wifi-firmware',
  ],
] as const

const ONE = ['fsl,rcpm-wakeup'] as const

/** Of registers that another owner's page holds: a system controller in all but name. */
const SYSCON_NAMES: ReadonlySet<string> = new Set([
  ...['fsl,stop-mode', 'fsl,req-gpr', 'fsl,gpr', 'intf_mode', 'fsl,pcie-scfg', 'rockchip,pmu', 'amlogic,ao-sysctrl'],
  ...['qcom,halt-regs', 'qcom,spare-regs', 'qcom,ext-regs', 'qcom,qaccept-regs', 'amlogic,ao-secure', 'st,syscfg'],
  ...['marvell,system-controller', 'marvell,usb-misc-reg', 'mediatek,pericfg', 'mediatek,infracfg', 'mediatek,ethsys'],
  ...['mediatek,sgmiisys', 'mediatek,pctl', 'mediatek,hifsys', 'mediatek,wed', 'ti,am65x-oldi-io-ctrl'],
  ...['ti,camerrx-control', 'regmap-csw', 'regmap-mcba', 'regmap-mcbb', 'regmap-efuse', 'nvidia,cg', 'altr,sysmgr'],
])

export const isSyscon = (name: string): boolean => /syscon/.test(name) || /grf$/.test(name) || SYSCON_NAMES.has(name)

export const isSupply = (name: string): boolean => /.-supply$/.test(name)

export const isGpio = (name: string): boolean => /(^|-)gpios?$/.test(name)

export const isPinctrl = (name: string): boolean => /^pinctrl-[0-9]+$/.test(name)

function formOf(name: string, node: DtNode): Form | undefined {
  const width = Object.hasOwn(WITH_CELLS, name) ? WITH_CELLS[name] : undefined
  if (width !== undefined) return { cells: width }
  // A hog names lines of the controller that it is part of, without a phandle.
  if (isGpio(name)) return hasProperty(node, 'gpio-hog') ? undefined : { cells: '#gpio-cells' }
  if (isSupply(name) || isPinctrl(name) || PHANDLES.some((known) => known === name)) return 'phandles'
  return isSyscon(name) || ONE.some((known) => known === name) ? 'one' : undefined
}

/** What a property names, entry by entry; `undefined`: it is none that names nodes, or not all of it leads somewhere. */
export function referencesOf(index: TreeIndex, node: DtNode, name: string): readonly PhandleArguments[] | undefined {
  const form = formOf(name, node)
  const list = form && cellsOf(propertyNamed(node, name))
  if (!list || list.length === 0) return undefined
  if (form === 'one') {
    const [phandle = 0, ...rest] = list
    const provider = index.byPhandle(phandle)
    return provider && [{ index: 0, provider, cells: rest }]
  }
  const entries = specifiersOf(index, node, name, form === 'phandles' ? '' : form.cells)
  const used = entries.reduce((sum, { cells: own }) => sum + 1 + own.length, 0)
  const holes = list.length - used
  const last = entries.at(-1)
  return last && holes >= 0 && holes <= last.index + 1 - entries.length ? entries : undefined
}

/** Paths of what it names, each once; none where it cannot be told. */
export const providersOf = (index: TreeIndex, node: DtNode, name: string): readonly string[] => [
  ...new Set((referencesOf(index, node, name) ?? []).map(({ provider }) => provider.path)),
]

/** Properties of `node` all of whose providers the guest has: the same, by label, with the names of their entries. Holes stay. */
export function keptReferences(index: TreeIndex, node: DtNode, kept: ReadonlySet<Place>): readonly DtProperty[] {
  return node.properties.flatMap(({ name }) => {
    const entries = referencesOf(index, node, name)
    if (!entries?.every(({ provider }) => kept.has(provider))) return []
    const names = propertyNamed(node, namesOf(name))
    return [referring(name, entries), ...(names ? [names] : [])]
  })
}

/** `clock-names` of `clocks`, `pinctrl-names` of `pinctrl-0`. */
const namesOf = (name: string): string => (isPinctrl(name) ? 'pinctrl-names' : `${name.replace(/s$/, '')}-names`)

function referring(name: string, entries: readonly PhandleArguments[]): DtProperty {
  const parts = entries.flatMap(({ index, provider, cells: rest }, at) => {
    const before = at === 0 ? 0 : (entries[at - 1]?.index ?? 0) + 1
    const holes = Array.from({ length: index - before }, () => cells([0]))
    return [...holes, cells([phandleOf({ label: labelOf(provider) }), ...rest])]
  })
  return property(name, parts)
}
