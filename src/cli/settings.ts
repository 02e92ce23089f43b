/** What the command line says of how the manifest is read. */
import type { Settings } from '../pipeline.ts'
import { type Invocation, valuesOf } from './parse.ts'

export function settingsOf(invocation: Invocation): Settings {
  const { lock } = invocation.options
  return {
    roots: valuesOf(invocation, 'root'),
    update: valuesOf(invocation, 'update'),
    ...(lock === undefined ? {} : { lock: String(lock) }),
  }
}
