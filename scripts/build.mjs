/**
 * Bundles the tool into dist/. Users need nothing but Node. All files but code caches have the same bytes on every machine.
 *   domforge.cjs             the tool, as far as `check` needs it: a table of parts, each a function with the parameters of a CommonJS module
 *   others.cjs               all other commands, in the same form
 *   usage.cjs                help and usage errors, in the same form: loaded only when there is something to say
 *   start.cjs                what bin/domforge.js loads, and what calls those functions
 *   keep-cache.cjs           writes code caches; loaded only for that
 *   third-party-notices.txt  licences of everything in the bundles
 *   sbom.cdx.json            what is in the bundles, as CycloneDX
 *   *.cache                  code caches for the Node that builds, each with a record of what it fits; no part of the package
 */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, transform } from 'esbuild'
import { billOfMaterials, completeBill } from './bill-of-materials.mjs'
import { writeNotices } from './notices.mjs'

const root = fileURLToPath(new URL('../', import.meta.url))
const dist = join(root, 'dist')
/** The folder that is filled, and then takes the place of dist/, so that whoever runs the tool meanwhile finds a whole one. */
const fresh = `${dist}.${process.pid}`
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))

/** Parts with files of their own, which other runs then do not have to read. `main`, where a run begins, is beside them. */
const APART = { others: 'src/cli/others.ts', usage: 'src/cli/usage.ts' }
const PARTS = { main: 'src/cli/main.ts', ...APART }

/** Makes each dynamic import a part of its own. */
const partsApart = {
  name: 'parts-apart',
  setup: ({ onResolve }) => {
    onResolve({ filter: /^\./ }, ({ kind, path }) =>
      kind === 'dynamic-import' ? { path: `./${basename(path, '.ts')}.js`, external: true } : undefined,
    )
  },
}

/** Replaces modules that would slow down each start, and are not needed. */
const cheaper = {
  name: 'cheaper',
  setup: ({ onResolve }) => {
    const standIn = (name) => ({ path: join(root, 'scripts', name) })
    onResolve({ filter: /^string-width$/ }, () => standIn('plain-width.mjs'))
    onResolve({ filter: /^node:module$/ }, ({ importer }) =>
      importer.includes('/yargs-parser/') ? standIn('no-create-require.mjs') : undefined,
    )
  },
}

const style = { target: 'node20', charset: 'ascii', minifySyntax: true, minifyWhitespace: true, legalComments: 'none' }

mkdirSync(fresh)
process.on('exit', () => rmSync(fresh, { recursive: true, force: true }))
// In the format of ES modules, the only one that esbuild splits. What parts share then is in one scope, without a wrapper around each source file.
const { metafile } = await build({
  ...style,
  absWorkingDir: root,
  entryPoints: PARTS,
  outdir: fresh,
  bundle: true,
  splitting: true,
  platform: 'node',
  format: 'esm',
  logLevel: 'warning',
  // The package's ES modules in place of its CommonJS ones, so that esbuild leaves out what nothing uses.
  alias: { yaml: './node_modules/yaml/browser/index.js' },
  metafile: true,
  plugins: [partsApart, cheaper, billOfMaterials],
  define: { __DOMFORGE_VERSION__: JSON.stringify(version), 'import.meta.url': '__bundleUrl' },
})

/** An expression for the bundle's URL, evaluated only where it is needed: loading Node's URLs takes a millisecond. */
const URL_OF_BUNDLE = "require('node:url').pathToFileURL(__filename).href"

/** `code` with plain values as exports in place of getters, a thousand of which take long. The values are final: nothing that is exported is assigned again. */
const withPlainExports = (code) =>
  code.replace(/\bexport\s*\{([^{}]*)\};?\s*$/, (_, names) => {
    const pairs = names.split(',').map((name) => name.trim().split(/\s+as\s+/))
    return `module.exports={${pairs.map(([name, as = name]) => `${as}:${name}`).join(',')}};`
  })

/** A part as a function with the parameters of a CommonJS module. It has no `import()`, which does not work in code from a code cache. */
async function asFunction(file) {
  const { code } = await transform(withPlainExports(readFileSync(file, 'latin1')), {
    ...style,
    platform: 'node',
    format: 'cjs',
    supported: { 'dynamic-import': false },
    logOverride: { 'commonjs-variable-in-esm': 'silent' },
  })
  return `function(exports,require,module,__filename){${code.replaceAll('__bundleUrl', URL_OF_BUNDLE)}}`
}

/** Writes a bundle of `files`: a line with its hash, by which `start.cjs` recognises it, and a table of its parts, by name. */
async function writeBundle(name, files) {
  const entries = files.map(async (file) => `${JSON.stringify(basename(file, '.js'))}:${await asFunction(file)}`)
  const text = `({${(await Promise.all(entries)).join(',\n')}})`
  for (const file of files) rmSync(file)
  const hash = createHash('sha256').update(text).digest('hex')
  writeFileSync(join(fresh, `${name}.cjs`), `/* ${hash} */\n${text}`)
}

const made = readdirSync(fresh).flatMap((name) => (name.endsWith('.js') ? [join(fresh, name)] : []))
for (const name of Object.keys(APART)) await writeBundle(name, [join(fresh, `${name}.js`)])
await writeBundle('domforge', made.filter((file) => existsSync(file)).sort())
for (const name of ['start.cjs', 'keep-cache.cjs']) copyFileSync(join(root, 'scripts', name), join(fresh, name))
writeNotices(metafile, root, join(fresh, 'third-party-notices.txt'))
completeBill(fresh)

// In another process, without flags that this one may have: users have none, and a cache serves only runs with the same flags.
const { NODE_OPTIONS: _, ...env } = process.env
const { status, stderr } = spawnSync(process.execPath, [join(root, 'scripts/code-cache.mjs'), fresh], { env })
if (status !== 0) {
  process.stderr.write(stderr)
  process.exit(1)
}
rmSync(dist, { recursive: true, force: true })
renameSync(fresh, dist)
