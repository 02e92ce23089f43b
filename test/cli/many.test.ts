/** `check` of several manifests in one run: what stands in each form, and how the run ends. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { domforge, type Workplace, workplace } from '../support/cli/tool.ts'

/** One without an error, one with too much memory, one whose fault lies in the text that it extends, and one that is not there. */
const ALL = ['good.yaml', 'large.yaml', 'heir.yaml', 'none.yaml']

let place: Workplace
beforeAll(async () => {
  place = await workplace('two-guests')
  const text = place.read()
  const large = text.replace(/memory: \w+/, 'memory: 512GiB')
  expect(large).not.toBe(text)
  for (const [name, content] of [
    ['good.yaml', text],
    ['large.yaml', large],
    ['heir.yaml', 'extends: large.yaml\nname: heir\n'],
  ] as const)
    writeFileSync(join(place.folder, name), content)
})
afterAll(() => place.remove())

const check = (...words: readonly string[]) => domforge(['check', ...words], place.folder)
const json = (...names: readonly string[]) => JSON.parse(check(...names, '--format', 'json').stdout)

describe('the exit status', () => {
  it.each([
    [['good.yaml', 'good.yaml'], 0],
    [['large.yaml', 'good.yaml'], 1],
    [['none.yaml', 'large.yaml', 'good.yaml'], 3],
  ])('of %s is the worst: %d', (names, expected) => {
    expect(check(...names).status).toBe(expected)
  })
})

describe('text', () => {
  it('has what a check of each alone prints, and what each comes to', () => {
    const { stdout } = check('good.yaml', 'large.yaml')
    const alone = ['good.yaml', 'large.yaml'].map((name) =>
      check(name).stdout.replace(/^(?=\d+ \w+.*\n$)/m, `${name}: `),
    )
    expect(stdout).toBe(`${alone.join('')}2 manifests: 1 error, 2 notes\n`)
  })

  it('says in which manifest it was found what lies in another file', () => {
    expect(check('good.yaml', 'heir.yaml').stdout).toMatch(
      /^large\.yaml:\d+:\d+ error DOM-009.*\n(.*\n){2} {2}found in heir\.yaml$/m,
    )
  })

  it('is quiet of those without findings', () => {
    const accepted = check('good.yaml', 'large.yaml', '--quiet').stdout
    expect(accepted).toContain('large.yaml: 1 error')
    expect(accepted).toContain('2 manifests: ')
  })
})

describe('forms', () => {
  it('json: each finding as of its manifest alone, with its name', () => {
    const found = json(...ALL)
    expect(found.ok).toBe(false)
    const named = ALL.flatMap((manifest) => json(manifest).diagnostics.map((one: object) => ({ ...one, manifest })))
    expect(found.diagnostics).toEqual(named)
  })

  it('sarif: one run, whose results name what was looked at', () => {
    const { runs } = JSON.parse(check(...ALL, '--format', 'sarif').stdout)
    expect(runs).toHaveLength(1)
    const targets = runs[0].results.map((result: { analysisTarget: { uri: string } }) => result.analysisTarget.uri)
    expect([...new Set(targets)]).toEqual(ALL)
  })

  it('junit: a suite for each, also without findings', () => {
    const { stdout } = check(...ALL, '--format', 'junit')
    expect([...stdout.matchAll(/<testsuite name="([^"]*)"/g)].map(([, name]) => name)).toEqual(ALL)
    expect(stdout).toMatch(/^<testsuites tests="\d+" failures="3" errors="0">$/m)
  })

  it('gitlab: findings of two manifests in one place have two fingerprints, in whatever order', () => {
    const prints = (...names: readonly string[]): readonly string[] =>
      JSON.parse(check(...names, '--format', 'gitlab').stdout)
        .filter(({ check_name }: { check_name: string }) => check_name === 'DOM-009')
        .map(({ fingerprint }: { fingerprint: string }) => fingerprint)
    const both = prints('large.yaml', 'heir.yaml')
    expect(new Set(both).size).toBe(2)
    expect(prints('heir.yaml', 'large.yaml')).toEqual(both.toReversed())
  })

  it('github: an annotation says in which manifest it was found', () => {
    expect(check(...ALL, '--format', 'github').stdout).toMatch(/^::error file=large\.yaml,.*%0Afound in heir\.yaml%0A/m)
  })
})

it('cannot share a lock file', () => {
  const { status, stderr } = check('good.yaml', 'heir.yaml', '--lock', 'ids.yaml')
  expect(status).toBe(2)
  expect(stderr).toContain('--lock names the lock file of one manifest, and 2 are given')
})

it('is shown by help as a word that may be repeated', () => {
  expect(check('--help').stdout).toContain('domforge check <manifest...> [options]')
})
