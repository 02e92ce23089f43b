/** Where the metadata of a guest lies whose ramdisk is there, smaller than its declared size, or not there yet. */
import { afterAll, expect, it } from 'vitest'
import { Bench, manifestOf } from '../../support/checks/systems.ts'
import { RPMSG_LINK, systemWith } from '../../support/virtio/arbitrary-devices.ts'

const bench = new Bench()
afterAll(() => bench.remove())

const lines = {
  ...RPMSG_LINK,
  queues: { rx: { size: 4 }, tx: { size: 4 } },
}
const PAGE = 4096n

/** Of guest `one` with that ramdisk: its module as planned, and as its edits of the tree and its commands say it. */
function outcome(ramdisk: string) {
  const text = manifestOf(systemWith([{ name: 'link', lines }])).replaceAll('ramdisk: ramdisk', `ramdisk: ${ramdisk}`)
  const { assembly, findings } = bench.outcomeOf(text)
  expect(findings.all.filter(({ severity }) => severity === 'error')).toEqual([])
  const module = assembly?.plan.load.modules.find(({ id }) => id === 'domains/one/ramdisk')
  if (!assembly || !module?.behind) throw new Error('no metadata')
  const { address, behind } = module
  const loaded = assembly.script.find((command) => command.kind === 'load' && command.path === behind.path)
  return { module, behind, address: address.value, script: assembly.script, loaded }
}

it('begins at the first page past the ramdisk, or past the size that is declared for it', () => {
  bench.put('small', 'x'.repeat(4097))
  const asItIs = outcome('small')
  expect(asItIs.behind.offset).toBe(2n * PAGE)
  const declared = outcome('{ file: small, size: 1MiB }')
  expect(declared.behind.offset).toBe(1n << 20n)
  expect(declared.loaded).toMatchObject({ address: declared.address + (1n << 20n), size: declared.behind.size })
})

it('makes a ramdisk that several guests have the own of each, and is in the way of another file of its name', () => {
  bench.put('small', 'x'.repeat(4097))
  const { behind } = outcome('small')
  const text = manifestOf(systemWith([{ name: 'link', lines }])).replaceAll('ramdisk: ramdisk', 'ramdisk: small')
  const { assembly } = bench.outcomeOf(text)
  const ramdisks = assembly?.plan.load.modules.filter(({ kind }) => kind === 'ramdisk') ?? []
  expect(ramdisks.map(({ usedBy }) => usedBy)).toEqual([['one'], ['two']])
  const clash = text.replace('image: Image', `image: ${behind.path}`)
  expect(bench.outcomeOf(clash).findings.all.map(({ code }) => code)).toContain('REF-021')
})

it('of a ramdisk that comes later lies where it will lie then, and the module has the same size', () => {
  bench.put('late', 'x'.repeat(4097))
  const then = outcome('{ file: late, size: 1MiB }')
  bench.drop('late')
  const now = outcome('{ file: late, size: 1MiB }')
  expect([now.address, now.behind, now.module.size]).toEqual([then.address, then.behind, then.module.size])
  expect(now.module.size).toBe((1n << 20n) + now.behind.size)
  expect(now.loaded).toEqual(then.loaded)
  // Its size is known, whatever the file's: nothing is to be written into the tree.
  expect(now.script.filter(({ kind }) => kind === 'edit-tree')).toEqual([])
})
