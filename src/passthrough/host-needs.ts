/** Devices that the domain with the rest of the hardware cannot do without: its console and its root disk. */
import { propertyNamed } from '../devicetree/model.ts'
import { isCompatible } from '../devicetree/readings/node.ts'
import { aliases, stdoutPath } from '../devicetree/readings/paths.ts'
import { isPciBus } from '../devicetree/readings/translate.ts'
import type { Place, TreeIndex } from '../devicetree/readings/tree-index.ts'
import { stringList } from '../devicetree/readings/values.ts'
import { enabledPlaces } from './reverse-references.ts'

export interface HostNeed {
  readonly place: Place
  readonly what: 'console' | 'root disk'
}

/** By the tree's own console, and by `console=` and `root=` of the kernel's arguments where a name leads to one node. */
export function hostNeeds(index: TreeIndex, bootargs: string): readonly HostNeed[] {
  const words = bootargs.split(/\s+/)
  const consoles = words.flatMap((word) => consoleNamed(index, word) ?? [])
  const stdout = stdoutPath(index)
  const all = consoles.length === 0 && stdout.ok ? [stdout.value.place] : consoles
  const roots = words.flatMap((word) => diskNamed(index, word))
  return [
    ...all.map((place) => ({ place, what: 'console' as const })),
    ...roots.map((place) => ({ place, what: 'root disk' as const })),
  ]
}

const CONSOLE = /^(?:console|earlycon)=tty[A-Za-z]+([0-9]+)/

/** Linux numbers most of its serial ports by the aliases `serial0` …. `hvc0` and `tty0` are none. */
function consoleNamed(index: TreeIndex, word: string): Place | undefined {
  const [, number] = CONSOLE.exec(word) ?? []
  return number === undefined ? undefined : aliases(index).get(`serial${number}`)
}

/** `mmcblk1` by the alias `mmc1`; the only enabled controller of its kind for the others. */
function diskNamed(index: TreeIndex, word: string): readonly Place[] {
  const [, device = ''] = /^root=\/dev\/([a-z]+[0-9]*)/.exec(word) ?? []
  const [, number] = /^mmcblk([0-9]+)$/.exec(device) ?? []
  const named = number === undefined ? undefined : aliases(index).get(`mmc${number}`)
  if (named) return [named]
  if (device.startsWith('mmcblk')) return only(index, ({ node }) => /^(mmc|sdhci|sdio)(@|$)/.test(node.name))
  if (device.startsWith('nvme')) return only(index, ({ node }) => isPciBus(node))
  return device.startsWith('sd') ? only(index, isSata) : []
}

const isSata = ({ node }: Place): boolean =>
  /^(sata|ahci)(@|$)/.test(node.name) ||
  isCompatible(node, 'generic-ahci', 'snps,dwc-ahci') ||
  (stringList(propertyNamed(node, 'compatible')) ?? []).some((name) => name.endsWith('-ahci'))

function only(index: TreeIndex, isMeant: (place: Place) => boolean): readonly Place[] {
  const all = enabledPlaces(index).filter(isMeant)
  return all.length === 1 ? all : []
}
