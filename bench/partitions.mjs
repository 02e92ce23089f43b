/**
 * The cost of partitions. 15 domains that Xen starts, as many as its limit of boot modules allows: alone; with static memory and 32 regions of shared memory,
 * which is Xen's limit; and also with 7 event channels between every two domains.
 *   node bench/partitions.mjs [rounds]
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeInputs } from '../scripts/example-inputs.mjs'
import { arm64Image, cpio } from '../scripts/stand-ins.mjs'
import { compare, domforge } from './measure.mjs'

const rounds = Number(process.argv[2] ?? 21)
const work = mkdtempSync(join(tmpdir(), 'domforge-bench-'))
await makeInputs('two-guests', work)

const names = Array.from({ length: 15 }, (_, index) => `guest${index}`)
for (const name of names) {
  writeFileSync(join(work, `${name}.Image`), arm64Image())
  writeFileSync(join(work, `${name}.cpio`), cpio())
}

/** Regions of two domains each; no two regions in a row have the same domains. */
const regions = Array.from({ length: 32 }, (_, index) => [
  `region${index}`,
  names[index % 15],
  names[(index * 4 + 1) % 15],
])
const channels = names.flatMap((one, index) =>
  names.slice(index + 1).flatMap((other) => Array.from({ length: 7 }, (_, n) => [`${one}-${other}-${n}`, one, other])),
)

function manifest(file, { memory = '', shared = '', events = '' }) {
  const domains = names.map(
    (name) =>
      `  ${name}: { boot: dom0less, kernel: { image: ${name}.Image, bootargs: console=ttyAMA0 }, ramdisk: ${name}.cpio, memory: 64MiB${memory} }\n`,
  )
  const path = join(work, file)
  writeFileSync(
    path,
    `api-version: domforge/v1
name: bench
platform: { device-tree: board.dtb }
xen: { release: "4.20", image: xen, bootargs: console=dtuart dtuart=serial0 bootscrub=idle }
boot: { load: { from: tftp } }
domains:
${domains.join('')}${shared}${events}`,
  )
  return path
}

const shared = `shared-memory:\n${regions.map(([name, a, b]) => `  ${name}: { size: 64KiB, access: { ${a}: {}, ${b}: {} } }\n`).join('')}`
const events = `event-channels:\n${channels.map(([name, a, b]) => `  ${name}: { ends: { ${a}: {}, ${b}: {} } }\n`).join('')}`
const fixed = { memory: ', static-mem: auto, enhanced: no-xenstore' }

const build = (file, parts) => domforge('build', manifest(file, parts), '-o', join(work, file.replace('.yaml', '')))
compare(
  {
    '15 domains': build('plain.yaml', {}),
    '… static, 32 regions': build('shared.yaml', { ...fixed, shared }),
    [`… and ${channels.length} event channels`]: build('events.yaml', { ...fixed, shared, events }),
  },
  rounds,
)
rmSync(work, { recursive: true })
