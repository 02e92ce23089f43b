/** What enabled devices with registers and interrupts depend on, counted twice: by their own properties, and by what is said when they are given away. */
import { type DtNode, hasProperty } from '../../src/devicetree/model.ts'
import { baseName, isCompatible } from '../../src/devicetree/readings/node.ts'
import { specifiersOf } from '../../src/devicetree/readings/phandle-list.ts'
import type { TreeIndex } from '../../src/devicetree/readings/tree-index.ts'
import type { GivableDevice, JudgedDevice } from '../../src/inventory/judge.ts'
import { hostDevice } from '../../src/passthrough/host/read-host-device.ts'
import type { HostDevice } from '../../src/passthrough/host-device.ts'
import { sharersOf } from '../../src/passthrough/sharers.ts'

/** Base names of nodes. */
const CLASSES: Readonly<Record<string, readonly string[]>> = {
  eth: ['ethernet'],
  serial: ['serial', 'uart'],
  mmc: ['mmc', 'sdhci', 'sd', 'sdio', 'sdhi', 'dwmmc0', 'dwmmc1', 'dwmmc2', 'esdhc'],
  usb: ['usb', 'dwc3', 'usb3'],
  spi: ['spi'],
  i2c: ['i2c'],
  can: ['can'],
  gpio: ['gpio'],
  rtc: ['rtc'],
  wdt: ['watchdog', 'wdt'],
  gpu: ['gpu'],
  pcie: ['pcie', 'pci'],
}

export const CLASS_NAMES = ['all', ...Object.keys(CLASSES)]

/** What the node itself says, and what is told of it. A row is about one thing; `told` may not be known where the device cannot be given. */
interface Row {
  readonly name: string
  readonly has: (node: DtNode, index: TreeIndex) => boolean
  /** `dependency` of the choices, or codes of the obstacles, that tell of it; none: it is no matter of choices. */
  readonly told?: RegExp
}

const property =
  (name: string) =>
  (node: DtNode): boolean =>
    hasProperty(node, name)

const some =
  (pattern: RegExp) =>
  (node: DtNode): boolean =>
    node.properties.some(({ name }) => pattern.test(name))

const isFixed = (node: DtNode): boolean => isCompatible(node, 'fixed-clock', 'fixed-factor-clock')

const allFixed = (node: DtNode, index: TreeIndex): boolean => {
  const entries = specifiersOf(index, node, 'clocks', '#clock-cells')
  return entries.length > 0 && entries.every(({ provider }) => isFixed(provider.node))
}

const SYSCON =
  /syscon|grf$|^fsl,stop-mode$|^intf_mode$|^amlogic,ao-sysctrl$|halt-regs$|system-controller$|usb-misc-reg$/

export const ROWS: readonly Row[] = [
  { name: 'clocks', has: property('clocks'), told: /^(clocks|DEV-001)$/ },
  { name: 'all rates in the tree', has: allFixed, told: /^clocks$/ },
  { name: 'assigned-clock-rates', has: property('assigned-clock-rates') },
  { name: 'power-domains', has: property('power-domains'), told: /^power-domains$/ },
  { name: 'pinctrl', has: some(/^pinctrl-[0-9]+$/), told: /^pinctrl$/ },
  { name: 'resets', has: property('resets'), told: /^resets$/ },
  { name: 'phys', has: some(/^(phys|usb-phy)$/), told: /^(phys|usb-phy)$/ },
  { name: 'regulators', has: some(/-supply$/), told: /-supply$/ },
  { name: 'gpios', has: some(/(^|-)gpios?$/), told: /(^|-)gpios?$/ },
  { name: 'dmas', has: property('dmas'), told: /^dmas$/ },
  { name: 'iommus', has: property('iommus'), told: /^iommus$/ },
  { name: 'interconnects', has: property('interconnects'), told: /^interconnects$/ },
  { name: 'memory-region', has: property('memory-region'), told: /^DEV-003$/ },
  { name: 'nvmem-cells', has: property('nvmem-cells'), told: /^nvmem-cells$/ },
  { name: 'syscon-like', has: some(SYSCON), told: /^DEV-002$/ },
]

export interface Counts {
  readonly devices: number
  /** By name of the row, and of what the judging says by itself. */
  readonly rows: ReadonlyMap<string, number>
}

/** Adds up boards, class by class. */
export class DeviceTable {
  readonly #devices = new Map<string, number>()
  readonly #rows = new Map<string, number>()
  /** What a node says, its guest's does not, and nobody tells of. */
  readonly silent: string[] = []

  /** What sits behind I2C and the like does not count. */
  add(board: string, index: TreeIndex, gic: string | undefined, judged: JudgedDevice): void {
    const device = hostDevice(index, gic, judged.path)
    if (!device.ok || !judged.isEnabled) return
    const { node } = device.value.place
    if (!['interrupts', 'interrupts-extended'].some((name) => hasProperty(node, name))) return
    const classes = ['all', ...Object.keys(CLASSES).filter((name) => CLASSES[name]?.includes(baseName(node)))]
    for (const own of classes) count(this.#devices, own)
    for (const name of this.#rowsOf(board, index, judged, device.value))
      for (const own of classes) count(this.#rows, `${name} ${own}`)
  }

  *#rowsOf(board: string, index: TreeIndex, judged: JudgedDevice, device: HostDevice): Generator<string> {
    const { node } = device.place
    for (const { name, has, told } of ROWS) {
      if (!has(node, index)) continue
      yield name
      if (told && judged.verdict !== 'no' && !has(judged.closure.node, index) && !isTold(judged, told))
        this.silent.push(`${board} ${judged.path}: ${name}`)
    }
    yield `verdict ${judged.verdict}`
    if (device.interrupts.kind === 'stopped') yield 'interrupt does not arrive'
    if (device.interrupts.kind === 'rewrite' && device.interrupts.via === 'forwarder') yield 'forwarder'
    if (sharersOf(index, device).length > 0) yield 'page shared with an enabled device'
    if (device.dma.coherent) yield 'dma-coherent'
    if (device.dma.translated) yield 'dma-ranges that move addresses'
  }

  /** In percent of the class, rounded. */
  percent(row: string, own: string): number {
    return Math.round((100 * (this.#rows.get(`${row} ${own}`) ?? 0)) / (this.#devices.get(own) ?? 1))
  }

  devices(own: string): number {
    return this.#devices.get(own) ?? 0
  }

  /** Lines of columns. */
  text(): string {
    const names = [...new Set([...this.#rows.keys()].map((key) => key.slice(0, key.lastIndexOf(' '))))]
    const line = (name: string, values: readonly (string | number)[]): string =>
      `${name.padEnd(36)}${values.map((value) => String(value).padStart(7)).join('')}\n`
    return [
      line('', CLASS_NAMES),
      line(
        'devices',
        CLASS_NAMES.map((own) => this.devices(own)),
      ),
      ...names.map((name) =>
        line(
          name,
          CLASS_NAMES.map((own) => this.percent(name, own)),
        ),
      ),
    ].join('')
  }
}

const count = (counts: Map<string, number>, key: string): void => {
  counts.set(key, (counts.get(key) ?? 0) + 1)
}

/** Choices of nodes below it, and of buses above it, count too: that nothing is silent is what matters. */
const isTold = ({ closure }: GivableDevice, told: RegExp): boolean =>
  closure.choices.some(({ dependency }) => told.test(dependency)) ||
  closure.obstacles.some(({ code }) => told.test(code))
