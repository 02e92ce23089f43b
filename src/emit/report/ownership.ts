/** Who has the machine's devices, processors and consoles. */
import type { SystemPlan } from '../../plan/system-plan.ts'
import { bullets } from './layout.ts'

export function ownershipLines({ board, dom0, dom0less }: SystemPlan): readonly string[] {
  const processors = `processors: ${board.cpus.length} (${board.cpus.map(({ path }) => lastName(path)).join(', ')}), shared by all domains`
  const consoleOwner = board.stdout === undefined ? [] : [`${board.stdout}: Xen's console`]
  const devices = dom0
    ? `every other device of the host: ${dom0.domain.name}`
    : 'every other device of the host: nobody (there is no dom0)'
  const gic = board.gic ? [`${board.gic.path} (GIC${board.gic.version}): Xen`] : []
  const consoles = dom0less.filter(({ domain }) => domain.console === 'vpl011').map(({ domain }) => domain.name)
  const shown =
    consoles.length > 0
      ? [`output of ${consoles.join(', ')} appears on Xen's console, each line after (XEN) DOM<id>:`]
      : []
  return bullets([processors, ...consoleOwner, ...gic, devices, ...shown])
}

const lastName = (path: string): string => path.slice(path.lastIndexOf('/') + 1)
