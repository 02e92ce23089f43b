/** An arm64 Image: header, then zeros up to `size` bytes; `code0` is its first instruction. */
export function arm64Image(header?: {
  readonly size?: number
  readonly imageSize?: number
  readonly textOffset?: number
  readonly flags?: number
  readonly code0?: number
}): Buffer

/** A gzip file without name or time stamp. */
export function gzip(data: Uint8Array): Buffer

/** A cpio archive (newc) that holds `init`, an empty file, of `size` bytes, or as many as that takes. */
export function cpio(size?: number): Buffer

/** A cpio archive (newc) of a folder without a file. */
export function emptyCpio(): Buffer
