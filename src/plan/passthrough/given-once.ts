/** A domain is given a node of the host once, whatever gives it. */
import { atKey, atValue, member, type Origin, type Report } from '../../diagnostics/diagnostic.ts'
import type { OwnTree } from './own-tree.ts'
import { type GivenDevice, nodesOf } from './planned-device.ts'

/** `devices`, by name of the domain, without those that its own tree gives as well, or that come with another: PT-019. */
export function givenOnce(
  devices: ReadonlyMap<string, readonly GivenDevice[]>,
  trees: ReadonlyMap<string, OwnTree>,
  report: Report,
): ReadonlyMap<string, readonly GivenDevice[]> {
  return new Map(
    [...devices].map(([domain, given]) => {
      const left: GivenDevice[] = []
      for (const device of given) {
        const twice = inTree(domain, device, trees.get(domain)) ?? withAnother(device, left)
        if (twice) report('PT-019', { ...twice, at: atValue(member(device.entry.pointer, 'path')) })
        else left.push(device)
      }
      return [domain, left] as const
    }),
  )
}

interface Twice {
  readonly message: string
  readonly help: string
  readonly related: readonly [{ readonly at: Origin; readonly message: string }]
}

function inTree(domain: string, device: GivenDevice, tree: OwnTree | undefined): Twice | undefined {
  const paths = new Set(pathsOf(device))
  const other = tree?.devices.find(({ host }) => host && paths.has(host.place.path))
  return (
    other && {
      message: `${other.host?.place.path} is given by 'passthrough', and with xen,path by the device tree of '${domain}'`,
      help: "remove one of the two: what 'passthrough' gives needs neither xen,path nor xen,reg in the tree",
      related: [{ at: other.at, message: 'the tree gives it here' }],
    }
  )
}

/** Two devices may bring the same with them if it stands beside both: then the guest has one node of it. */
function withAnother(device: GivenDevice, before: readonly GivenDevice[]): Twice | undefined {
  for (const other of before) {
    const known = new Set(pathsOf(other))
    const path = pathsOf(device).find((own) => known.has(own) && !(isBeside(own, device) && isBeside(own, other)))
    if (path !== undefined)
      return {
        message: `${path} is given by '${device.entry.name}', and by '${other.entry.name}' as well`,
        help: `remove one of the two: what is below a device, or in its 'include', comes with it`,
        related: [{ at: atKey(other.entry.pointer), message: `'${other.entry.name}' gives it here` }],
      }
  }
  return undefined
}

const pathsOf = (device: GivenDevice): readonly string[] => nodesOf(device).map(({ device: { place } }) => place.path)

/** Whether the node at `path` comes with a device without being the device itself or below another node of it. */
const isBeside = (path: string, device: GivenDevice): boolean =>
  device.closure.device.place.path !== path && !pathsOf(device).some((other) => path.startsWith(`${other}/`))
