import type { Apt } from './source-search.ts'
import { newestFirst } from './versions.ts'

const DOWNLOAD = ['download', '-qq', '-o', 'Acquire::Retries=3']

/**
 * Downloads packages into apt's working directory. During a point release a list may name a file that the pool has no more, or not yet: then
 * the lists are read anew, and after that each package may be any version that a pocket of the release lists, the newest first. Throws
 * with what the archive answered to each.
 */
export async function downloadPackages(apt: Apt, names: readonly string[]): Promise<void> {
  try {
    await apt('apt-get', ...DOWNLOAD, ...names)
  } catch {
    await apt('apt-get', 'update', '-qq', '-o', 'Acquire::Retries=3')
    for (const name of names) await downloadAnyVersion(apt, name)
  }
}

async function downloadAnyVersion(apt: Apt, name: string): Promise<void> {
  const listed = await apt('apt-cache', 'madison', name)
  const versions = newestFirst(listed.split('\n').flatMap((line) => line.split('|')[1]?.trim() ?? []))
  const answers: string[] = []
  for (const version of versions) {
    try {
      await apt('apt-get', ...DOWNLOAD, `${name}=${version}`)
      return
    } catch (error) {
      answers.push(`\n  ${version}: ${error instanceof Error ? error.message.trim() : String(error)}`)
    }
  }
  throw new Error(`fetching the package ${name}: no version can be had${answers.join('') || '\n  none is listed'}`)
}
