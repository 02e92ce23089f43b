/** VIO: things of the machine that only one program or disk can have. */
import { posix } from 'node:path'
import { atValue, member } from '../../diagnostics/diagnostic.ts'
import { dom0Of } from '../../model/system-model.ts'
import type { SystemPlan } from '../../plan/system-plan.ts'
import { mmioOf } from '../../plan/virtio/planned-virtio.ts'
import type { Rule } from '../rule.ts'

/** Options of QEMU that name something that only one device can have. */
const SINGLE = ['tap', 'socket', 'guest-cid'] as const

export const exclusiveRules: readonly Rule<SystemPlan>[] = [
  {
    code: 'VIO-034',
    check(plan, { violated }) {
      const writers = writersOf(plan)
      for (const [index, { path, pointer, what }] of writers.entries()) {
        const other = writers.slice(0, index).find((before) => isOn(path, before.path) || isOn(before.path, path))
        if (other)
          violated({
            at: atValue(pointer),
            message: `${what} and ${other.what} would both write ${path === other.path ? path : `${path}: ${other.path} is the same disk`}`,
            help: 'give each a file of its own, or set read-only for one',
            related: [{ at: atValue(other.pointer), message: `${other.what} names it here` }],
          })
      }
    },
  },
  {
    code: 'VIO-042',
    check(plan, { violated }) {
      const first = new Map<string, { readonly name: string; readonly pointer: string }>()
      for (const { device } of mmioOf(plan.virtio)) {
        const program = device['backend-program']
        if (program?.kind !== 'qemu') continue
        for (const option of SINGLE) {
          const value = program.options[option]
          if (value === undefined) continue
          const pointer = member(program.pointer, option)
          const key = `${device.backend} ${option} ${value}`
          const other = first.get(key)
          if (other)
            violated({
              at: atValue(pointer),
              message: `'${device.name}' and '${other.name}' would have the same ${option} in '${device.backend}': ${value}`,
              help: 'give each one of its own',
              related: [{ at: atValue(other.pointer), message: `'${other.name}' has it here` }],
            })
          else first.set(key, { name: device.name, pointer })
        }
      }
    },
  },
]

interface Writer {
  /** Normalised. */
  readonly path: string
  readonly pointer: string
  readonly what: string
}

/** All that write to files and disks of dom0: its root file system, drives of programs, and disks that it serves. */
function writersOf(plan: SystemPlan): readonly Writer[] {
  const dom0 = dom0Of(plan.model)
  const [root] = [...(dom0?.kernel.bootargs.matchAll(/(?:^|\s)root=(\/\S+)/g) ?? [])].map(([, path]) => path).slice(-1)
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
  return [...own, ...drives, ...disks].map((writer) => ({ ...writer, path: posix.normalize(writer.path) }))
}

/** Linux' names of whole disks. A partition's number follows, after a digit with `p` in between (block/genhd.c: disk_name). */
const DISK = /^\/dev\/(?:(?:sd|vd|xvd|hd)[a-z]+|(?:mmcblk|loop|nbd)\d+|nvme\d+n\d+)$/

/** Whether `path` is `disk`, or one of its partitions. */
function isOn(path: string, disk: string): boolean {
  if (path === disk) return true
  const rest = DISK.test(disk) && path.startsWith(disk) ? path.slice(disk.length) : ''
  return (/\d$/.test(disk) ? /^p\d+$/ : /^\d+$/).test(rest)
}
