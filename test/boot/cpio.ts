/** One file or folder of an archive. Folders come before what is in them. */
export interface CpioEntry {
  /** Without leading slash. */
  readonly path: string
  /** Type and permission bits, as in `st_mode`. */
  readonly mode: number
  readonly data: Uint8Array
}

const fieldsOfHeader = 13
const noData = new Uint8Array()

export const folder = (path: string): CpioEntry => ({ path, mode: 0o040755, data: noData })
export const file = (path: string, data: string | Uint8Array): CpioEntry => ({
  path,
  mode: 0o100644,
  data: Buffer.from(data),
})
export const program = (path: string, data: string | Uint8Array): CpioEntry => ({ ...file(path, data), mode: 0o100755 })

/**
 * An archive in the format `newc`, which Linux unpacks as initramfs: owner root, no time stamps, so that the same
 * entries give the same bytes (Linux, Documentation/driver-api/early-userspace/buffer-format.rst).
 */
export function cpioArchive(entries: readonly CpioEntry[]): Uint8Array {
  const end: CpioEntry = { path: 'TRAILER!!!', mode: 0, data: noData }
  return Buffer.concat([...entries, end].flatMap((entry, index) => member(entry, index + 1)))
}

function member({ path, mode, data }: CpioEntry, inode: number): Uint8Array[] {
  const name = Buffer.from(`${path}\0`)
  const links = 1
  const [userId, groupId, time, deviceMajor, deviceMinor, ownMajor, ownMinor, checksum] = [0, 0, 0, 0, 0, 0, 0, 0]
  const device = [deviceMajor, deviceMinor, ownMajor, ownMinor]
  const fields = [inode, mode, userId, groupId, links, time, data.length, ...device, name.length, checksum]
  if (fields.length !== fieldsOfHeader) throw new Error('a newc header has 13 fields')
  const header = Buffer.from(`070701${fields.map((field) => field.toString(16).padStart(8, '0')).join('')}`)
  return [header, name, padding(header.length + name.length), data, padding(data.length)]
}

/** Header with name, and data, each end at a multiple of four bytes. */
const padding = (length: number): Uint8Array => new Uint8Array((4 - (length % 4)) % 4)
