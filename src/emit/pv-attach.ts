/** `control/pv/`: scripts that attach disks and networks to boot-time domains, which get them from no configuration of xl when Xen starts them. */
import { diskText, nameAtBoot, networkText } from '../assemble/xl-pv.ts'
import type { PlannedDom0less, SystemPlan } from '../plan/system-plan.ts'
import type { Artifact, Emitter } from './artifact.ts'
import { hasNetworkOfDom0 } from './dom0-networks.ts'
import { shellText } from './shell-quoting.ts'
import { templates } from './templates.ts'

/** A script and a unit for each such domain. */
export const pvAttach: Emitter = {
  name: 'pv-attach',
  summary: 'scripts and units that give boot-time guests their disks and networks',
  emit({ plan }) {
    const dom0 = plan.dom0?.domain.name
    return dom0 === undefined ? [] : plan.dom0less.flatMap((guest) => artifactsOf(plan, guest, dom0))
  },
}

/** Name of the script and the unit for a domain. */
export const attachName = (domain: string): string => `pv-attach-${domain}`

/** Whether there is such a script for a domain. */
export const hasAttachments = ({ domain }: PlannedDom0less): boolean => domain.disks.length + domain.networks.length > 0

function artifactsOf(plan: SystemPlan, { domain, id }: PlannedDom0less, dom0: string): readonly Artifact[] {
  const { name, disks, networks } = domain
  const nameOf = (backend: string): string => nameAtBoot(plan, backend)
  const lines = [
    ...disks.map((disk) => `block-attach "$id" ${shellText(diskText(disk, nameOf))}`),
    ...networks.map(
      (network) => `network-attach "$id" ${networkText(network, nameOf).split(',').map(shellText).join(' ')}`,
    ),
  ]
  if (lines.length === 0) return []
  const view = { domain: name, bootId: id.value, lines }
  const script = attachName(name)
  const unit = `${script}.service`
  return [
    {
      path: `control/pv/${script}`,
      contents: templates.pvAttach(view),
      install: [{ domain: dom0, at: `/usr/lib/domforge/${script}`, mode: '0755' }],
    },
    {
      path: `control/pv/${unit}`,
      contents: templates.pvAttachService({ ...view, network: hasNetworkOfDom0(plan, domain) }),
      install: [{ domain: dom0, at: `/etc/systemd/system/${unit}`, mode: '0644', init: 'systemd' }],
    },
  ]
}
