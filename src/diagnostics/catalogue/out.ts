import type { CatalogueEntry } from './entry.ts'

export const out = {} as const satisfies Record<string, CatalogueEntry>
