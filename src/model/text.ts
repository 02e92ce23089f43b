/** Texts of the manifest that go to other programs unchanged: what those cannot hold is refused here. */
import { NO_FILE } from '../diagnostics/agreement.ts'
import { atValue } from '../diagnostics/diagnostic.ts'
import { valueAt } from '../diagnostics/pointer.ts'
import { formatSize } from '../units/format.ts'
import type { ModelContext } from './context.ts'
import { readSize } from './sizes.ts'
import type { DeclaredSize, FileReference } from './system-model.ts'

/** Control and format characters, and whatever else is not there to be seen. Most texts are ASCII: Unicode's classes are slow to set up. */
const holdsControls = (text: string): boolean => /[^\x20-\x7e]/.test(text) && /[\p{C}\p{Zl}\p{Zp}]/u.test(text)

/** A path, or one with the largest size of its file. */
export type WrittenFile = string | { readonly file: string; readonly size: number | string }

/**
 * A path relative to the folder of the file that says it; MAN-022 when it can name no file. `size`, where it stands beside the path rather
 * than with it, is the pointer and value of its declared size.
 */
export function readFile(
  context: ModelContext,
  pointer: string,
  written: WrittenFile,
  size?: { readonly pointer: string; readonly value: number | string },
): FileReference | undefined {
  if (typeof written !== 'string')
    return readFile(context, `${pointer}/file`, written.file, { pointer: `${pointer}/size`, value: written.size })
  const declared = size && readDeclaredSize(context, size.pointer, size.value)
  const wrong = wrongPath(written)
  if (wrong !== undefined) {
    context.report('MAN-022', { at: atValue(pointer), message: `${wrong}: '${written}'`, help: 'name a file' })
    return undefined
  }
  const folder = context.findFolder(context.source.folderOf(pointer), written)
  return { pointer, path: written, folder, ...(declared ? { declared } : {}) }
}

/** As `readFile`, of a file without which nothing works: where the manifest names none, or one that was refused, something stands in for it. */
export function readNeededFile(
  context: ModelContext,
  pointer: string,
  written: WrittenFile,
  size?: { readonly pointer: string; readonly value: number | string },
): FileReference {
  const isMeant = written !== NO_FILE || valueAt(context.source.value, pointer) === NO_FILE
  const file = isMeant ? readFile(context, pointer, written, size) : undefined
  return file ?? { pointer, path: NO_FILE, folder: '', isNone: true }
}

/** The script at boot counts in 32 bits. */
const TOO_LARGE = 1n << 32n

/** MAN-019 for a size that no file can have; then none is declared. */
function readDeclaredSize(context: ModelContext, pointer: string, value: number | string): DeclaredSize | undefined {
  const size = readSize(context, pointer, value)
  if (size === undefined) return undefined
  if (size > 0n && size < TOO_LARGE) return { pointer, size }
  const message = `${formatSize(size)} is out of range for the size of a file`
  context.report('MAN-019', {
    at: atValue(pointer),
    message,
    help: 'give the largest size that it may have, below 4 GiB',
  })
  return undefined
}

function wrongPath(path: string): string | undefined {
  if (holdsControls(path)) return 'the path has a control character'
  if (path.trim() === '') return 'the path has no file name'
  const last = path.slice(path.lastIndexOf('/') + 1)
  return last === '' || last === '.' || last === '..' ? 'this path names a folder' : undefined
}

/** An absolute folder without trailing slash (the root folder: empty); MAN-022 when it is none, then `fallback`. */
export function readFolder(context: ModelContext, pointer: string, path: string, fallback: string): string {
  const wrong = !path.startsWith('/')
    ? 'the folder is not an absolute path'
    : holdsControls(path)
      ? 'the path has a control character'
      : undefined
  if (wrong === undefined) return path.replaceAll(/\/+/g, '/').replace(/\/$/, '')
  context.report('MAN-022', {
    at: atValue(pointer),
    message: `${wrong}: '${path}'`,
    help: `write an absolute path such as ${fallback}`,
  })
  return fallback
}

/** A text that has to stay on its line; MAN-025 when it would not, then it is empty. */
export function readLine(context: ModelContext, pointer: string, value: string): string {
  if (!holdsControls(value)) return value
  context.report('MAN-025', {
    at: atValue(pointer),
    message: 'this string has a control character or line break',
    help: 'remove it',
  })
  return ''
}

/**
 * Lines of U-Boot's script, as written but for the empty ones; MAN-025 for what its shell cannot hold, then there are none. (The older
 * shell uses control characters itself.)
 */
export function readCommandLines(context: ModelContext, pointer: string, value: string): readonly string[] {
  const lines = value.split('\n').filter((line) => line.trim() !== '')
  const odd = lines.findIndex((line) => /[^\x20-\x7e\t]/.test(line))
  if (odd < 0) return lines
  context.report('MAN-025', {
    at: atValue(pointer),
    message: `line ${odd + 1} of these commands has a character that is not printable ASCII: ${JSON.stringify(lines[odd])}`,
    help: 'replace it; lines end in a plain line break',
  })
  return []
}

/** A command line as written; MAN-021 for what does not survive the way, then it is empty. */
export function readBootArguments(context: ModelContext, pointer: string, value: string): string {
  const wrong = /[^\x20-\x7e]/u.exec(value)
  if (!wrong) return value
  const [character] = wrong
  const message =
    character === '\n'
      ? 'the boot arguments have a line break'
      : `the boot arguments contain ${codePoint(character)}, which is not printable ASCII`
  const help = character === '\n' ? "write them on one line, or fold them with '>-'" : 'replace it'
  context.report('MAN-021', { at: atValue(pointer), message, help })
  return ''
}

const codePoint = (character: string): string =>
  `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`
