/** Who has the machine's devices, processors and consoles. */
import { isHardwareDomain } from '../../model/system-model.ts'
import { assignedPaths } from '../../passthrough/partial-tree.ts'
import type { PlannedXl, SystemPlan } from '../../plan/system-plan.ts'
import { bullets } from './layout.ts'

/** A line for each kind of thing and each owner. */
export function ownershipLines({ board, cpupools, dom0, dom0less, xl }: SystemPlan): readonly string[] {
  const hasBound = [...dom0less, ...xl].some(({ affinity }) => affinity.length > 0)
  const hardware = dom0?.domain ?? dom0less.find(({ domain }) => isHardwareDomain(domain))?.domain
  const given = [
    ...dom0less.flatMap(({ domain, partialTree }) =>
      partialTree ? assignedPaths(partialTree.source.tree).map((path) => `${path}: ${domain.name}`) : [],
    ),
    ...xl.flatMap((guest) => pathsByXl(guest).map((path) => `${path}: ${guest.domain.name}`)),
  ]
  const processors = `CPUs: ${board.cpus.length} (${board.cpus.map(({ path }) => lastName(path)).join(', ')}), ${cpupools.length > 0 ? 'shared by the domains of a cpupool' : 'shared by all domains'}${hasBound ? ' except for virtual CPUs with an affinity' : ''}`
  const pools = cpupools.map(({ pool, cpus }) => {
    const users = [...dom0less, ...xl].filter(({ cpupool }) => cpupool?.pool === pool).map(({ domain }) => domain.name)
    const scheduler = pool.scheduler ? `, scheduled by ${pool.scheduler}` : ''
    return `cpupool ${pool.name} (${cpus.map(({ path }) => lastName(path)).join(', ')}${scheduler}): ${users.join(', ') || 'no domain'}`
  })
  const consoleOwner = board.stdout === undefined ? [] : [`${board.stdout}: Xen's console`]
  const devices = hardware
    ? `every other device of the host: ${hardware.name}`
    : 'every other device of the host: unused (there is no dom0)'
  const gic = board.gic ? [`${board.gic.path} (GIC${board.gic.version}): Xen`] : []
  const consoles = dom0less.filter(({ domain }) => domain.console === 'vpl011').map(({ domain }) => domain.name)
  const shown =
    consoles.length > 0
      ? [`output of ${consoles.join(', ')} appears on Xen's console, each line after (XEN) DOM<id>:`]
      : []
  return bullets([processors, ...pools, ...consoleOwner, ...gic, ...given, devices, ...shown])
}

/** Devices that a domain gets when xl creates it: by the manifest, then by its own tree. */
const pathsByXl = ({ devices, ownTree }: PlannedXl): readonly string[] => [
  ...devices.flatMap(({ nodes }) => nodes.map(({ device }) => device.place.path)),
  ...(ownTree?.devices ?? []).flatMap(({ host }) => (host ? [host.place.path] : [])),
]

const lastName = (path: string): string => path.slice(path.lastIndexOf('/') + 1)
