/** `accept`, at the top and in domains. */

import { WHY_NOT } from '../diagnostics/catalogue/entry.ts'
import { type Code, catalogue, entryOf, isCode, wholeCode } from '../diagnostics/catalogue/index.ts'
import { closest } from '../diagnostics/closest.ts'
import { type Acceptance, atKey, member } from '../diagnostics/diagnostic.ts'
import type { Manifest } from '../manifest/manifest.gen.ts'
import type { ModelContext } from './context.ts'
import type { Domain } from './system-model.ts'

/** What can be accepted; the rest is reported. `modelled`: the domains as they were read. */
export function readAcceptances(
  context: ModelContext,
  { accept, domains }: Manifest,
  modelled: readonly Domain[],
): readonly Acceptance[] {
  const treeOf = new Map(modelled.map((domain) => [domain.name, treePath(domain)]))
  const byAll = (tree: string, code: string): boolean =>
    [...treeOf].every(([name, other]) => other !== tree || domains[name]?.accept?.[code] !== undefined)
  return [
    ...readOwn(context, '', accept),
    ...Object.entries(domains).flatMap(([name, domain]) => {
      const tree = treeOf.get(name)
      return readOwn(context, member('/domains', name), domain?.accept).map((acceptance) => ({
        ...acceptance,
        below: member('/domains', name),
        ...(tree !== undefined && byAll(tree, acceptance.code) ? { file: tree } : {}),
      }))
    }),
  ]
}

const treePath = (domain: Domain): string | undefined =>
  'device-tree' in domain ? domain['device-tree']?.path : undefined

function readOwn(context: ModelContext, parent: string, given: Manifest['accept'] = {}): readonly Acceptance[] {
  return Object.entries(given).flatMap(([code, reason]) => {
    const pointer = member(`${parent}/accept`, code)
    return reason !== undefined && mayBeAccepted(context, pointer, code)
      ? [{ code, reason: reason.trim().replaceAll(/\s+/g, ' '), pointer }]
      : []
  })
}

function mayBeAccepted({ report }: ModelContext, pointer: string, code: string): code is Code {
  if (!isCode(code)) {
    const near = closest(wholeCode(code), Object.keys(catalogue()))
    report('MAN-030', {
      at: atKey(pointer),
      message: `'${code}' is not the code of any finding`,
      help: near === undefined ? 'write the code as the finding shows it, such as DOM-044' : `did you mean '${near}'?`,
    })
    return false
  }
  const { acceptable } = entryOf(code)
  if (acceptable === 'yes') return true
  report('MAN-031', {
    at: atKey(pointer),
    message: `${code} cannot be accepted: ${WHY_NOT[acceptable]}`,
    help: 'remove it here, and fix what the finding is about',
  })
  return false
}
