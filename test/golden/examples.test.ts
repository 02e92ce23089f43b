/**
 * Every example's text output is committed beside it; binaries are pinned by their hashes in build.json. Regenerate with
 * `npm run golden` and read the difference.
 */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative, resolve } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { makeInputs } from '../../scripts/example-inputs.mjs'
import type { Artifact } from '../../src/emit/artifact.ts'
import { encode } from '../../src/emit/encode.ts'
import { runPipeline } from '../../src/pipeline.ts'

const examples = resolve(import.meta.dirname, '../../examples')
const names = readdirSync(examples).filter((name) => existsSync(join(examples, name, 'inputs.mjs')))
const work = mkdtempSync(join(tmpdir(), 'domforge-golden-'))
afterAll(() => rmSync(work, { recursive: true }))

/** What is committed beside a manifest: the files that it extends, and sources of overlays. */
const isSource = (name: string): boolean => /\.(yaml|dtso)$/.test(name)

const isText = (path: string): boolean => !/\.(dtb|dtbo|scr|cpio|resource-table)$/.test(path)

interface Built {
  readonly artifacts: readonly Artifact[]
  /** Text of the lock file. */
  readonly lock: string
}

async function build(name: string): Promise<Built> {
  const folder = join(work, name)
  await makeInputs(name, folder)
  for (const source of readdirSync(join(examples, name)).filter(isSource))
    cpSync(join(examples, name, source), join(folder, source))
  const { assembly, findings, lock } = runPipeline(join(folder, `${name}.yaml`))
  expect(findings.all.filter(({ severity }) => severity !== 'note')).toEqual([])
  if (!assembly) throw new Error('nothing was assembled')
  const { artifacts, record } = encode(assembly)
  return { artifacts: [...artifacts, record], lock: lock?.text ?? '' }
}

const committed = (folder: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
        .filter(isText)
        .sort()
    : []

function update(folder: string, texts: ReadonlyMap<string, string>): void {
  for (const stale of committed(folder)) if (!texts.has(stale)) rmSync(join(folder, stale))
  for (const [path, text] of texts) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
}

it('finds the examples', () => {
  expect(names.length).toBeGreaterThanOrEqual(2)
})

describe.each(names)('example %s', (name) => {
  it('gives the committed output, no file more and none less', async () => {
    const { artifacts, lock } = await build(name)
    const texts = new Map(
      artifacts
        .filter(({ path }) => isText(path))
        .map(({ path, contents }) => [path, Buffer.from(contents).toString()]),
    )
    const folder = join(examples, name, 'out')
    const lockFile = join(examples, name, `${name}.lock.yaml`)
    if (process.env['UPDATE']) {
      update(folder, texts)
      writeFileSync(lockFile, lock)
    }
    expect(readFileSync(lockFile, 'utf8')).toBe(lock)
    expect(committed(folder)).toEqual([...texts.keys()].sort())
    for (const [path, text] of texts) expect(text, path).toBe(readFileSync(join(folder, path), 'utf8'))
  })
})
