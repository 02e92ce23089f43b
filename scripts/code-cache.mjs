/**
 * Leaves V8's code cache beside each bundle that is in frequent use, for the Node that runs this, with the record that `start.cjs` compares.
 * Prints what the tool prints that it runs.
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

/** Runs the commands that people wait for, so that the caches hold the functions that they need. */
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

// What was made before may not be what is made now.
for (const file of readdirSync(folder)) if (file.endsWith(forms.RECORD)) rmSync(join(folder, file))
// Functions are kept as they are before anything is known of them: V8 forgets those that have not run for a while, and compiles those that
// ran often once more, at once, in each run that is given them.
setFlagsFromString('--no-flush-bytecode')
setFlagsFromString('--no-sparkplug')
const bundles = []
const { main } = forms.load(folder, (compiled) => bundles.push(compiled))
await warmUp(main)
// The cache of other flags serves nobody.
setFlagsFromString('--flush-bytecode')
setFlagsFromString('--sparkplug')
bundles.forEach(leaveCache)
