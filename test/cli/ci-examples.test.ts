/** The workflows in examples/ci: every command of the tool in them runs, in a repository of one system. */
import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parse } from 'yaml'
import { domforge, type Workplace, workplace } from '../support/cli/tool.ts'

const root = resolve(import.meta.dirname, '../..')
const folder = join(root, 'examples/ci')
const workflows = readdirSync(folder).filter((name) => name.endsWith('.yml'))

let place: Workplace
let good: string
beforeAll(async () => {
  place = await workplace('two-guests')
  good = place.read()
  domforge(['build', 'system.yaml'], place.folder)
  const tool = join(place.folder, 'bin/domforge')
  mkdirSync(join(place.folder, 'bin'))
  writeFileSync(tool, `#!/bin/sh\nexec '${process.execPath}' '${join(root, 'bin/domforge.js')}' "$@"\n`)
  chmodSync(tool, 0o755)
})
afterAll(() => place.remove())

/** All shell commands of a workflow that run the tool. */
function commandsOf(workflow: string): readonly string[] {
  const strings = (value: unknown): string[] =>
    typeof value === 'string'
      ? [value]
      : value && typeof value === 'object'
        ? Object.values(value).flatMap(strings)
        : []
  return strings(parse(readFileSync(join(folder, workflow), 'utf8'))).filter((text) => text.startsWith('domforge '))
}

function run(command: string): { readonly status: number | null; readonly stdout: string } {
  const { PATH } = process.env
  const env = { PATH: `${join(place.folder, 'bin')}:${PATH}`, NO_COLOR: '1' }
  return spawnSync('/bin/sh', ['-c', command], { cwd: place.folder, encoding: 'utf8', env })
}

const output = (command: string): string | undefined => /> (\S+)/.exec(command)?.[1]

test.each(workflows)('%s passes for a good system, and fails for a bad one, with every report written', (workflow) => {
  const commands = commandsOf(workflow)
  expect(commands.length).toBeGreaterThan(1)
  place.write(good)
  expect(commands.map((command) => [command, run(command).status])).toEqual(commands.map((command) => [command, 0]))
  place.write(good.replace('256MiB', '8GiB'))
  expect(commands.map((command) => run(command).status)).toContain(1)
  for (const command of commands) {
    const file = output(command)
    const report = file === undefined ? run(command).stdout : readFileSync(join(place.folder, file), 'utf8')
    expect(report, command).toContain('DOM-009')
    expect(report, command).not.toContain('files in out/')
  }
})
