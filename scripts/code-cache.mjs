/**
 * Leaves V8's code cache beside each bundle that is in frequent use, for the Node that runs this, with the record that `start.cjs` compares.
 * Prints what the tool prints that it runs.
 *   node scripts/code-cache.mjs FOLDER
 */
import { copyFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { makeInputs } from './example-inputs.mjs'

const folder = resolve(process.argv[2])
const require = createRequire(import.meta.url)
const forms = require(join(folder, 'start.cjs'))
const { writeCache } = require(join(folder, 'keep-cache.cjs'))
const leaveCache = (compiled) => writeCache(folder, forms, compiled)

/** Runs the commands that people wait for, so that the caches hold the functions that they need: `check` fills that of the bundle which all load. */
async function warmUp(main, afterCheck) {
  const scratch = mkdtempSync(join(tmpdir(), 'domforge-build-'))
  try {
    const manifests = []
    for (const name of ['two-guests', 'dom0-and-two']) {
      await makeInputs(name, scratch)
      manifests.push(join(scratch, `${name}.yaml`))
      copyFileSync(new URL(`../examples/${name}/${name}.yaml`, import.meta.url), join(scratch, `${name}.yaml`))
    }
    for (const manifest of manifests) await run(main, ['check', manifest])
    afterCheck()
    for (const manifest of manifests) {
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
const bundles = []
const { main } = forms.load(folder, (compiled) => bundles.push(compiled))
await warmUp(main, () => bundles.splice(0).forEach(leaveCache))
bundles.forEach(leaveCache)
