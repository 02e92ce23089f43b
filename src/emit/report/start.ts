/** What to copy where, and what then happens. */
import type { Assembly } from '../../assemble/assembly.ts'
import { pathInDom0 } from '../../assemble/xl-config.ts'
import type { LoadMethod } from '../../model/system-model.ts'
import type { SystemPlan } from '../../plan/system-plan.ts'
import { formatSize, hex } from '../../units/format.ts'
import { table, wrap } from './layout.ts'

export function startLines({ plan }: Assembly): readonly string[] {
  const { load, model } = plan
  const files = [...load.modules, load.deviceTree, load.xen]
  return [
    ...wrap(`1. Put boot.scr and these files ${place(model.boot.load)}:`),
    '',
    ...table(
      [
        { heading: 'file', align: 'left' },
        { heading: 'loaded to', align: 'right' },
        { heading: 'size', align: 'right' },
      ],
      files.map((file) => [
        `${model.boot.load.prefix}${file.path}`,
        hex(file.address.value),
        file.kind === 'device-tree' ? `at most ${formatSize(file.size)}` : `${file.size} bytes`,
      ]),
    ).map((line) => `   ${line}`),
    '',
    ...wrap(
      '2. Let U-Boot load boot.scr and run it with `source`. It stops with a message when a file is missing or has another size.',
    ),
    ...dom0Files(plan),
  ]
}

function place(load: LoadMethod): string {
  return load.from === 'tftp' ? "into the TFTP server's folder" : `on virtio device ${load.device}`
}

/** Images that dom0 needs to create domains itself. */
function dom0Files({ dom0, dom0less, xl }: SystemPlan): readonly string[] {
  if (!dom0) return []
  const guests = [
    ...xl.map(({ domain }) => domain),
    ...dom0less.filter((p) => p.notRecreatable === undefined).map((p) => p.domain),
  ]
  const files = guests.flatMap(({ kernel, ramdisk }) => [kernel.image, ...(ramdisk ? [ramdisk] : [])])
  const paths = [...new Set(files.map((file) => pathInDom0(dom0.domain, file)))]
  return paths.length === 0 ? [] : wrap(`3. For xl, ${dom0.domain.name}'s file system must hold ${paths.join(', ')}.`)
}
