import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import {
  debianSources,
  parseDeb822,
  parseOneLine,
  printSourcePackages,
  printSources,
  sourcePlaces,
} from './apt-sources.ts'

function machine(files: Readonly<Record<string, string>>): [aptDirectory: string, osRelease: string] {
  const directory = mkdtempSync(join(tmpdir(), 'domforge-apt-'))
  mkdirSync(join(directory, 'apt/sources.list.d'), { recursive: true })
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text)
  writeFileSync(join(directory, 'os-release'), 'ID=debian\nVERSION_CODENAME=bookworm\n')
  return [join(directory, 'apt'), join(directory, 'os-release')]
}

const deb822 = `# the archive
Types: deb deb-src
URIs: http://mirror.example/debian
Suites: bookworm bookworm-updates
Components: main contrib
Signed-By: /usr/share/keyrings/archive.gpg

Types: deb
URIs: http://mirror.example/security
Suites: bookworm-security
# only this one
Components: main
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
 abcd

Types: deb
URIs: http://off.example/debian
Suites: bookworm
Components: main
Enabled: no
`

describe('sources in deb822 format', () => {
  test('are moved to another release, of which main is kept', () => {
    const [apt, osRelease] = machine({ 'apt/sources.list.d/debian.sources': deb822 })
    expect(debianSources('trixie', apt, osRelease).map(({ suites, components }) => [suites, components])).toEqual([
      [['trixie', 'trixie-updates'], ['main']],
      [['trixie-security'], ['main']],
    ])
  })

  test('keep a key that is written out, also when printed and read again', () => {
    const sources = parseDeb822(deb822)
    expect(sources[1]?.signedBy).toContain('BEGIN PGP PUBLIC KEY BLOCK')
    expect(parseDeb822(printSources(sources, 'arm64'))).toEqual(sources)
  })

  test('are places of source packages, suite by suite', () => {
    const printed = sourcePlaces(parseDeb822(deb822), 'bookworm').map(printSourcePackages)
    expect(printed.map((text) => text.split('\n').filter((line) => /^(Types|Suites)/.test(line)))).toEqual([
      ['Types: deb-src', 'Suites: bookworm'],
      ['Types: deb-src', 'Suites: bookworm-updates'],
      ['Types: deb-src', 'Suites: bookworm-security'],
      ['Types: deb-src', 'Suites: bookworm-proposed-updates'],
    ])
  })
})

describe('sources of one line', () => {
  test('are read with options and comments', () => {
    const line = 'deb [ arch=amd64 signed-by=/k.gpg ] https://mirror.example/debian bookworm main # contrib'
    expect(
      parseOneLine(`# deb http://off.example bookworm main\ndeb-src http://src.example bookworm main\n${line}\n`),
    ).toEqual([
      { uris: ['https://mirror.example/debian'], suites: ['bookworm'], components: ['main'], signedBy: '/k.gpg' },
    ])
  })

  test('of other vendors are left out', () => {
    const [apt, osRelease] = machine({
      'apt/sources.list': 'deb http://mirror.example/debian bookworm main\n',
      'apt/sources.list.d/vendor.list': 'deb http://vendor.example/apt tool-bookworm main\n',
    })
    expect(debianSources('bookworm', apt, osRelease).map(({ uris }) => uris)).toEqual([
      ['http://mirror.example/debian'],
    ])
  })

  test('a machine without any is told so', () => {
    const [apt, osRelease] = machine({})
    expect(() => debianSources('bookworm', apt, osRelease)).toThrow('no source for bookworm main')
  })
})
