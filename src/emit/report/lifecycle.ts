/** What happens to domains that end, and which of them can reset the machine. */
import type { Assembly } from '../../assemble/assembly.ts'
import { armedSeconds, leavesWord } from '../../guests/metadata.ts'
import { decide, decideReset } from '../../lifecycle/decide.ts'
import { END_LIMIT, type EndingDomain } from '../../lifecycle/ends.ts'
import { joinedInDom0 } from '../../lifecycle/joined-ramdisk.ts'
import {
  DEATHS,
  isRestart,
  lifecycleOf,
  type ManagedDomain,
  type PlannedLifecycle,
  REGISTER_WRITER,
  resettingKeys,
  type Silencing,
} from '../../lifecycle/managed.ts'
import { seenAs } from '../../lifecycle/seen.ts'
import { hasXenstore } from '../../lifecycle/sees-xen.ts'
import { decisionText, thenText } from '../../lifecycle/words.ts'
import type { Death } from '../../model/lifecycle/policy.ts'
import { type Entity, type Guest, isGiven, isHardwareDomain, type SystemModel } from '../../model/system-model.ts'
import { writesText } from '../../plan/passthrough/register-writes.ts'
import type { SystemPlan } from '../../plan/system-plan.ts'
import { formatDuration, milliseconds } from '../../units/duration.ts'
import { bullets, table } from './layout.ts'

/** Each event, and what the supervisor does then; empty if no domain has a lifecycle. */
export function lifecycleLines({ plan }: Assembly): readonly string[] {
  const lifecycle = lifecycleOf(plan)
  const { domains, resets, supervised } = lifecycle
  if (domains.length === 0) return []
  const rows = domains.flatMap((managed) =>
    DEATHS.map((death) => [managed.domain.name, death, outcome(managed, death)]),
  )
  const lost = decideReset(lifecycle, 0) === 'reset' ? 'the machine is reset' : 'nothing: resets are not allowed'
  const machine = supervised ? [['xenstored', 'lost', lost]] : []
  return [
    ...table(COLUMNS, [...rows, ...machine]),
    '',
    ...bullets([
      ...domains.flatMap(limitsOf),
      ...domains.flatMap(silencingOf),
      ...domains.flatMap((managed) => unseen(plan, managed)),
      ...unmanaged(plan),
      ...(resets
        ? [
            `the machine is reset at most ${times(resets.max)}; after a run of ${formatDuration(resets['good-after'])} earlier resets are forgotten; with none left it keeps running as it is; the count is in /var/lib/domforge of dom0, which has to be persistent`,
          ]
        : []),
      ...(supervised ? [...endings(lifecycle), SUPERVISOR] : WITHOUT_DOM0),
    ]),
  ]
}

const COLUMNS = [
  { heading: 'domain', align: 'left' },
  { heading: 'ends by', align: 'left' },
  { heading: 'then', align: 'left' },
] as const

const LEFT = { reboots: 'left', attempts: 'left' } as const

function outcome(managed: ManagedDomain, death: Death): string {
  const event = seenAs(managed, death)
  return event === undefined ? 'goes unnoticed' : decisionText(managed, decide(managed, 'run', event, LEFT))
}

const times = (count: number): string => (count === 1 ? 'once' : `${count} times`)

function limitsOf(managed: ManagedDomain): readonly string[] {
  const { domain, lifecycle, actions } = managed
  if (!DEATHS.some((death) => isRestart(actions[death]))) return []
  const { attempts, backoff } = lifecycle
  return [
    `${domain.name}: attempts wait ${formatDuration(backoff.first)}, then twice as long each time, up to ${formatDuration(backoff.max)}; after ${attempts.max} in ${formatDuration(attempts.window)} ${thenText(managed)}`,
  ]
}

/** What stops the devices of a domain that is created again. */
const silencingOf = ({ domain: { name }, masters }: ManagedDomain): readonly string[] =>
  masters.flatMap(({ what, quiesce }) => (quiesce ? [`${name}: ${silencingText(what, quiesce)}`] : []))

function silencingText(what: string, quiesce: Silencing): string {
  switch (quiesce.by) {
    case 'write':
      return `before it is created, dom0 writes ${writesText(quiesce.writes)} to quiesce ${what}; if that fails it is not created. ${REGISTER_WRITER} does it: build it for dom0 from examples/quiesce-write`
    case 'hook':
      return `before it is created, ${quiesce.program} in dom0 quiesces ${what}; if that fails it is not created`
    case 'reason':
      return `${what} needs no quiescing before it is created again: ${quiesce.reason}`
  }
}

/** What the supervisor cannot see by itself, and what the guest has to do for that. */
function unseen({ metadata }: SystemPlan, { domain, lifecycle, ramdisk }: ManagedDomain): readonly string[] {
  const { name } = domain
  const { watchdog, 'boot-limit': limit } = lifecycle
  return [
    ...(watchdog === undefined
      ? []
      : [
          `${name}: its watchdog of ${formatDuration(watchdog)} is armed and fed by the guest; ${limit === undefined ? 'a hang before that is not detected' : `until then it has ${formatDuration(limit)} to report that it is up`}`,
        ]),
    ...armedBy(domain, metadata.has(name)),
    ...saidBy(domain, metadata.has(name)),
    ...(ramdisk === undefined
      ? []
      : [
          `${name}: before it is created again the supervisor appends its metadata to ${ramdisk}, in ${joinedInDom0(name)}`,
        ]),
    ...(watchdog !== undefined && !hasXenstore(domain)
      ? [
          `${name}: without xenstore it cannot report that it is up, so whether its watchdog was ever armed is not known`,
        ]
      : []),
  ]
}

