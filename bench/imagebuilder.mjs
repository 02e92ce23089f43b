/** The same systems for domforge and for ImageBuilder: domUs without dom0, each with a kernel and a ramdisk of its own. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { arm64Image, cpio, gzip } from '../scripts/stand-ins.mjs'
import { domforge } from './measure.mjs'

const COUNTS = [1, 8]
/** How the tree gets what Xen needs: by U-Boot commands, which is ImageBuilder's default, or merged at build time. */
const TREES = { commands: 'edited by U-Boot', merged: 'merged' }

function manifestWith(names, tree, file) {
  const domains = names.map(
    (name) =>
      `  ${name}: { boot: dom0less, kernel: { image: ${name}.Image, bootargs: console=ttyAMA0 }, ramdisk: ${name}.cpio.gz, memory: 64MiB, vcpus: 1 }\n`,
  )
  writeFileSync(
    file,
    `api-version: domforge/v1
name: bench
platform: { device-tree: board.dtb }
xen: { release: "4.17", image: xen, bootargs: console=dtuart dtuart=serial0 }
boot: { load: { from: tftp }, device-tree: ${tree} }
domains:
${domains.join('')}`,
  )
}

/** RAM as in the board's tree: 2 GiB from 1 GiB on. */
function configWith(names, tree, file) {
  const domains = names.map(
    (name, index) => `DOMU_KERNEL[${index}]="${name}.Image"
DOMU_CMD[${index}]="console=ttyAMA0"
DOMU_RAMDISK[${index}]="${name}.cpio.gz"
DOMU_MEM[${index}]=64
DOMU_VCPUS[${index}]=1
`,
  )
  writeFileSync(
    file,
    `MEMORY_START="0x40000000"
MEMORY_END="0xc0000000"
DEVICE_TREE="board.dtb"
XEN="xen"
XEN_CMD="console=dtuart dtuart=serial0"
NUM_DOMUS=${names.length}
${domains.join('')}UBOOT_SOURCE="boot.source"
UBOOT_SCRIPT="boot.scr"
${tree === 'merged' ? 'FDTEDIT="edited.dtb"\n' : ''}`,
  )
}

/** Command lines by case; `work` has the inputs of two-guests. */
export function besideImageBuilder(checkout, work) {
  const cases = {}
  for (const count of COUNTS) {
    const names = Array.from({ length: count }, (_, index) => `domu${index}`)
    for (const name of names) {
      writeFileSync(join(work, `${name}.Image`), arm64Image())
      writeFileSync(join(work, `${name}.cpio.gz`), gzip(cpio()))
    }
    for (const [tree, how] of Object.entries(TREES)) {
      const label = `${count} domU${count === 1 ? '' : 's'}, tree ${how}`
      const [manifest, config] = ['yaml', 'config'].map((end) => join(work, `${count}-${tree}.${end}`))
      manifestWith(names, tree, manifest)
      configWith(names, tree, config)
      mkdirSync(join(work, `${count}-${tree}`))
      cases[`domforge build, ${label}`] = domforge('build', manifest, '-o', join(work, `${count}-${tree}/out`))
      const script = join(checkout, 'scripts/uboot-script-gen')
      cases[`ImageBuilder, ${label}`] = ['bash', script, '-t', 'tftp', '-d', work, '-c', config]
    }
  }
  return cases
}
