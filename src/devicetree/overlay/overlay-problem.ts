/** Why an overlay cannot be applied; thrown and caught inside `overlay/` only. */
import type { Origin } from '../../diagnostics/diagnostic.ts'
import type { DtProblem } from '../problem.ts'

export class OverlayProblem extends Error {
  readonly problem: DtProblem

  constructor(message: string, at: Origin | undefined, help?: string) {
    super(message)
    this.problem = { message, ...(at && { at }), ...(help !== undefined && { help }) }
  }
}
