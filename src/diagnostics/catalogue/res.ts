import type { CatalogueEntry } from './entry.ts'

export const res = {} as const satisfies Record<string, CatalogueEntry>
