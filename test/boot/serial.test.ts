import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { plainMachine } from './machine.ts'
import { bootMachine } from './serial.ts'
import { bootSystem, inScratch } from './system.ts'
import type { BootMedium } from './uboot-env.ts'

async function failureOf(boot: Promise<unknown>): Promise<{ message: string; log: string }> {
  const error = await boot.then(
    () => new Error('the boot passed'),
    (reason: unknown) => (reason instanceof Error ? reason : new Error(String(reason))),
  )
  const file = /The whole log: (.*)/.exec(error.message)?.[1]
  return { message: error.message, log: file === undefined ? '' : readFileSync(file, 'utf8') }
}

test.each<BootMedium>(['tftp', 'virtio'])(
  'a boot script from %s that comes back is a failure, reported with its log',
  async (medium) => {
    await inScratch(async (folder) => {
      const script = join(folder, 'not-a-script')
      writeFileSync(script, 'neither header nor commands')
      const boot = {
        machine: plainMachine,
        medium,
        files: new Map([['boot.scr', script]]),
        name: `harness-${medium}`,
        isDone: () => false,
      }
      const { message, log } = await failureOf(bootSystem(boot, folder))
      expect(message).toContain('the machine reported a failure: BOOT-SCRIPT-RETURNED')
      expect(log).toContain('Wrong image format')
    })
  },
)

test('a machine that says nothing is given up in time', async () => {
  const silent = ['-machine', 'none', '-display', 'none', '-monitor', 'none']
  const boot = bootMachine({ name: 'harness-silent', arguments: silent, isDone: () => false, timeoutSeconds: 1 })
  expect((await failureOf(boot)).message).toContain('not done after 1 s')
})

test('a machine that does not start is reported with what QEMU said', async () => {
  const { message } = await failureOf(
    bootMachine({ name: 'harness-refused', arguments: ['-machine', 'abacus'], isDone: () => false }),
  )
  expect(message).toContain('QEMU ended by itself (1)')
  expect(message).toContain('unsupported machine type')
})
