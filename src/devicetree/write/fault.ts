import type { Origin } from '../../diagnostics/diagnostic.ts'
import type { DtNode, DtProperty } from '../model.ts'
import type { DtProblem } from '../problem.ts'

/** A problem in `property` of the node at `path`, reported where the most specific known origin is. */
export function faultIn(
  path: string,
  node: DtNode,
  property: DtProperty | undefined,
  message: string,
  part?: { readonly origin?: Origin },
): DtProblem {
  const where = property ? `${path}: ${property.name}: ${message}` : `${path}: ${message}`
  const at = part?.origin ?? property?.origin ?? node.origin
  return at ? { message: where, at } : { message: where }
}

/** The path of a child, given its parent's. */
export const childPath = (parent: string, name: string): string => (parent === '/' ? `/${name}` : `${parent}/${name}`)
