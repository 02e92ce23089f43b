import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { bootPieces } from '../debian/fetch.ts'
import { differences } from './compare.ts'
import { expectedDomains } from './expectations.ts'
import { haveReported, readReports } from './facts.ts'
import { reportingInitramfs } from './initramfs.ts'
import { boardTree, plainMachine } from './machine.ts'
import { bootSystem, buildSystem, inScratch } from './system.ts'

const manifest = readFileSync(new URL('../../examples/dom0-and-two/dom0-and-two.yaml', import.meta.url), 'utf8')

test('dom0 and a guest beside it come up as planned, loaded from a disk', async () => {
  const { image, xen, busybox } = await bootPieces('trixie')
  await inScratch(async (folder) => {
    const inputs = {
      'board.dtb': await boardTree(plainMachine, folder),
      xen,
      Image: image,
      'dom0.cpio.gz': reportingInitramfs('dom0', busybox),
      'camera.cpio.gz': reportingInitramfs('camera', busybox),
      'viewer.cpio.gz': reportingInitramfs('viewer', busybox),
    }
    const { plan, files } = await buildSystem({ manifest, inputs }, folder)
    const domains = expectedDomains(plan, manifest)
    const names = domains.map(({ name }) => name)
    expect(names.toSorted()).toEqual(['camera', 'dom0'])
    const isDone = (lines: readonly string[]) => haveReported(names, lines)
    const log = await bootSystem(
      { machine: plainMachine, medium: 'virtio', files, name: 'dom0-and-two', isDone },
      folder,
    )
    expect(differences(domains, readReports(log.lines)), `the serial log: ${log.file}`).toEqual([])
  })
})
