/** Where things that no single value asked for come from: the entity that owns them. */
import { atKey, type ManifestOrigin } from '../diagnostics/diagnostic.ts'
import type { Entity } from '../model/system-model.ts'

/** The entity as a whole, shown at its key. */
export const owner = (entity: Entity): ManifestOrigin => atKey(entity.pointer)
