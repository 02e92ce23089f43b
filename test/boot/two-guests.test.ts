import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { type BootPieces, bootPieces } from '../debian/fetch.ts'
import { differences } from './compare.ts'
import { expectedDomains } from './expectations.ts'
import { haveReported, readReports } from './facts.ts'
import { reportingInitramfs } from './initramfs.ts'
import { boardTree, plainMachine } from './machine.ts'
import { bootSystem, buildSystem, inScratch, type SystemSource } from './system.ts'
import { scriptReturned } from './uboot-env.ts'

const manifest = readFileSync(new URL('../../examples/two-guests/two-guests.yaml', import.meta.url), 'utf8')

async function twoGuests(folder: string, { image, xen, busybox }: BootPieces): Promise<SystemSource> {
  return {
    manifest,
    inputs: {
      'board.dtb': await boardTree(plainMachine, folder),
      xen,
      Image: image,
      'control.cpio.gz': reportingInitramfs('control', busybox),
      'logger.cpio.gz': reportingInitramfs('logger', busybox),
    },
  }
}

test('two guests without dom0 come up as planned, loaded over the network', async () => {
  const pieces = await bootPieces('bookworm')
  await inScratch(async (folder) => {
    const { plan, files } = await buildSystem(await twoGuests(folder, pieces), folder)
    const guests = expectedDomains(plan)
    const names = guests.map(({ name }) => name)
    expect(names).toEqual(['control', 'logger'])
    const isDone = (lines: readonly string[]) => haveReported(names, lines)
    const log = await bootSystem({ machine: plainMachine, medium: 'tftp', files, name: 'two-guests', isDone }, folder)
    expect(differences(guests, readReports(log.lines)), `the serial log: ${log.file}`).toEqual([])
  })
})

test('the boot script stops at a file that is missing, and Xen never starts', async () => {
  const pieces = await bootPieces('bookworm')
  await inScratch(async (folder) => {
    const { files } = await buildSystem(await twoGuests(folder, pieces), folder)
    const incomplete = new Map([...files].filter(([path]) => path !== 'Image'))
    const isDone = (lines: readonly string[]) => lines.at(-1) === scriptReturned
    const name = 'two-guests-without-kernel'
    const boot = { machine: plainMachine, medium: 'tftp', files: incomplete, name, isDone } as const
    const log = await bootSystem({ ...boot, failures: [/Xen version/] }, folder)
    expect(log.lines.filter((line) => line === 'domforge: cannot load Image')).toHaveLength(1)
  })
})
