/** What a run loads of Node: what takes long to start, only where it is of use. */
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
