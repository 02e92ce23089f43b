import type { CatalogueEntry } from './entry.ts'

export const man = {} as const satisfies Record<string, CatalogueEntry>
