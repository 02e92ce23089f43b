/** What to copy where, and what then happens. */
import type { Assembly, BootMedium } from '../../assemble/assembly.ts'
import { mediumOf } from '../../assemble/script.ts'
import { partialTreeInDom0, pathInDom0 } from '../../assemble/xl-config.ts'
import type { SystemPlan } from '../../plan/system-plan.ts'
import { mediumPath, SCRIPT_FILE } from '../../u-boot/medium-path.ts'
import { formatSize, hex } from '../../units/format.ts'
import { table, wrap } from './layout.ts'

export function startLines({ plan, script }: Assembly): readonly string[] {
  const { boot } = plan.model
  return [
    ...wrap(
      `Put ${SCRIPT_FILE} and these files where U-Boot finds them, on ${mediumName(mediumOf(boot.load))}:`,
      '  1. ',
    ),
    '',
    ...fileTable(plan, script).map((line) => `   ${line}`),
    '',
    ...wrap(
      `Let U-Boot load ${SCRIPT_FILE} and run it with \`source\`. It stops with a message if a file is missing or has another size.`,
      '  2. ',
    ),
    ...treeLines(plan),
    ...(boot.command === 'none' ? wrap(OWN_START, '     ') : []),
    ...dom0Files(plan),
  ]
}

const OWN_START =
  "It does not start Xen: that is left to you, with Xen's address in host_kernel_addr and the device tree's in host_fdt_addr. Both " +
  'are set only when nothing has failed. The tree must not move: fdt_high makes sure of that.'

/** Files in the order in which they are loaded; where they come from different media, each with its own. */
function fileTable({ model }: SystemPlan, script: Assembly['script']): readonly string[] {
  const files = script.flatMap((command) => (command.kind === 'load' ? [command] : []))
  const usual = mediumName(mediumOf(model.boot.load))
  const media = files.map(({ from }) => mediumName(from))
  const several = media.some((name) => name !== usual)
  return table(
    [
      { heading: 'file', align: 'left' },
      { heading: 'loaded to', align: 'right' },
      { heading: 'size', align: 'right' },
      { heading: 'for', align: 'left' },
      ...(several ? [{ heading: 'on', align: 'left' } as const] : []),
    ],
    files.map(({ path, address, size, limit, what }, index) => [
      path,
      hex(address),
      limit ? `at most ${formatSize(limit.size)}` : size === undefined ? 'unknown' : `${size} bytes`,
      what,
      ...(several ? [media[index] ?? ''] : []),
    ]),
  )
}

/** U-Boot finds the nodes that an overlay refers to by their labels in the tree, as in its file. */
const WITH_OVERLAYS =
  ' It has no overlays yet, and its labels, as dtc -@ writes them, where overlays refer to these: the script applies them with `fdt apply`.'

function treeLines({ model, board: { overlays } }: SystemPlan): readonly string[] {
  const variable = model.boot['tree-from']
  if (variable === undefined) return []
  const path = mediumPath(model.platform['device-tree'].path)
  return wrap(
    `The tree that ${variable} points to must match ${path}: everything was planned for it.${overlays.length === 0 ? '' : WITH_OVERLAYS}`,
    '     ',
  )
}

/** `the TFTP server`, `virtio device 0:1`. */
export function mediumName(medium: BootMedium): string {
  switch (medium.kind) {
    case 'tftp':
      return 'the TFTP server'
    case 'sd':
      return `SD card or eMMC ${medium.device}`
    case 'command':
      return `where '${medium.command}' reads from`
    default:
      return `${medium.kind} device ${medium.device}`
  }
}

/** Images that dom0 needs to create domains itself. */
function dom0Files({ dom0, dom0less, xl }: SystemPlan): readonly string[] {
  if (!dom0) return []
  const planned = [...xl, ...dom0less.filter(({ notRecreatable }) => notRecreatable === undefined)]
  const trees = planned.flatMap(({ domain, partialTree }) => {
    if (!partialTree) return []
    const place = partialTreeInDom0(dom0.domain, domain, partialTree)
    return [partialTree.output === undefined ? place : `${place} (${partialTree.output} of the output)`]
  })
  const files = planned.flatMap(({ domain: { kernel, ramdisk } }) => [kernel.image, ...(ramdisk ? [ramdisk] : [])])
  const paths = [...new Set([...files.map((file) => pathInDom0(dom0.domain, file)), ...trees])]
  return paths.length === 0
    ? []
    : wrap(`For xl, ${dom0.domain.name}'s file system must contain ${paths.join(', ')}.`, '  3. ')
}
