/** What keeps hostile sources from exhausting the machine. Real board trees stay far below all of these. */

/** Parentheses and unary operators around one number. */
export const MAX_EXPRESSION_DEPTH = 500

/** `/include/` inside `/include/`: what dtc allows (srcpos.c, MAX_SRCFILE_DEPTH). */
export const MAX_INCLUDE_DEPTH = 200

/** `/include/`s and `/incbin/`s of a tree together. Sources as the kernel has them leave inclusion to cpp. */
export const MAX_INCLUSIONS = 1000

/** Words of all sources; the largest board trees have a few hundred thousand. */
export const MAX_WORDS = 4_000_000

/** Characters of all sources, included ones as often as they are included, plus bytes of all `/incbin/`s. */
export const MAX_SOURCE_SIZE = 64 * 1024 * 1024

/** Reading stops after so many problems. */
export const MAX_PROBLEMS = 20

/** References to labels that are on several nodes at that point; a tree that ends up so is refused anyway. */
export const MAX_AMBIGUOUS_LABELS = 200
