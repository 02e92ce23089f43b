/** The comment of examples/ci/github.yml: its step runs in bash as GitHub runs it, with a `gh` that keeps a pull request in a file, and jq for its filter. */
import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { parse } from 'yaml'

interface Comment {
  readonly id: number
  readonly user: { readonly login: string } | null
  readonly body: string
}

interface Step {
  readonly run?: string
  readonly env?: Readonly<Record<string, string>>
}

const BOT = 'github-actions[bot]'
const workflow = resolve(import.meta.dirname, '../../examples/ci/github.yml')
const { jobs } = parse(readFileSync(workflow, 'utf8')) as {
  jobs: { system: { steps: Step[] } }
}
const step = jobs.system.steps.find(({ run }) => run?.includes('domforge diff'))
const script = step?.run ?? ''

/** `gh api` for the comments of one pull request: lists pages of at most 100 through a filter, creates, and edits by id. */
const GH = `#!${process.execPath}
const { readFileSync, writeFileSync, appendFileSync } = require('node:fs')
const { execFileSync } = require('node:child_process')
const [api, ...words] = process.argv.slice(2)
const take = (name) => { const at = words.indexOf(name); return at < 0 ? undefined : words.splice(at, 2)[1] }
const flag = (name) => { const at = words.indexOf(name); return at >= 0 && words.splice(at, 1).length > 0 }
const [method = 'GET', field, filter, all] = [take('--method'), take('-F'), take('--jq'), flag('--paginate')]
flag('--silent')
const comments = JSON.parse(readFileSync(process.env.COMMENTS, 'utf8'))
const save = () => writeFileSync(process.env.COMMENTS, JSON.stringify(comments))
appendFileSync(process.env.COMMENTS + '.calls', method + '\\n')
const url = new URL(words[0], 'http://api/')
const of = (pattern) => new RegExp('^/repos/owner/system/issues/' + pattern + '$').exec(url.pathname)
if (api !== 'api' || words.length !== 1) process.exit(2)
if (process.env.FAILS === method) process.exit(1)
const body = () => readFileSync(/^body=@(.*)/.exec(field)[1], 'utf8')
if (method === 'GET' && of('7/comments')) {
  const size = Math.min(100, Number(url.searchParams.get('per_page') ?? 30))
  for (let at = 0; at === 0 || (all && at < comments.length); at += size)
    process.stdout.write(execFileSync('jq', ['-r', filter], { input: JSON.stringify(comments.slice(at, at + size)) }))
} else if (method === 'POST' && of('7/comments')) {
  comments.push({ id: 1e9 + comments.length, user: { login: '${BOT}' }, body: body() })
  save()
} else if (method === 'PATCH' && of('comments/\\\\d+')) {
  const one = comments.find(({ id }) => id === Number(url.pathname.split('/').at(-1)))
  if (one === undefined) process.exit(1)
  one.body = body()
  save()
} else process.exit(1)
`

/** What every branch may be called in git: in a shell that reads it as text of a command, it makes a file. */
const COMMAND = `touch\${IFS}pwned`
const HOSTILE = `$(${COMMAND});\`${COMMAND}\`&${COMMAND}`

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'domforge-comment-'))
  mkdirSync(join(folder, 'bin'))
  const program = (name: string, text: string): void => {
    writeFileSync(join(folder, 'bin', name), text)
    chmodSync(join(folder, 'bin', name), 0o755)
  }
  program('gh', GH)
  program('git', '#!/bin/sh\nmkdir .base && touch .base/system.yaml\n')
  program('domforge', '#!/bin/sh\ntest -z "$BROKEN" && cat difference\n')
})
afterEach(() => rmSync(folder, { recursive: true }))

const at = (name: string): string => join(folder, name)
const comments = (): readonly Comment[] => JSON.parse(readFileSync(at('comments'), 'utf8')) as Comment[]
const mine = (): readonly string[] => comments().flatMap(({ id, body }) => (id >= 1e9 ? [body] : []))

