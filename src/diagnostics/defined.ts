import { InternalError } from './internal-error.ts'

/** `value`, which an earlier stage has ensured: if it is missing, that is a bug. `what` names it. */
export function defined<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new InternalError(`no ${what}`)
  return value
}
