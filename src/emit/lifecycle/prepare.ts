/** `control/prepare`: a script that dom0 runs once for boot-time domains, before anything serves them devices or creates other domains. */
import { type BackendProgram, backendPrograms } from '../../backends/programs.ts'
import { lifecycleOf } from '../../lifecycle/managed.ts'
import type { PlannedDom0less, SystemPlan } from '../../plan/system-plan.ts'
import type { Artifact, Emitter, InstallPlace } from '../artifact.ts'
import { programNames } from '../backends/artifacts.ts'
import { hasNetworkOfDom0 } from '../dom0-networks.ts'
import { attachName, hasAttachments } from '../pv-attach.ts'
import { templates } from '../templates.ts'

/** The script, and its unit and init scripts. */
export const prepareArtifacts: Emitter = {
  name: 'prepare',
  summary:
    'a script that introduces the domains that Xen has started to xenstored, names them, and starts what serves them, in that order',
  emit: ({ plan }) => {
    const dom0 = plan.dom0?.domain.name
    return dom0 !== undefined && isNeeded(plan, dom0) ? filesFor(plan, dom0) : []
  },
}

/** Whether the script has something to do: a boot-time domain has xenstore, the supervisor calls it, or it has programs to start, if only for domains of xl. */
const isNeeded = (plan: SystemPlan, dom0: string): boolean =>
  plan.dom0less.some(hasXenstore) || isSupervised(plan) || programsIn(plan, dom0).length > 0

const programsIn = (plan: SystemPlan, dom0: string): readonly BackendProgram[] =>
  backendPrograms(plan).filter(({ backend }) => backend === dom0)

const hasXenstore = ({ domain }: PlannedDom0less): boolean =>
  domain.enhanced === 'enabled' || domain.enhanced === 'legacy'

function isSupervised(plan: SystemPlan): boolean {
  const { supervised, domains } = lifecycleOf(plan)
  return supervised && domains.length > 0
}

function filesFor(plan: SystemPlan, dom0: string): readonly Artifact[] {
  const file = (name: string, contents: string, at: string, place: Pick<InstallPlace, 'mode' | 'init'>): Artifact => ({
    path: `control/${name}`,
    contents,
    install: [{ domain: dom0, at, ...place }],
  })
  const service = templates.prepareService({ command: isSupervised(plan) ? 'supervisor prepare' : 'prepare' })
  const script = '/etc/init.d/domforge-prepare'
  const network = plan.dom0less.some(({ domain }) => hasNetworkOfDom0(plan, domain))
  return [
    file('prepare', scriptFor(plan, dom0), '/usr/lib/domforge/prepare', { mode: '0755' }),
    file('domforge-prepare.service', service, '/etc/systemd/system/domforge-prepare.service', {
      mode: '0644',
      init: 'systemd',
    }),
    file('domforge-prepare.init', templates.prepareInit({ network }), script, { mode: '0755', init: 'sysvinit' }),
    file('domforge-prepare.openrc', templates.prepareOpenrc({ network }), script, { mode: '0755', init: 'openrc' }),
  ]
}

/**
 * Folders with Xen's own programs, of Debian, which has one for each release, of Yocto and others that configure Xen with the prefix /usr, of Fedora, and Xen's
 * default (m4/paths.m4: LIBEXEC_BIN). `$major` and `$minor` are those of the running Xen.
 */
const PLACES = [
  '/usr/lib/xen-"$major.$minor"/bin',
  '/usr/lib/xen/bin',
  '/usr/libexec/xen/bin',
  '/usr/local/lib/xen/bin',
  '/usr/local/libexec/xen/bin',
  '/usr/lib/xen-*/bin',
]

function scriptFor(plan: SystemPlan, dom0: string): string {
  return templates.prepare({
    places: PLACES,
    domains: plan.dom0less.map((guest) => ({
      id: guest.id.value,
      name: guest.domain.name,
      has: hasXenstore(guest) ? 'xenstore' : 'alone',
    })),
    attachments: plan.dom0less.filter(hasAttachments).map(({ domain }) => attachName(domain.name)),
    programs: programNames(programsIn(plan, dom0)).join(' '),
  })
}
