/** Origins of what no single value of the manifest asks for. */
import { atKey, type ManifestOrigin } from '../diagnostics/diagnostic.ts'
import type { Entity } from '../model/system-model.ts'

/** The entity as a whole, at its key. */
export const owner = (entity: Entity): ManifestOrigin => atKey(entity.pointer)
