/** What a finding says besides where it is and which rule it breaks, in lines of plain text. */
import type { FileOrigin } from '../diagnostic.ts'
import type { Placed } from './arrange.ts'
import { printable } from './columns.ts'

/** Message, related places, effect, and the reason or the way out, each on a line of its own; without anything that a terminal would obey. */
export function prose({ diagnostic, help, related }: Placed): readonly string[] {
  const { message, effect, acceptance } = diagnostic
  return [
    message,
    ...related.map((entry) => `${position(entry.at)}: ${entry.message}`),
    ...(effect === undefined ? [] : [effect]),
    ...(acceptance ? [`accepted: ${acceptance.reason}`] : help === undefined ? [] : [`help: ${help}`]),
  ].map(printable)
}

/** `file:line:column`, `file (/node/path)`, or what of it is known. */
export function position(at: FileOrigin): string {
  const place = [at.file, at.line, at.line === undefined ? undefined : at.column].filter((part) => part !== undefined)
  return printable(`${place.join(':')}${at.node === undefined ? '' : ` (${at.node})`}`)
}
