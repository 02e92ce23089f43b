/** What the project promises to those who install it, as far as its sources tell. What a package does once installed: test/oracle/. */
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, posix, relative, resolve } from 'node:path'
import { expect, test } from 'vitest'
import manifest from '../package.json' with { type: 'json' }
import lock from '../package-lock.json' with { type: 'json' }

const root = resolve(import.meta.dirname, '..')

interface LockEntry {
  readonly version?: string
  readonly integrity?: string
  readonly os?: readonly string[]
  readonly cpu?: readonly string[]
}

/** Entries that `npm ci` may install on Linux, x64 or arm64, with either C library. */
function installable(entries: Readonly<Record<string, LockEntry>>): [name: string, entry: LockEntry][] {
  const has = (given: readonly string[] | undefined, wanted: readonly string[]): boolean =>
    given === undefined || wanted.some((one) => given.includes(one))
  return Object.entries(entries).filter(
    ([name, { os, cpu }]) => name !== '' && has(os, ['linux']) && has(cpu, ['x64', 'arm64']),
  )
}

test('the lock file knows the contents of everything that npm ci installs where CI runs', () => {
  const entries = installable(lock.packages)
  expect(entries.length).toBeGreaterThan(100)
  expect(entries.map(([name]) => name).filter((name) => name.endsWith('-musl')).length).toBeGreaterThan(1)
  expect(entries.filter(([, { integrity }]) => !integrity?.startsWith('sha512-')).map(([name]) => name)).toEqual([])
})

test('nothing is installed beside the package: the bundles hold all of it', () => {
  const { dependencies, optionalDependencies, peerDependencies } = manifest as Readonly<Record<string, unknown>>
  expect([dependencies, optionalDependencies, peerDependencies]).toEqual([undefined, undefined, undefined])
})

/** Paths of what `npm pack` would take of this checkout as it is. */
function packed(): readonly string[] {
  const { stdout } = spawnSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: root,
    encoding: 'utf8',
  })
  const [{ files }] = JSON.parse(stdout) as [{ files: { path: string }[] }]
  return files.map(({ path }) => path)
}

test('every link of a packed page leads to something packed', () => {
  const files = packed()
  const pages = files.filter((file) => file.endsWith('.md'))
  const links = pages.flatMap((page) =>
    [...readFileSync(join(root, page), 'utf8').matchAll(/\]\(([^)\s#]+)[^)]*\)/g)].flatMap(([, target = '']) =>
      /^https?:/.test(target) ? [] : { page, file: posix.normalize(posix.join(posix.dirname(page), target)) },
    ),
  )
  expect(links.filter(({ page }) => page === 'README.md').length).toBeGreaterThan(10)
  expect(links.filter(({ file }) => !files.includes(file))).toEqual([])
})

test('the package has nothing that builds leave behind', () => {
  const made = /(^|\/)out\/|\.(tgz|cache|dtb|scr|gz)$|inputs\.mjs$|^(src|test|scripts)\//
  expect(packed().filter((file) => made.test(file))).toEqual([])
})

test('the launcher refuses every Node that the package says it does not run on', () => {
  const floor = /const FLOOR = \[(\d+), (\d+)\]/.exec(readFileSync(join(root, 'bin/domforge.js'), 'utf8'))
  expect(`>=${floor?.[1]}.${floor?.[2]}`).toBe(manifest.engines.node)
})

/** Commands that would take a package of this name from a registry, whoever put it there. */
const FROM_REGISTRY = [
  /\b(npx|npm exec|npm x|npm create|bunx|(pnpm|yarn) dlx)\b[^\n]*?\bdomforge\b/,
  /\b(npm|pnpm|yarn|bun) (i|install|add)\b[^\n]*?[ "']domforge(?![-\w./])/,
]

test.each([
  ['npx domforge check a.yaml', true],
  ['npx --yes domforge@0.2.0', true],
  ['npm install -g domforge', true],
  ['npm exec -- domforge', true],
  ['npm install -g ./domforge-0.2.0.tgz', false],
  ['npm install -g --prefix ~/.local ./domforge-0.2.0.tgz && domforge check a.yaml', false],
])('%s takes domforge from a registry: %s', (command, is) => {
  const commands = command.split('&&')
  expect(commands.some((one) => FROM_REGISTRY.some((pattern) => pattern.test(one)))).toBe(is)
})

test('nobody is told to run whatever a registry has under the name of domforge', () => {
  const places = [
    'README.md',
    'CHANGELOG.md',
    'CONTRIBUTING.md',
    'SECURITY.md',
    '.ci',
    'bench',
    'bin',
    'docs',
    'examples',
    'schemas',
    'scripts',
    'src',
    'templates',
    'yocto',
  ]
  const lines = places.flatMap((place) =>
    textsIn(place).flatMap((file) =>
      readFileSync(join(root, file), 'utf8')
        .split(/\n|&&/)
        .map((line) => `${file}: ${line.trim()}`),
    ),
  )
  expect(lines.length).toBeGreaterThan(10_000)
  expect(lines.filter((line) => FROM_REGISTRY.some((pattern) => pattern.test(line)))).toEqual([])
})

function textsIn(place: string): string[] {
  const isBinary = /\.(dtb|dtbo|scr|gz|cpio|resource-table)$|\/(xen|Image)$/
  if (statSync(join(root, place)).isFile()) return [place]
  return readdirSync(join(root, place), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .filter((file) => !isBinary.test(file))
}
