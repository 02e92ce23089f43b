/** The pages below `docs/` that are made from schema, catalogue and command line say what these say. Regenerate with `npm run golden`. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { expect, it, test } from 'vitest'
import { commandsPage } from '../../scripts/docs/commands-page.ts'
import { FEATURES } from '../../scripts/docs/features.ts'
import { findingsPages } from '../../scripts/docs/findings-pages.ts'
import { layoutsPage } from '../../scripts/docs/layouts-page.ts'
import { manifestPage } from '../../scripts/docs/manifest-page.ts'
import { anchor } from '../../scripts/docs/markdown.ts'
import { releasesPage } from '../../scripts/docs/releases-page.ts'
import type { RootSchema } from '../../scripts/docs/schema.ts'
import { schemaDefinition } from '../../src/cli/commands/schema.definition.ts'
import { schemaNames } from '../../src/manifest/published.ts'
import { isAtLeast, type Release } from '../../src/xen/releases.ts'

const root = resolve(import.meta.dirname, '../..')
const docs = join(root, 'docs')

const schema = JSON.parse(readFileSync(join(root, 'schemas/manifest.schema.json'), 'utf8')) as RootSchema

const pages: ReadonlyMap<string, string> = new Map([
  ['manifest.md', manifestPage(schema)],
  ['commands.md', commandsPage()],
  ['layouts.md', layoutsPage()],
  ['releases.md', releasesPage()],
  ...findingsPages(),
])

function write(name: string, text: string): void {
  mkdirSync(dirname(join(docs, name)), { recursive: true })
  writeFileSync(join(docs, name), text)
}

if (process.env['UPDATE']) for (const [name, text] of pages) write(name, text)

test.each([...pages])('docs/%s is current', (name, text) => {
  expect(existsSync(join(docs, name)) ? readFileSync(join(docs, name), 'utf8') : '').toBe(text)
})

it('has no page of a family of codes that is gone', () => {
  const committed = readdirSync(join(docs, 'findings')).map((name) => `findings/${name}`)
  expect(committed.toSorted()).toEqual([...findingsPages().keys()].toSorted())
})

test.each(FEATURES)('$what is booted by tests that are there, on releases that have it', ({ booted, since }) => {
  for (const [release, tests = []] of Object.entries(booted)) {
    expect(isAtLeast(release as Release, since)).toBe(true)
    for (const name of tests) expect(existsSync(join(root, `test/boot/${name}.test.ts`)), name).toBe(true)
  }
})

it('help names every schema that can be printed', () => {
  const listed = schemaDefinition.arguments[0]?.describe.split(/, | or /)
  expect(listed?.toSorted()).toEqual(schemaNames())
})

/** Every Markdown file that people read. */
const texts = ['README.md', 'CHANGELOG.md', 'SECURITY.md', 'CONTRIBUTING.md', 'examples/README.md', 'yocto/README.md']
  .concat(readdirSync(docs, { recursive: true, encoding: 'utf8' }).map((name) => join('docs', name)))
  .filter((name) => name.endsWith('.md') && existsSync(join(root, name)))

const linksOf = (text: string): string[] =>
  [...text.replaceAll(/```[\s\S]*?```/g, '').matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, target]) => target ?? [])

test.each(texts)('every link of %s leads somewhere', (name) => {
  const text = readFileSync(join(root, name), 'utf8')
  const lost = linksOf(text)
    .filter((target) => !/^https?:/.test(target))
    .filter((target) => {
      const [path = '', fragment] = target.split('#')
      const file = path === '' ? join(root, name) : resolve(root, dirname(name), path)
      return !existsSync(file) || (fragment !== undefined && !headingsOf(file).has(fragment))
    })
  expect(lost, relative(root, name)).toEqual([])
})

const headingsOf = (file: string): ReadonlySet<string> =>
  new Set([...readFileSync(file, 'utf8').matchAll(/^#+ (.*)$/gm)].map(([, heading]) => anchor(heading ?? '')))
