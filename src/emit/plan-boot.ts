/** What U-Boot does, for `plan.json`: from where it loads, and how it starts Xen. */
import type { Boot, LoadMethod } from '../model/system-model.ts'
import type { LoadedFile } from '../plan/system-plan.ts'

/** The section `boot`. */
export function bootDocument({ load, command, bitstream, ...boot }: Boot) {
  const { 'device-tree': deviceTree, 'tree-from': treeFrom, 'extra-commands': extraCommands } = boot
  return {
    load: methodDocument(load),
    command,
    deviceTree,
    ...(treeFrom === undefined ? {} : { treeFrom }),
    ...(extraCommands === undefined ? {} : { extraCommands }),
    ...(bitstream ? { fpga: bitstream.device } : {}),
  }
}

/** How a file is loaded; empty if as the section `boot` says. */
export function ownMethod({ load }: LoadedFile, boot: Boot): object {
  const [own, usual] = [load, boot.load].map(methodDocument)
  return JSON.stringify(own) === JSON.stringify(usual) ? {} : { load: own }
}

/** A load method. The addresses of `from: memory` are left out: each file has its own. */
function methodDocument(load: LoadMethod) {
  if (load.from === 'memory') return { from: load.from }
  const prefix = load.prefix === '' ? {} : { prefix: load.prefix }
  if (load.from === 'tftp') return { from: load.from, ...prefix }
  return load.from === 'command'
    ? { from: load.from, command: load.command, ...prefix }
    : { from: load.from, device: load.device, ...prefix }
}
