/** Keys of xl's configuration whose value is one of a few words. */
import type { Release } from './releases.ts'

export interface XlChoice {
  /** The words, each with the first release that knows it. */
  readonly values: Readonly<Record<string, Release>>
  /** libxl's enumerations ignore case (tools/libs/light/gentypes.py); xl's own comparisons do not. */
  readonly ignoreCase: boolean
}

const all = (...values: readonly string[]): Readonly<Record<string, Release>> =>
  Object.fromEntries(values.map((value) => [value, '4.17' as const]))

/** tools/xl/xl_parse.c: action_on_shutdown_names. */
const ACTIONS: XlChoice = {
  values: all('destroy', 'restart', 'rename-restart', 'preserve', 'coredump-destroy', 'coredump-restart', 'soft-reset'),
  ignoreCase: false,
}

/** Lengths of SVE vectors in bits, with the two words (libxl_types.idl: sve_type). */
const SVE = ['disabled', ...Array.from({ length: 16 }, (_, index) => String((index + 1) * 128)), 'hw']

/** By key. */
export const XL_CHOICES: Readonly<Record<string, XlChoice>> = {
  /** On Arm every domain is of the type pvh; pv is taken for it (libxl_arm.c: libxl__arch_domain_create_info_setdefault). */
  type: { values: all('pvh', 'pv'), ignoreCase: false },
  on_poweroff: ACTIONS,
  on_reboot: ACTIONS,
  on_watchdog: ACTIONS,
  on_crash: ACTIONS,
  on_soft_reset: ACTIONS,
  /** libxl_types.idl: gic_version. */
  gic_version: { values: all('default', 'v2', 'v3'), ignoreCase: true },
  /** libxl_types.idl: tee_type. */
  tee: { values: { ...all('none', 'optee'), ffa: '4.18' }, ignoreCase: true },
  sve: { values: all(...SVE), ignoreCase: true },
  /** libxl_types.idl: passthrough, without sync_pt, which Arm refuses (libxl_arm.c). */
  passthrough: { values: all('default', 'disabled', 'enabled', 'share_pt'), ignoreCase: true },
}
