/** Usage errors that only a command itself can see. */
import { closest } from '../diagnostics/closest.ts'
import { EXIT } from './exit-status.ts'
import { stderr } from './output.ts'

/** Says on stderr what is wrong with the command line; the exit status for it. */
export function refuseUsage(message: string): number {
  stderr.write(`domforge: ${message}\n`)
  return EXIT.usage
}

/** `; did you mean …?`, or nothing. */
export function meant(word: string, known: readonly string[]): string {
  const nearest = closest(word, known)
  return nearest === undefined ? '' : `; did you mean '${nearest}'?`
}
