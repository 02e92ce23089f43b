const numeric = new Intl.Collator('en', { numeric: true })

/**
 * Versions of one package, each once, the newest first. Digits count as numbers; the finer rules of Debian (`~` before everything) are left
 * out, since this is only the order in which versions are tried.
 */
export const newestFirst = (versions: readonly string[]): string[] =>
  [...new Set(versions)].toSorted((a, b) => numeric.compare(b, a))
