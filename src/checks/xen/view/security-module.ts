/** Which of its security modules Xen selects (xen/xsm/xsm_core.c: parse_xsm_param, xsm_core_init). */
import type { XenView } from '../view.ts'
import { lastValue } from './command-line.ts'

/** Whether it is SILO, the default of a build for Arm (xen/common/Kconfig: XSM_SILO_DEFAULT); without a `.config` that is assumed. */
export function selectsSilo({ commandLine, context: { kconfig } }: XenView): boolean {
  const isOn = (name: string): boolean => kconfig === undefined || kconfig.options.get(name) === 'y'
  if (!isOn('XSM_SILO')) return false
  const module = lastValue(commandLine, 'xsm')
  return module === undefined ? isOn('XSM_SILO_DEFAULT') : module === 'silo'
}
