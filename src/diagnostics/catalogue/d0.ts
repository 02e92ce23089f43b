import type { CatalogueEntry } from './entry.ts'

export const d0 = {} as const satisfies Record<string, CatalogueEntry>
