/** VIO: what programs that are virtio devices are told. */

import { backendPrograms } from '../../backends/programs.ts'
import { QEMU_OPTIONS, type QemuOptionsOfType } from '../../backends/qemu.ts'
import { atKey, atValue, member } from '../../diagnostics/diagnostic.ts'
import { dom0Of } from '../../model/system-model.ts'
import type { MmioDevice, MmioProgram } from '../../model/virtio/device.ts'
import type { SystemPlan } from '../../plan/system-plan.ts'
import { mmioOf } from '../../plan/virtio/planned-virtio.ts'
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
        if (program?.kind === 'vhost-device')
          verdict.violated({
            at: atKey(program.pointer),
            message: `domforge does not start vhost-device daemons yet, and '${device.name}' would have no program`,
            help: 'leave it out and start the daemon yourself, or name a command',
          })
      }
    },
  },
  {
    code: 'VIO-034',
    check(plan, { violated }) {
      const writers = writersOf(plan)
      for (const [index, { path, pointer, what }] of writers.entries()) {
        const other = writers.slice(0, index).find((before) => before.path === path)
        if (other)
          violated({
            at: atValue(pointer),
            message: `${what} and ${other.what} would both write ${path}`,
            help: 'give each a file of its own, or set read-only for one',
            related: [{ at: atValue(other.pointer), message: `${other.what} names it here` }],
          })
      }
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
            message: `nothing says when the program of '${first.device.name}' serves, so its guest is told as soon as it runs`,
            help: 'let the program make a file when it serves, whose path it is given as {ready}',
          })
      }
    },
  },
  {
    code: 'VIO-036',
    check(plan, { violated }) {
      const programs = backendPrograms(plan)
      for (const frontend of new Set(programs.map((program) => program.frontend))) {
        const servers = programs.filter((program) => program.frontend === frontend)
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

function checkQemu(
  device: MmioDevice,
  program: Extract<MmioProgram, { readonly kind: 'qemu' }>,
  verdict: Verdict,
): void {
  const { name, type } = device
  const known = QEMU_OPTIONS[type.name]
  if (known) checkOptions(device, program, known, verdict)
  else
    verdict.violated({
      at: atKey(program.pointer),
      message: `'${name}' is ${type.name}, which domforge cannot start in QEMU: it knows ${Object.keys(QEMU_OPTIONS).join(', ')}`,
      help: 'name a command',
    })
}

function checkOptions(
  { name, type }: MmioDevice,
  { pointer, options }: Extract<MmioProgram, { readonly kind: 'qemu' }>,
  { needs, takes }: QemuOptionsOfType,
  { violated }: Verdict,
): void {
  const given = Object.keys(options) as (keyof typeof options)[]
  const missing = needs.filter((option) => !given.includes(option))
  if (missing.length > 0)
    violated({
      at: atKey(pointer),
      message: `QEMU needs ${missing.join(' and ')} for '${name}', which is ${type.name}`,
      help: `add ${missing.join(' and ')}`,
    })
  for (const option of given.filter((own) => !own.startsWith('x-') && !takes.includes(own)))
    violated({
      at: atKey(member(pointer, option)),
      message: `${option} says nothing of '${name}', which is ${type.name}`,
      help: `remove it; ${type.name} takes ${takes.join(', ')}`,
    })
}

interface Writer {
  readonly path: string
  readonly pointer: string
  readonly what: string
}

/** Dom0's root file system, drives of programs, disks that dom0 serves. */
function writersOf(plan: SystemPlan): readonly Writer[] {
  const dom0 = dom0Of(plan.model)
  const root = dom0 && /(?:^|\s)root=(\/\S+)/.exec(dom0.kernel.bootargs)?.[1]
  const own =
    dom0 && root
      ? [{ path: root, pointer: member(dom0.kernel.pointer, 'bootargs'), what: `${dom0.name}, as its root,` }]
      : []
  const drives = mmioOf(plan.virtio).flatMap(({ device }): readonly Writer[] => {
    const program = device['backend-program']
    if (program?.kind !== 'qemu' || program.options.drive === undefined || program.options['read-only']) return []
    return [{ path: program.options.drive, pointer: member(program.pointer, 'drive'), what: `'${device.name}'` }]
  })
  const disks = [...plan.dom0less, ...plan.xl].flatMap(({ domain }) =>
    domain.disks.flatMap((disk) =>
      disk['read-only'] || (disk.backend !== undefined && disk.backend !== dom0?.name)
        ? []
        : [{ path: disk.target, pointer: member(disk.pointer, 'target'), what: `'${disk.name}' of '${domain.name}'` }],
    ),
  )
  return [...own, ...drives, ...disks]
}
