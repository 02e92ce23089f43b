/** VIO: arguments of programs that serve virtio devices. */

import { COMMAND_PLACES } from '../../backends/command.ts'
import { type BackendProgram, backendPrograms, isByVhost } from '../../backends/programs.ts'
import { QEMU_OPTIONS } from '../../backends/qemu.ts'
import { FOREIGN_RAM_BASE, listFault, VHOST_DAEMONS } from '../../backends/vhost-device.ts'
import { closest } from '../../diagnostics/closest.ts'
import { atKey, atValue, member, type Origin } from '../../diagnostics/diagnostic.ts'
import { dom0Of } from '../../model/system-model.ts'
import type { MmioDevice, MmioProgram } from '../../model/virtio/device.ts'
import { plannedGuest } from '../../plan/by-domain.ts'
import type { PlannedDom0less, PlannedXl, SystemPlan } from '../../plan/system-plan.ts'
import { mmioOf, type PlannedMmio } from '../../plan/virtio/planned-virtio.ts'
import { hex } from '../../units/format.ts'
import type { Rule, Verdict } from '../rule.ts'

/** Most ioreq servers of one guest (xen/include/xen/sched.h: MAX_NR_IOREQ_SERVERS). */
const MOST_SERVERS = 8

export const programRules: readonly Rule<SystemPlan>[] = [
  {
    code: 'VIO-033',
    check({ virtio }, verdict) {
      for (const { device } of mmioOf(virtio)) {
        const program = device['backend-program']
        if (program?.kind === 'qemu') checkQemu(device, program, verdict)
        if (program?.kind === 'vhost-device') checkVhost(device, program, verdict)
        if (program?.kind === 'command') checkCommand(program, verdict)
      }
    },
  },
  {
    code: 'VIO-040',
    needs: ['VIO-033'],
    check(plan, verdict) {
      const [first, ...others] = mmioOf(plan.virtio).filter(isByVhost)
      if (first) for (const planned of [first, ...others]) checkReach(plan, planned, first, verdict)
    },
  },
  {
    code: 'VIO-035',
    check(plan, { violated }) {
      for (const { devices, readyBy } of backendPrograms(plan)) {
        const [first] = devices
        const program = first?.device['backend-program']
        if (program && readyBy === 'start')
          violated({
            at: atValue(program.pointer),
            message: `nothing reports when the program of '${first.device.name}' is ready, so its guest is told as soon as it runs`,
            help: 'have the program create the file {ready} when it is ready',
          })
      }
    },
  },
  {
    code: 'VIO-043',
    check({ virtio }, { violated }) {
      for (const { device } of mmioOf(virtio)) {
        const program = device['backend-program']
        if (program?.kind !== 'command') continue
        for (const [index, word] of program.words.entries())
          for (const [place] of word.matchAll(/\{[A-Za-z][\w-]*\}/g))
            if (!COMMAND_PLACES.includes(place))
              violated({
                at: atValue(member(program.pointer, String(index))),
                message: `${place} of '${device.name}' is not a known placeholder`,
                help: helpFor(place),
              })
      }
    },
  },
  {
    code: 'VIO-036',
    check(plan, { violated }) {
      const programs = backendPrograms(plan)
      for (const frontend of new Set(programs.map((program) => program.frontend))) {
        const servers = serversOf(programs.filter((program) => program.frontend === frontend))
        const [first] = servers[MOST_SERVERS]?.devices ?? []
        if (first)
          violated({
            at: atKey(first.device.pointer),
            message: `'${frontend}' has ${servers.length} programs for its devices, and Xen has ${MOST_SERVERS} servers for one guest`,
            help: 'let one QEMU serve several of them',
          })
      }
    },
  },
]

function helpFor(place: string): string {
  const near = closest(place, COMMAND_PLACES)
  return near === undefined ? `these do: ${COMMAND_PLACES.join(', ')}` : `did you mean ${near}?`
}

/** Programs that attach to a guest, each once: xen-vhost-frontend does so once for all its daemons. */
const serversOf = (programs: readonly BackendProgram[]): readonly BackendProgram[] => {
  const first = programs.find(({ vhost }) => vhost !== undefined)
  return programs.filter((program) => program.vhost === undefined || program === first)
}

function checkQemu(
  device: MmioDevice,
  program: Extract<MmioProgram, { readonly kind: 'qemu' }>,
  verdict: Verdict,
): void {
  const { name, type } = device
  const known = QEMU_OPTIONS[type.name]
  if (known) checkOptions(device, program, known, verdict, 'QEMU')
  else
    verdict.violated({
      at: atKey(program.pointer),
      message: `'${name}' is ${type.name}, which domforge cannot start in QEMU: it knows ${Object.keys(QEMU_OPTIONS).join(', ')}`,
      help: 'name a command',
    })
}

