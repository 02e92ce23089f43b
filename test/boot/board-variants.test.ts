/** Products on a base, under a real Xen: with half of the board's RAM, an overlay and a node enabled; and with RAM that the manifest gives. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { removeChild } from '../../src/devicetree/edit.ts'
import { childNamed } from '../../src/devicetree/model.ts'
import { readDtb } from '../../src/devicetree/read/read-dtb.ts'
import { writeDtb } from '../../src/devicetree/write/write-dtb.ts'
import { bootPieces } from '../debian/fetch.ts'
import { differences } from './compare.ts'
import { expectedDomains } from './expectations.ts'
import { haveReported, readReports } from './facts.ts'
import { reportingInitramfs } from './initramfs.ts'
import { boardTree, plainMachine } from './machine.ts'
import { bootSystem, buildSystem, inScratch } from './system.ts'

const base = readFileSync(new URL('../../examples/two-guests/two-guests.yaml', import.meta.url), 'utf8')

const HALF = 512 * 2 ** 20
const MEMORY = `  memory: { fitted: { start: 0x4000_0000, size: ${HALF} } }`
const CHANGES = '  overlays: [carrier.dtso]\n  enable: [/serial@9040000]'
const carrier = readFileSync(new URL('../../examples/board-variants/carrier.dtso', import.meta.url))

/** As the kernel's trees of many boards are: the firmware is to fill in the RAM. */
function withoutRam(blob: Buffer): Uint8Array {
  const board = readDtb(blob, 'board.dtb')
  if (!board.ok) throw new Error("QEMU's own tree cannot be read")
  const { root } = board.value
  const stripped = writeDtb({ ...board.value, root: removeChild(root, 'memory@40000000') })
  if (!stripped.ok || !childNamed(root, 'memory@40000000')) throw new Error('the tree is not as expected')
  return stripped.value
}

test.each([
  ['an overlay, a node enabled, and half of RAM reserved', 'product', `${CHANGES}\n${MEMORY}`, (blob: Buffer) => blob],
  ['RAM that only the manifest gives', 'product-without-ram', MEMORY, withoutRam],
])('guests come up from a tree with %s', async (_, name, platform, boardOf) => {
  const { image, xen, busybox } = await bootPieces('bookworm')
  await inScratch(async (folder) => {
    const inputs = {
      'base.yaml': Buffer.from(base),
      'carrier.dtso': carrier,
      'board.dtb': boardOf(readFileSync(await boardTree(plainMachine, folder))),
      xen,
      Image: image,
      'control.cpio.gz': reportingInitramfs('control', busybox),
      'logger.cpio.gz': reportingInitramfs('logger', busybox),
    }
    const manifest = `extends: base.yaml\nname: ${name}\nplatform:\n${platform}\n`
    const { plan, files } = await buildSystem({ manifest, inputs }, folder)
    const guests = expectedDomains(plan)
    const isDone = (lines: readonly string[]) => haveReported(['control', 'logger'], lines)
    const log = await bootSystem({ machine: plainMachine, medium: 'tftp', files, name, isDone }, folder)
    expect(differences(guests, readReports(log.lines)), `the serial log: ${log.file}`).toEqual([])
  })
})
