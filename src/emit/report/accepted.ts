/** Findings that the manifest accepts. */
import type { Assembly } from '../../assemble/assembly.ts'
import { bullets } from './layout.ts'

/** Each with its reason; empty if there are none. */
export const acceptedLines = ({ accepted }: Assembly): readonly string[] =>
  bullets(accepted.map(({ code, message, reason }) => `${code}: ${message}. Accepted: ${reason}`))
