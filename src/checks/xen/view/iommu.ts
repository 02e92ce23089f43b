/** Whether Xen has an IOMMU to put devices behind (drivers/passthrough/iommu.c: iommu_setup; arm/iommu.c: iommu_hardware_setup). */
import type { Kconfig } from '../../../facts/facts.ts'
import { IOMMU_DRIVERS } from '../../../xen/iommu.ts'
import { type CommandLine, parseBoolean } from './command-line.ts'
import { readProperty, stringList } from './property.ts'
import { everyNode, isAvailable, type ScannedNode } from './scan.ts'

/** Why Xen surely has no IOMMU, as a clause; `undefined`: it may have one, if the hardware starts. */
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

/** The IOMMUs of a tree that Xen has drivers for, available or not. */
export function drivenIn(root: ScannedNode): readonly ScannedNode[] {
  let driven = drivenLists.get(root)
  if (!driven) {
    driven = everyNode(root).filter((node) => driverOption(node) !== undefined)
    drivenLists.set(root, driven)
  }
  return driven
}

/** Of the driver that an IOMMU has in Xen; `undefined`: it has none. */
export const driverOption = ({ node }: ScannedNode): string | undefined =>
  stringList(readProperty(node, 'compatible'))
    .map((compatible) => (Object.hasOwn(IOMMU_DRIVERS, compatible) ? IOMMU_DRIVERS[compatible] : undefined))
    .find((option) => option !== undefined)

const FORCING: ReadonlySet<string> = new Set(['force', 'required'])

/** The last word wins; `force` and `required` switch it on too. */
function isSwitchedOff({ words }: CommandLine): boolean {
  let off = false
  for (const { key, value = '' } of words) {
    if (key === 'no-iommu') off = true
    if (key !== 'iommu') continue
    for (const part of value.split(',')) off = FORCING.has(part) ? false : !(parseBoolean(part) ?? !off)
  }
  return off
}
