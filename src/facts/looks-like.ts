/** Names for files that Xen does not start, so that a message can say what was found instead. */

interface Signature {
  readonly name: string
  readonly at: number
  /** Latin-1: one character per byte. */
  readonly bytes: string
}

/** The first match wins: a signature that may occur in files of another kind comes before that of the other. */
const SIGNATURES: readonly Signature[] = [
  { name: 'a compressed EFI kernel (vmlinuz.efi, zboot)', at: 4, bytes: 'zimg' },
  { name: 'an EFI program', at: 0, bytes: 'MZ' },
  { name: 'an ELF file', at: 0, bytes: '\x7fELF' },
  { name: 'xz-compressed', at: 0, bytes: '\xfd7zXZ\0' },
  { name: 'zstd-compressed', at: 0, bytes: '\x28\xb5\x2f\xfd' },
  { name: 'lz4-compressed', at: 0, bytes: '\x04\x22\x4d\x18' },
  { name: 'lz4-compressed', at: 0, bytes: '\x02\x21\x4c\x18' },
  { name: 'bzip2-compressed', at: 0, bytes: 'BZh' },
  { name: 'lzma-compressed', at: 0, bytes: '\x5d\0\0' },
  { name: 'lzop-compressed', at: 0, bytes: '\x89LZO\0\r\n\x1a\n' },
  { name: 'a ZIP archive', at: 0, bytes: 'PK\x03\x04' },
  { name: 'gzip-compressed', at: 0, bytes: '\x1f\x8b' },
  { name: 'an Android boot image', at: 0, bytes: 'ANDROID!' },
  { name: 'a squashfs file system', at: 0, bytes: 'hsqs' },
  { name: 'a tar archive', at: 257, bytes: 'ustar' },
  { name: 'an ext file system', at: 0x438, bytes: '\x53\xef' },
]

const FDT_MAGIC = '\xd0\x0d\xfe\xed'

/** What a file that begins with `head` seems to be; `undefined` for unknown bytes. */
export function looksLike(head: Buffer): string | undefined {
  if (startsWith(head, FDT_MAGIC, 0)) return head.includes('images\0') ? 'a FIT image' : 'a device tree blob'
  const signature = SIGNATURES.find(({ bytes, at }) => startsWith(head, bytes, at))
  return signature?.name ?? (isText(head) ? 'text' : undefined)
}

const startsWith = (head: Buffer, mark: string, at: number): boolean =>
  head.toString('latin1', at, at + mark.length) === mark

/** Printable characters, tabs and line ends only; UTF-8 counts. */
const isText = (head: Buffer): boolean =>
  head.length > 0 && head.every((byte) => (byte >= 0x20 ? byte !== 0x7f : byte === 9 || byte === 10 || byte === 13))
