import { closest } from '../diagnostics/closest.ts'

/** A remedy for a word that is not in a table, where the table has one that looks like it. */
export function didYouMean(word: string, known: Readonly<Record<string, unknown>>): string | undefined {
  const near = closest(word, Object.keys(known))
  return near === undefined ? undefined : `did you mean '${near}'?`
}
