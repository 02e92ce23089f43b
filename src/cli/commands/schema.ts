import { closest } from '../../diagnostics/closest.ts'
import { schemaNames, schemaText } from '../../manifest/published.ts'
import { EXIT } from '../exit-status.ts'
import { stderr, stdout } from '../output.ts'
import type { Invocation } from '../parse.ts'

/** `domforge schema [name]`: the schema as it is, on stdout. */
export function schema(invocation: Invocation): number {
  const name = invocation.arguments['name'] ?? 'manifest'
  const names = schemaNames()
  if (names.includes(name)) {
    stdout.write(schemaText(name))
    return EXIT.ok
  }
  const nearest = closest(name, names)
  const hint = nearest ? `; did you mean ${nearest}?` : ''
  stderr.write(`domforge: no schema is named '${name}'${hint}\nthere are: ${names.join(', ')}\n`)
  return EXIT.usage
}
