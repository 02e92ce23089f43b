/** Clocks and power that one domain controls through the firmware: what it gets of that, and who else would need it. */

import { isAvailable } from '../../devicetree/readings/node.ts'
import type { Place, TreeIndex } from '../../devicetree/readings/tree-index.ts'
import { atKey, atValue, member, type Report } from '../../diagnostics/diagnostic.ts'
import type { Passthrough } from '../../model/passthrough/device.ts'
import type { Guest, SystemModel } from '../../model/system-model.ts'
import { closureOf } from '../../passthrough/closure/closure-of.ts'
import { isBelow } from '../../passthrough/host/below.ts'
import { hostDevice } from '../../passthrough/host/read-host-device.ts'
import { firmwareNode, needsOf, partsOf, type Scmi, scmiOf } from '../../passthrough/scmi.ts'
import type { Host } from './host.ts'
import type { GivenDevice } from './planned-device.ts'

/** The firmware where a domain controls it; absent: none does, or there is none, which is reported (SCI-001). */
export function readScmi(index: TreeIndex, domains: readonly Guest[], report: Report): Scmi | undefined {
  const owners = domains.filter(({ sci }) => sci !== undefined)
  if (owners.length === 0) return undefined
  const scmi = scmiOf(index)
  if (scmi.ok) return scmi.value
  for (const { name, pointer } of owners)
    report('SCI-001', {
      at: atValue(member(pointer, 'sci')),
      message: `'${name}' is to control clocks and power by SCMI, and ${scmi.reason}`,
      help: "leave 'sci' out, or complete the host's tree, if the board has such firmware",
    })
  return undefined
}

/** Full paths of the host's nodes that the owner's tree has of the firmware: what refers to them stays. */
export const providedBy = (index: TreeIndex, scmi: Scmi): readonly string[] =>
  partsOf(index, scmi.place).map(({ path }) => path)

/** The firmware's memory as devices of the domain, the first with the firmware's node beside it. */
export function scmiDevices(
  { index, board: { gic }, iommus }: Host,
  domain: Guest,
  scmi: Scmi,
  report: Report,
): readonly GivenDevice[] {
  return scmi.memory.flatMap((place, at): readonly GivenDevice[] => {
    const device = hostDevice(index, gic?.path, place.path)
    if (!device.ok) {
      report('SCI-001', {
        at: atValue(member(domain.pointer, 'sci')),
        message: `'${domain.name}' is to control clocks and power by SCMI, and its memory cannot be given: ${device.reason}`,
        help: "leave 'sci' out, or correct the host's tree",
      })
      return []
    }
    const entry = entryFor(domain, place, at)
    const closure = closureOf(index, device.value, entry, iommus)
    const beside = at === 0 ? [...closure.beside, firmwareNode(index, scmi)] : closure.beside
    return [{ entry, closure: { ...closure, beside }, held: new Set() }]
  })
}

/** As if the manifest named the memory. No name of the manifest has a colon. */
const entryFor = ({ pointer }: Guest, { path }: Place, at: number): Passthrough => ({
  pointer: member(pointer, 'sci'),
  name: `sci:${at}`,
  path,
  'guest-address': 'auto',
  'force-assign-without-iommu': 'the firmware alone reads and writes it',
  clocks: new Map(),
  include: [],
  drop: [],
  'extra-properties': [],
})

/** Whether the domain has the firmware's memory, and so may be told that it controls it. */
export const controlsFirmware = (domain: Guest, devices: readonly GivenDevice[]): boolean =>
  devices.some(({ entry }) => entry.pointer === member(domain.pointer, 'sci'))

/** SCI-002 for devices of others, dom0's too, whose clocks, power or resets the owner controls. */
export function reportNeeds(
  index: TreeIndex,
  { domains }: SystemModel,
  scmi: Scmi,
  given: ReadonlyMap<string, readonly GivenDevice[]>,
  report: Report,
): void {
  const owner = domains.find((domain): domain is Guest => domain.boot !== 'dom0' && domain.sci !== undefined)
  if (!owner) return
  const taken = [...given.values()].flat()
  for (const [name, devices] of given)
    for (const { entry, closure } of name === owner.name ? [] : devices) {
      const needs = needsOf(index, scmi, closure.device.place.node)
      if (needs.length > 0)
        report('SCI-002', {
          at: atKey(entry.pointer),
          message: `${closure.device.place.path} of '${name}' needs ${needs.join(', ')}, which '${owner.name}' controls`,
          help: `give it to '${owner.name}', or make sure that '${owner.name}' leaves them on`,
        })
    }
  const dom0 = domains.find(({ boot }) => boot === 'dom0')
  const left = dom0 ? othersThatNeed(index, scmi, taken) : []
  if (left.length > 0)
    report('SCI-002', {
      at: atValue(member(owner.pointer, 'sci')),
      message: `dom0 loses control of clocks, power or resets of ${left.length === 1 ? 'a device' : `${left.length} devices`}: ${shortened(left)}`,
      help: `disable them for dom0, give them to '${owner.name}', or make sure that it leaves them on`,
    })
}

/** Paths of enabled nodes that no domain was given. */
function othersThatNeed(index: TreeIndex, scmi: Scmi, taken: readonly GivenDevice[]): readonly string[] {
  const isTaken = (place: Place): boolean =>
    taken.some(({ closure }) => place === closure.device.place || isBelow(place, closure.device.place))
  const own = new Set(partsOf(index, scmi.place))
  return index.places
    .filter((place) => isAvailable(place.node) && !isCpu(place) && !own.has(place) && !isTaken(place))
    .filter(({ node }) => needsOf(index, scmi, node).length > 0)
    .map(({ path }) => path)
}

/** Xen sets no frequency of CPUs, and lets no domain do so. */
const isCpu = ({ path }: Place): boolean => path.startsWith('/cpus/')

const MOST = 5

const shortened = (paths: readonly string[]): string =>
  paths.length > MOST ? `${paths.slice(0, MOST).join(', ')}, …` : paths.join(', ')
