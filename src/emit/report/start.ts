/** What to copy where, and what then happens. */
import type { Assembly } from '../../assemble/assembly.ts'
import { describeFile } from '../../assemble/script.ts'
import { pathInDom0 } from '../../assemble/xl-config.ts'
import type { LoadMethod } from '../../model/system-model.ts'
import type { SystemPlan } from '../../plan/system-plan.ts'
import { hex } from '../../units/format.ts'
import { blobOf } from '../device-tree.ts'
import { table, wrap } from './layout.ts'

export function startLines({ plan, hostTree }: Assembly): readonly string[] {
  const { load, model } = plan
  const files = [...load.modules, load.deviceTree, load.xen]
  return [
    ...wrap(`Put boot.scr and these files where U-Boot finds them, on ${mediumName(model.boot.load)}:`, '  1. '),
    '',
    ...table(
      [
        { heading: 'file', align: 'left' },
        { heading: 'loaded to', align: 'right' },
        { heading: 'size', align: 'right' },
        { heading: 'for', align: 'left' },
      ],
      files.map((file) => [
        `${model.boot.load.prefix}${file.path}`,
        hex(file.address.value),
        file.kind === 'device-tree' ? `${blobOf(hostTree).length} bytes` : `${file.size} bytes`,
        describeFile(file),
      ]),
    ).map((line) => `   ${line}`),
    '',
    ...wrap(
      'Let U-Boot load boot.scr and run it with `source`. It stops with a message when a file is missing or has another size.',
      '  2. ',
    ),
    ...dom0Files(plan),
  ]
}

/** `the TFTP server`, `virtio device 0:1`. */
export const mediumName = (load: LoadMethod): string =>
  load.from === 'tftp' ? 'the TFTP server' : `virtio device ${load.device}`

/** Images that dom0 needs to create domains itself. */
function dom0Files({ dom0, dom0less, xl }: SystemPlan): readonly string[] {
  if (!dom0) return []
  const guests = [
    ...xl.map(({ domain }) => domain),
    ...dom0less.filter((p) => p.notRecreatable === undefined).map((p) => p.domain),
  ]
  const files = guests.flatMap(({ kernel, ramdisk }) => [kernel.image, ...(ramdisk ? [ramdisk] : [])])
  const paths = [...new Set(files.map((file) => pathInDom0(dom0.domain, file)))]
  return paths.length === 0
    ? []
    : wrap(`For xl, ${dom0.domain.name}'s file system must hold ${paths.join(', ')}.`, '  3. ')
}
