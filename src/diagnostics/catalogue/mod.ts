import type { CatalogueEntry } from './entry.ts'

export const mod = {} as const satisfies Record<string, CatalogueEntry>
