/** The boot script, in the language of U-Boot's shell. */
import type { BootCommand, BootMedium, LoadLimit } from '../assemble/assembly.ts'
import { hex } from '../units/format.ts'
import { bytes, type HostPhys, isAligned, offset, wholeUnits } from '../units/quantities.ts'
import { fdtCommand } from './uboot-fdt.ts'
import { ubootWord } from './uboot-quoting.ts'

type Load = Extract<BootCommand, { kind: 'load' }>
type Clear = Extract<BootCommand, { kind: 'clear' }>
type BootXen = Extract<BootCommand, { kind: 'boot-xen' }>
type ConfigureFpga = Extract<BootCommand, { kind: 'configure-fpga' }>
type EditTree = Extract<BootCommand, { kind: 'edit-tree' }>

/**
 * Variable that is set once something has failed, so that the rest of the script does nothing. A script that is sourced goes on after a command that fails,
 * and in U-Boot 2021.07 to 2023.01 even after `exit` (cmd/exit.c: commit 8c4e3b79bd0, undone by 721307eba0e).
 */
const failed = 'domforge_failed'

/**
 * The text of the script. It uses only commands that every U-Boot with `booti` has, besides those that the manifest asks for. Its last command fails, so that
 * whoever sources it learns that nothing was booted; if the user's own commands start Xen, it fails only if they must not.
 */
export function ubootScript(commands: readonly BootCommand[]): string {
  const first = commands.findIndex(({ kind }) => kind !== 'comment')
  const heading = first < 0 ? commands : commands.slice(0, first)
  const body = commands.slice(heading.length)
  const leavesXenAlone = commands.some((command) => command.kind === 'boot-xen' && command.command === 'none')
  const end = leavesXenAlone ? `test -z "\${${failed}}"` : 'false'
  return `${[...heading.flatMap(lines), `setenv ${failed}`, ...body.flatMap(paragraph), end].join('\n')}\n`
}

/** Lines of a command, after an empty one if it is a comment. */
const paragraph = (command: BootCommand): readonly string[] =>
  command.kind === 'comment' ? ['', ...lines(command)] : lines(command)

function lines(command: BootCommand): readonly string[] {
  switch (command.kind) {
    case 'comment':
      return [`# ${oneLine(command.text)}`]
    case 'load':
      return ['', `# ${oneLine(command.what)}`, ...load(command)]
    case 'clear':
      return unlessFailed(clear(command))
    case 'set':
      return [`setenv ${command.name} ${ubootWord(command.value)}`]
    case 'edit-tree':
      return ['', `# ${oneLine(command.what)}`, ...editTree(command)]
    case 'scan-bus':
      return ['', command.bus === 'usb' ? 'usb start' : 'scsi scan']
    case 'configure-fpga':
      return configureFpga(command)
    case 'user-commands':
      return ['', '# extra-commands of the manifest', ...unlessFailed([...command.lines, 'true'])]
    case 'give-addresses':
      return unlessFailed([
        `setenv ${XEN_ADDRESS} ${hex(command.xen)}`,
        `setenv ${TREE_ADDRESS} ${hex(command.deviceTree)}`,
      ])
    case 'boot-xen':
      return bootXen(command)
  }
}

function configureFpga({ command, device, address, size }: ConfigureFpga): readonly string[] {
  return unlessFailed([
    `if fpga ${command} ${hex(device)} ${hex(address)} ${sizeWord(size)}; then`,
    ...indented(['true']),
    'else',
    ...indented(fail('cannot configure the FPGA: see the messages above')),
    'fi',
  ])
}

const sizeWord = (size: ConfigureFpga['size']): string =>
  typeof size === 'bigint' ? hex(size) : `0x\${${size.variable}}`

/** Fills with zeros, in words of 32 bits if the size is a multiple of 4; `mw` counts in words. */
const clear = ({ address, size }: Clear): readonly string[] =>
  isAligned(address, WORD) && isAligned(size, WORD)
    ? [`mw.l ${hex(address)} 0 ${hex(wholeUnits(size, WORD))}`]
    : [`mw.b ${hex(address)} 0 ${hex(size)}`]

