import type { CatalogueEntry } from './entry.ts'

export const fdt = {} as const satisfies Record<string, CatalogueEntry>
