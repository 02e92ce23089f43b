/** `virtio.json` (schemas/virtio.schema.json), with numbers of 64 bits as hex strings, and bytes as hex digits. */
import type { VirtioDocument } from '../../guests/virtio-document.ts'
import { hex } from '../../units/format.ts'

/** A value as it is in the JSON. */
export type AsJson<T> = T extends bigint | Uint8Array
  ? string
  : T extends object
    ? { readonly [K in keyof T]: AsJson<T[K]> }
    : T

/** The text of the file. */
export const documentText = (document: VirtioDocument): string => `${JSON.stringify(document, written, 2)}\n`

function written(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return hex(value)
  return value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value
}
