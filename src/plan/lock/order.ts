/** The order of boot-time domains, which is their ids: a lock keeps it when the manifest is edited. */
import { atKey, type Report } from '../../diagnostics/diagnostic.ts'
import type { Lock } from '../../facts/lock.ts'
import type { Dom0lessDomain } from '../../model/system-model.ts'
import { lockedNumber } from './values.ts'

/** Those that the lock knows first, in its order; then new ones in the order of the manifest. */
export function inLockedOrder(domains: readonly Dom0lessDomain[], lock: Lock): readonly Dom0lessDomain[] {
  const place = ({ name }: Dom0lessDomain): number | undefined => lockedNumber(lock, orderKey(name))
  const known = domains.filter((domain) => place(domain) !== undefined)
  const others = domains.filter((domain) => place(domain) === undefined)
  return [...known.sort((a, b) => (place(a) ?? 0) - (place(b) ?? 0)), ...others]
}

export const orderKey = (domain: string): string => `domains/${domain}/order`

/** OUT-007, once, where a domain gets another id than the lock says; `domains` in the order of their nodes. */
export function reportRenumbered(domains: readonly Dom0lessDomain[], lock: Lock, report: Report): void {
  const moved = domains.flatMap((domain, index) => {
    const before = lockedNumber(lock, orderKey(domain.name))
    return before === undefined || before === index + 1 ? [] : [{ domain, before, now: index + 1 }]
  })
  const [first, ...others] = moved
  if (!first) return
  const names = new Set(domains.map(({ name }) => name))
  const gone = namesIn(lock).filter((name) => !names.has(name))
  const reason =
    gone.length > 0 ? `'${gone.join("', '")}' ${gone.length > 1 ? 'are' : 'is'} gone` : 'another comes before it'
  report('OUT-007', {
    at: atKey(first.domain.pointer),
    message: `'${first.domain.name}' becomes domain ${first.now}, and was domain ${first.before}: ${reason}`,
    help: 'check whatever refers to guests by their ids; the next lock file has the new ones',
    related: others.map(({ domain, before, now }) => ({
      at: atKey(domain.pointer),
      message: `'${domain.name}' becomes domain ${now}, and was domain ${before}`,
    })),
  })
}

/** Domains that the lock has a place for. */
const namesIn = ({ entries }: Lock): readonly string[] =>
  [...entries.keys()].flatMap((key) => /^domains\/(.+)\/order$/.exec(key)?.[1] ?? [])
