/**
 * What a run costs above bare Node.
 *   node bench/start-up.mjs [rounds]
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeInputs } from '../scripts/example-inputs.mjs'
import { compare, domforge, root } from './measure.mjs'

const rounds = Number(process.argv[2] ?? 21)
const work = mkdtempSync(join(tmpdir(), 'domforge-bench-'))
const manifest = join(root, 'examples/two-guests/two-guests.yaml')
await makeInputs('two-guests', join(root, 'examples/two-guests'))

compare(
  {
    'domforge --version': domforge('--version'),
    'domforge --help': domforge('--help'),
    'domforge check, two guests': domforge('check', manifest),
    'domforge build, two guests, unchanged': domforge('build', manifest, '-o', join(work, 'out')),
  },
  rounds,
)
rmSync(work, { recursive: true })
