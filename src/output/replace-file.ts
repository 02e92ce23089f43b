/** Files that lie beside the output folder rather than in it. */
import { mkdirSync, renameSync, unlinkSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { inFile, type Report } from '../diagnostics/diagnostic.ts'

/** Puts `text` at `file` in one step, making its folder where needed; reports OUT-001 and is false where that cannot be. */
export function replaceFile(file: string, text: string, what: string, report: Report): boolean {
  const fresh = `${file}.${process.pid}`
  try {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(fresh, text)
    moveOrRemove(fresh, file)
    return true
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error)) throw error
    const message = `the ${what} cannot be written: ${error.message}`
    report('OUT-001', { at: inFile(file), message, help: 'choose another path for it' })
    return false
  }
}

function moveOrRemove(from: string, to: string): void {
  try {
    renameSync(from, to)
  } catch (error) {
    unlinkSync(from)
    throw error
  }
}
