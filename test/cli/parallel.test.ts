/** Builds into one folder at once: they take turns, and the folder is always one of their sets. */
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Workplace, workplace } from '../support/cli/tool.ts'

const launcher = resolve(import.meta.dirname, '../../bin/domforge.js')

let place: Workplace
beforeAll(async () => {
  place = await workplace('dom0-and-two')
  const original = place.read()
  writeFileSync(join(place.folder, 'a.yaml'), original)
  writeFileSync(join(place.folder, 'b.yaml'), original.slice(0, original.indexOf('  viewer:')))
})
afterAll(() => place.remove())

const build = (manifest: string): Promise<number | null> =>
  new Promise((done) => {
    const words = [launcher, 'build', manifest, '-o', 'out', '-q']
    spawn(process.execPath, words, { cwd: place.folder, stdio: 'ignore' }).once('close', (status) => done(status))
  })

it('all succeed, and leave one whole set', { timeout: 60_000 }, async () => {
  const statuses = await Promise.all(['a', 'b', 'a', 'b', 'a', 'b'].map((name) => build(`${name}.yaml`)))
  expect(statuses).toEqual([0, 0, 0, 0, 0, 0])
  const out = join(place.folder, 'out')
  const found = readdirSync(out, { recursive: true, encoding: 'utf8' }).filter((path) =>
    statSync(join(out, path)).isFile(),
  )
  const { outputs } = JSON.parse(readFileSync(join(out, 'build.json'), 'utf8')) as {
    outputs: { path: string; sha256: string }[]
  }
  expect(found.sort()).toEqual(['build.json', ...outputs.map(({ path }) => path)].sort())
  for (const { path, sha256 } of outputs)
    expect(
      createHash('sha256')
        .update(readFileSync(join(out, path)))
        .digest('hex'),
      path,
    ).toBe(sha256)
})
