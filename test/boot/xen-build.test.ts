import { readFileSync } from 'node:fs'
import { expect, inject, test } from 'vitest'
import { wantedOptions } from '../debian/xen-build.ts'
import { xenInputs } from './boot-case.ts'

test.each(inject('xens'))('Xen %s is built with all that Debian leaves out', { timeout: 900_000 }, async (release) => {
  const { xen, 'xen.config': config } = await xenInputs({ release, from: 'source' })
  const on = readFileSync(config, 'utf8').split('\n')
  expect(on).toEqual(expect.arrayContaining(wantedOptions(release).map((name) => `CONFIG_${name}=y`)))
  expect(on).toContain('# CONFIG_DEBUG is not set')
  expect(readFileSync(xen).toString('latin1', 0x38, 0x3c)).toBe('ARMd')
})