/** Runs the step where the tool prints `difference`. */
function run(difference: string, more: Readonly<Record<string, string>> = {}): number | null {
  writeFileSync(at('difference'), difference)
  writeFileSync(at('script.sh'), script)
  const env = {
    ...step?.env,
    PATH: `${at('bin')}:${process.env['PATH']}`,
    COMMENTS: at('comments'),
    GITHUB_REPOSITORY: 'owner/system',
    GITHUB_BASE_REF: HOSTILE,
    GITHUB_STEP_SUMMARY: at('summary'),
    NUMBER: '7',
    MAY_WRITE: 'true',
    ...more,
  }
  return spawnSync('bash', ['-e', 'script.sh'], { cwd: folder, env, timeout: 30_000 }).status
}

/** Comments with ids from 1 on. */
function others(...all: readonly (readonly [login: string | null, body: string])[]): readonly Comment[] {
  const found = all.map(([login, body], index) => ({ id: index + 1, user: login === null ? null : { login }, body }))
  writeFileSync(at('comments'), JSON.stringify(found))
  return found
}

it("edits its own comment, and leaves another workflow's after it alone", () => {
  const before = others([BOT, 'coverage: 90 %'])
  expect(run('first')).toBe(0)
  const [own = { id: 0 }] = comments().slice(1)
  const after = [...comments(), { id: 2, user: { login: BOT }, body: 'coverage: 91 %' }]
  writeFileSync(at('comments'), JSON.stringify(after))
  expect(run('second')).toBe(0)
  expect(comments()).toEqual([
    ...before,
    { ...own, body: '<!-- domforge diff of system.yaml -->\nsecond' },
    { id: 2, user: { login: BOT }, body: 'coverage: 91 %' },
  ])
})

it('finds its comment behind more than a page of others', () => {
  const before = others(...Array.from({ length: 250 }, () => [BOT, 'coverage'] as const))
  expect([run('first'), run('second')]).toEqual([0, 0])
  expect(comments().slice(0, 250)).toEqual(before)
  expect(mine()).toEqual([expect.stringMatching(/^<!-- .* -->\nsecond$/)])
})

it('takes no comment of a person or of another system for its own', () => {
  const before = others(
    ['person', '<!-- domforge diff of system.yaml -->\nquoted'],
    [null, '<!-- domforge diff of system.yaml -->'],
    [BOT, '<!-- domforge diff of other.yaml -->'],
    [BOT, 'see <!-- domforge diff of system.yaml -->'],
  )
  expect(run('first')).toBe(0)
  expect(comments().slice(0, 4)).toEqual(before)
  expect(mine()).toHaveLength(1)
})

it('edits the first of two that it wrote', () => {
  const twice = '<!-- domforge diff of system.yaml -->\nold'
  others([BOT, twice], [BOT, twice])
  expect(run('new')).toBe(0)
  expect(comments().map(({ body }) => body.split('\n')[1])).toEqual(['new', 'old'])
})

it('writes no second comment if the list cannot be had, and fails', () => {
  others([BOT, '<!-- domforge diff of system.yaml -->'])
  expect(run('new', { FAILS: 'GET' })).not.toBe(0)
  expect(readFileSync(at('comments.calls'), 'utf8')).toBe('GET\n')
})

it('writes nothing but the summary for a pull request from a fork', () => {
  others()
  expect(run('first', { MAY_WRITE: 'false' })).toBe(0)
  expect(existsSync(at('comments.calls'))).toBe(false)
  expect(readFileSync(at('summary'), 'utf8')).toBe('first')
})

it.each(['', 'yes'])('takes no text of a pull request for a command', (broken) => {
  const text = `${HOSTILE}\n' "; touch pwned #\n@comment.md`
  others(['person', `<!-- domforge diff of system.yaml -->${text}`], [BOT, text])
  expect(run(text, { BROKEN: broken })).toBe(0)
  expect(mine()[0]).toContain(HOSTILE)
  expect(existsSync(at('pwned'))).toBe(false)
})

it('puts expressions of GitHub into variables, never into a script', () => {
  for (const { run: one } of jobs.system.steps) expect(one ?? '').not.toContain('${{')
})
