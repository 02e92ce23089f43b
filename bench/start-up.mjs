/**
 * What a run costs above bare Node, in a checkout and as installed from the package, which has no code cache.
 *   node bench/start-up.mjs [rounds]
 */
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeInputs } from '../scripts/example-inputs.mjs'
import { compare, domforge, root } from './measure.mjs'

const rounds = Number(process.argv[2] ?? 21)
const work = mkdtempSync(join(tmpdir(), 'domforge-bench-'))
const manifest = join(root, 'examples/two-guests/two-guests.yaml')
await makeInputs('two-guests', join(root, 'examples/two-guests'))

for (const name of ['bin', 'dist', 'package.json'])
  cpSync(join(root, name), join(work, name), { recursive: true, filter: (path) => !/\.cache$/.test(path) })
const packaged = join(work, 'bin/domforge.js')

compare(
  {
    'domforge --version': domforge('--version'),
    'domforge --help': domforge('--help'),
    'domforge check, two guests': domforge('check', manifest),
    'domforge check, two guests, from the package': [packaged, 'check', manifest],
    'domforge build, two guests, unchanged': domforge('build', manifest, '-o', join(work, 'out')),
  },
  rounds,
)
rmSync(work, { recursive: true })
