/** Commands as U-Boot's shell reads them. */
import type { BootCommand } from '../assemble/assembly.ts'
import { hex } from '../units/format.ts'
import { ubootWord } from './uboot-quoting.ts'

type Load = Extract<BootCommand, { kind: 'load' }>

/** The script's text, one command or block a line. Uses nothing but what every U-Boot with `booti` has. */
export const ubootScript = (commands: readonly BootCommand[]): string => `${commands.flatMap(lines).join('\n')}\n`

function lines(command: BootCommand): readonly string[] {
  switch (command.kind) {
    case 'comment':
      return [`# ${oneLine(command.text)}`]
    case 'load':
      return ['', `# ${oneLine(command.what)}`, ...load(command)]
    case 'set':
      return [`setenv ${command.name} ${ubootWord(command.value)}`]
    case 'boot-xen':
      return [
        `${command.command} ${hex(command.xen)} - ${hex(command.deviceTree)}`,
        `${echo('Xen was not started: see what U-Boot says above')}; exit 1`,
      ]
  }
}

/** A sourced script goes on after a command that fails, so every load is asked for its outcome. */
function load(command: Load): readonly string[] {
  const { path, address } = command
  const source = command.from.kind === 'tftp' ? 'tftpboot' : `load virtio ${ubootWord(command.from.device)}`
  return [
    `if ${source} ${hex(address)} ${ubootWord(path)}; then true; else ${echo(`cannot load ${path}`)}; exit 1; fi`,
    ...(command.size === undefined ? [] : [sizeCheck(path, command.size)]),
  ]
}

/** The tree gives every module's exact size: with another file, Xen or the guest would die without a word. */
function sizeCheck(path: string, size: bigint): string {
  const complaint = echo(`${path} is not the file that this boot was made for: ${size} bytes expected`)
  return `if itest 0x\${filesize} -ne ${hex(size)}; then ${complaint}; exit 1; fi`
}

const echo = (message: string): string => `echo ${ubootWord(`domforge: ${message}`)}`

const oneLine = (text: string): string => text.replace(/[^\x20-\x7e]/g, '?')
