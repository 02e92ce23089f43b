/** What `lint` says of a changed tree when it is told of every file that is loaded. */
import { checkView } from '../../../src/checks/xen/check-xen.ts'
import { readAsXen, type XenView } from '../../../src/checks/xen/view.ts'
import { entryOf } from '../../../src/diagnostics/catalogue/index.ts'
import type { Diagnostic } from '../../../src/diagnostics/diagnostic.ts'
import { Findings } from '../../../src/diagnostics/findings.ts'
import { contextOf } from '../../../src/lint/context.ts'
import { readInputs } from '../../../src/lint/read.ts'
import type { LintRequest } from '../../../src/lint/request.ts'
import { statementsIn, xensOf } from '../../../src/lint/xens.ts'
import { hostPhys } from '../../../src/units/quantities.ts'
import type { GoodSystem } from './systems.ts'

export interface Verdict {
  readonly findings: readonly Diagnostic[]
  /** Absent: the tree cannot even be read. */
  readonly view?: XenView
}

/** `blob` is the file that holds the tree. */
export function lintMutant(system: GoodSystem, blob: string): Verdict {
  const loaded = [system.xen, { address: system.treeAddress, file: blob }, ...system.modules]
  const request: LintRequest = {
    tree: blob,
    overlays: [],
    releases: [{ text: system.release, branch: system.release }],
    config: system.config,
    files: loaded.map(({ address, file }) => ({ address: hostPhys(address), path: file })),
    entry: 'booti',
  }
  const found = new Findings()
  const inputs = readInputs(request, found.report)
  if (!inputs) return { findings: found.all }
  const judged = xensOf(request.releases, statementsIn(inputs))
  if (typeof judged === 'string') throw new Error(judged)
  const context = contextOf(request, inputs, judged[0])
  // Whoever lints a tree may name some files only; these are all.
  const view = readAsXen({ ...context, ...(context.memory ? { memory: { ...context.memory, isComplete: true } } : {}) })
  checkView(view, found.judge)
  return { findings: found.all, view }
}

/** Whether a finding says that Xen does not get as far as its guests, and nothing milder, and not of debug builds alone. */
export function saysStop({ severity, effect, code }: Diagnostic): boolean {
  const text = (effect ?? entryOf(code).effect ?? '').replace(/;[^;]*debug builds.*/, '')
  return severity === 'error' && /panic|stop|hang|crash|not start|nothing is shown/i.test(text) && !/\bor\b/.test(text)
}
