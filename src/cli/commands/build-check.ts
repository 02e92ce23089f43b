import { type Differences, inspectOutputs } from '../../output/inspect.ts'
import type { LockState } from '../../output/lock-file.ts'
import { shown } from '../../output/places.ts'
import type { OutputRequest } from '../../output/write.ts'
import type { Outcome } from '../../pipeline.ts'
import { EXIT } from '../exit-status.ts'
import { exitStatusOf, printFindings, streamsOf } from '../findings.ts'
import { lockState } from '../lock.ts'
import type { Invocation } from '../parse.ts'
import { table } from '../terminal.ts'

interface Found extends Differences {
  readonly lock: LockState
}

/** `domforge build --check`: findings on stderr; what a build would change on stdout. */
export function checkFolder(invocation: Invocation, outcome: Outcome, request: OutputRequest | undefined): number {
  const { format, quiet } = invocation.options
  const differences = request && inspectOutputs(request, outcome.findings.report)
  const { findings, results } = streamsOf(String(format))
  printFindings(outcome, String(format), findings)
  if (!request || !differences) {
    if (format === 'json') results.write(FAILED)
    return exitStatusOf(outcome)
  }
  const found: Found = { ...differences, lock: lockState(outcome) }
  const isSame = count(found) === 0 && !found.cutOff && found.lock === 'same'
  if (format === 'json') {
    const { folder } = request
    results.write(`${JSON.stringify({ version: 1, ok: isSame, out: folder, ...found }, null, 2)}\n`)
  } else if (!quiet) results.write(listing(request, found, outcome))
  return isSame ? exitStatusOf(outcome) : EXIT.differs
}

/** For who reads the result as JSON: why is among the findings. */
export const FAILED = `${JSON.stringify({ version: 1, ok: false }, null, 2)}\n`

const count = ({ missing, different, stale }: Differences): number => missing.length + different.length + stale.length

function listing({ folder, artifacts }: OutputRequest, found: Found, { lock }: Outcome): string {
  const rows = [
    ...found.missing.map((path) => [`  ${shown(folder, path)}`, 'is missing']),
    ...found.different.map((path) => [`  ${shown(folder, path)}`, 'differs']),
    ...found.stale.map((path) => [`  ${shown(folder, path)}`, 'is stale: it is no longer an output']),
    ...(found.lock === 'same' ? [] : [[`  ${lock?.file}`, found.lock === 'missing' ? 'is missing' : 'differs']]),
    ...(found.cutOff ? [[`  ${folder}/`, 'contains leftovers of an interrupted build']] : []),
  ]
  const all = artifacts.length + 1
  const sum =
    count(found) > 0
      ? `${count(found)} of ${all + found.stale.length} files in ${folder}/ are not up to date`
      : `${all} files in ${folder}/ are up to date`
  return `${table(rows)}${sum}\n`
}
