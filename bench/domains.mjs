/**
 * The cost of domains: 1, 2, 8 and 15 that Xen starts, each with a kernel and a ramdisk of its own. 15 domains have 30 boot modules, and with itself and the
 * device tree Xen has 32, its limit.
 *   node bench/domains.mjs [rounds]
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

function manifestWith(count) {
  const names = Array.from({ length: count }, (_, index) => `guest${index}`)
  for (const name of names) {
    writeFileSync(join(work, `${name}.Image`), arm64Image())
    writeFileSync(join(work, `${name}.cpio`), cpio())
  }
  const domains = names.map(
    (name) =>
      `  ${name}: { boot: dom0less, kernel: { image: ${name}.Image, bootargs: console=ttyAMA0 }, ramdisk: ${name}.cpio, memory: 64MiB }\n`,
  )
  const file = join(work, `${count}.yaml`)
  writeFileSync(
    file,
    `api-version: domforge/v1
name: bench
platform: { device-tree: board.dtb }
xen: { release: "4.17", image: xen, bootargs: console=dtuart dtuart=serial0 bootscrub=0 }
boot: { load: { from: tftp } }
domains:
${domains.join('')}`,
  )
  return file
}

const cases = {}
for (const count of [1, 2, 8, 15]) {
  const manifest = manifestWith(count)
  cases[`build, ${count} domUs, ${2 * count} modules, unchanged`] = domforge(
    'build',
    manifest,
    '-o',
    join(work, `${count}`),
  )
}
compare(cases, rounds)
rmSync(work, { recursive: true })
