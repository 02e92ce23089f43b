import type { CatalogueEntry } from './entry.ts'

export const xl = {} as const satisfies Record<string, CatalogueEntry>
