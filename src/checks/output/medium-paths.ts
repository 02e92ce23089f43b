import type { Assembly, BootCommand } from '../../assemble/assembly.ts'
import { atValue } from '../../diagnostics/diagnostic.ts'
import { loadedFiles } from '../../plan/loaded-files.ts'
import type { LoadedFile } from '../../plan/system-plan.ts'
import type { Verdict } from '../rule.ts'

/** U-Boot reads what is in its script as it was meant. */
export function mediumPaths({ plan, script }: Assembly, verdict: Verdict): void {
  const files = new Map(loadedFiles(plan.load).map((f) => [f.address.value, f]))
  for (const command of script) {
    const file = command.kind === 'load' ? files.get(command.address) : undefined
    const reason = command.kind === 'load' && file ? unreadable(command, file) : undefined
    if (!reason || !file) continue
    verdict.violated({ at: atValue(file.pointer), message: `'${file.path}' ${reason}`, help: 'rename the file' })
  }
}

/** Characters that stay as they are however often U-Boot reads a line. */
const PLAIN = /^[A-Za-z0-9_./:,@%+-]+$/

function unreadable(command: Extract<BootCommand, { kind: 'load' }>, file: LoadedFile): string | undefined {
  const odd = [...command.path].find((character) => !/[\x20-\x7e]/.test(character))
  if (odd !== undefined) return `has the character U+${(odd.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`
  if (command.from.kind === 'command' && command.from.command.includes('$') && !PLAIN.test(command.path))
    return 'has a character that must be quoted, and U-Boot drops the quotes in a line with a variable'
  return command.from.kind === 'tftp' && file.path.includes(':')
    ? 'has a colon, which tftpboot would read as the end of a server address'
    : undefined
}
