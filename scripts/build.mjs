/**
 * Bundles the tool into dist/: nothing native, Node is all that a user needs.
 *   domforge-<hash>.cjs    the tool
 *   domforge-<hash>.cache  its code cache, for the Node that builds it
 *   usage.mjs              help and usage errors: loaded only when there is something to say
 *   start.cjs              what bin/domforge.js loads
 */
import { createHash } from 'node:crypto'
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { makeInputs } from './example-inputs.mjs'

const root = fileURLToPath(new URL('../', import.meta.url))
const dist = join(root, 'dist')
/** Filled first and then swapped in: whoever runs the tool meanwhile finds a whole one. */
const fresh = `${dist}.${process.pid}`
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))

const common = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node20',
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'none',
  logLevel: 'warning',
  write: false,
  define: { __DOMFORGE_VERSION__: JSON.stringify(version) },
}

/** Help comes from a file of its own, through the loader: V8 forgets how to import from code that comes from its cache. */
const usageApart = {
  name: 'usage-apart',
  setup: (bundler) => {
    bundler.onResolve({ filter: /\/usage\.ts$/ }, () => ({ path: 'usage', namespace: 'apart' }))
    bundler.onLoad({ filter: /.*/, namespace: 'apart' }, () => ({
      contents: 'export const answerUsage = async (words) => (await __loadUsage()).answerUsage(words)',
    }))
  },
}

async function bundle(entry, options) {
  const { outputFiles } = await build({ ...common, entryPoints: [entry], ...options })
  return outputFiles[0].text
}

/** Runs the commands that people wait for, so that the cache holds the functions that they need. */
async function warmUp(main) {
  const folder = mkdtempSync(join(tmpdir(), 'domforge-build-'))
  const write = process.stdout.write
  try {
    for (const name of ['two-guests', 'dom0-and-two']) {
      await makeInputs(name, folder)
      const manifest = join(folder, `${name}.yaml`)
      copyFileSync(join(root, 'examples', name, `${name}.yaml`), manifest)
      process.stdout.write = () => true
      process.stderr.write = process.stdout.write
      for (const words of [
        ['check', manifest],
        ['build', manifest, '-o', join(folder, 'out')],
        ['plan', manifest],
      ]) {
        const status = await main(words)
        if (status !== 0) throw new Error(`warm-up: domforge ${words.join(' ')} exits with ${status}`)
      }
    }
  } finally {
    process.stdout.write = write
    delete process.stderr.write
    rmSync(folder, { recursive: true })
  }
}

mkdirSync(fresh)
process.on('exit', () => rmSync(fresh, { recursive: true, force: true }))
const code = await bundle('src/cli/main.ts', {
  format: 'cjs',
  plugins: [usageApart],
  banner: { js: "const __bundleUrl=require('node:url').pathToFileURL(__filename).href;" },
  define: { ...common.define, 'import.meta.url': '__bundleUrl' },
})
const name = `domforge-${createHash('sha256').update(code).digest('hex').slice(0, 12)}`
writeFileSync(join(fresh, `${name}.cjs`), code)
writeFileSync(join(fresh, 'usage.mjs'), await bundle('src/cli/usage.ts', { format: 'esm' }))
copyFileSync(join(root, 'scripts/start.cjs'), join(fresh, 'start.cjs'))

const { compile, load } = createRequire(import.meta.url)(join(fresh, 'start.cjs'))
const compiled = compile(fresh)
await warmUp(load(compiled).main)
writeFileSync(join(fresh, `${name}.cache`), compiled.script.createCachedData())
rmSync(dist, { recursive: true, force: true })
renameSync(fresh, dist)
