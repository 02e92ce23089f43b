/** Every kind of file in every place of a manifest that names one: findings, never an exception, a wait or a read without end. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse, stringify } from 'yaml'
import { type HostileFolder, hostileFolder } from '../support/hostile/folder.ts'
import { FILES } from '../support/hostile/values.ts'
import { type WholeRun, wholeRun } from '../support/hostile/whole-run.ts'

let place: HostileFolder
beforeAll(async () => {
  place = await hostileFolder()
})
afterAll(() => place.remove())

const example = parse(
  readFileSync(resolve(import.meta.dirname, '../../examples/dom0-and-two/dom0-and-two.yaml'), 'utf8'),
)

/** Places by name: the keys on the way. */
const PLACES = {
  tree: ['platform', 'device-tree'],
  overlays: ['platform', 'overlays', 0],
  xen: ['xen', 'image'],
  config: ['xen', 'config'],
  "dom0's kernel": ['domains', 'dom0', 'kernel', 'image'],
  "dom0's ramdisk": ['domains', 'dom0', 'ramdisk'],
  "a guest's kernel": ['domains', 'camera', 'kernel', 'image'],
  "a guest's ramdisk": ['domains', 'camera', 'ramdisk'],
  "xl's kernel": ['domains', 'viewer', 'kernel', 'image'],
  base: ['extends'],
} as const

type Json = Record<string | number, unknown>

function run(keys: readonly (string | number)[], file: string): WholeRun {
  const manifest: Json = structuredClone(example)
  let at = manifest
  for (const [index, key] of keys.entries())
    if (index === keys.length - 1) at[key] = file
    else {
      at[key] ??= typeof keys[index + 1] === 'number' ? [] : {}
      at = at[key] as Json
    }
  const path = join(place.folder, 'system.yaml')
  writeFileSync(path, stringify(manifest))
  return wholeRun(path)
}

describe.each(Object.entries(PLACES))('%s', (name, keys) => {
  it('may name anything', { timeout: 120_000 }, () => {
    const accepted: readonly string[] = FILES.filter((file) => run(keys, file).status === 0)
    expect(accepted.length).toBeLessThan(FILES.length)
    // Archives are not looked into: what is no file, or empty, is all that is refused.
    if (name.includes('ramdisk')) expect(accepted).toContain('text')
    else expect(accepted).not.toContain('text')
    for (const file of ['folder', 'pipe', 'loop', 'dangling', 'empty', 'absent', '/dev/zero'])
      expect([file, accepted.includes(file)]).toEqual([file, false])
  })
})

describe('is called what it is:', () => {
  it.each([
    ['tree', 'pipe', 'REF-011'],
    ['tree', 'loop', 'REF-010'],
    ['tree', '/dev/zero', 'REF-011'],
    ['tree', 'noise.dtb', 'REF-013'],
    ['tree', 'itself.dts', 'REF-013'],
    ['tree', 'sparse', 'REF-010'],
    ['config', 'text', 'REF-014'],
    ['config', 'sparse', 'REF-010'],
    ['xen', 'cut.gz', 'REF-016'],
    ['xen', 'huge.Image', 'RES-001'],
    ["a guest's kernel", 'folder', 'REF-011'],
    ["a guest's kernel", 'text', 'KRN-001'],
    ["a guest's ramdisk", 'sparse', 'RES-001'],
    ["a guest's ramdisk", 'dangling', 'REF-010'],
    ['base', 'itself.yaml', 'MAN-026'],
    ['base', 'pipe', 'MAN-001'],
  ] as const)('%s from %s gives %s', (name, file, code) => {
    expect(run(PLACES[name], file).codes).toContain(code)
  })
})
