/**
 * Bundles the tool into dist/: nothing native, Node is all that a user needs. The same bytes on every machine, but for the code cache.
 *   domforge.cjs             the tool, as a function of what CommonJS gives a module: V8 reads the file as it is
 *   usage.cjs                help and usage errors: loaded only when there is something to say
 *   start.cjs                what bin/domforge.js loads, and what calls that function
 *   third-party-notices.txt  licences of everything in the bundles
 *   sbom.cdx.json            what is in the bundles, as CycloneDX
 *   domforge.cache           code cache for the Node that builds, with a record of what it fits; no part of the package
 */
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { billOfMaterials, completeBill } from './bill-of-materials.mjs'
import { writeNotices } from './notices.mjs'

const root = fileURLToPath(new URL('../', import.meta.url))
const dist = join(root, 'dist')
/** Filled first and then swapped in: whoever runs the tool meanwhile finds a whole one. */
const fresh = `${dist}.${process.pid}`
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))

/** Help comes from a file of its own, so that nothing else has to read it. */
const usageApart = {
  name: 'usage-apart',
  setup: ({ onResolve }) => {
    onResolve({ filter: /\/usage\.ts$/ }, ({ kind }) =>
      kind === 'dynamic-import' ? { path: './usage.cjs', external: true } : undefined,
    )
  },
}

mkdirSync(fresh)
process.on('exit', () => rmSync(fresh, { recursive: true, force: true }))
const { metafile } = await build({
  absWorkingDir: root,
  entryPoints: { domforge: 'src/cli/main.ts', usage: 'src/cli/usage.ts' },
  outdir: fresh,
  outExtension: { '.js': '.cjs' },
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  charset: 'ascii',
  // Code that comes from a code cache cannot import: require instead.
  supported: { 'dynamic-import': false },
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'none',
  logLevel: 'warning',
  metafile: true,
  plugins: [usageApart, billOfMaterials],
  banner: { js: "const __bundleUrl=require('node:url').pathToFileURL(__filename).href;" },
  define: { __DOMFORGE_VERSION__: JSON.stringify(version), 'import.meta.url': '__bundleUrl' },
})
const tool = join(fresh, 'domforge.cjs')
writeFileSync(tool, `(function(exports,require,module,__filename){${readFileSync(tool, 'latin1')}\n})`)
copyFileSync(join(root, 'scripts/start.cjs'), join(fresh, 'start.cjs'))
writeNotices(metafile, root, join(fresh, 'third-party-notices.txt'))
completeBill(fresh)

// In a process of its own, without the flags that this one may have: users have none.
const { NODE_OPTIONS: _, ...env } = process.env
const { status } = spawnSync(process.execPath, [join(root, 'scripts/code-cache.mjs'), fresh], { env, stdio: 'inherit' })
if (status !== 0) process.exit(1)
rmSync(dist, { recursive: true, force: true })
renameSync(fresh, dist)
