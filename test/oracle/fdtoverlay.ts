/** The reference program for overlays, `fdtoverlay`, as a function. */
import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** What fdtoverlay makes of blobs, in files of `directory`; `undefined` if it refuses. */
export async function fdtoverlay(
  directory: string,
  base: Uint8Array,
  overlays: readonly Uint8Array[],
): Promise<Buffer | undefined> {
  const place = (name: string): string => join(directory, name)
  await writeFile(place('base.dtb'), base)
  const names = overlays.map((_, index) => place(`${index}.dtbo`))
  await Promise.all(overlays.map((overlay, index) => writeFile(names[index] ?? '', overlay)))
  try {
    await promisify(execFile)('fdtoverlay', ['-i', place('base.dtb'), '-o', place('out.dtb'), ...names])
  } catch {
    return undefined
  }
  return readFile(place('out.dtb'))
}