function checkOptions(
  { name, type }: MmioDevice,
  { pointer, options }: Exclude<MmioProgram, { readonly kind: 'command' }>,
  { needs, takes }: OptionsOfType,
  { violated }: Verdict,
  program: string,
): void {
  const given = Object.keys(options)
  const missing = needs.filter((option) => !given.includes(option))
  if (missing.length > 0)
    violated({
      at: atKey(pointer),
      unless: missing.map((option) => member(pointer, option)),
      message: `${program} needs ${missing.join(' and ')} for '${name}', which is ${type.name}`,
      help: `add ${missing.join(' and ')}`,
    })
  for (const option of given.filter((own) => !own.startsWith('x-') && !takes.includes(own)))
    violated({
      at: atKey(member(pointer, option)),
      message: `${option} does not apply to '${name}', which is ${type.name}`,
      help: `remove it; ${type.name} takes ${takes.join(', ')}`,
    })
}

/** Options that a program needs for one type of device, and all that it takes. */
interface OptionsOfType {
  readonly needs: readonly string[]
  readonly takes: readonly string[]
}

const LIST: OptionsOfType = { needs: ['device-list'], takes: ['device-list'] }

/** Checks that a command names its program by an absolute path: the unit that starts it has another folder and search path. */
function checkCommand({ pointer, words }: Command, { violated }: Verdict): void {
  const [program = ''] = words
  if (!program.startsWith('/'))
    violated({
      at: atValue(member(pointer, '0')),
      message: `the program '${program}' is not named by its absolute path`,
      help: `write it like /usr/bin/${program.replace(/^.*\//, '')}`,
    })
}

function checkVhost(device: MmioDevice, program: VhostProgram, verdict: Verdict): void {
  const { name, type } = device
  const daemon = VHOST_DAEMONS[type.name]
  if (!daemon) {
    verdict.violated({
      at: atKey(program.pointer),
      message: `'${name}' is ${type.name}, and of vhost-device's daemons xen-vhost-frontend serves only those for ${Object.keys(VHOST_DAEMONS).join(' and ')}`,
      help: QEMU_OPTIONS[type.name] ? 'use QEMU, or name a command' : 'name a command',
    })
    return
  }
  checkOptions(device, program, LIST, verdict, daemon.program)
  const list = program.options['device-list']
  const fault = list === undefined ? undefined : listFault(type.name, list)
  if (fault !== undefined)
    verdict.violated({
      at: atValue(member(program.pointer, 'device-list')),
      message: `the list of '${name}' ${fault}`,
      help:
        type.name === 'i2c' ? 'write it like 2:32:21, as bus:address:address' : 'give the number of one chip, like 0',
    })
}

/** Checks what xen-vhost-frontend needs: dom0, a guest that runs already, and for all devices the same way to reach their memory. */
function checkReach(plan: SystemPlan, { device }: PlannedMmio, first: PlannedMmio, { violated }: Verdict): void {
  const at = atKey(device.pointer)
  const guest = plannedGuest(plan, device.frontend)
  const about = `'${device.name}'`
  if (device.backend !== dom0Of(plan.model)?.name)
    violated({
      at,
      message: `the daemon of ${about} would run in '${device.backend}', and only dom0 has xl and all of xenstore`,
      help: 'let dom0 be the backend',
    })
  else if (guest?.domain.boot === 'xl')
    violated({
      at,
      message: `xl writes the keys of ${about} when it creates '${device.frontend}', and xen-vhost-frontend would look for a socket that is not there yet`,
      help: 'let Xen start the domain (boot: dom0less), or name a command',
    })
  else if (device.grants !== first.device.grants)
    violated({
      at,
      message: `xen-vhost-frontend ${first.device.grants ? 'maps what guests grant' : 'maps all memory of guests'}, for '${first.device.name}', and ${about} would need the opposite`,
      help: 'set the same grants for all devices of daemons',
      related: [{ at: atKey(first.device.pointer), message: `'${first.device.name}' is here` }],
    })
  else if (!device.grants && guest) checkForeignRam(guest, at, about, violated)
}

function checkForeignRam(
  { ram }: PlannedDom0less | PlannedXl,
  at: Origin,
  about: string,
  violated: Verdict['violated'],
): void {
  const odd = ram.find(({ base }, bank) => bank > 0 || base !== FOREIGN_RAM_BASE)
  if (odd)
    violated({
      at,
      message: `xen-vhost-frontend assumes that a guest's memory is one range from ${hex(FOREIGN_RAM_BASE)}, and that of ${about} has a range at ${hex(odd.base)}`,
      help: 'let the driver grant its pages (grants: true), or name a command',
    })
}

type Command = Extract<MmioProgram, { readonly kind: 'command' }>

type VhostProgram = Extract<MmioProgram, { readonly kind: 'vhost-device' }>
