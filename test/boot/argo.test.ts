/**
 * The example of two guests that send each other messages with Argo, each built with the header that was generated for it. They have no system, so
 * the boot takes three seconds; it takes the place of two Linux guests on a Xen from source, which cases with pools and shared memory boot as well.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, inject, test } from 'vitest'
import { bareGuest, bareKernel } from './bare-guest.ts'
import { xenInputs } from './boot-case.ts'
import { boardTree, plainMachine } from './machine.ts'
import { bootSystem, buildSystem, inScratch } from './system.ts'

const example = (name: string): string => fileURLToPath(new URL(`../../examples/argo/${name}`, import.meta.url))

const PEERS = ['sensor', 'fusion'] as const

/** What a guest says, without what Xen puts before it: nothing on 4.20 where the guest has the keyboard. */
const saidBy = (name: string, lines: readonly string[]): readonly string[] =>
  lines.flatMap((line) => new RegExp(`^\\(XEN\\) (?:DOM\\d: )?${name}: (.*)$`).exec(line)?.[1] ?? [])

const RECEIVED = /received '/

test.each(inject('xens'))('two guests send each other a message with Argo, on Xen %s', async (release) => {
  await inScratch(async (folder) => {
    const manifest = `extends: base.yaml\nxen: { release: "${release}" }\n`
    const inputs = {
      ...(await xenInputs({ release, from: 'source' })),
      'base.yaml': readFileSync(example('argo.yaml')),
      'board.dtb': await boardTree(plainMachine, folder),
    }
    // The header says nothing of the kernel: any will do for the build that makes it.
    const any = await bareGuest()
    const first = join(folder, 'first')
    await buildSystem({ manifest, inputs: { ...inputs, 'sensor.bin': any, 'fusion.bin': any } }, first)
    for (const name of PEERS)
      await bareKernel(example('peer.c'), join(first, 'system/out/domains', name), join(folder, `${name}.bin`))
    const kernels = { 'sensor.bin': join(folder, 'sensor.bin'), 'fusion.bin': join(folder, 'fusion.bin') }
    const { files } = await buildSystem({ manifest, inputs: { ...inputs, ...kernels } }, folder)
    const isDone = (lines: readonly string[]) => lines.filter((line) => RECEIVED.test(line)).length === PEERS.length
    const boot = { name: `argo-${release}`, machine: plainMachine, medium: 'virtio', files, isDone } as const
    const { lines } = await bootSystem(boot, folder)
    expect(saidBy('sensor', lines)).toEqual(['ring 0', 'sent 14', "received 'this is fusion' from domain 2 port 1"])
    expect(saidBy('fusion', lines)).toEqual(['ring 0', 'sent 14', "received 'this is sensor' from domain 1 port 1"])
  })
})
