/** The seed of random tests: runs on the same commit try the same inputs, and those on the next commit others. */
import { spawnSync } from 'node:child_process'

/** DOMFORGE_SEED, if it is set; else a number made from the tree of the commit that is checked out; 1 if there is none, in an archive or without git. */
export const SEED = Number(process.env['DOMFORGE_SEED'] ?? seedOfTree())

function seedOfTree(): number {
  const { stdout } = spawnSync('git', ['rev-parse', 'HEAD^{tree}'], { cwd: import.meta.dirname, encoding: 'utf8' })
  return /^[0-9a-f]{40}/.test(stdout ?? '') ? Number.parseInt(stdout.slice(0, 7), 16) : 1
}
