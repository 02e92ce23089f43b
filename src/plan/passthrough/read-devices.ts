/** The devices that the manifest gives to domains, found in the host's tree, with what comes with them. */
import { nearestPath } from '../../devicetree/readings/nearest-path.ts'
import { indexTree, type TreeIndex } from '../../devicetree/readings/tree-index.ts'
import { atKey, atValue, type ManifestOrigin, member, type Report } from '../../diagnostics/diagnostic.ts'
import type { Facts } from '../../facts/facts.ts'
import type { Passthrough } from '../../model/passthrough/device.ts'
import type { Guest, SystemModel } from '../../model/system-model.ts'
import { closureOf } from '../../passthrough/closure/closure-of.ts'
import type { Closure, Obstacle, Wishes } from '../../passthrough/closure.ts'
import { placeNamed } from '../../passthrough/host/find-place.ts'
import { hostDevice } from '../../passthrough/host/read-host-device.ts'
import { checkDma, heldNodes, iommusOf } from './check-dma.ts'
import { checkWrites } from './check-writes.ts'
import type { Host } from './host.ts'
import { unknownRegisters } from './place-devices.ts'
import type { GivenDevice } from './planned-device.ts'
import { providedBy, readScmi, reportNeeds, scmiDevices } from './read-scmi.ts'

/**
 * By name of the domain, in document order. What is no device is reported (PT-041) and left out. One with something in its way (PT-042 to PT-046, and
 * what its closure says) is reported and planned all the same: nothing is written of it, and what else is wrong with it is found in the same run.
 */
export function readDevices(
  model: SystemModel,
  facts: Pick<Facts, 'board' | 'kconfig'>,
  report: Report,
): ReadonlyMap<string, readonly GivenDevice[]> {
  const guests = model.domains.filter((domain): domain is Guest => domain.boot !== 'dom0' && hasDevices(domain))
  if (guests.length === 0) return new Map()
  const { board } = facts
  const index = indexTree(board.tree.root)
  const iommus = iommusOf(model, facts)
  const scmi = readScmi(index, guests, report)
  const given = new Map(
    guests.map((domain) => {
      const own = scmi && domain.sci ? { scmi, provided: providedBy(index, scmi) } : undefined
      const devices = domain.passthrough.flatMap(
        (entry) =>
          readDevice({ index, board, iommus }, domain, { ...entry, ...(own && { provided: own.provided }) }, report) ??
          [],
      )
      return [
        domain.name,
        [...(own ? scmiDevices({ index, board, iommus }, domain, own.scmi, report) : []), ...devices],
      ]
    }),
  )
  if (scmi) reportNeeds(index, model, scmi, given, report)
  return given
}

const hasDevices = ({ passthrough, sci }: Guest): boolean => passthrough.length > 0 || sci !== undefined

function readDevice(
  { index, board: { gic }, iommus }: Host,
  domain: Guest,
  entry: Passthrough & Pick<Wishes, 'provided'>,
  report: Report,
): GivenDevice | undefined {
  const device = hostDevice(index, gic?.path, entry.path)
  const at = atValue(member(entry.pointer, 'path'))
  if (!device.ok) {
    const message = `'${entry.name}' cannot be given: ${device.reason}`
    report('PT-041', { at, message, help: insteadOf(index, gic?.path, entry.path) })
    return undefined
  }
  const { interrupts } = device.value
  if (interrupts.kind === 'stopped')
    report('PT-042', {
      at,
      message: `'${entry.name}' would have no interrupts: ${interrupts.why}`,
      help: 'give another device, or leave this one to the domain that has its interrupt controller',
    })
  const closure = closureOf(index, device.value, entry, iommus)
  for (const { code, message, help, by } of closure.obstacles)
    report(code, { at: by ? placeOf(entry, by) : at, message, help })
  reportMissing(entry, closure, report)
  const given = { entry, closure, held: heldNodes(closure, iommus) }
  checkDma(domain, given, iommus, report)
  checkWrites(given, report)
  for (const name of unknownRegisters(given))
    report('PT-046', {
      at: atKey(member(member(entry.pointer, 'guest-address'), name)),
      message: `${device.value.place.path} has no register '${name}'`,
      help: `name a register by reg-names or by its index from 0: it has ${registersOf(given)}`,
    })
  return given
}

/** Of an entry of a list, or of a key of a map. */
function placeOf({ pointer }: Passthrough, [key, entry]: NonNullable<Obstacle['by']>): ManifestOrigin {
  const own = member(member(pointer, key), entry)
  return key === 'clocks' ? atKey(own) : atValue(own)
}

/** What to name in place of something that cannot be given. */
function insteadOf(index: TreeIndex, gic: string | undefined, path: string): string {
  const place = placeNamed(index, path)
  const near = place.ok ? undefined : nearestPath(path, index)
  if (near !== undefined && near !== path) return `did you mean ${near}?`
  for (let up = place.ok ? place.value.parent : undefined; up?.parent; up = up.parent)
    if (hostDevice(index, gic, up.path).ok) return `give ${up.path}: what is behind it goes with it`
  return 'name a node of the host with registers: its full path, an alias, or a label'
}

/** PT-043 for everything that the device may not work without, which its guest will not have; what is said of several dependencies alike, once. */
function reportMissing({ pointer }: Passthrough, { device, choices }: Closure, report: Report): void {
  const missing = choices.filter(({ weight }) => weight === 'warning')
  for (const what of distinct(missing.map((choice) => choice.what))) {
    const alike = missing.filter((choice) => choice.what === what)
    const names = distinct(alike.map(({ dependency }) => dependency))
    const providers = distinct(alike.flatMap(({ provider }) => provider ?? []))
    const from = providers.length === 0 ? '' : ` (${providers.join(', ')})`
    report('PT-043', {
      at: atKey(pointer),
      message: `${device.place.path}: ${names.join(', ')}${from}: ${what}`,
      help: `give the guest what it needs with 'include' or 'extra-properties', or write 'drop: [${names.join(', ')}]' if it can do without`,
    })
  }
}

const distinct = (texts: readonly string[]): readonly string[] => [...new Set(texts)]

const registersOf = ({ closure }: GivenDevice): string =>
  closure.device.spans.flatMap((span) => (span.kind === 'register' ? [span.name ?? String(span.index)] : [])).join(', ')
