/** The workflows in examples/ci: every command of the tool in them runs, in a repository of one system. */
import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, it, test } from 'vitest'
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

/** All shell commands of a workflow that run the tool, alone. */
function commandsOf(workflow: string): readonly string[] {
  const strings = (value: unknown): string[] =>
    typeof value === 'string'
      ? [value]
      : value && typeof value === 'object'
        ? Object.values(value).flatMap(strings)
        : []
  return strings(parse(readFileSync(join(folder, workflow), 'utf8'))).filter(
    (text) => text.startsWith('domforge ') && !text.startsWith('domforge diff'),
  )
}

/** The lines of every script under `key`. */
function linesOf(workflow: string, key: string): readonly string[] {
  const found = (value: unknown, at = ''): string[] =>
    typeof value === 'string'
      ? at === key
        ? value.trim().split('\n')
        : []
      : value && typeof value === 'object'
        ? Object.entries(value).flatMap(([name, one]) => found(one, Array.isArray(value) ? at : name))
        : []
  return found(parse(readFileSync(join(folder, workflow), 'utf8')))
}

function run(
  command: string,
  more: Readonly<Record<string, string>> = {},
): { readonly status: number | null; readonly stdout: string } {
  const { PATH } = process.env
  const env = { PATH: `${join(place.folder, 'bin')}:${PATH}`, NO_COLOR: '1', ...more }
  return spawnSync('/bin/sh', ['-c', command], { cwd: place.folder, encoding: 'utf8', env })
}

it.each([
  ['github.yml', 'run', { GITHUB_BASE_REF: 'main' }],
  ['gitlab.yml', 'script', { CI_DEFAULT_BRANCH: 'main' }],
])('%s compares a change with the branch that it is for', (workflow, key, env) => {
  const lines = linesOf(workflow, key)
  const at = (part: string): number => lines.findIndex((line) => line.includes(part))
  const compare = lines.slice(at('rm -rf .base'), at('domforge diff') + 1)
  expect(compare.join('\n')).toMatch(
    /\.base\b[\s\S]*domforge diff \.base\/system\.yaml system\.yaml --format markdown > diff\.md/,
  )
  place.write(good)
  const git = 'git -c user.name=a -c user.email=a@b.c -c init.defaultBranch=main'
  const prepare = `rm -rf .git .base && ${git} init -q && ${git} add -fA && ${git} commit -qm base && git remote add origin . && git fetch -q origin`
  expect(run(prepare).status).toBe(0)
  place.write(good.replace('memory: 256MiB', 'memory: 192MiB'))
  expect(run(compare.join('\n'), env).status).toBe(0)
  const comment = readFileSync(join(place.folder, 'diff.md'), 'utf8')
  expect(comment).toContain('### Guests see this')
  expect(comment).toContain('| size of the RAM of control | <code>256 MiB</code> | <code>192 MiB</code> |')
  // A runner that keeps the repository has cleaned it, or not.
  for (const clean of ['git clean -ffdxq -e bin', 'true']) {
    place.write(good)
    expect(run(`cp system.yaml bin/kept && ${clean} .base && cp bin/kept system.yaml`).status).toBe(0)
    expect(run(compare.join('\n'), env).status).toBe(0)
  }
  // The change mends what the branch has wrong.
  place.write(good.replace('256MiB', '8GiB'))
  expect(run(prepare).status).toBe(0)
  place.write(good)
  expect(run(`set -e\n${compare.join('\n')}`, env).status).toBe(0)
  expect(readFileSync(join(place.folder, 'diff.md'), 'utf8')).not.toContain('###')
  const empty = `rm -rf .git .base diff.md && ${git} init -q && ${git} commit -qm base --allow-empty && git remote add origin . && git fetch -q origin`
  expect(run(empty).status).toBe(0)
  expect(run(compare.join('\n'), env).status).toBe(0)
  expect(existsSync(join(place.folder, 'diff.md'))).toBe(false)
})

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
