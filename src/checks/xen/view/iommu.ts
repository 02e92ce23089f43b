/** Whether Xen uses an IOMMU (drivers/passthrough/iommu.c: iommu_setup; arm/iommu.c: iommu_hardware_setup). */
import type { Kconfig } from '../../../facts/facts.ts'
import { IOMMU_DRIVERS } from '../../../xen/iommu.ts'
import { type CommandLine, parseBoolean } from './command-line.ts'
import { readProperty, stringList } from './property.ts'
import { everyNode, isAvailable, type ScannedNode } from './scan.ts'

/** Why Xen surely uses no IOMMU, as a clause; `undefined`: it does, if the hardware starts. */
export function whyNoIommu(
  root: ScannedNode,
  commandLine: CommandLine,
  kconfig: Kconfig | undefined,
): string | undefined {
  if (isSwitchedOff(commandLine)) return "Xen's arguments switch the IOMMU off"
  const driven = drivenIn(root)
  if (driven.length === 0) return 'the board has no IOMMU that Xen drives'
  const available = driven.filter(isAvailable)
  if (available.length === 0) return `${driven.map(({ path }) => path).join(', ')} is disabled in the device tree`
  const missing = available.flatMap((node) => driverOption(node) ?? [])
  if (!kconfig || missing.some((option) => kconfig.options.get(option) === 'y')) return undefined
  return `Xen was built without ${[...new Set(missing)].join(', ')} (${kconfig.path})`
}

const drivenLists = new WeakMap<ScannedNode, readonly ScannedNode[]>()

/** The tree's IOMMUs for which Xen has drivers, available or not. */
export function drivenIn(root: ScannedNode): readonly ScannedNode[] {
  let driven = drivenLists.get(root)
  if (!driven) {
    driven = everyNode(root).filter((node) => driverOption(node) !== undefined)
    drivenLists.set(root, driven)
  }
  return driven
}

/** Option, without `CONFIG_`, of Xen's driver for an IOMMU; `undefined`: there is no driver. */
export const driverOption = ({ node }: ScannedNode): string | undefined =>
  stringList(readProperty(node, 'compatible'))
    .map((compatible) => (Object.hasOwn(IOMMU_DRIVERS, compatible) ? IOMMU_DRIVERS[compatible] : undefined))
    .find((option) => option !== undefined)

const FORCING: ReadonlySet<string> = new Set(['force', 'required'])

/** Whether `iommu=` switches it off. The last word counts; `force` and `required` switch it on. */
function isSwitchedOff({ words }: CommandLine): boolean {
  let off = false
  for (const { key, value = '' } of words) {
    if (key === 'no-iommu') off = true
    if (key !== 'iommu') continue
    for (const part of value.split(',')) off = FORCING.has(part) ? false : !(parseBoolean(part) ?? !off)
  }
  return off
}
