/** Archives that Linux unpacks as an initramfs (init/initramfs.c; Documentation/driver-api/early-userspace/buffer-format.rst). */

/** newc with and without checksums; and the older `odc`, which Linux does not unpack. */
export const isCpio = (head: Buffer): boolean => /^07070[127]$/.test(head.toString('latin1', 0, 6))

const NEWC_HEADER = 110
const LAST = 'TRAILER!!!'
const TYPE = 0o170000
const DIRECTORY = 0o040000

/**
 * Whether `archive`, which is all of it, is of the form newc and holds nothing but directories: what `find . | cpio -o -H newc` makes of a
 * folder without a file. Anything past the archive but zeros counts as something.
 */
export function holdsNoFile(archive: Buffer): boolean {
  let at = 0
  for (;;) {
    const entry = newcEntry(archive, at)
    if (!entry) return false
    at = entry.end
    if (entry.name === LAST) return archive.subarray(at).every((byte) => byte === 0)
    if ((entry.mode & TYPE) !== DIRECTORY) return false
  }
}

interface Entry {
  readonly name: string
  readonly mode: number
  /** Where the next one begins. */
  readonly end: number
}

/** Header, name and content each end at a multiple of four bytes. */
function newcEntry(archive: Buffer, at: number): Entry | undefined {
  const header = archive.toString('latin1', at, at + NEWC_HEADER)
  if (!/^07070[12][0-9A-Fa-f]{104}$/.test(header)) return undefined
  const field = (index: number): number => Number.parseInt(header.slice(6 + 8 * index, 14 + 8 * index), 16)
  const nameEnd = at + NEWC_HEADER + field(11)
  const name = archive.toString('latin1', at + NEWC_HEADER, nameEnd - 1)
  return { name, mode: field(1), end: padded(padded(nameEnd) + field(6)) }
}

const padded = (length: number): number => Math.ceil(length / 4) * 4
