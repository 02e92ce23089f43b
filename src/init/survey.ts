/** What a first manifest says of a board: what its device tree says, as far as a manifest is about it. */
import type { DeviceTree } from '../devicetree/model.ts'
import { baseName, compatibles, isAvailable, isCompatible } from '../devicetree/readings/node.ts'
import { aliases, stdoutPath } from '../devicetree/readings/paths.ts'
import { indexTree, type Place, type TreeIndex } from '../devicetree/readings/tree-index.ts'
import { Findings } from '../diagnostics/findings.ts'
import { describeBoard } from '../facts/board.ts'
import type { Board } from '../facts/facts.ts'
import type { Platform } from '../model/system-model.ts'
import type { Release } from '../xen/releases.ts'
import { uartDriverFor } from '../xen/uart-drivers.ts'
import { type OfferedDevice, offeredDevice } from './offered-device.ts'

export interface Survey {
  readonly board: Omit<Board, 'overlays'>
  /** Most specific of the board's `compatible`. */
  readonly compatible: string
  readonly console: SurveyedConsole
  readonly medium: SurveyedMedium
  /** A device that a guest can be given with nothing to decide; absent: the board has none. */
  readonly device?: OfferedDevice
}

export type SurveyedConsole =
  /** Xen drives what `stdout-path` means; `name` is an alias where it has one, else its path. */
  | { readonly kind: 'driven'; readonly name: string; readonly device: string }
  /** The tree says what the console is, and this release has no driver for it. */
  | { readonly kind: 'not driven'; readonly name: string; readonly device: string }
  /** The tree does not say it, or names no enabled node; `candidates` are enabled ones that Xen would drive. */
  | { readonly kind: 'not said'; readonly candidates: readonly string[] }

/** Where U-Boot can take files from, the likeliest first. */
export interface SurveyedMedium {
  readonly kind: 'network' | 'card' | 'virtio' | 'not known'
  /** Nodes that speak for each. */
  readonly networks: readonly string[]
  readonly cards: readonly string[]
  /** U-Boot's number of the first card, by the aliases `mmc0`, `mmc1`, …; 0 without them. */
  readonly card: number
}

/** Of `tree`, found at `path`, for a Xen of `release`. What cannot be read of it is left to the findings of a build. */
export function surveyBoard(tree: DeviceTree, path: string, release: Release): Survey {
  const board = describeBoard(tree, platformOf(path), new Findings().report)
  const index = indexTree(tree.root)
  const [compatible = ''] = compatibles(tree.root)
  const device = offeredDevice(tree)
  return {
    board,
    compatible,
    console: consoleOf(index, release),
    medium: mediumOf(index),
    ...(device ? { device } : {}),
  }
}

/** A platform of which nothing but the tree is known. */
const platformOf = (path: string): Platform => ({
  pointer: '/platform',
  'device-tree': { path, folder: '', pointer: '/platform/device-tree' },
  overlays: [],
  enable: [],
  memory: [],
  'memory-from': 'device-tree',
  reserved: [],
  firmware: 'assumed',
})

function consoleOf(tree: TreeIndex, release: Release): SurveyedConsole {
  const isDriven = ({ node }: Place): boolean => uartDriverFor(compatibles(node), release) !== undefined
  const stdout = stdoutPath(tree)
  const place = stdout.ok && isAvailable(stdout.value.place.node) ? stdout.value.place : undefined
  if (!place) {
    const candidates = tree.places.filter((other) => isUsable(other) && isDriven(other))
    return { kind: 'not said', candidates: candidates.map((other) => nameOf(other, tree)) }
  }
  const [device = place.path] = compatibles(place.node)
  return { kind: isDriven(place) ? 'driven' : 'not driven', name: nameOf(place, tree), device }
}

/** An alias of it, `serial0` before others, else its path. */
function nameOf(place: Place, tree: TreeIndex): string {
  const names = [...aliases(tree)].filter(([, other]) => other === place).map(([name]) => name)
  return names.find((name) => name.startsWith('serial')) ?? names[0] ?? place.path
}

/** Whether it and every bus above it may be used. */
const isUsable = ({ node, parent }: Place): boolean => isAvailable(node) && (parent === undefined || isUsable(parent))

const NETWORK = /^(?:ethernet|eth|gmac|fec)$/
const CARD = /^(?:mmc|sdhci|sdmmc|sdhc|emmc|mmcnr)$/

function mediumOf(tree: TreeIndex): SurveyedMedium {
  const usable = tree.places.filter(({ node, parent }) => node.name.includes('@') && parent && isUsable(parent))
  const named = (pattern: RegExp): readonly Place[] =>
    usable.filter(({ node }) => isAvailable(node) && compatibles(node).length > 0 && pattern.test(baseName(node)))
  const networks = named(NETWORK)
  const cards = named(CARD)
  const hasVirtio = usable.some(({ node }) => isAvailable(node) && isCompatible(node, 'virtio,mmio'))
  return {
    kind: networks.length > 0 ? 'network' : cards.length > 0 ? 'card' : hasVirtio ? 'virtio' : 'not known',
    networks: networks.map(({ path }) => path),
    cards: cards.map(({ path }) => path),
    card: firstCard(tree, cards),
  }
}

function firstCard(tree: TreeIndex, cards: readonly Place[]): number {
  const numbers = [...aliases(tree)].flatMap(([name, place]) =>
    /^mmc\d{1,2}$/.test(name) && cards.includes(place) ? [Number(name.slice(3))] : [],
  )
  return numbers.length > 0 ? Math.min(...numbers) : 0
}
