/** What a domain is given for one device: dependency by dependency. */
import { property } from '../../devicetree/build.ts'
import { removeProperty, setProperty } from '../../devicetree/edit.ts'
import { type DtNode, hasProperty } from '../../devicetree/model.ts'
import { phandleOfNode } from '../../devicetree/readings/node.ts'
import type { Place, TreeIndex } from '../../devicetree/readings/tree-index.ts'
import type { Choice, Closure, Obstacle, Wishes } from '../closure.ts'
import type { HostDevice } from '../host-device.ts'
import { asFirmwareLeft, ofGlue } from './as-firmware-left.ts'
import { clocks } from './clocks.ts'
import type { Circumstances, Dependency } from './dependency.ts'
import { keptPlaces } from './kept.ts'
import { labelOf } from './label.ts'
import { leftToHost } from './left-to-host.ts'

/** In the order in which their choices are told. */
const DEPENDENCIES: readonly Dependency[] = [clocks, asFirmwareLeft, leftToHost]

/** Written anew for the guest, or of no meaning there. */
const REWRITTEN = [
  ...['reg', 'ranges', 'dma-ranges', 'interrupts', 'interrupts-extended', 'interrupt-parent', 'phandle'],
  ...['linux,phandle', 'status', 'dma-noncoherent'],
]

export function closureOf(index: TreeIndex, device: HostDevice, wishes: Wishes): Closure {
  const kept = keptPlaces(index, device.place, wishes)
  const circumstances = { index, device, wishes, kept }
  const made = new Making(circumstances)
  const node = made.node(device.place)
  return {
    device,
    node: device.dma.coherent ? setProperty(node, property('dma-coherent', [])) : node,
    beside: made.beside(),
    choices: [...made.choices, ...ofGlue(device.place, circumstances)],
    obstacles: made.obstacles,
  }
}

class Making {
  readonly #circumstances: Circumstances
  readonly #beside = new Map<string, DtNode>()
  readonly choices: Choice[] = []
  readonly obstacles: Obstacle[] = []

  constructor(circumstances: Circumstances) {
    this.#circumstances = circumstances
  }

  /** By name, so that they stand in the same order whatever asks for them first. */
  beside(): readonly DtNode[] {
    return [...this.#beside.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1))
  }

  node(place: Place): DtNode {
    const { kept, index, device } = this.#circumstances
    const isDevice = place === device.place
    const whole = isDevice ? REWRITTEN.reduce(removeProperty, place.node) : withoutPhandle(place.node)
    let node = this.#circumstances.wishes.drop.reduce(removeProperty, whole)
    for (const dependency of DEPENDENCIES) node = this.#apply(dependency, node, place)
    const children = index.children(place).flatMap((child) => (kept.has(child) ? [this.node(child)] : []))
    return { ...node, labels: phandleOfNode(place.node) === undefined ? [] : [labelOf(place)], children }
  }

  #apply(dependency: Dependency, node: DtNode, place: Place): DtNode {
    const outcome = dependency(node, place, this.#circumstances)
    for (const own of outcome.beside ?? []) this.#beside.set(own.name, own)
    this.choices.push(...(outcome.choices ?? []))
    this.obstacles.push(...(outcome.obstacles ?? []))
    const left = (outcome.remove ?? []).filter((name) => hasProperty(node, name)).reduce(removeProperty, node)
    return (outcome.set ?? []).reduce(setProperty, left)
  }
}

const withoutPhandle = (node: DtNode): DtNode => ['phandle', 'linux,phandle'].reduce(removeProperty, node)
