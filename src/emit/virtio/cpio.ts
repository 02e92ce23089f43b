/** Archives that Linux unpacks as an initramfs: cpio in the format `newc` (Documentation/driver-api/early-userspace/buffer-format.rst). */

const ALIGNMENT = 4
const MODES = { file: 0o100644, program: 0o100755, link: 0o120777 } as const
const FOLDER = 0o40755

/** A file. `contents` of a link are its target. Without `kind` it is a plain file. */
export type CpioFile = readonly [path: string, contents: Buffer, kind?: keyof typeof MODES]

/** An archive of `files` and their folders, padded with zeros to `length` bytes. Throws if it would be longer. It has no times, so that equal files give equal bytes. */
export function cpioArchive(files: readonly CpioFile[], length: number): Uint8Array {
  const folders = new Set(files.flatMap(([path]) => parentsOf(path)))
  const entries = [
    ...[...folders].map((path) => ({ path, mode: FOLDER, contents: Buffer.alloc(0) })),
    ...files.map(([path, contents, kind = 'file']) => ({ path, mode: MODES[kind], contents })),
    { path: 'TRAILER!!!', mode: 0, contents: Buffer.alloc(0) },
  ]
  const archive = Buffer.concat(
    entries.flatMap(({ path, mode, contents }, index) => entry(path, mode, contents, index + 1)),
  )
  if (archive.length > length) throw new RangeError(`an archive of ${archive.length} bytes in the room of ${length}`)
  return Buffer.concat([archive, Buffer.alloc(length - archive.length)])
}

function entry(path: string, mode: number, contents: Buffer, inode: number): readonly Buffer[] {
  const links = mode === FOLDER ? 2 : 1
  const fields = [inode, mode, 0, 0, links, 0, contents.length, 0, 0, 0, 0, path.length + 1, 0]
  const head = `070701${fields.map((value) => value.toString(16).padStart(8, '0')).join('')}${path}\0`
  return [padded(Buffer.from(head, 'latin1')), padded(contents)]
}

const padded = (data: Buffer): Buffer => Buffer.concat([data, Buffer.alloc(-data.length & (ALIGNMENT - 1))])

/** Folders above a path, the outermost first: `etc`, `etc/domforge`. */
function parentsOf(path: string): readonly string[] {
  const steps = path.split('/').slice(0, -1)
  return steps.map((_, index) => steps.slice(0, index + 1).join('/'))
}
