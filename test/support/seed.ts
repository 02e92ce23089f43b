/** What the random tests begin with, so that a run on the same commit tries the same inputs, and one on the next commit others. */
import { spawnSync } from 'node:child_process'

/** DOMFORGE_SEED where it is set. Else from the tree of the commit that is checked out, or 1 where there is none: an archive, or no git. */
export const SEED = Number(process.env['DOMFORGE_SEED'] ?? seedOfTree())

function seedOfTree(): number {
  const { stdout } = spawnSync('git', ['rev-parse', 'HEAD^{tree}'], { cwd: import.meta.dirname, encoding: 'utf8' })
  return /^[0-9a-f]{40}/.test(stdout ?? '') ? Number.parseInt(stdout.slice(0, 7), 16) : 1
}
