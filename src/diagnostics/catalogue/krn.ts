import type { CatalogueEntry } from './entry.ts'

export const krn = {} as const satisfies Record<string, CatalogueEntry>
