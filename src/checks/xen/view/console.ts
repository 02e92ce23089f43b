/** The device that Xen's own console is on (drivers/char/uart-init.c: dt_uart_init). */
import type { XenView } from '../view.ts'
import { lastValue } from './command-line.ts'
import { firstString, readProperty } from './property.ts'
import { findNode, type ScannedNode } from './scan.ts'

/** What `dtuart` names, else the tree's own console; `undefined`: no node of the tree. */
export function consoleOf({ root, chosen, aliases, commandLine }: XenView): ScannedNode | undefined {
  const stdout = chosen && readProperty(chosen.node, 'stdout-path')
  const named = (lastValue(commandLine, 'dtuart') || (stdout ? firstString(stdout) : '')).split(':')[0] ?? ''
  const path = aliases.get(named) ?? named
  return path.startsWith('/') ? findNode(root, path) : undefined
}
