/** What a finding says besides where it is and which rule it breaks, in lines of plain text. */
import type { FileOrigin } from '../diagnostic.ts'
import type { Placed } from './arrange.ts'
import { printable } from './columns.ts'

/** Message, related places, effect, and the reason or the way out, each on a line of its own; without anything that a terminal would obey. */
export function prose(placed: Placed): readonly string[] {
  const { diagnostic, help, related } = placed
  const { message, effect, acceptance } = diagnostic
  return [
    message,
    ...foundIn(placed),
    ...related.map((entry) => `${position(entry.at)}: ${entry.message}`),
    ...(effect === undefined ? [] : [effect]),
    ...(acceptance ? [`accepted: ${acceptance.reason}`] : help === undefined ? [] : [`help: ${help}`]),
  ].map(printable)
}

/** The manifest, of several, where the place is in another file. */
export const foundIn = ({ manifest, at }: Placed): readonly string[] =>
  manifest === undefined || manifest === at.file ? [] : [`found in ${manifest}`]

/** `file:line:column`, `file (/node/path)`, or what of it is known. */
export function position(at: FileOrigin): string {
  const place = [at.file, at.line, at.line === undefined ? undefined : at.column].filter((part) => part !== undefined)
  return printable(`${place.join(':')}${at.node === undefined ? '' : ` (${at.node})`}`)
}
