/** A run of the whole tool in this process, and what must be true of every run. */
import { expect } from 'vitest'
import type { Assembly } from '../../../src/assemble/assembly.ts'
import { exitStatusOf } from '../../../src/cli/findings.ts'
import { renderJson } from '../../../src/diagnostics/render/json.ts'
import { renderText } from '../../../src/diagnostics/render/text.ts'
import type { Artifact } from '../../../src/emit/artifact.ts'
import { encode } from '../../../src/emit/encode.ts'
import { runPipeline } from '../../../src/pipeline.ts'
import { expectOwnCommandsOnly } from './script.ts'

/**
 * Most processor time of one run, in milliseconds, so that hangs are found: a thousand times that of a usual one, and on a busy machine five times that of a run
 * with two hundred domains, most of which have no place.
 */
export const LONGEST = 10_000

/** What a run led to. */
export interface WholeRun {
  readonly status: number
  readonly codes: readonly string[]
  /** Empty if there are errors. */
  readonly artifacts: readonly Artifact[]
}

/** Checks, encodes and renders. Fails on all that no manifest and no tree may lead to. */
export function wholeRun(manifest: string): WholeRun {
  const start = process.cpuUsage()
  const outcome = runPipeline(manifest)
  const { findings, source, assembly } = outcome
  const status = exitStatusOf(outcome)
  const codes = findings.all.map(({ code }) => code)
  expect([0, 1, 3]).toContain(status)
  expect(status === 0 ? assembly : findings.hasErrors).toBeTruthy()
  const encoded = status === 0 && assembly ? encode(assembly) : undefined
  const artifacts = encoded ? [...encoded.artifacts, encoded.record] : []
  const locate = source?.locate ?? (() => expect.fail('a place in a manifest that was not read'))
  expect(renderText(findings.all, locate, { colour: false })).not.toMatch(/\p{Cc}(?<!\n)/u)
  JSON.parse(renderJson(findings.all, locate))
  const { user, system } = process.cpuUsage(start)
  expect((user + system) / 1000).toBeLessThan(LONGEST)
  const script = artifacts.find(({ path }) => path === 'boot.cmd')
  if (script && assembly && !holdsCommands(assembly)) expectOwnCommandsOnly(String(script.contents))
  for (const { path } of artifacts) expect(path).toMatch(/^(?!\.)[\w.+-]+(?:\/(?!\.)[\w.+-]+)*$/)
  return { status, codes, artifacts }
}

/** Whether the script has commands of the user's own. */
const holdsCommands = ({ plan: { model } }: Assembly): boolean =>
  model.boot['extra-commands'] !== undefined ||
  [
    model.boot.load,
    model.xen.load,
    ...model.domains.map((domain) => ('load' in domain ? domain.load : undefined)),
  ].some((load) => load?.from === 'command')
