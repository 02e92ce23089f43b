import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** One place packages come from, as apt's deb822 format states it. `signedBy` may be a key file or a whole armoured key. */
export interface AptSource {
  readonly uris: readonly string[]
  readonly suites: readonly string[]
  readonly components: readonly string[]
  readonly signedBy: string | undefined
}

/** Pockets of a Debian release: security and point updates come from suites named after the release. */
const pockets = ['', '-updates', '-security']

/**
 * The machine's own Debian sources, moved to another release.
 * Sources of other vendors are recognised by their suites and left out. Throws when nothing is left.
 */
export function debianSources(release: string, aptDirectory = '/etc/apt', osRelease = '/etc/os-release'): AptSource[] {
  const codename = /^VERSION_CODENAME="?([a-z]+)"?$/m.exec(readFileSync(osRelease, 'utf8'))?.[1]
  if (codename === undefined) throw new Error(`${osRelease} names no release: the packages come from Debian's archive`)
  const own = new Map(pockets.map((pocket) => [codename + pocket, release + pocket]))
  const moved = readSources(aptDirectory).flatMap((source) => {
    const suites = source.suites.flatMap((suite) => own.get(suite.replace(/\/$/, '')) ?? [])
    return suites.length > 0 && source.components.includes('main') ? [{ ...source, suites, components: ['main'] }] : []
  })
  if (moved.length === 0)
    throw new Error(`${aptDirectory} has no source for ${codename} main: is this a Debian machine?`)
  return moved
}

/** `sources` in deb822 format, for binary packages of one architecture. */
export const printSources = (sources: readonly AptSource[], architecture: string): string =>
  printStanzas(sources, ['Types: deb'], [`Architectures: ${architecture}`])

/**
 * Each suite of `sources` by itself, as a place of source packages: one may list a package whose files another one has. Last comes what the
 * next point release of `release` will have. Sid has no pockets.
 */
export function sourcePlaces(sources: readonly AptSource[], release: string): readonly AptSource[] {
  const places = sources.flatMap((source) => source.suites.map((suite) => ({ ...source, suites: [suite] })))
  const whole = places.filter(({ suites }) => suites[0] === release)
  if (release === 'sid') return whole
  return [...places, ...whole.map((place) => ({ ...place, suites: [`${release}-proposed-updates`] }))]
}

/** `place` in deb822 format, for source packages. */
export const printSourcePackages = (place: AptSource): string => printStanzas([place], ['Types: deb-src'], [])

function printStanzas(sources: readonly AptSource[], before: readonly string[], after: readonly string[]): string {
  return sources
    .map(({ uris, suites, components, signedBy }) =>
      [
        ...before,
        `URIs: ${uris.join(' ')}`,
        `Suites: ${suites.join(' ')}`,
        `Components: ${components.join(' ')}`,
        ...after,
        ...(signedBy === undefined ? [] : [`Signed-By: ${signedBy}`]),
        '',
      ].join('\n'),
    )
    .join('\n')
}

function readSources(aptDirectory: string): AptSource[] {
  const parts = join(aptDirectory, 'sources.list.d')
  const files = existsSync(parts) ? readdirSync(parts).sort() : []
  const read = (file: string): string => readFileSync(file, 'utf8')
  const main = join(aptDirectory, 'sources.list')
  return [
    ...(existsSync(main) ? parseOneLine(read(main)) : []),
    ...files.filter((name) => name.endsWith('.list')).flatMap((name) => parseOneLine(read(join(parts, name)))),
    ...files.filter((name) => name.endsWith('.sources')).flatMap((name) => parseDeb822(read(join(parts, name)))),
  ]
}

/** The classic format: `deb [option=value …] URI suite component…`, one source a line (sources.list(5)). */
export function parseOneLine(text: string): AptSource[] {
  return text.split('\n').flatMap((line) => {
    const match = /^\s*deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)\s+([^#]*)/.exec(line)
    if (match === null) return []
    const [, options = '', uri = '', suite = '', components = ''] = match
    const signedBy = /(?:^|\s)signed-by=(\S+)/i.exec(options)?.[1]
    return [{ uris: [uri], suites: [suite], components: words(components), signedBy }]
  })
}

/** The stanza format: fields, continuation lines that start with a blank, comments, empty lines between stanzas. */
export function parseDeb822(text: string): AptSource[] {
  const withoutComments = text.split('\n').filter((line) => !line.startsWith('#'))
  return withoutComments
    .join('\n')
    .split(/\n[ \t]*\n/)
    .map(stanzaFields)
    .filter(
      (fields) =>
        words(fields.get('types')).includes('deb') && !/^(no|false|off|0)$/i.test(fields.get('enabled') ?? ''),
    )
    .map((fields) => ({
      uris: words(fields.get('uris')),
      suites: words(fields.get('suites')),
      components: words(fields.get('components')),
      signedBy: fields.get('signed-by'),
    }))
}

function stanzaFields(stanza: string): Map<string, string> {
  const matches = stanza.matchAll(/^([A-Za-z0-9-]+):[ \t]*(.*(?:\n[ \t].*)*)/gm)
  return new Map([...matches].map(([, name = '', value = '']) => [name.toLowerCase(), value.trimEnd()]))
}

function words(text: string | undefined): string[] {
  return (text ?? '').split(/\s+/).filter((word) => word !== '')
}
