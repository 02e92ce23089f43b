import type { CatalogueEntry } from './entry.ts'

export const dom = {} as const satisfies Record<string, CatalogueEntry>
