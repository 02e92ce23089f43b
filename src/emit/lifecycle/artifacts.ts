/** `control/`: the supervisor in dom0, and what belongs to it. */
import type { Assembly } from '../../assemble/assembly.ts'
import { backendPrograms } from '../../backends/programs.ts'
import { readyKey } from '../../guests/virtio-document.ts'
import { END_LIMIT } from '../../lifecycle/ends.ts'
import { RAMDISK_JOINER } from '../../lifecycle/joined-ramdisk.ts'
import { lifecycleOf } from '../../lifecycle/managed.ts'
import { configInDom0, DECISION_COLUMNS, DOMAIN_COLUMNS, END_COLUMNS, tableRows } from '../../lifecycle/table.ts'
import type { SystemPlan } from '../../plan/system-plan.ts'
import { sha256Hex } from '../../units/sha256.ts'
import type { Artifact, Emitter, InstallPlace } from '../artifact.ts'
import { backendArtifacts, programName, programNames } from '../backends/artifacts.ts'
import { servesNetworks } from '../dom0-networks.ts'
import { attachName, hasAttachments, pvAttach } from '../pv-attach.ts'
import { type HookView, templates } from '../templates.ts'
import { metadataArchives } from '../virtio/artifacts.ts'
import { xlConfigPath, xlConfigText } from '../xl-config.ts'
import { lifecycleJson } from './json.ts'
import { prepareArtifacts } from './prepare.ts'

/** A file, and where it belongs in dom0. */
interface Installed {
  /** Path below the output folder. */
  readonly path: string
  readonly contents: string | Uint8Array
  readonly mode: '0644' | '0755'
  readonly destination: string
  /** The init system that it is for. */
  readonly of: 'all' | 'systemd' | 'sysvinit' | 'openrc'
}

/** The supervisor, its tables, its units, and all that it calls. */
export const lifecycleArtifacts: Emitter = {
  name: 'control',
  summary: 'the supervision of domains by dom0: decisions, supervisor, units, and where each file goes',
  emit(assembly) {
    const { domains, supervised } = lifecycleOf(assembly.plan)
    return supervised && domains.length > 0 ? controlFiles(assembly) : []
  },
}

function controlFiles(assembly: Assembly): readonly Artifact[] {
  const own = ownFiles(assembly)
  const list = [...own, ...configurations(assembly), ...others(assembly)].map(installLine)
  return [
    ...own.map((file) => ({ path: file.path, contents: file.contents, install: placesOf(file, assembly) })),
    { path: 'control/install.list', contents: `${[INSTALL_COLUMNS, ...list].join('\n')}\n` },
  ]
}

const placesOf = ({ destination, mode, of }: Installed, { plan }: Assembly): readonly InstallPlace[] =>
  plan.dom0 ? [{ domain: plan.dom0.domain.name, at: destination, mode, ...(of === 'all' ? {} : { init: of }) }] : []

const INSTALL_COLUMNS = '# for mode sha256 file destination'

const installLine = ({ of, mode, contents, path, destination }: Installed): string =>
  [of, mode, sha256Hex(contents), path, destination].join(' ')

function ownFiles({ plan }: Assembly): readonly Installed[] {
  const lifecycle = lifecycleOf(plan)
  const system = plan.model.name
  const table = templates.lifecycleTab({
    system,
    domainColumns: DOMAIN_COLUMNS,
    endColumns: END_COLUMNS,
    decisionColumns: DECISION_COLUMNS,
    rows: tableRows(lifecycle).map((words) => words.join(' ')),
  })
  const file = (name: string, contents: string, destination: string, more: Partial<Installed> = {}): Installed => ({
    path: `control/${name}`,
    contents,
    mode: '0644',
    destination,
    of: 'all',
    ...more,
  })
  const program = { mode: '0755' } as const
  const network = servesNetworks(plan)
  const unit = (name: string, contents: string): Installed =>
    file(name, contents, `/etc/systemd/system/${name}`, { of: 'systemd' })
  return [
    file('lifecycle.json', lifecycleJson(system, lifecycle), '/etc/domforge/lifecycle.json'),
    file('lifecycle.tab', table, '/etc/domforge/lifecycle.tab'),
    file('supervisor', templates.supervisor({}), '/usr/lib/domforge/supervisor', program),
    file('shutdown', templates.shutdown({ limit: END_LIMIT }), '/usr/lib/domforge/shutdown', program),
    file('hook', templates.hook(hookView(plan)), '/usr/lib/domforge/hook', program),
    ...(lifecycle.domains.some(({ ramdisk }) => ramdisk !== undefined)
      ? [file('ramdisk', templates.ramdisk({}), RAMDISK_JOINER, program)]
      : []),
    unit('domforge-supervisor.service', templates.supervisorService({})),
    unit('domforge-guests.service', templates.guestsService({ after: servingUnits(plan), network })),
    file('domforge-guests.init', templates.guestsInit({ network }), GUESTS_SCRIPT, { ...program, of: 'sysvinit' }),
    file('domforge-guests.openrc', templates.guestsOpenrc({ network }), GUESTS_SCRIPT, { ...program, of: 'openrc' }),
    file('domforge.init', templates.supervisorInit({}), '/etc/init.d/domforge', { ...program, of: 'sysvinit' }),
    file('domforge.openrc', templates.supervisorOpenrc({}), '/etc/init.d/domforge', { ...program, of: 'openrc' }),
  ]
}

const GUESTS_SCRIPT = '/etc/init.d/domforge-guests'

/** Units in dom0 that serve guests. */
const servingUnits = (plan: SystemPlan): readonly string[] => [
  ...plan.dom0less.filter(hasAttachments).map(({ domain }) => attachName(domain.name)),
  ...programNames(backendPrograms(plan).filter(({ backend }) => backend === plan.dom0?.domain.name)),
]

/** Configurations of supervised domains, where the supervisor looks for them. */
function configurations({ plan, xl }: Assembly): readonly Installed[] {
  const managed = new Set(lifecycleOf(plan).domains.map(({ domain }) => domain.name))
  return xl
    .filter(({ domain }) => managed.has(domain))
    .map((config) => ({
      path: xlConfigPath(config),
      contents: xlConfigText(config, true),
      mode: '0644',
      destination: configInDom0(config.domain),
      of: 'all',
    }))
}

/** The hook's table of programs in dom0 that serve virtio devices of supervised guests. */
function hookView(plan: SystemPlan): HookView {
  const managed = plan.model.domains.filter((domain) => domain.boot !== 'dom0' && domain.lifecycle !== undefined)
  const all = backendPrograms(plan).filter(({ backend }) => backend === plan.dom0?.domain.name)
  const frontends = managed.map(({ name }) => {
    const own = all.filter(({ frontend }) => frontend === name)
    const keys = own.flatMap(({ devices }) => devices.map(({ device }) => readyKey(device.name)))
    return { name, programs: own.map(programName).join(' '), keys: keys.join(' ') }
  })
  return { frontends: frontends.filter(({ programs }) => programs !== '') }
}

/** Files of other emitters for dom0: programs of virtio-mmio devices, scripts that attach disks and networks and that prepare boot-time domains, metadata. */
function others(assembly: Assembly): readonly Installed[] {
  return [backendArtifacts, pvAttach, prepareArtifacts, metadataArchives]
    .flatMap((emitter) => emitter.emit(assembly, { timestamp: 0 }))
    .flatMap(({ path, contents, install = [] }) =>
      install.map(({ at, mode, init }) => ({
        path,
        contents,
        mode,
        destination: at,
        of: init ?? 'all',
      })),
    )
}
