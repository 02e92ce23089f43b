/** What U-Boot finds on FAT and at a TFTP server, against what the checks say of such names. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { BootCommand } from '../../src/assemble/assembly.ts'
import { scriptImage } from '../../src/emit/legacy-image.ts'
import { ubootScript } from '../../src/emit/uboot-script.ts'
import { foldedPath, lostOnFat } from '../../src/u-boot/fat.ts'
import { LONGEST_TFTP_NAME, lostByTftp } from '../../src/u-boot/tftp.ts'
import { bytes, hostPhys } from '../../src/units/quantities.ts'
import { plainMachine } from './machine.ts'
import { bootSystem, inScratch } from './system.ts'
import { scriptReturned } from './uboot-env.ts'

type Medium = 'tftp' | 'virtio'

const load = (medium: Medium, path: string, size: number): BootCommand => ({
  kind: 'load',
  from: medium === 'tftp' ? { kind: 'tftp' } : { kind: 'virtio', device: '0:1' },
  path,
  address: hostPhys(0x4200_0000n),
  size: bytes(size),
  what: path,
})

/** Puts a file of its own size under each of `paths`, and gives which of the `asked` U-Boot finds, with that size. */
async function foundOf(medium: Medium, paths: readonly string[], asked: readonly string[]): Promise<readonly string[]> {
  return inScratch(async (folder) => {
    const sizeOf = (path: string): number => 100 + paths.findIndex((own) => foldedPath(own) === foldedPath(path))
    const scripts = asked.map((path) => ubootScript([load(medium, path, sizeOf(path))]))
    const script = scripts.map((text, index) => `echo asked ${index}\n${text}`).join('')
    const image = join(folder, 'script')
    writeFileSync(image, scriptImage({ script, name: medium, timestamp: 0 }))
    const files = new Map<string, string>()
    for (const [index, path] of paths.entries()) {
      const file = join(folder, `file-${index}`)
      writeFileSync(file, Buffer.alloc(sizeOf(path)))
      files.set(path, file)
    }
    files.set('boot.scr', image)
    const isDone = (lines: readonly string[]) => lines.at(-1) === scriptReturned
    const name = `names-${medium}`
    const boot = { name, machine: plainMachine, medium, files, isDone, failures: [/Xen version/] } as const
    const { lines } = await bootSystem(boot, folder)
    const failed = new Set<number>()
    let at = -1
    for (const line of lines) {
      at = Number(/^asked (\d+)$/.exec(line)?.[1] ?? at)
      if (/^domforge: /.test(line)) failed.add(at)
    }
    expect(at).toBe(asked.length - 1)
    return asked.filter((_, index) => !failed.has(index))
  })
}

test('on FAT', async () => {
  const held = [
    // The longest first: mcopy finds room for it in an empty folder only.
    ...['x'.repeat(255), 'Image', ' leading', '.hidden', 'v1..2', '[a]+b,c;d=e', "it's $a & b"],
    ...['Sensor/metadata.cpio', 'aux.txt', 'KERNEL~9'],
  ]
  expect(held.filter((path) => lostOnFat(path) !== undefined)).toEqual([])
  const cased = held.map((path) => path.replaceAll(/[a-z]/g, (letter) => letter.toUpperCase()))
  const lost = ['dot.']
  expect(lost.filter((path) => lostOnFat(path) === undefined)).toEqual([])
  const asked = [...held, ...cased, ...lost]
  expect(await foundOf('virtio', [...held, ...lost], asked)).toEqual([...held, ...cased])
})

test('at a TFTP server', async () => {
  const long = (length: number): string => `${'folder/'.repeat(10)}${'y'.repeat(length - 70)}`
  const held = ['Image', 'image', 'dot.', 'trailing ', 'a|b?<c>*', long(LONGEST_TFTP_NAME)]
  expect(held.filter((path) => lostByTftp(path, '') !== undefined)).toEqual([])
  const lost = ['a"b', '"quoted"', long(LONGEST_TFTP_NAME + 1)]
  expect(lost.filter((path) => lostByTftp(path, '') === undefined)).toEqual([])
  const asked = [...held, ...lost]
  expect(await foundOf('tftp', asked, asked)).toEqual(held)
})
