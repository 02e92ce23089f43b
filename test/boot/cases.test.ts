/** Systems without dom0, each held against its `plan.json`: what the guests find, and what Xen says of them. */
import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { expect, inject, test } from 'vitest'
import { bootPieces } from '../debian/fetch.ts'
import { caseManifest, runCase, type XenChoice, xenInputs } from './boot-case.ts'
import { reportingInitramfs } from './initramfs.ts'
import { boardTree, type Machine, plainMachine } from './machine.ts'
import { inScratch, type SystemSource } from './system.ts'

/** Inputs that every case without dom0 has. */
async function commonInputs(folder: string, choice: XenChoice, guests: readonly string[], machine = plainMachine) {
  const { image, busybox } = await bootPieces(choice.release === '4.17' ? 'bookworm' : 'trixie')
  const ramdisks = guests.map((name) => [`${name}.cpio.gz`, reportingInitramfs(name, busybox)] as const)
  return {
    'board.dtb': await boardTree(machine, folder),
    Image: image,
    ...(await xenInputs(choice)),
    ...Object.fromEntries(ramdisks),
  } satisfies SystemSource['inputs']
}

test.each<XenChoice>([
  { release: '4.17', from: 'Debian' },
  { release: '4.20', from: 'Debian' },
])('two guests on Xen $release from $from', { timeout: 900_000 }, async (choice) => {
  await inScratch(async (folder) => {
    const inputs = {
      ...(await commonInputs(folder, choice, ['control', 'logger'])),
      'base.yaml': Buffer.from(caseManifest('two-small')),
    }
    const manifest = `extends: base.yaml\nxen: { release: "${choice.release}" }\n`
    const result = await runCase({ name: `two-small-${choice.release}-${choice.from}`, manifest, inputs }, folder)
    expect(result.differences).toEqual([])
    expect(result.plan.xen).toBe(choice.release)
  })
})

test('ten guests with hostile command lines', { timeout: 900_000 }, async () => {
  const manifest = caseManifest('ten-guests')
  const guests = [...manifest.matchAll(/^ {4}ramdisk: (\w+)\.cpio\.gz$/gm)].map(([, name = '']) => name)
  expect(guests).toHaveLength(10)
  await inScratch(async (folder) => {
    const inputs = await commonInputs(folder, { release: '4.17', from: 'Debian' }, guests)
    const result = await runCase({ name: 'ten-guests', manifest, inputs, timeoutSeconds: 800 }, folder)
    expect(result.differences).toEqual([])
  })
})

test('images above 4 GiB, a guest with RAM in two banks, and a gzip kernel', async () => {
  const machine: Machine = { ...plainMachine, memoryMiB: 6144 }
  const choice: XenChoice = { release: '4.20', from: 'Debian' }
  await inScratch(async (folder) => {
    const given = await commonInputs(folder, choice, ['large', 'packed'], machine)
    const inputs = { ...given, 'Image.gz': gzipSync(readFileSync(given.Image), { level: 1 }) }
    const result = await runCase(
      { name: 'high-memory', manifest: caseManifest('high-memory'), inputs, machine },
      folder,
    )
    expect(result.differences).toEqual([])
    expect(result.plan.load.every(({ address }) => BigInt(address.value) >= 1n << 32n)).toBe(true)
    expect(result.reports.get('large')?.ram.map(({ base }) => base)).toEqual([0x4000_0000n, 0x2_0000_0000n])
  })
})

test.each(inject('xens'))(
  'guests in cpupools, in a tree that U-Boot changes, on Xen %s',
  { timeout: 900_000 },
  async (release) => {
    const machine: Machine = { ...plainMachine, cpus: 3 }
    await inScratch(async (folder) => {
      const inputs = {
        ...(await commonInputs(folder, { release, from: 'source' }, ['control', 'logger'], machine)),
        'base.yaml': Buffer.from(caseManifest('pools')),
      }
      const manifest = `extends: base.yaml\nxen: { release: "${release}" }\n`
      const result = await runCase({ name: `pools-${release}`, manifest, inputs, machine }, folder)
      expect(result.differences).toEqual([])
      expect(result.plan.host.cpupools).toMatchObject({ realtime: { cpus: [2] }, spare: { cpus: [1] } })
    })
  },
)

test.each(inject('xens'))('dom0 that shares memory and a channel, on Xen %s', { timeout: 900_000 }, async (release) => {
  await inScratch(async (folder) => {
    const inputs = {
      ...(await commonInputs(folder, { release, from: 'source' }, ['dom0', 'logger'])),
      'base.yaml': Buffer.from(caseManifest('dom0-shares')),
    }
    const manifest = `extends: base.yaml\nxen: { release: "${release}" }\n`
    const result = await runCase({ name: `dom0-shares-${release}`, manifest, inputs }, folder)
    expect(result.differences).toEqual([])
    expect(result.plan.channels['wake']?.ends['dom0']).toBeDefined()
  })
})

test.each(inject('xens').filter((release) => release !== '4.17'))(
  'guests with colours of the cache, on Xen %s',
  { timeout: 900_000 },
  async (release) => {
    await inScratch(async (folder) => {
      const inputs = await commonInputs(folder, { release, from: 'source' }, ['control', 'logger'])
      const result = await runCase({ name: `colours-${release}`, manifest: caseManifest('colours'), inputs }, folder)
      expect(result.differences).toEqual([])
      expect(result.plan.domains['control']?.colors?.value).toBe('2-7')
    })
  },
)
