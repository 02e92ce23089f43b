/** What FAT does to paths on the boot medium, as Linux writes it (fs/fat/namei_vfat.c) and U-Boot reads it (fs/fat/fat.c). */
import type { LoadMethod } from '../model/system-model.ts'

/** Whether files of a load method are on FAT; `unknown` if the manifest does not tell. */
export type OnFat = 'yes' | 'no' | 'unknown'

/** The interfaces of the manifest use U-Boot's `load`, which reads any file system. */
export function isOnFat(load: LoadMethod): OnFat {
  if (load.from === 'tftp' || load.from === 'memory') return 'no'
  return load.from === 'command' ? readsFat(load.command) : 'unknown'
}

/** Address and path are appended to the last command of the line. */
function readsFat(line: string): OnFat {
  const [word = ''] = (line.split(/[;&|]/).at(-1) ?? '').trim().split(/\s/)
  if (word === 'fatload') return 'yes'
  return READS_NO_FAT.has(word) ? 'no' : 'unknown'
}

/** U-Boot commands that take an address and a path, and read from a server or another file system (cmd/). */
const READS_NO_FAT: ReadonlySet<string> = new Set([
  ...['tftpboot', 'tftp', 'nfs', 'wget', 'dhcp', 'bootp', 'rarpboot'],
  ...['ext2load', 'ext4load', 'ubifsload', 'sqfsload', 'erofsload', 'zfsload', 'cramfsload', 'fsload', 'cbfsload'],
])

/** The longest name, in UTF-16 units (FAT_LFN_LEN; VFAT_MAXLEN_BYTES in U-Boot's include/fat.h). */
const LONGEST_NAME = 255

/**
 * Why a file cannot have the `path` on FAT, as the end of a sentence; `undefined`: it can. Linux refuses the characters and a blank at the end
 * (vfat_bad_char, vfat_is_used_badchars) and drops dots at the end (vfat_striptail_len); U-Boot takes a backslash for a slash (ISDIRDELIM).
 */
export function lostOnFat(path: string): string | undefined {
  for (const name of path.split('/')) {
    const [odd] = /["*:<>?\\|]/.exec(name) ?? []
    if (odd !== undefined) return `has the character ${odd}`
    if (name.endsWith('.') && name !== '.' && name !== '..') return 'has a name that ends in a dot'
    if (name.endsWith(' ')) return 'has a name that ends in a blank'
    if (name.length > LONGEST_NAME) return `has a name of ${name.length} characters, more than ${LONGEST_NAME}`
  }
  return undefined
}

/** Equal for paths that are one on FAT: both sides compare without regard to case (vfat_cmpi; fat_itr_resolve, of ASCII only). */
export const foldedPath = (path: string): string => path.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase())
