/** The UUID by which the supervisor recognises a domain that it has created: Xen keeps it, and no guest can change it. */
import { sha256Hex } from '../units/sha256.ts'

/** The same names give the same UUID. Its version is 8, which RFC 9562 leaves to applications. */
export function uuidOf(system: string, domain: string): string {
  const hash = sha256Hex(`domforge\0${system}\0${domain}`)
  const variant = ((Number.parseInt(hash.charAt(16), 16) & 3) | 8).toString(16)
  const digits = `${hash.slice(0, 12)}8${hash.slice(13, 16)}${variant}${hash.slice(17, 32)}`
  return [0, 8, 12, 16, 20].map((start, index, all) => digits.slice(start, all[index + 1])).join('-')
}
