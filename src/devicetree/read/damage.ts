import type { DtProblem } from '../problem.ts'

/** Thrown inside the reader where a blob cannot be read any further, and caught at its entry point. */
export class BlobDamage extends Error {
  override readonly name = 'BlobDamage'
  readonly problem: DtProblem

  constructor(problem: DtProblem) {
    super(problem.message)
    this.problem = problem
  }
}

/** Stops reading; `message` says what was found at which offset. */
export function damaged(message: string, help?: string): never {
  throw new BlobDamage(help === undefined ? { message } : { message, help })
}
