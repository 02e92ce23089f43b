/** The memory that the real U-Boot uses for itself lies outside of what the plan loads images into. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { scriptImage } from '../../src/emit/legacy-image.ts'
import { bootPieces } from '../debian/fetch.ts'
import { caseManifest, xenInputs } from './boot-case.ts'
import { reportingInitramfs } from './initramfs.ts'
import { boardTree, type Machine, plainMachine } from './machine.ts'
import { bootSystem, buildSystem, inScratch } from './system.ts'
import { scriptReturned } from './uboot-env.ts'

/** Half-open. */
interface Span {
  readonly start: bigint
  readonly end: bigint
}

/** What `bdinfo` calls reserved: U-Boot's code, heap, stack and tables, below the end of its RAM. Its spans are closed. */
function usedByUBoot(lines: readonly string[]): { readonly relocated: bigint; readonly reserved: readonly Span[] } {
  const from = lines.findIndex((line) => /^\s*reserved\.c(nt|ount)/.test(line))
  const reserved = lines.slice(from).flatMap((line) => {
    const [, start, last] = /^\s*reserved\[\d+\]\s*\[0x([0-9a-f]+)-0x([0-9a-f]+)\]/.exec(line) ?? []
    return start === undefined || last === undefined
      ? []
      : [{ start: BigInt(`0x${start}`), end: BigInt(`0x${last}`) + 1n }]
  })
  const relocated = lines.flatMap((line) => /^relocaddr\s*= (0x[0-9a-f]+)/.exec(line)?.[1] ?? [])[0]
  if (relocated === undefined) throw new Error('bdinfo does not say where U-Boot is')
  return { relocated: BigInt(relocated), reserved }
}

test.each([2048, 6144])('with %i MiB of RAM', async (memoryMiB) => {
  const machine: Machine = { ...plainMachine, memoryMiB }
  const { image, busybox } = await bootPieces('bookworm')
  await inScratch(async (folder) => {
    const inputs = {
      'board.dtb': await boardTree(machine, folder),
      Image: image,
      ...(await xenInputs({ release: '4.17', from: 'Debian' })),
      'control.cpio.gz': reportingInitramfs('control', busybox),
      'logger.cpio.gz': reportingInitramfs('logger', busybox),
      'base.yaml': Buffer.from(caseManifest('two-small')),
    }
    const manifest = 'extends: base.yaml\nxen: { release: "4.17" }\n'
    const { plan } = await buildSystem({ manifest, inputs }, folder)
    const script = join(folder, 'bdinfo')
    writeFileSync(script, scriptImage({ script: 'bdinfo\n', name: 'bdinfo', timestamp: 0 }))
    const isDone = (lines: readonly string[]) => lines.at(-1) === scriptReturned
    const files = new Map([['boot.scr', script]])
    const boot = { name: `bdinfo-${memoryMiB}`, machine, medium: 'virtio', files, isDone, failures: [] } as const
    const { relocated, reserved } = usedByUBoot((await bootSystem(boot, folder)).lines)

    const window = plan.host.loadWindow.map(({ base, size }) => ({
      start: BigInt(base),
      end: BigInt(base) + BigInt(size),
    }))
    const ramEnd = 0x4000_0000n + (BigInt(memoryMiB) << 20n)
    expect(reserved.some(({ start, end }) => start <= relocated && relocated < end)).toBe(true)
    const used = [...reserved, { start: relocated, end: relocated + 0x10_0000n }]
    expect(used.filter((span) => window.some((part) => part.start < span.end && span.start < part.end))).toEqual([])
    expect(window.at(-1)?.end).toBeLessThan(ramEnd)
  })
})
