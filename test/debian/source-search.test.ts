import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { AptSource } from './apt-sources.ts'
import { type Apt, SourceSearch, type SourceTarball } from './source-search.ts'

/** What a suite of the archive lists, and which versions its pool has. A suite that is not here answers with an error. */
type Archive = Readonly<Record<string, { readonly listed: readonly string[]; readonly pool: readonly string[] }>>

const upstream = (version: string): string => version.replace(/-[^-]*$/, '')

/** apt, as far as the search uses it; `tried` gets the versions that were asked for, with their suites. */
function aptOf(archive: Archive, directory: string, tried: string[]): Apt {
  const suite = (): string =>
    /^Suites: (.*)$/m.exec(readFileSync(join(directory, 'sources.list.d/debian-src.sources'), 'utf8'))?.[1] ?? ''
  return async (_, command, ...args) => {
    const lists = archive[suite()]
    if (command === 'update') {
      if (!lists) throw new Error('Command failed\nE: The repository does not have a Release file.\n')
      return ''
    }
    if (command === 'showsrc') return (lists?.listed ?? []).map((version) => `Version: ${version}\n`).join('\n')
    const version = args.at(-1)?.split('=')[1] ?? ''
    tried.push(`${suite()} ${version}`)
    if (!lists?.pool.includes(version))
      throw new Error(
        `Command failed\nE: Failed to fetch xen_${upstream(version)}.orig.tar.xz  404  Not Found\nE: Maybe`,
      )
    writeFileSync(join(directory, `xen_${upstream(version)}.orig.tar.xz`), '')
    return ''
  }
}

async function search(archive: Archive, suites: readonly string[]): Promise<[Promise<SourceTarball>, string[]]> {
  const directory = mkdtempSync(join(tmpdir(), 'domforge-source-'))
  mkdirSync(join(directory, 'sources.list.d'))
  const tried: string[] = []
  const places = suites.map(
    (suite): AptSource => ({ uris: ['http://mirror'], suites: [suite], components: ['main'], signedBy: undefined }),
  )
  const found = new SourceSearch(directory, aptOf(archive, directory, tried)).find(
    { name: 'xen', prefix: '4.20.' },
    places,
  )
  await found.catch(() => {})
  return [found, tried]
}

describe('a source package', () => {
  test('is the newest version that the first place has', async () => {
    const listed = ['4.20.0+9-1', '4.20.0+10-1', '4.19.7-1']
    const [found, tried] = await search({ trixie: { listed, pool: listed } }, ['trixie', 'security'])
    expect((await found).version).toBe('4.20.0+10')
    expect(tried).toEqual(['trixie 4.20.0+10-1'])
  })

  test('comes from another place, or is an older version, where a pool has moved on', async () => {
    const archive = {
      trixie: { listed: ['4.20.1-1'], pool: [] },
      security: { listed: ['4.20.1-1', '4.20.2-1'], pool: ['4.20.1-1'] },
    }
    const [found, tried] = await search(archive, ['trixie', 'lost', 'security'])
    expect((await found).version).toBe('4.20.1')
    expect(tried).toEqual(['trixie 4.20.1-1', 'security 4.20.2-1', 'security 4.20.1-1'])
  })

  test('that no place has is an error with what each answered', async () => {
    const archive = { trixie: { listed: ['4.20.1-1'], pool: [] }, sid: { listed: ['4.21.0-1'], pool: [] } }
    const [found] = await search(archive, ['trixie', 'lost', 'sid'])
    await expect(found).rejects.toThrow(
      [
        'fetching the source of xen 4.20.*: no place has it',
        '  http://mirror trixie: lists 4.20.1-1, but: E: Failed to fetch xen_4.20.1.orig.tar.xz  404  Not Found',
        '  http://mirror lost: E: The repository does not have a Release file.',
        '  http://mirror sid: lists no xen 4.20.*',
      ].join('\n'),
    )
  })
})
