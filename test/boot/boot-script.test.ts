import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { BootCommand } from '../../src/assemble/assembly.ts'
import { scriptImage } from '../../src/emit/legacy-image.ts'
import { ubootWord } from '../../src/emit/uboot-quoting.ts'
import { ubootScript } from '../../src/emit/uboot-script.ts'
import { bytes, hostPhys } from '../../src/units/quantities.ts'
import { plainMachine } from './machine.ts'
import { bootSystem, inScratch } from './system.ts'
import { scriptReturned } from './uboot-env.ts'

/** Runs a script that boots nothing, with one file beside it on the network. Gives what U-Boot prints. */
async function runScript(
  name: string,
  script: string,
  file: { path: string; size: number },
): Promise<readonly string[]> {
  return inScratch(async (folder) => {
    const [image, other] = [join(folder, 'script'), join(folder, 'other')]
    writeFileSync(image, scriptImage({ script, name, timestamp: 0 }))
    writeFileSync(other, Buffer.alloc(file.size))
    const files = new Map([
      ['boot.scr', image],
      [file.path, other],
    ] as const)
    const isDone = (lines: readonly string[]) => lines.at(-1) === scriptReturned
    const boot = { name, machine: plainMachine, medium: 'tftp', files, isDone, failures: [/Xen version/] } as const
    return (await bootSystem(boot, folder)).lines
  })
}

const load = (path: string, size: number): BootCommand => ({
  kind: 'load',
  from: { kind: 'tftp' },
  path,
  address: hostPhys(0x4200_0000n),
  size: bytes(size),
  what: 'a kernel',
})

const boot: BootCommand = {
  kind: 'boot-xen',
  command: 'booti',
  xen: hostPhys(0x4200_0000n),
  deviceTree: hostPhys(0x4400_0000n),
}

/** Lines that say which commands were run, and to what effect. */
const told = (lines: readonly string[]): string[] =>
  lines.filter((line) => /^(domforge|Bytes transferred|Bad Linux)/.test(line))

test('a file that cannot be loaded stops the script', async () => {
  const script = ubootScript([load('Image', 100), load('missing', 100), load('Image', 100), boot])
  expect(told(await runScript('script-missing-file', script, { path: 'Image', size: 100 }))).toEqual([
    expect.stringMatching(/^Bytes/), // the script itself
    'Bytes transferred = 100 (64 hex)',
    'domforge: cannot load missing',
  ])
})

test('a file of another size than planned stops the script', async () => {
  const script = ubootScript([load('Image', 100), load('Image', 101), load('Image', 100), boot])
  expect(told(await runScript('script-other-size', script, { path: 'Image', size: 100 }))).toEqual([
    expect.stringMatching(/^Bytes/),
    'Bytes transferred = 100 (64 hex)',
    'Bytes transferred = 100 (64 hex)',
    'domforge: Image is not the file that this script was made for: 101 bytes expected',
  ])
})

test('a Xen that U-Boot refuses is said', async () => {
  const script = ubootScript([load('Image', 100), boot])
  expect(told(await runScript('script-refused-xen', script, { path: 'Image', size: 100 })).slice(2)).toEqual([
    'Bad Linux ARM64 Image magic!',
    'domforge: Xen was not started: see the messages above',
  ])
})

test('a path with blanks and quotes is loaded', async () => {
  const path = "my $kernel's; Image"
  const lines = await runScript('script-odd-path', ubootScript([load(path, 100)]), { path, size: 100 })
  expect(told(lines).slice(1)).toEqual(['Bytes transferred = 100 (64 hex)'])
})

test('U-Boot reads every quoted value back as it was', async () => {
  const seed = 20_230_1
  const character = fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code))
  const quoting = fc.constantFrom(...`\\'"$;#&|{}()<>=~*? `)
  const value = fc.string({ unit: fc.oneof(character, quoting), minLength: 1, maxLength: 60 })
  const values = fc.sample(value, { seed, numRuns: 300 })
  const script = values.map((text, index) => `setenv v${index} ${ubootWord(text)}\nprintenv v${index}\n`).join('')
  const lines = await runScript('script-quoting', script, { path: 'unused', size: 1 })
  const printed = lines.flatMap((line) => /^v\d+=(.*)$/.exec(line)?.[1] ?? [])
  expect(printed, `seed ${seed}`).toEqual(values)
})
