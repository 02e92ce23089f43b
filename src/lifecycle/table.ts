/** Every decision as a row of words. The supervisor in dom0 only looks them up. */
import { secondsOf } from '../units/duration.ts'
import { type Budget, type Decision, type DomainEvent, type DomainState, decide, EVENTS, STATES } from './decide.ts'
import type { EndingDomain } from './ends.ts'
import { RAMDISK_JOINER } from './joined-ramdisk.ts'
import { hooksOf, type ManagedDomain, type PlannedLifecycle } from './managed.ts'
import { TICK } from './tick.ts'

export const BUDGETS: readonly Budget[] = ['left', 'over']

/** Path in dom0 of the xl configuration of a supervised domain. */
export const configInDom0 = (name: string): string => `/etc/domforge/domains/${name}.cfg`

/** Columns of the rows for domains: `-` is none, times are seconds. */
export const DOMAIN_COLUMNS =
  'domain NAME BOOT-ID START MARK BOOT-LIMIT MAX WINDOW FIRST-DELAY LONGEST-DELAY NEEDS DEPENDENTS'

/** Columns of the rows for the end of dom0: `ELSE` is what happens to a domain that has not ended in time. */
export const END_COLUMNS = 'end LEVEL NAME BOOT-ID UUID ASKED ELSE'

/** Columns of the rows for decisions: `*` matches anything. */
export const DECISION_COLUMNS = 'on NAME STATE EVENT REBOOTS ATTEMPTS VERB DETAIL TARGETS'

/** `platform`, then the domains in start order, then their decisions: a shell reads byte by byte, and mostly needs only the first rows. */
export const tableRows = (lifecycle: PlannedLifecycle): readonly (readonly string[])[] => [
  platformRow(lifecycle),
  ...lifecycle.domains.map(domainRow),
  ...lifecycle.domains.flatMap((managed) => [...hookRows(managed), ...ramdiskRows(managed)]),
  ...lifecycle.ends.flatMap(endRows),
  ...lifecycle.domains.flatMap(decisionRows),
]

const platformRow = ({ resets }: PlannedLifecycle): readonly string[] => [
  'platform',
  String(resets?.max ?? 0),
  String(resets ? secondsOf(resets['good-after']) : 0),
  String(TICK),
]

function domainRow({ domain: { name }, bootId, lifecycle, needs, dependents }: ManagedDomain): readonly string[] {
  const { start, attempts, backoff, 'boot-limit': limit } = lifecycle
  return [
    'domain',
    name,
    bootId === undefined ? '-' : String(bootId),
    start,
    lifecycle['reboot-told-by'] === 'mark' ? 'mark' : '-',
    String(limit === undefined ? 0 : secondsOf(limit)),
    String(attempts.max),
    ...[attempts.window, backoff.first, backoff.max].map((time) => String(secondsOf(time))),
    list(needs),
    list(dependents),
  ]
}

const list = (names: readonly string[]): string => (names.length === 0 ? '-' : names.join(','))

/** `before`, the domain, one of its devices, and the program to call before the domain is created, with a further argument if it takes one. */
const hookRows = (managed: ManagedDomain): readonly (readonly string[])[] =>
  hooksOf(managed).map(({ device, program, writes }) => [
    ...['before', managed.domain.name, device, program],
    ...(writes === undefined ? [] : [writes]),
  ])

/** The same for its ramdisk, to which its metadata.cpio is appended. */
const ramdiskRows = ({ domain: { name }, ramdisk }: ManagedDomain): readonly (readonly string[])[] =>
  ramdisk === undefined ? [] : [['before', name, 'ramdisk', RAMDISK_JOINER, ramdisk]]

const endRows = (level: readonly EndingDomain[], number: number): readonly (readonly string[])[] =>
  level.map(({ domain, bootId, uuid, isAsked, isServed }) => [
    ...['end', String(number), domain.name, bootId === undefined ? '-' : String(bootId), uuid ?? '-'],
    ...[isAsked ? 'yes' : 'no', isServed ? 'remove' : 'leave'],
  ])

/** All decisions but `nothing`; a budget that makes no difference is `*`. */
function decisionRows(managed: ManagedDomain): readonly (readonly string[])[] {
  return STATES.flatMap((state) => EVENTS.flatMap((event) => rowsOf(managed, state, event)))
}

function rowsOf(managed: ManagedDomain, state: DomainState, event: DomainEvent): readonly (readonly string[])[] {
  const words = (reboots: Budget, attempts: Budget): readonly string[] =>
    wordsOf(decide(managed, state, event, { reboots, attempts }))
  const row = (reboots: Budget | '*', attempts: Budget | '*'): readonly string[] => [
    ...['on', managed.domain.name, state, event, reboots, attempts],
    ...words(reboots === '*' ? 'left' : reboots, attempts === '*' ? 'left' : attempts),
  ]
  const isSame = (one: readonly string[], other: readonly string[]): boolean => one.join(' ') === other.join(' ')
  const needsAttempts = (reboots: Budget): boolean => !isSame(words(reboots, 'left'), words(reboots, 'over'))
  const rowsWith = (reboots: Budget, written: Budget | '*'): readonly (readonly string[])[] =>
    needsAttempts(reboots) ? BUDGETS.map((attempts) => row(written, attempts)) : [row(written, '*')]
  const needsReboots = BUDGETS.some((attempts) => !isSame(words('left', attempts), words('over', attempts)))
  const rows = needsReboots ? BUDGETS.flatMap((reboots) => rowsWith(reboots, reboots)) : rowsWith('left', '*')
  return rows.filter((own) => own[VERB] !== 'nothing')
}

/** Column of the decision's verb. */
const VERB = 6

function wordsOf(decision: Decision): readonly string[] {
  switch (decision.do) {
    case 'stop':
      return ['stop', decision.why, '-']
    case 'restart':
      return ['restart', decision.counts, decision.targets.join(',')]
    default:
      return [decision.do, '-', '-']
  }
}
