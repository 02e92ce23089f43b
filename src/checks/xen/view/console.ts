/** The device that Xen's own console is on (drivers/char/uart-init.c: dt_uart_init). */
import { uartDriverFor } from '../../../xen/uart-drivers.ts'
import type { XenView } from '../view.ts'
import { lastValue } from './command-line.ts'
import { readProperty, readString, stringList } from './property.ts'
import { findNode, isAvailable, type ScannedNode } from './scan.ts'

/** Xen's console on Arm where `console` is not given (drivers/char/console.c: OPT_CONSOLE_STR). */
const DEFAULT_CONSOLE = 'dtuart'

/** Whether `console` asks for a device of the tree. */
export const wantsConsole = ({ commandLine }: XenView): boolean =>
  (lastValue(commandLine, 'console') ?? DEFAULT_CONSOLE).split(',').includes('dtuart')

/** The console, if Xen has a driver for it that is built in and takes the node (common/device.c: device_init). */
export function drivenConsole(view: XenView): ScannedNode | undefined {
  const node = wantsConsole(view) ? consoleOf(view) : undefined
  if (!node || !isAvailable(node) || readProperty(node.node, 'xen,passthrough')) return undefined
  const { release, kconfig } = view.context
  const driver = uartDriverFor(stringList(readProperty(node.node, 'compatible')), release)
  return driver && (!kconfig || kconfig.options.get(driver.option) === 'y') ? node : undefined
}

/** The node that `dtuart` names, else the one that `stdout-path` does; `undefined`: there is none. */
export function consoleOf({ root, chosen, aliases, commandLine }: XenView): ScannedNode | undefined {
  const stdout = chosen && readString(chosen.node, 'stdout-path')
  const named = (lastValue(commandLine, 'dtuart') || (stdout ?? '')).split(':')[0] ?? ''
  const path = aliases.get(named) ?? named
  return path.startsWith('/') ? findNode(root, path) : undefined
}
