/** Looks for a source package that some place of the archive really has: lists and pools do not always agree. */
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type AptSource, debianSources, printSourcePackages, sourcePlaces } from './apt-sources.ts'

/** An upstream tarball, verified by apt. */
export interface SourceTarball {
  readonly tarball: string
  /** Upstream's version. */
  readonly version: string
}

/** No place has the package; the message says what each answered. */
export class SourceNotInArchive extends Error {
  /** Names of the files that are listed and not there. */
  readonly missing: readonly string[]

  constructor(message: string, missing: readonly string[]) {
    super(message)
    this.missing = missing
  }
}

type Apt = (command: string, ...args: string[]) => Promise<string>

/** What apt says of a file that the archive answers with "not found". */
const NOT_FOUND = /Failed to fetch \S*\/(\S*orig\.tar\.\w+) +404 /

/** Lists of a suite that is renewed no more are as good: what they name is verified all the same. */
const OLD_LISTS = ['-o', 'Acquire::Check-Valid-Until=false']

export class SourceSearch {
  readonly #directory: string
  readonly #apt: Apt
  readonly #answers: string[] = []
  readonly #missing = new Set<string>()

  constructor(directory: string, apt: Apt) {
    this.#directory = directory
    this.#apt = apt
  }

  async find(name: string, releases: readonly string[], prefix: string): Promise<SourceTarball> {
    for (const place of sourcePlaces(releases.flatMap((release) => debianSources(release)))) {
      for (const version of await this.#versions(name, prefix, place)) {
        const found = await this.#download(name, version, place)
        if (found) return found
      }
    }
    const answers = this.#answers.map((answer) => `\n  ${answer}`).join('')
    throw new SourceNotInArchive(`no place has the source of ${name} ${prefix}*:${answers}`, [...this.#missing])
  }

  async #versions(name: string, prefix: string, place: AptSource): Promise<readonly string[]> {
    writeFileSync(join(this.#directory, 'sources.list.d/debian-src.sources'), printSourcePackages(place))
    const listed = await this.#apt('apt-get', 'update', '-qq', '-o', 'Acquire::Retries=3', ...OLD_LISTS)
      .then(() => this.#apt('apt-cache', 'showsrc', '--only-source', name))
      .catch((error: unknown) => this.#note(place, lastLine(error)))
    const versions = [...(listed ?? '').matchAll(/^Version: (\S+)$/gm)].map(([, version = '']) => version)
    const wanted = [...new Set(versions)].filter((version) => version.startsWith(prefix))
    if (listed !== undefined && wanted.length === 0) this.#note(place, `lists no ${name} ${prefix}*`)
    return wanted
  }

  async #download(name: string, version: string, place: AptSource): Promise<SourceTarball | undefined> {
    const source = `${name}=${version}`
    try {
      await this.#apt('apt-get', 'source', '-qq', '--download-only', '--tar-only', '-o', 'Acquire::Retries=3', source)
      return this.#tarball(name)
    } catch (error) {
      const file = NOT_FOUND.exec(textOf(error))?.[1]
      if (file === undefined) throw error
      this.#missing.add(decodeURIComponent(file))
      return this.#note(place, `lists ${version}, and does not have its ${decodeURIComponent(file)}`)
    }
  }

  #tarball(name: string): SourceTarball {
    for (const file of readdirSync(this.#directory)) {
      const version = new RegExp(`^${name}_(.*)\\.orig\\.tar\\.\\w+$`).exec(file)?.[1]
      if (version !== undefined) return { tarball: join(this.#directory, file), version }
    }
    throw new Error(`apt-get source left no tarball of ${name}`)
  }

  #note({ uris, suites }: AptSource, answer: string): undefined {
    this.#answers.push(`${uris.join(' ')} ${suites.join(' ')}: ${answer}`)
  }
}

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

const lastLine = (error: unknown): string => textOf(error).trim().split('\n').at(-1) ?? ''
