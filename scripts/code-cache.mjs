/**
 * Leaves V8's code cache beside a bundle, for the Node that runs this, with the record that `start.cjs` compares.
 *   node scripts/code-cache.mjs FOLDER
 */
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { makeInputs } from './example-inputs.mjs'

const folder = resolve(process.argv[2])
const { CACHE, RECORD, compile, load, platform, record } = createRequire(import.meta.url)(join(folder, 'start.cjs'))

/** Runs the commands that people wait for, so that the cache holds the functions that they need. */
async function warmUp(main) {
  const scratch = mkdtempSync(join(tmpdir(), 'domforge-build-'))
  try {
    for (const name of ['two-guests', 'dom0-and-two']) {
      await makeInputs(name, scratch)
      const manifest = join(scratch, `${name}.yaml`)
      copyFileSync(new URL(`../examples/${name}/${name}.yaml`, import.meta.url), manifest)
      await quietly(main, ['check', manifest])
      await quietly(main, ['build', manifest, '-o', join(scratch, 'out')])
      await quietly(main, ['plan', manifest])
    }
  } finally {
    rmSync(scratch, { recursive: true })
  }
}

async function quietly(main, words) {
  const streams = [process.stdout, process.stderr]
  for (const stream of streams) stream.write = () => true
  const status = await main(words)
  for (const stream of streams) delete stream.write
  if (status !== 0) throw new Error(`warm-up: domforge ${words.join(' ')} exits with ${status}`)
}

const compiled = compile(folder)
await warmUp(load(compiled).main)
const cache = compiled.script.createCachedData()
writeFileSync(join(folder, CACHE), cache)
writeFileSync(join(folder, RECORD), record(platform(), compiled.bundle, cache))
