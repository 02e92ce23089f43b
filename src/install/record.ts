/** What a build says of the places of its files in its `build.json`. The file is like any other: nothing in it is believed without a look. */
import { posix } from 'node:path'
import { isPlainPath } from '../output/places.ts'

/** A file with its place in a domain's file system. */
export interface Installable {
  /** `output`: below the output folder, with this hash; `image`: a file of the user's. */
  readonly kind: 'output' | 'image'
  readonly path: string
  readonly sha256?: string
  readonly domain: string
  /** Plain path below the root of the domain's file system. */
  readonly at: string
  readonly mode: number
  readonly init?: string
}

export interface InstallRecord {
  /** Names of all domains; some may be given no file. */
  readonly domains: readonly string[]
  readonly files: readonly Installable[]
}

/** Of the text of a `build.json`; a text is why there is none. */
export function installRecord(text: string): InstallRecord | string {
  try {
    const record: unknown = JSON.parse(text)
    if (membersOf(record)['version'] !== 1) return 'it is not a record of a build of this version'
    const { domains } = membersOf(record)
    return {
      domains: Array.isArray(domains) ? domains.map(String) : [],
      files: [...outputsIn(record), ...imagesIn(record)],
    }
  } catch (error) {
    return (error as Error).message
  }
}

type Members = Readonly<Record<string, unknown>>

const membersOf = (value: unknown): Members => (typeof value === 'object' && value !== null ? (value as Members) : {})

const listIn = (value: unknown, name: string): readonly Members[] => {
  const list = membersOf(value)[name]
  return Array.isArray(list) ? list.map(membersOf) : []
}

const outputsIn = (record: unknown): readonly Installable[] =>
  listIn(record, 'outputs').flatMap((output) =>
    listIn(output, 'install').flatMap((place) => {
      const path = String(output['path'])
      if (!isPlainPath(path)) return []
      const init = place['init'] === undefined ? {} : { init: String(place['init']) }
      return placed({ kind: 'output', path, sha256: String(output['sha256']), ...init }, place)
    }),
  )

const imagesIn = (record: unknown): readonly Installable[] =>
  listIn(record, 'images').flatMap((image) => placed({ kind: 'image', path: String(image['path']) }, image))

type Source = Pick<Installable, 'kind' | 'path' | 'sha256' | 'init'>

/** Nothing for a place that no build writes down: one outside the domain's root. */
function placed(source: Source, { domain, at, mode }: Members): readonly Installable[] {
  const below = String(at).slice(1)
  if (!posix.isAbsolute(String(at)) || !isPlainPath(below)) return []
  return [{ ...source, domain: String(domain), at: below, mode: mode === '0755' ? 0o755 : 0o644 }]
}
