/** Everything is built before Xen, kernels and ramdisks exist; then they appear, and boot. */
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { type BootPieces, bootPieces } from '../debian/fetch.ts'
import { differences } from './compare.ts'
import { expectedDomains } from './expectations.ts'
import { haveReported, readReports } from './facts.ts'
import { reportingInitramfs } from './initramfs.ts'
import { boardTree, plainMachine } from './machine.ts'
import { bootSystem, buildSystem, inScratch } from './system.ts'
import { scriptReturned } from './uboot-env.ts'

/** `ant`'s kernel is compressed: Xen reads its unpacked size from the last bytes of what `reg` says. */
const manifestWith = (deviceTree: string): string => `
api-version: domforge/v1
name: awaited
platform: { device-tree: board.dtb }
xen: { release: "4.17", image: { file: xen, size: 4MiB }, bootargs: console=dtuart dtuart=/pl011@9000000 bootscrub=0 }
boot: { load: { from: virtio }, device-tree: ${deviceTree} }
domains:
  zebra:
    boot: dom0less
    kernel: { image: Image, size: 48MiB, bootargs: console=ttyAMA0 quiet }
    ramdisk: { file: zebra.cpio.gz, size: 8MiB }
    memory: 160MiB
  ant:
    boot: dom0less
    kernel: { image: Image.gz, size: 32MiB, bootargs: console=ttyAMA0 quiet }
    ramdisk: ant.cpio.gz
    memory: 160MiB
`

const imagesOf = ({ image, xen, busybox }: BootPieces): Readonly<Record<string, string | Uint8Array>> => ({
  xen,
  Image: image,
  'Image.gz': gzipSync(readFileSync(image), { level: 1 }),
  'zebra.cpio.gz': reportingInitramfs('zebra', busybox),
})

/** Builds without `images`, and puts them where the build looked for them afterwards. */
async function builtBefore(images: Readonly<Record<string, string | Uint8Array>>, manifest: string, folder: string) {
  const { busybox } = await bootPieces('bookworm')
  const inputs = {
    'board.dtb': await boardTree(plainMachine, folder),
    'ant.cpio.gz': reportingInitramfs('ant', busybox),
  }
  const built = await buildSystem({ manifest, inputs }, folder)
  for (const [name, image] of Object.entries(images))
    if (typeof image === 'string') copyFileSync(image, join(folder, 'system', name))
    else writeFileSync(join(folder, 'system', name), image)
  return built
}

test.each(['merged', 'commands'])(
  '%s: files that appear after the build are started with their real sizes',
  async (tree) => {
    const images = imagesOf(await bootPieces('bookworm'))
    await inScratch(async (folder) => {
      const manifest = manifestWith(tree)
      const { plan, files } = await builtBefore(images, manifest, folder)
      const guests = expectedDomains(plan)
      const isDone = (lines: readonly string[]) => haveReported(['zebra', 'ant'], lines)
      const boot = { name: `awaited-${tree}`, machine: plainMachine, medium: 'virtio', files, isDone } as const
      const log = await bootSystem(boot, folder)
      expect(differences(guests, readReports(log.lines)), `the serial log: ${log.file}`).toEqual([])
    })
  },
)

test('one that is larger than was declared stops the script, and Xen never starts', async () => {
  const images = { ...imagesOf(await bootPieces('bookworm')), 'zebra.cpio.gz': new Uint8Array((8 << 20) + 1) }
  await inScratch(async (folder) => {
    const { files } = await builtBefore(images, manifestWith('merged'), folder)
    const isDone = (lines: readonly string[]) => lines.at(-1) === scriptReturned
    const boot = { name: 'awaited-too-large', machine: plainMachine, medium: 'virtio', files, isDone } as const
    const log = await bootSystem({ ...boot, failures: [/Xen version/] }, folder)
    expect(
      log.lines.filter((line) => /^domforge: zebra.cpio.gz has more than the 8388608 bytes/.test(line)),
    ).toHaveLength(1)
  })
})
