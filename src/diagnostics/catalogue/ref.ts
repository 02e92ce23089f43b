import type { CatalogueEntry } from './entry.ts'

export const ref = {} as const satisfies Record<string, CatalogueEntry>
