/**
 * Values for libxlutil's parser (tools/libs/util/libxlu_cfg_l.l; libxlu_cfg.c: xlu__cfgl_dequote). It misreads numeric escapes (`\x41`, `\101`), so control
 * characters without an escape by letter are written as they are. NUL cannot be written.
 */
import type { XlEntry } from '../assemble/assembly.ts'

const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '"': '\\"',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
}

/** A string in double quotes. */
export const xlString = (value: string): string => `"${value.replace(/[\\"\n\r\t]/g, (c) => ESCAPES[c] ?? c)}"`

/** A value. Numbers have no quotes, except negative ones, which xl's parser knows only as strings, and then reads as numbers. */
export function xlValue(value: XlEntry['value']): string {
  if (typeof value === 'bigint') return value < 0n ? xlString(String(value)) : String(value)
  if (typeof value === 'string') return xlString(value)
  return value.length === 0 ? '[]' : `[ ${value.map(xlString).join(', ')} ]`
}
