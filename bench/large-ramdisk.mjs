/**
 * The cost of a ramdisk of 512 MiB, gzipped or not, compared with a small one: only its ends are read. The files are sparse.
 *   node bench/large-ramdisk.mjs [rounds]
 */
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeInputs } from '../scripts/example-inputs.mjs'
import { cpio, gzip } from '../scripts/stand-ins.mjs'
import { compare, domforge, root } from './measure.mjs'

const rounds = Number(process.argv[2] ?? 21)
const work = mkdtempSync(join(tmpdir(), 'domforge-bench-'))
await makeInputs('two-guests', work)
const example = readFileSync(join(root, 'examples/two-guests/two-guests.yaml'), 'utf8')

function manifestWith(name, ramdisk, size) {
  writeFileSync(join(work, name), ramdisk)
  truncateSync(join(work, name), size)
  const file = join(work, `${name}.yaml`)
  writeFileSync(file, example.replace('control.cpio.gz', name).replace('memory: 256MiB', 'memory: 1GiB'))
  return domforge('build', file, '-o', join(work, `${name}.out`))
}

const MiB = 1 << 20
compare(
  {
    'build, ramdisk of 1 MiB': manifestWith('small.cpio', cpio(), MiB),
    'build, ramdisk of 512 MiB': manifestWith('large.cpio', cpio(), 512 * MiB),
    'build, ramdisk of 512 MiB, gzipped': manifestWith('large.cpio.gz', gzip(cpio()), 512 * MiB),
  },
  rounds,
)
rmSync(work, { recursive: true })
