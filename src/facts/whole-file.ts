/** A file that is read to its end, with what is said when it cannot be. */
import { resolve } from 'node:path'
import type { Report } from '../diagnostics/diagnostic.ts'
import type { FileReference } from '../model/system-model.ts'
import type { InputList } from './inputs.ts'
import { reportEmpty, reportUnreadable } from './unreadable.ts'

/** The bytes of `reference`, at most `limit`, noted among the inputs; `undefined` after reporting that it cannot be read or is empty. */
export function readWholeInput(
  reference: FileReference,
  limit: number,
  inputs: InputList,
  report: Report,
): Buffer | undefined {
  const { path, folder, isNone } = reference
  if (isNone) return undefined
  const place = resolve(folder, path)
  const file = inputs.files.whole(place, limit)
  if (!file.ok) {
    inputs.absent(place)
    return reportUnreadable([reference], file, inputs, report)
  }
  inputs.recordWhole(place, path, file.data)
  if (file.data.length > 0) return file.data
  reportEmpty(reference, report)
  return undefined
}
