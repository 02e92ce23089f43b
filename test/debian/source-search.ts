/** Looks for a source package that some place of the archive really has: lists and pools do not always agree. */
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type AptSource, printSourcePackages } from './apt-sources.ts'
import { newestFirst } from './versions.ts'

/** An upstream tarball, verified by apt. */
export interface SourceTarball {
  readonly tarball: string
  /** Upstream's version. */
  readonly version: string
}

/** Runs a program of apt and gives what it printed; rejects with what it said when it fails. */
export type Apt = (command: string, ...args: string[]) => Promise<string>

/**
 * Lists of a suite that is renewed no more are good enough here: they are signed as before and name their files by hash. What an expired
 * date guards against is a mirror that holds back security updates, and nothing of a source is installed or served to anybody.
 */
const OLD_LISTS = ['-o', 'Acquire::Check-Valid-Until=false']

/** Without it apt takes a list that it cannot fetch for an empty one. */
const UPDATE = ['update', '-qq', '-o', 'Acquire::Retries=3', '-o', 'APT::Update::Error-Mode=any']

/** A source package, of which any version that begins with `prefix` will do. */
export interface WantedSource {
  readonly name: string
  readonly prefix: string
}

/** No place has the package; the message says what each answered. */
export class SourceNotInArchive extends Error {
  /** Names of the files that a list names and its archive answers with "not found"; a failure of another kind stands there as it is. */
  readonly missing: readonly string[]

  constructor(message: string, missing: readonly string[]) {
    super(message)
    this.missing = missing
  }
}

/** What apt says of a file that the archive answers with "not found". */
const NOT_FOUND = /Failed to fetch (?:\S*\/)?(\S*orig\.tar\.\w+) +404 /

/** Searches places in turn, with the apt root in `directory`. */
export class SourceSearch {
  readonly #directory: string
  readonly #apt: Apt
  readonly #answers: string[] = []
  readonly #missing = new Set<string>()

  constructor(directory: string, apt: Apt) {
    this.#directory = directory
    this.#apt = apt
  }

  /** The first of `places` that has it, there the newest version. Throws `SourceNotInArchive` when none has. */
  async find(wanted: WantedSource, places: readonly AptSource[]): Promise<SourceTarball> {
    for (const place of places) {
      for (const version of await this.#versions(wanted, place)) {
        const found = await this.#download(wanted.name, version, place)
        if (found) return found
      }
    }
    const answers = this.#answers.map((answer) => `\n  ${answer}`).join('')
    throw new SourceNotInArchive(`fetching the source of ${wanted.name} ${wanted.prefix}*: no place has it${answers}`, [
      ...this.#missing,
    ])
  }

  async #versions({ name, prefix }: WantedSource, place: AptSource): Promise<readonly string[]> {
    writeFileSync(join(this.#directory, 'sources.list.d/debian-src.sources'), printSourcePackages(place))
    try {
      await this.#apt('apt-get', ...UPDATE, ...OLD_LISTS)
      const listed = await this.#apt('apt-cache', 'showsrc', '--only-source', name).catch(() => '')
      const versions = [...listed.matchAll(/^Version: (\S+)$/gm)].map(([, version = '']) => version)
      const wanted = newestFirst(versions.filter((version) => version.startsWith(prefix)))
      if (wanted.length === 0) this.#note(place, `lists no ${name} ${prefix}*`)
      return wanted
    } catch (error) {
      this.#note(place, errorLine(error))
      return []
    }
  }

  async #download(name: string, version: string, place: AptSource): Promise<SourceTarball | undefined> {
    const source = `${name}=${version}`
    try {
      await this.#apt('apt-get', 'source', '-qq', '--download-only', '--tar-only', '-o', 'Acquire::Retries=3', source)
      return this.#tarball(name)
    } catch (error) {
      const line = errorLine(error)
      this.#missing.add(decodeURIComponent(NOT_FOUND.exec(line)?.[1] ?? line))
      this.#note(place, `lists ${version}, but: ${line}`)
      return undefined
    }
  }

  #tarball(name: string): SourceTarball {
    for (const file of readdirSync(this.#directory)) {
      const version = new RegExp(`^${name}_(.*)\\.orig\\.tar\\.\\w+$`).exec(file)?.[1]
      if (version !== undefined) return { tarball: join(this.#directory, file), version }
    }
    throw new Error(`apt-get source left no tarball of ${name}`)
  }

  #note({ uris, suites }: AptSource, answer: string): void {
    this.#answers.push(`${uris.join(' ')} ${suites.join(' ')}: ${answer}`)
  }
}

/** The line of apt's that says why, without what it adds for people ("Maybe run apt-get update"). */
function errorLine(error: unknown): string {
  const lines = (error instanceof Error ? error.message : String(error)).trim().split('\n')
  return lines.find((line) => line.startsWith('E:')) ?? lines.at(-1) ?? ''
}
