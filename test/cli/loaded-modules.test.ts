/** What a run loads of Node and of the tool: what takes long to start, only where it is of use. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { domforge, type Workplace, workplace } from '../support/cli/tool.ts'

let place: Workplace
beforeAll(async () => {
  place = await workplace('two-guests')
})
afterAll(() => place.remove())

it.each([
  ['check', false],
  ['build', true],
])('%s hashes something: %s', (command, hashes) => {
  const probe = join(place.folder, 'probe.cjs')
  writeFileSync(
    probe,
    "process.on('exit', () => process.stderr.write('hashes: ' + process.moduleLoadList.includes('NativeModule crypto') + '\\n'))",
  )
  const { status, stderr } = domforge([command, 'system.yaml'], place.folder, { NODE_OPTIONS: `--require=${probe}` })
  expect(status).toBe(0)
  expect(stderr).toContain(`hashes: ${hashes}\n`)
})

it.each([
  ['check system.yaml', 'domforge'],
  ['check system.yaml system.yaml', 'domforge'],
  ['build system.yaml', 'domforge others'],
  ['explain DOM-009', 'domforge others'],
  ['build --help', 'domforge usage'],
])('%s reads the bundles %s', (words, bundles) => {
  const probe = join(place.folder, 'bundles.cjs')
  writeFileSync(
    probe,
    `const fs = require('node:fs')
    const read = fs.readFileSync
    const names = []
    fs.readFileSync = (file, ...rest) => {
      const name = /dist\\W(\\w+)\\.cjs$/.exec(String(file))?.[1]
      if (name !== undefined && name !== 'start') names.push(name)
      return read(file, ...rest)
    }
    process.on('exit', () => process.stderr.write('bundles: ' + names.join(' ') + '\\n'))`,
  )
  const { status, stderr } = domforge(words.split(' '), place.folder, { NODE_OPTIONS: `--require=${probe}` })
  expect(status).toBe(0)
  expect(stderr).toContain(`bundles: ${bundles}\n`)
})
