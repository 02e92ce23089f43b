import { describe, expect, test } from 'vitest'
import { downloadPackages } from './package-download.ts'
import type { Apt } from './source-search.ts'

/** An archive whose lists go stale once: `before` and `after` reading them anew, the versions that can be had. */
function archive(listed: readonly string[], before: readonly string[], after: readonly string[]): [Apt, string[]] {
  let pool = before
  const had: string[] = []
  const apt: Apt = async (_, command, ...args) => {
    if (command === 'update') pool = after
    if (command === 'madison') return listed.map((version) => ` xl | ${version} | http://mirror suite\n`).join('')
    if (command !== 'download') return ''
    const wanted = args.filter((arg) => arg.startsWith('xl')).map((arg) => arg.split('=')[1] ?? listed[0] ?? '')
    for (const version of wanted) {
      if (!pool.includes(version)) throw new Error(`${version} 404`)
      had.push(version)
    }
    return ''
  }
  return [apt, had]
}

describe('a package', () => {
  test.each<[string, string[], string[], string[]]>([
    ['that is there is fetched once', ['2-1'], ['2-1'], []],
    ['that has just moved is fetched when the lists were read anew', ['2-1'], [], ['2-1']],
    ['that its pocket has no more comes from another one', ['10-1', '9-1'], [], ['9-1']],
  ])('%s', async (_, listed, before, after) => {
    const [apt, had] = archive(listed, before, after)
    await downloadPackages(apt, ['xl'])
    expect(had).toEqual([after[0] ?? before[0]])
  })

  test('of which no version is there is an error with every answer', async () => {
    const [apt] = archive(['9-1', '10-1'], [], [])
    await expect(downloadPackages(apt, ['xl'])).rejects.toThrow(
      'fetching the package xl: no version can be had\n  10-1: 10-1 404\n  9-1: 9-1 404',
    )
  })
})
