import type { Assembly } from '../../assemble/assembly.ts'
import type { MediumLoad } from '../../model/system-model.ts'
import { lostByTftp } from '../../u-boot/tftp.ts'
import type { Verdict } from '../rule.ts'
import { filesOnMedium, wrongPaths } from './on-medium.ts'

/** Checks that U-Boot reads every path in its script as it is meant. */
export function mediumPaths({ plan }: Assembly, verdict: Verdict): void {
  for (const { text, at, help, reason } of wrongPaths(filesOnMedium(plan), unreadable))
    verdict.violated({ at, message: `'${text}' ${reason}`, help })
}

/** Paths of characters that U-Boot leaves alone, however often it parses a line. */
const PLAIN = /^[A-Za-z0-9_./:,@%+-]+$/

function unreadable(load: MediumLoad, path: string): string | undefined {
  const odd = [...path].find((character) => !/[\x20-\x7e]/.test(character))
  if (odd !== undefined) return `has the character U+${(odd.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`
  if (load.from === 'command' && load.command.includes('$') && !PLAIN.test(path))
    return 'has a character that must be quoted, and U-Boot drops the quotes in a line with a variable'
  return load.from === 'tftp' ? lostByTftp(path, load.prefix) : undefined
}
