/** Which files to copy where, and what happens at boot. */
import { posix } from 'node:path'
import type { Assembly, BootMedium } from '../../assemble/assembly.ts'
import { describeFile, mediumOf, sizeOfTree } from '../../assemble/script.ts'
import { isMedium } from '../../model/system-model.ts'
import { filesOfXl } from '../../plan/in-dom0.ts'
import { loadedFiles } from '../../plan/loaded-files.ts'
import { factsOfFile, type LoadedFile, type SystemPlan } from '../../plan/system-plan.ts'
import { mediumPath, SCRIPT_FILE } from '../../u-boot/medium-path.ts'
import { formatSize, hex } from '../../units/format.ts'
import { type Bytes, type HostPhys, offset } from '../../units/quantities.ts'
import { table, wrap } from './layout.ts'

/** Steps, in order. */
export function startLines({ plan, script, hostTree }: Assembly): readonly string[] {
  const { boot } = plan.model
  return [
    ...putFiles(plan, script),
    ...inMemoryLines({ plan, hostTree }),
    ...wrap(
      `Let U-Boot load ${SCRIPT_FILE} and run it with \`source\`. ${script.some(({ kind }) => kind === 'load') ? 'It stops with a message if a file is missing or has another size.' : 'It cannot tell whether everything is where it should be.'}`,
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

function putFiles(plan: SystemPlan, script: Assembly['script']): readonly string[] {
  const { load } = plan.model.boot
  const where = isMedium(load) ? `on ${mediumName(mediumOf(load))}` : undefined
  const table = fileTable(plan, script)
  if (where === undefined && !script.some(({ kind }) => kind === 'load'))
    return wrap(`Put ${SCRIPT_FILE} where U-Boot finds it.`, '  1. ')
  return [
    ...wrap(
      `Put ${SCRIPT_FILE} and these files where U-Boot finds them${where === undefined ? '' : `, ${where}`}:`,
      '  1. ',
    ),
    '',
    ...table.map((line) => `   ${line}`),
    '',
  ]
}

/** Files that must be in memory when the script starts, and QEMU's option that puts them there. */
function inMemoryLines({ plan, hostTree }: Pick<Assembly, 'plan' | 'hostTree'>): readonly string[] {
  const { load, model } = plan
  const isThere = (file: LoadedFile): boolean =>
    !isMedium(file.load) && !(file.kind === 'device-tree' && model.boot['tree-from'] !== undefined)
  const files = loadedFiles(load)
    .filter(isThere)
    .flatMap((file) => partsInMemory(file, sizeOfTree(plan, hostTree)))
  if (files.length === 0) return []
  const rows = files.map(({ path, address, size, what }) => [path, hex(address), size, what])
  const headings = [
    { heading: 'file', align: 'left' },
    { heading: 'at', align: 'right' },
    { heading: 'size', align: 'right' },
    { heading: 'for', align: 'left' },
  ] as const
  return [
    '',
    ...wrap('These must be in memory before the script runs, each byte for byte:', '     '),
    '',
    ...table(headings, rows).map((line) => `   ${line}`),
    '',
    ...wrap('QEMU puts them there with', '     '),
    ...files.map(
      ({ path, address }) =>
        `       -device loader,file=${path.replaceAll(',', ',,')},addr=${hex(address)},force-raw=on`,
    ),
    '',
  ]
}

interface InMemory {
  readonly path: string
  readonly address: HostPhys
  readonly size: string
  readonly what: string
}

/** A file, and the metadata behind it. */
function partsInMemory(file: LoadedFile, tree: Bytes | undefined): readonly InMemory[] {
  const { path, address, behind, contents } = file
  const facts = factsOfFile(file)
  const size = `${contents.kind === 'host-tree' ? tree : (facts?.size ?? file.size)} bytes`
  const own = { path, address: address.value, size, what: describeFile(file) }
  if (!behind) return [own]
  const metadata = { path: behind.path, address: offset(address.value, behind.offset), size: `${behind.size} bytes` }
  return [own, { ...metadata, what: 'metadata, right after the ramdisk' }]
}

/** Files in the order in which they are loaded; if from different media, each with its own. */
function fileTable({ model }: SystemPlan, script: Assembly['script']): readonly string[] {
  const files = script.flatMap((command) => (command.kind === 'load' ? [command] : []))
  const usual = isMedium(model.boot.load) ? mediumName(mediumOf(model.boot.load)) : ''
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

/** What the tree in memory needs if overlays are applied to it: U-Boot finds the nodes that these refer to by labels in the tree. */
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

/** A medium for people: `the TFTP server`, `virtio device 0:1`. */
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

/** Files that dom0 needs to create domains, with their names there if these are different. */
function dom0Files(plan: SystemPlan): readonly string[] {
  const { dom0 } = plan
  const paths = filesOfXl(plan).map(({ file, place }) => {
    if (typeof file === 'string') return `${place} (${file} of the output)`
    return posix.basename(place) === posix.basename(file.path) ? place : `${place} (${file.path})`
  })
  return !dom0 || paths.length === 0
    ? []
    : wrap(`For xl, ${dom0.domain.name}'s file system must contain ${paths.join(', ')}.`, '  3. ')
}
