/** `control/virtio/`: for each program in dom0 that serves virtio-mmio devices a script, and a unit that starts it. */
import { type BackendProgram, backendPrograms } from '../../backends/programs.ts'
import type { VhostSeed } from '../../backends/vhost-device.ts'
import { defined } from '../../diagnostics/defined.ts'
import { readyKey } from '../../guests/virtio-document.ts'
import { bootId } from '../../plan/by-domain.ts'
import type { SystemPlan } from '../../plan/system-plan.ts'
import { hex } from '../../units/format.ts'
import type { Artifact, Emitter } from '../artifact.ts'
import { shellText, shellWord } from '../shell-quoting.ts'
import { templates, type VhostView, type VirtioProgramView } from '../templates.ts'

/** Seconds within which a program must be ready. */
const READY_WITHIN = 30

/** A script and a unit for each program, and for xen-vhost-frontend, where it is needed. */
export const backendArtifacts: Emitter = {
  name: 'virtio-programs',
  summary: 'scripts and units for the programs that serve virtio-mmio devices',
  emit: ({ plan }) => {
    const programs = backendPrograms(plan)
    const behind = programs.filter(({ vhost }) => vhost !== undefined)
    return [
      ...programs.flatMap((program) => artifactsOf(program, plan)),
      ...(behind.length === 0 ? [] : vhostFrontend(behind, plan.model.name)),
    ]
  },
}

function artifactsOf(program: BackendProgram, plan: SystemPlan): readonly Artifact[] {
  const view = viewOf(program, plan)
  return filesOf(view.program, [program.backend], templates.virtioProgram(view), templates.virtioProgramService(view))
}

/** Name of the script that starts xen-vhost-frontend, and of its unit. */
const VHOST_FRONTEND = 'vhost-frontend'

/** Scripts that serve devices, in the order in which they are started. */
export const programNames = (programs: readonly BackendProgram[]): readonly string[] => [
  ...(programs.some(({ vhost }) => vhost) ? [VHOST_FRONTEND] : []),
  ...programs.map(programName),
]

/** xen-vhost-frontend, which serves all guests, for each domain that has daemons. */
function vhostFrontend(programs: readonly BackendProgram[], system: string): readonly Artifact[] {
  const view = {
    system: printable(system),
    frontends: [...new Set(programs.map(({ frontend }) => frontend))].join(', '),
    isForeign: programs.every(({ devices }) => devices.every(({ device }) => !device.grants)),
  }
  const backends = [...new Set(programs.map(({ backend }) => backend))]
  return filesOf(VHOST_FRONTEND, backends, templates.vhostFrontend(view), templates.vhostFrontendService(view))
}

const filesOf = (name: string, domains: readonly string[], script: string, unit: string): readonly Artifact[] => [
  {
    path: `control/virtio/${name}`,
    contents: script,
    install: domains.map((domain) => ({ domain, at: `/usr/lib/domforge/${name}`, mode: '0755' })),
  },
  {
    path: `control/virtio/${name}.service`,
    contents: unit,
    install: domains.map((domain) => ({
      domain,
      at: `/etc/systemd/system/${name}.service`,
      mode: '0644',
      init: 'systemd',
    })),
  },
]

/** Name of the script and the unit of a program. */
export const programName = ({ name }: BackendProgram): string => `virtio-${name}`

function viewOf(program: BackendProgram, plan: SystemPlan): VirtioProgramView {
  const { name, frontend, bootId, devices, words, files, readyBy } = program
  const names = devices.map(({ device }) => device.name)
  const ready = program.vhost ? 'sock0' : readyBy === 'daemon' ? 'pid' : 'ready'
  return {
    system: printable(plan.model.name),
    what: readyBy === 'daemon' ? 'QEMU for the virtio devices' : `The virtio device ${name}`,
    program: programName(program),
    frontend,
    devices: names.join(', '),
    ...(bootId === undefined ? {} : { bootId }),
    ready: `"$run/virtio-${name}.${ready}"`,
    keys: names.map(readyKey),
    files: files.map(shellText),
    command: [
      ...files.map((file) => `flock -n ${shellText(file)}`),
      words.map((word) => shellWord(word)).join(' \\\n\t'),
    ].join(' '),
    isDaemon: readyBy === 'daemon',
    makesFile: readyBy === 'file',
    tries: READY_WITHIN,
    ...(program.vhost ? { vhost: vhostView(program, program.vhost, plan) } : {}),
  }
}

function vhostView({ name, backend, devices }: BackendProgram, seed: VhostSeed, plan: SystemPlan): VhostView {
  const { device, window, interrupt } = defined(devices[0], `device of ${name}`)
  return {
    id: seed.id,
    name: seed.daemon.name,
    socket: `"$run/virtio-${name}.sock"`,
    compatible: seed.daemon.compatible,
    backendId: defined(bootId(plan, backend), `number of ${backend}`),
    base: hex(window.value.base),
    interrupt: interrupt.value,
    grants: device.grants ? 1 : 0,
  }
}

/** `text` for a comment or a unit: without line breaks, and without the specifiers of systemd. */
const printable = (text: string): string => text.replaceAll(/[^\x20-\x7e]/g, '?').replaceAll('%', '%%')
