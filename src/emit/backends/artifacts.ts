/** `control/virtio/`: programs that are virtio devices by registers, for dom0: one script each, and a unit that starts it. */
import { type BackendProgram, backendPrograms } from '../../backends/programs.ts'
import { readyKey } from '../../guests/virtio-document.ts'
import type { Artifact, Emitter } from '../artifact.ts'
import { shellText, shellWord } from '../shell-quoting.ts'
import { templates, type VirtioProgramView } from '../templates.ts'

/** Seconds in which a program says that it serves. */
const READY_WITHIN = 30

export const backendArtifacts: Emitter = {
  name: 'virtio-programs',
  summary: 'scripts and units for the programs that serve virtio devices by registers',
  emit: ({ plan }) => backendPrograms(plan).flatMap((program) => artifactsOf(program, plan.model.name)),
}

function artifactsOf(program: BackendProgram, system: string): readonly Artifact[] {
  const view = viewOf(program, system)
  return [
    {
      path: `control/virtio/${view.program}`,
      contents: templates.virtioProgram(view),
      install: [{ domain: program.backend, at: `/usr/lib/domforge/${view.program}`, mode: '0755' }],
    },
    {
      path: `control/virtio/${view.program}.service`,
      contents: templates.virtioProgramService(view),
      install: [
        {
          domain: program.backend,
          at: `/etc/systemd/system/${view.program}.service`,
          mode: '0644',
          init: 'systemd',
        },
      ],
    },
  ]
}

/** Of its script, and of its unit. */
export const programName = ({ name }: BackendProgram): string => `virtio-${name}`

function viewOf(program: BackendProgram, system: string): VirtioProgramView {
  const { name, frontend, bootId, devices, words, files, readyBy } = program
  const names = devices.map(({ device }) => device.name)
  return {
    system: printable(system),
    what: readyBy === 'daemon' ? 'QEMU for the virtio devices' : `The virtio device ${name}`,
    program: programName(program),
    frontend,
    devices: names.join(', '),
    ...(bootId === undefined ? {} : { bootId }),
    ready: `"$run/virtio-${name}.${readyBy === 'daemon' ? 'pid' : 'ready'}"`,
    keys: names.map(readyKey),
    files: files.map(shellText),
    command: [
      ...files.map((file) => `flock -n ${shellText(file)}`),
      words.map((word) => shellWord(word)).join(' \\\n\t'),
    ].join(' '),
    isDaemon: readyBy === 'daemon',
    makesFile: readyBy === 'file',
    tries: READY_WITHIN,
  }
}

/** Comments hold no line break, and units no specifier. */
const printable = (text: string): string => text.replaceAll(/[^\x20-\x7e]/g, '?').replaceAll('%', '%%')
