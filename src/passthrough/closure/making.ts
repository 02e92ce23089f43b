/** Makes the guest's nodes of the host's, and collects what is said on the way. */
import { removeProperty, setProperty } from '../../devicetree/edit.ts'
import { type DtNode, hasProperty, propertyNamed } from '../../devicetree/model.ts'
import { phandleOfNode } from '../../devicetree/readings/node.ts'
import type { Place } from '../../devicetree/readings/tree-index.ts'
import type { Choice, Obstacle } from '../closure.ts'
import { asFirmwareLeft } from './as-firmware-left.ts'
import { clocks } from './clocks.ts'
import { coProcessors } from './co-processors.ts'
import type { Circumstances, Dependency } from './dependency.ts'
import { ethernetPhy } from './ethernet-phy.ts'
import { gpios } from './gpios.ts'
import { interruptMap } from './interrupt-map.ts'
import { interruptsBelow } from './interrupts.ts'
import { labelOf } from './label.ts'
import { leftToHost } from './left-to-host.ts'
import { nvmem } from './nvmem.ts'
import { otherDevices } from './other-devices.ts'
import { phys } from './phys.ts'
import { keptReferences } from './references.ts'
import { supplies } from './supplies.ts'
import { syscon } from './syscon.ts'

/** In the order in which their choices are told. */
const DEPENDENCIES: readonly Dependency[] = [
  clocks,
  asFirmwareLeft,
  leftToHost,
  ethernetPhy,
  phys,
  supplies,
  gpios,
  syscon,
  coProcessors,
  nvmem,
  otherDevices,
  interruptMap,
]

/** Of a device: written anew for the guest, or of no meaning there. */
const REWRITTEN = [
  ...['reg', 'ranges', 'dma-ranges', 'interrupts', 'interrupts-extended', 'interrupt-parent', 'status'],
  ...['dma-noncoherent', 'xen,passthrough'],
]

const PHANDLE = ['phandle', 'linux,phandle']

export class Making {
  readonly #circumstances: Circumstances
  readonly #devices: ReadonlySet<Place>
  readonly #beside = new Map<string, DtNode>()
  readonly choices: Choice[] = []
  readonly obstacles: Obstacle[] = []

  /** `devices`: those nodes that are given as devices, each with a node of its own. */
  constructor(circumstances: Circumstances, devices: ReadonlySet<Place>) {
    this.#circumstances = circumstances
    this.#devices = devices
  }

  /** By name, so that they stand in the same order whatever asks for them first. */
  beside(): readonly DtNode[] {
    return [...this.#beside.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1))
  }

  /** The node of a device, with what is kept below it but for other devices. */
  device(place: Place): DtNode {
    return this.#node(place, [...REWRITTEN, ...PHANDLE], DEPENDENCIES)
  }

  /** Included nodes that are no devices. */
  addBeside(places: readonly Place[]): void {
    for (const place of places) this.#beside.set(place.node.name, this.#below(place))
  }

  #below(place: Place): DtNode {
    return this.#node(place, PHANDLE, [...DEPENDENCIES, interruptsBelow])
  }

  #node(place: Place, without: readonly string[], dependencies: readonly Dependency[]): DtNode {
    const { kept, index, wishes } = this.#circumstances
    const whole = [...without, ...wishes.drop].reduce(removeProperty, place.node)
    const references = keptReferences(index, whole, kept)
    const open = references.reduce((node, { name }) => removeProperty(node, name), whole)
    const closed = dependencies.reduce((node, dependency) => this.#apply(dependency, node, place), open)
    const children = index
      .children(place)
      .flatMap((child) => (kept.has(child) && !this.#devices.has(child) ? [this.#below(child)] : []))
    return {
      ...inOrder(whole, references.reduce(setProperty, closed)),
      labels: phandleOfNode(place.node) === undefined ? [] : [labelOf(place)],
      children,
    }
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

/** `node` with what `model` has, too, in that order. */
function inOrder(model: DtNode, node: DtNode): DtNode {
  const known = model.properties.flatMap(({ name }) => propertyNamed(node, name) ?? [])
  return { ...node, properties: [...known, ...node.properties.filter(({ name }) => !hasProperty(model, name))] }
}
