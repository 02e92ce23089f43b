/** shellcheck over every script that is emitted for dom0, or given to guests as an example. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { emitAll } from '../../src/emit/registry.ts'
import { shellcheck } from '../debian/shellcheck.ts'
import { booted, DOM0 } from '../lifecycle/lives.ts'
import { Bench, manifestOf } from '../support/checks/systems.ts'

const bench = new Bench()
const work = mkdtempSync(join(tmpdir(), 'domforge-shellcheck-'))
afterAll(() => {
  bench.remove()
  rmSync(work, { recursive: true })
})

const { assembly } = bench.outcomeOf(
  manifestOf({
    domains: [DOM0, booted('one', '{}')],
    end: [
      'virtio:',
      '  disk: { type: block, transport: mmio, frontend: one, backend: dom0, backend-program: { qemu: { drive: /srv/a } } }',
    ],
  }),
)
const emitted = (assembly ? emitAll(assembly) : []).flatMap(({ path, contents }) =>
  typeof contents === 'string' && contents.startsWith('#!/bin/sh') ? [[path, contents] as const] : [],
)
const examples = resolve(import.meta.dirname, '../../examples')
const shown = readdirSync(examples, { recursive: true, encoding: 'utf8' })
  .filter((name) => !name.includes('/out/'))
  .map((name) => join(examples, name))
  .flatMap((path) => {
    try {
      const text = readFileSync(path, 'utf8')
      return text.startsWith('#!/bin/sh') ? [[path.slice(examples.length + 1), text] as const] : []
    } catch {
      return []
    }
  })

it('there are the scripts of dom0', () => {
  expect(emitted.map(([path]) => path)).toEqual([
    'control/virtio/virtio-one-qemu',
    'control/supervisor',
    'control/hook',
    'control/domforge.init',
  ])
})

it.each([...emitted, ...shown])(
  '%s is clean, as POSIX shell',
  async (_, text) => {
    const file = join(work, 'script')
    writeFileSync(file, text)
    const { stdout, status } = spawnSync(await shellcheck(), ['-s', 'sh', '-S', 'style', file], { encoding: 'utf8' })
    expect([stdout, status]).toEqual(['', 0])
  },
  120_000,
)