const XEN_ADDRESS = 'host_kernel_addr'
const TREE_ADDRESS = 'host_fdt_addr'

/** Starts Xen; `bootefi` takes no ramdisk between the two addresses. If the user's own command does it, and something failed, the addresses are unset for it. */
function bootXen({ command, xen, deviceTree }: BootXen): readonly string[] {
  if (command === 'none')
    return [`if test -n "\${${failed}}"; then`, ...indented([`setenv ${XEN_ADDRESS}`, `setenv ${TREE_ADDRESS}`]), 'fi']
  return unlessFailed([
    `${command} ${hex(xen)} ${command === 'bootefi' ? '' : '- '}${hex(deviceTree)}`,
    echo('Xen was not started: see the messages above'),
  ])
}

function load(command: Load): readonly string[] {
  const { path, address } = command
  return unlessFailed([
    `if ${reader(command.from)} ${hex(address)} ${ubootWord(path)}; then`,
    ...indented(sizeChecks(command)),
    'else',
    ...indented(fail(`cannot load ${path}`)),
    'fi',
  ])
}

/** U-Boot's command that loads from a medium, up to the address. The user's own command is used as it is. */
export function reader(medium: BootMedium): string {
  switch (medium.kind) {
    case 'tftp':
      return 'tftpboot'
    case 'command':
      return medium.command
    default:
      return `load ${medium.kind === 'sd' ? 'mmc' : medium.kind} ${ubootWord(medium.device)}`
  }
}

function sizeChecks({ path, size, limit, address }: Load): readonly string[] {
  if (limit) return limitChecks(path, limit, address)
  return size === undefined ? ['true'] : sizeCheck(path, size)
}

const WORD = bytes(4)

/** Offset of `image_size` in the header of an arm64 Image: 64 bits, little-endian. The lower half is read, which is enough for sizes below 4 GiB. */
const IMAGE_SIZE_AT = bytes(16)

function limitChecks(path: string, { size, sizeTo, runsInPlace }: LoadLimit, address: HostPhys): readonly string[] {
  const tooLarge = (what: string): readonly string[] => [
    ...indented(fail(`${path} ${what} more than the ${size} bytes that this script was made for`)),
    'fi',
  ]
  return [
    `setenv ${sizeTo} \${filesize}`,
    `if itest 0x\${filesize} -gt ${hex(size)}; then`,
    ...tooLarge('has'),
    `if itest 0x\${filesize} -eq 0; then`,
    ...indented(fail(`${path} is empty`)),
    'fi',
    ...(runsInPlace
      ? [`if itest.l *${hex(offset(address, IMAGE_SIZE_AT))} -gt ${hex(size)}; then`, ...tooLarge('needs')]
      : []),
  ]
}

/** Checks the size of a file that was loaded: the tree has every module's exact size, and with another file Xen or the guest would fail silently. */
const sizeCheck = (path: string, size: bigint): readonly string[] => [
  `if itest 0x\${filesize} -ne ${hex(size)}; then`,
  ...indented(fail(`${path} is not the file that this script was made for: ${size} bytes expected`)),
  'fi',
]

/** Makes each edit in a line of its own: the old shell knows `&&` and `||` only between two commands of a line, and skips all others after one that fails. */
const editTree = ({ what, edits }: EditTree): readonly string[] =>
  unlessFailed([
    ...edits.map((edit) => `${fdtCommand(edit)} || setenv ${failed} 1`),
    `if test -n "\${${failed}}"; then`,
    `  ${echo(`cannot change the device tree (${what}): see the messages above`)}`,
    'fi',
  ])

const unlessFailed = (commands: readonly string[]): readonly string[] => [
  `if test -z "\${${failed}}"; then`,
  ...indented(commands),
  'fi',
]

const fail = (message: string): readonly string[] => [echo(message), `setenv ${failed} 1`]

const indented = (commands: readonly string[]): readonly string[] => commands.map((command) => `  ${command}`)

const echo = (message: string): string => `echo ${ubootWord(`domforge: ${message}`)}`

const oneLine = (text: string): string => text.replace(/[^\x20-\x7e]/g, '?')
