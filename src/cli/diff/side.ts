/** One of the two systems that are compared, as its `plan.json`. */
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { planDocument } from '../../emit/plan-json.ts'
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
  return isFolder(path) ? builtPlan(path) : plannedNow(path, invocation)
}

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true

function plannedNow(manifest: string, invocation: Invocation): Side {
  const outcome = runPipeline(manifest, settingsOf(invocation))
  const { plan, findings } = outcome
  if (plan && !findings.hasErrors) return { plan: planDocument(plan) }
  printFindings(outcome, 'text', stderr)
  return { status: exitStatusOf(outcome) }
}

function builtPlan(folder: string): Side {
  const file = join(folder, 'plan.json')
  try {
    const plan: unknown = JSON.parse(readFileSync(file, 'utf8'))
    if (isPlan(plan)) return { plan }
    return unreadable(file, 'it is not a plan of this version: build it again')
  } catch (error) {
    return unreadable(file, (error as Error).message)
  }
}

const isPlan = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && 'version' in value && value.version === 1 && 'domains' in value

function unreadable(file: string, why: string): Side {
  stderr.write(`domforge: ${file} cannot be compared: ${why}\n`)
  return { status: EXIT.unreadable }
}
