/**
 * Bundles the tool into dist/: nothing native, Node is all that a user needs. The same bytes on every machine, but for the code cache.
 *   domforge.cjs             the tool, as far as `check` needs it: a table of parts, each a function of what CommonJS gives a module
 *   others.cjs               all other commands, in the same form
 *   usage.cjs                help and usage errors, in the same form: loaded only when there is something to say
 *   start.cjs                what bin/domforge.js loads, and what calls those functions
 *   keep-cache.cjs           what leaves code caches; loaded only for that
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
/** Filled first and then swapped in: whoever runs the tool meanwhile finds a whole one. */
const fresh = `${dist}.${process.pid}`
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))

/** `main` is where a run begins; those beside it have files of their own, so that nothing else has to read them. */
const APART = { others: 'src/cli/others.ts', usage: 'src/cli/usage.ts' }
const PARTS = { main: 'src/cli/main.ts', ...APART }

/** What is imported dynamically is another part. */
const partsApart = {
  name: 'parts-apart',
  setup: ({ onResolve }) => {
    onResolve({ filter: /^\./ }, ({ kind, path }) =>
      kind === 'dynamic-import' ? { path: `./${basename(path, '.ts')}.js`, external: true } : undefined,
    )
  },
}

/** What costs each start and is not used. */
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
// As modules, since only these are split: what parts share is one scope without a wrapper around each source file.
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
  // Its modules instead of its CommonJS: what nothing uses falls away.
  alias: { yaml: './node_modules/yaml/browser/index.js' },
  metafile: true,
  plugins: [partsApart, cheaper, billOfMaterials],
  define: { __DOMFORGE_VERSION__: JSON.stringify(version), 'import.meta.url': '__bundleUrl' },
})

/** Worked out where it is needed: Node's URLs take a millisecond. */
const URL_OF_BUNDLE = "require('node:url').pathToFileURL(__filename).href"

/** What a part gives others, as the values that they are when it has run: nothing exported is assigned again, and a thousand getters take long. */
const withPlainExports = (code) =>
  code.replace(/\bexport\s*\{([^{}]*)\};?\s*$/, (_, names) => {
    const pairs = names.split(',').map((name) => name.trim().split(/\s+as\s+/))
    return `module.exports={${pairs.map(([name, as = name]) => `${as}:${name}`).join(',')}};`
  })

/** A part as a function of what CommonJS gives a module. Code that comes from a code cache cannot import: it requires. */
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

/** Files of a bundle: a table of its parts, by name, below its hash, by which `start.cjs` knows it. */
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

// In a process of its own, without the flags that this one may have: users have none.
const { NODE_OPTIONS: _, ...env } = process.env
const { status, stderr } = spawnSync(process.execPath, [join(root, 'scripts/code-cache.mjs'), fresh], { env })
if (status !== 0) {
  process.stderr.write(stderr)
  process.exit(1)
}
rmSync(dist, { recursive: true, force: true })
renameSync(fresh, dist)
