/** One of the two systems that are compared, as its `plan.json`. */
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { planDocument } from '../../emit/plan-json.ts'
import { readWhole } from '../../facts/disk.ts'
import { runPipeline } from '../../pipeline.ts'
import { EXIT } from '../exit-status.ts'
import { exitStatusOf, printFindings } from '../findings.ts'
import { stderr } from '../output.ts'
import type { Invocation } from '../parse.ts'
import { settingsOf } from '../settings.ts'

/** The plan, or the exit status where there is none; why was said. */
export type Side = { readonly plan: object } | { readonly status: number }

/** Of a folder that build has written, or of a manifest, which is planned. */
export function sideOf(path: string, invocation: Invocation): Side {
  const found = statSync(path, { throwIfNoEntry: false })
  if (!found) return unreadable(path, 'it does not exist; name a folder that build has written, or a manifest')
  return found.isDirectory() ? builtPlan(path) : plannedNow(path, invocation)
}

function plannedNow(manifest: string, invocation: Invocation): Side {
  const outcome = runPipeline(manifest, settingsOf(invocation))
  const { plan, findings } = outcome
  if (plan && !findings.hasErrors) return { plan: planDocument(plan) }
  printFindings(outcome, 'text', stderr)
  return { status: exitStatusOf(outcome) }
}

function builtPlan(folder: string): Side {
  const file = join(folder, 'plan.json')
  const read = readWhole(file, LARGEST)
  if (!read.ok) return unreadable(file, `it ${read.reason}`)
  try {
    const plan: unknown = JSON.parse(read.data.toString('utf8'))
    if (isPlan(plan)) return { plan }
    return unreadable(file, 'it is not a plan of this version: build it again')
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    return unreadable(file, error.message)
  }
}

/** Bytes: a hundred times what a plan of fifty domains has. */
const LARGEST = 64 * 1024 * 1024

/** More than any plan has. */
const DEEPEST = 32

const isPlan = (value: unknown): value is object =>
  isRecord(value) && value['version'] === 1 && isRecord(value['domains']) && isWithin(value, DEEPEST)

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isWithin = (value: unknown, levels: number): boolean =>
  typeof value !== 'object' ||
  value === null ||
  (levels > 0 && Object.values(value).every((one) => isWithin(one, levels - 1)))

function unreadable(file: string, why: string): Side {
  stderr.write(`domforge: ${file} cannot be compared: ${why}\n`)
  return { status: EXIT.unreadable }
}
