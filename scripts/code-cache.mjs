/**
 * Leaves V8's code cache, for the Node that runs this, beside each bundle that is used often, with the record that `start.cjs` compares. Runs the tool for that,
 * and lets it print.
 *   node scripts/code-cache.mjs FOLDER
 */
import { copyFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { makeInputs } from './example-inputs.mjs'

const folder = resolve(process.argv[2])
const require = createRequire(import.meta.url)
const forms = require(join(folder, 'start.cjs'))
const { writeCache } = require(join(folder, 'keep-cache.cjs'))
const leaveCache = (compiled) => writeCache(folder, forms, compiled)

/** Runs the commands that people wait for, so that the caches have the functions of these. */
async function warmUp(main) {
  const scratch = mkdtempSync(join(tmpdir(), 'domforge-build-'))
  try {
    const manifests = []
    for (const name of ['two-guests', 'dom0-and-two']) {
      await makeInputs(name, scratch)
      manifests.push(join(scratch, `${name}.yaml`))
      copyFileSync(new URL(`../examples/${name}/${name}.yaml`, import.meta.url), join(scratch, `${name}.yaml`))
    }
    for (const manifest of manifests) {
      await run(main, ['check', manifest])
      await run(main, ['build', manifest, '-o', join(scratch, 'out')])
      await run(main, ['plan', manifest])
    }
  } finally {
    rmSync(scratch, { recursive: true })
  }
}

async function run(main, words) {
  const status = await main(words)
  if (status !== 0) throw new Error(`warm-up: domforge ${words.join(' ')} exits with ${status}`)
}

// Earlier caches may not fit the bundles.
for (const file of readdirSync(folder)) if (file.endsWith(forms.RECORD)) rmSync(join(folder, file))
// V8 would drop the code of functions that have not run for a while, and note in the cache which ones ran often enough for Sparkplug to compile: each run with
// the cache would compile these again, at once.
setFlagsFromString('--no-flush-bytecode')
setFlagsFromString('--no-sparkplug')
const bundles = []
const { main } = forms.load(folder, (compiled) => bundles.push(compiled))
await warmUp(main)
// A cache serves only runs with the same flags.
setFlagsFromString('--flush-bytecode')
setFlagsFromString('--sparkplug')
bundles.forEach(leaveCache)
