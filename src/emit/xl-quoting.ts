/**
 * Values as libxlutil reads them (tools/libs/util/libxlu_cfg_l.l and `xlu__cfgl_dequote` in libxlu_cfg.c). Its numeric escapes (`\x41`, `\101`)
 * lose their value, so control characters without a letter escape stand as they are. NUL cannot be written.
 */
import type { XlEntry } from '../assemble/assembly.ts'

const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '"': '\\"',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
}

export const xlString = (value: string): string => `"${value.replace(/[\\"\n\r\t]/g, (c) => ESCAPES[c] ?? c)}"`

/** Numbers stand bare; a negative one only parses as a string, which xl reads as a number all the same. */
export function xlValue(value: XlEntry['value']): string {
  if (typeof value === 'bigint') return value < 0n ? xlString(String(value)) : String(value)
  if (typeof value === 'string') return xlString(value)
  return value.length === 0 ? '[]' : `[ ${value.map(xlString).join(', ')} ]`
}