/** Where a Linux guest has the script that arms its watchdog. */
function armedBy(domain: Guest, isBehindRamdisk: boolean): readonly string[] {
  if (armedSeconds(domain) === undefined) return []
  const where = isBehindRamdisk
    ? 'its metadata.cpio has /etc/domforge/watchdog, which is started by systemd, initramfs-tools, and the scripts of sysvinit and BusyBox; any other init has to call it'
    : 'domforge install puts what feeds its watchdog into its root file system; without systemd, rc has to call /etc/domforge/watchdog start'
  return [`${domain.name}: ${where}`]
}

/** Where a Linux guest has the script that leaves marks for the supervisor. */
function saidBy(domain: Guest, isBehindRamdisk: boolean): readonly string[] {
  if (!leavesWord(domain)) return []
  const where = isBehindRamdisk
    ? 'its metadata.cpio has /etc/domforge/mark, which systemd, initramfs-tools, and the scripts of sysvinit and BusyBox call; any other init has to call it'
    : 'domforge install puts what writes it into its root file system; without systemd, rc has to call /etc/domforge/mark start and stop'
  return [
    `${domain.name}: data/domforge in its xenstore reports that it is up, and that its reboot is on purpose: ${where}`,
  ]
}

const unmanaged = ({ model }: SystemPlan): readonly string[] => {
  const names = model.domains.flatMap((domain) =>
    domain.boot !== 'dom0' && domain.lifecycle === undefined ? [domain.name] : [],
  )
  return names.length === 0 ? [] : [`${names.join(', ')}: not supervised, since no lifecycle is given`]
}

/** What happens to domains when dom0 goes down. */
function endings({ ends }: PlannedLifecycle): readonly string[] {
  const all = ends.flat()
  const named = (which: readonly EndingDomain[]): string => which.map(({ domain }) => domain.name).join(', ')
  const levels = ends.map((level) => level.filter(({ isAsked }) => isAsked)).filter((level) => level.length > 0)
  const mute = all.filter(({ isAsked }) => !isAsked)
  const cut = mute.filter(({ isServed }) => isServed)
  const left = mute.filter(({ isServed }) => !isServed)
  const why = 'without xenstore cannot be asked to end'
  return [
    ...(levels.length === 0
      ? []
      : [
          `when dom0 goes down it asks ${levels.map(named).join(', then ')} to end, and waits ${formatDuration(milliseconds(END_LIMIT * 1000))} for each such step at most, and not for those that do not answer`,
        ]),
    ...(cut.length === 0 ? [] : [`${named(cut)}: ${why}: removed when its turn comes, since its devices are served`]),
    ...(left.length === 0 ? [] : [`${named(left)}: ${why}: goes on until the machine stops`]),
  ]
}

const SUPERVISOR =
  'control/supervisor does all this in dom0: control/install.list says where each file goes, with which mode and hash'

const WITHOUT_DOM0 = [
  "without dom0 nothing acts on this: a domain that has ended keeps its memory and does not come back until the machine is reset, so stop is the only possible policy; Xen's watchdog ends a guest that hangs, and nothing reports it",
  'what helps there is a watchdog of the board that a guest is given and feeds: it resets the whole machine when that guest ends or hangs, and no other',
  "so that a lasting fault does not reset the machine forever, let U-Boot count its starts (CONFIG_BOOTCOUNT_LIMIT): past bootlimit it runs altbootcmd, and the guest that feeds the watchdog sets bootcount back after a good run; domforge writes none of these, since the board's U-Boot must have it",
]

/** Defaults in lifecycles that decide something. */
export const lifecycleChoices = (plan: SystemPlan): readonly string[] =>
  lifecycleOf(plan).domains.flatMap((managed) => {
    const left = defaultsOf(plan.model, managed)
    return left.length === 0 ? [] : [`${managed.domain.name} when it ends, by default: ${left.join(', ')}`]
  })

function defaultsOf(model: SystemModel, { lifecycle, actions }: ManagedDomain): readonly string[] {
  const { attempts, backoff } = lifecycle
  const left = <E extends Entity>(entity: E, key: keyof E & string, words: string): readonly string[] =>
    isGiven(model, entity, key) ? [] : [words]
  return [
    ...DEATHS.flatMap((death) => left(lifecycle, `on-${death}`, `on-${death} ${actions[death]}`)),
    ...left(attempts, 'max', `at most ${attempts.max} attempts`),
    ...left(attempts, 'window', `in ${formatDuration(attempts.window)}`),
    ...left(attempts, 'then', `then ${attempts.then}`),
    ...left(backoff, 'first', `first delay ${formatDuration(backoff.first)}`),
    ...left(backoff, 'max', `longest ${formatDuration(backoff.max)}`),
  ]
}

/** Which domains can reset the machine, and how; empty if no domain has a lifecycle. */
export function resetterLines({ plan }: Assembly): readonly string[] {
  const { domains, supervised } = lifecycleOf(plan)
  if (domains.length === 0) return []
  const hardware = plan.model.domains.filter((domain) => domain.boot === 'dom0less' && isHardwareDomain(domain))
  return bullets([
    ...(plan.dom0
      ? [`${plan.dom0.domain.name}: when it reboots or its watchdog expires; poweroff halts the machine`]
      : []),
    ...hardware.map(({ name }) => `${name}: when it reboots or its watchdog expires; poweroff halts the machine`),
    ...domains.flatMap((managed) => {
      const keys = resettingKeys(managed).map(({ key }) => key)
      const reason = managed.lifecycle['may-reset-platform']
      return supervised && keys.length > 0
        ? [`${managed.domain.name}: by ${keys.join(', ')}${reason === undefined ? '' : ` (${reason})`}`]
        : []
    }),
  ])
}
