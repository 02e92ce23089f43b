/**
 * The cost of a run, compared with bare Node, from a checkout and from the installed package: of the first run, which leaves a code cache, of one that cannot,
 * and of those that have one; the cost of each of many manifests; and if a checkout of ImageBuilder is named, its cost for the same system.
 *   npm run bench -- [rounds] [--imagebuilder FOLDER]
 */
import { chmodSync, cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { makeInputs } from '../scripts/example-inputs.mjs'
import { besideImageBuilder } from './imagebuilder.mjs'
import { manyManifests } from './many.mjs'
import { compare, domforge, root } from './measure.mjs'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { imagebuilder: { type: 'string', default: process.env.IMAGEBUILDER } },
})
const rounds = Number(positionals[0] ?? 21)
const work = mkdtempSync(join(tmpdir(), 'domforge-bench-'))
await makeInputs('two-guests', work)
const manifest = join(work, 'two-guests.yaml')
cpSync(join(root, 'examples/two-guests/two-guests.yaml'), manifest)

/** Installs the package into `folder`, as `npm install` does. */
function installed(folder) {
  for (const name of ['bin', 'dist', 'schemas', 'package.json'])
    cpSync(join(root, name), join(folder, name), {
      recursive: true,
      filter: (path) => !/\.cache(-record)?$/.test(path),
    })
  return join(folder, 'bin/domforge.js')
}
const [packed, readOnly] = ['package', 'read-only'].map((name) => installed(join(work, name)))
chmodSync(join(work, 'read-only/dist'), 0o555)
/** How a command line begins that empties the record of the caches first, so that each run is a first one. */
const asFirst = ['sh', '-c', ': > "$0"; exec "$@"', join(work, 'package/dist/domforge.cache-record')]
const run = (tool) => [process.execPath, tool, 'check', manifest]

compare(
  {
    'domforge --version': domforge('--version'),
    'domforge --help': domforge('--help'),
    'check, two guests': domforge('check', manifest),
    'check, from the package, first run': [...asFirst, ...run(packed)],
    'check, from the package, second run': run(packed),
    'check, from the package, read-only': run(readOnly),
    'build, two guests, unchanged': domforge('build', manifest, '-o', join(work, 'out')),
    ...(values.imagebuilder === undefined ? {} : besideImageBuilder(values.imagebuilder, work)),
  },
  rounds,
)
manyManifests(manifest, work)
chmodSync(join(work, 'read-only/dist'), 0o755)
rmSync(work, { recursive: true })
