/**
 * What a run costs beside bare Node, in a checkout and as installed from the package, which has no code cache; what each of many manifests
 * costs; and where a checkout of ImageBuilder is named, what it takes for the same system.
 *   npm run bench -- [rounds] [--imagebuilder FOLDER]
 */
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
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

const packed = join(work, 'package')
for (const name of ['bin', 'dist', 'schemas', 'package.json'])
  cpSync(join(root, name), join(packed, name), { recursive: true, filter: (path) => !/\.cache$/.test(path) })

compare(
  {
    'domforge --version': domforge('--version'),
    'domforge --help': domforge('--help'),
    'check, two guests': domforge('check', manifest),
    'check, two guests, from the package': [process.execPath, join(packed, 'bin/domforge.js'), 'check', manifest],
    'build, two guests, unchanged': domforge('build', manifest, '-o', join(work, 'out')),
    ...(values.imagebuilder === undefined ? {} : besideImageBuilder(values.imagebuilder, work)),
  },
  rounds,
)
manyManifests(manifest, work)
rmSync(work, { recursive: true })
