import { closest } from '../diagnostics/closest.ts'

/** A question for `word`, which is no key of `known`, about the key that is most like it; `undefined`: none is. */
export function didYouMean(word: string, known: Readonly<Record<string, unknown>>): string | undefined {
  const near = closest(word, Object.keys(known))
  return near === undefined ? undefined : `did you mean '${near}'?`
}
