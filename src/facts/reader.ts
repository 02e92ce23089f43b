/** Files of the user's for all manifests of a run: each is read once, and understood once. */
import { sha256Hex } from '../units/sha256.ts'
import { readWhole, type Unreadable, type Whole } from './disk.ts'
import { type ImageFile, readImageFile } from './image-file.ts'

/** What is known of an image's bytes without them. */
export type JudgedImage = Omit<ImageFile, 'judged'> & { readonly sha256?: string }

export class Reader {
  readonly #wholes = new Map<string, Whole | Unreadable>()
  readonly #images = new Map<string, JudgedImage | Unreadable>()
  readonly #isHashing: boolean

  /** `isHashing`: whether anybody will ask for the hashes of what was read. */
  constructor(isHashing = true) {
    this.#isHashing = isHashing
  }

  /** All of the file at `place`, if it has at most `limit` bytes. */
  whole(place: string, limit: number): Whole | Unreadable {
    const known = this.#wholes.get(place)
    if (known?.ok && known.data.length <= limit) return known
    const file = readWhole(place, limit)
    this.#wholes.set(place, file)
    return file
  }

  /** The image at `place`, judged by its ends where these suffice; looked into if it is a kernel. */
  image(place: string, isKernel: boolean): JudgedImage | Unreadable {
    const key = `${isKernel ? 'kernel' : 'other'} ${place}`
    const image = this.#images.get(key) ?? this.#judged(place, isKernel)
    this.#images.set(key, image)
    return image
  }

  #judged(place: string, isKernel: boolean): JudgedImage | Unreadable {
    const image = readImageFile(place, isKernel)
    if (!image.ok) return image
    const { judged, ...known } = image
    return { ...known, ...this.hashOf(judged) }
  }

  /** Of the concatenation of `parts`. */
  hashOf(parts: readonly Uint8Array[]): { readonly sha256?: string } {
    return this.#isHashing ? { sha256: sha256Hex(...parts) } : {}
  }
}
