/** The security module that Xen selects (xen/xsm/xsm_core.c: parse_xsm_param, xsm_core_init). */
import type { Kconfig } from '../../../facts/facts.ts'
import type { CommandLine } from './command-line.ts'

/** What that depends on. Without a `.config` a stock build for Arm is assumed. */
interface Selection {
  readonly commandLine: Pick<CommandLine, 'words'>
  readonly context: { readonly kconfig?: Kconfig }
}

/** Whether it is SILO, the default of a build for Arm (xen/common/Kconfig: XSM_SILO_DEFAULT). `xsm=` with a module that is not built in changes nothing. */
export function selectsSilo({ commandLine, context: { kconfig } }: Selection): boolean {
  const isOn = (name: string): boolean => kconfig === undefined || kconfig.options.get(name) === 'y'
  if (!isOn('XSM_SILO')) return false
  const built = ['dummy', 'silo', ...(isOn('XSM_FLASK') ? ['flask'] : [])]
  const said = commandLine.words.findLast(({ key, value = '' }) => key === 'xsm' && built.includes(value))
  return said === undefined ? isOn('XSM_SILO_DEFAULT') : said.value === 'silo'
}
