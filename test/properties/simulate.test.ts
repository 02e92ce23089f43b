/** `simulate` against the supervisor's shell on a machine of files: for random systems in which one thing after another happens both say the same, step by step, and leave the same behind. */
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { lifecycleOf, type PlannedLifecycle } from '../../src/lifecycle/managed.ts'
import { seenAs } from '../../src/lifecycle/seen.ts'
import { type Happening, type Simulation, type Step, simulateSeries, type Trial } from '../../src/lifecycle/simulate.ts'
import type { Death } from '../../src/model/lifecycle/policy.ts'
import { Machines } from '../lifecycle/installed.ts'
import { booted, created } from '../lifecycle/lives.ts'

const machines = new Machines()
afterAll(() => machines.remove())

const action = fc.oneof(
  { arbitrary: fc.constant('restart'), weight: 4 },
  { arbitrary: fc.constantFrom('stop', 'reset-platform'), weight: 1 },
)

/** A window holds all that happens without a pause, and is over between a short pause and two. */
const WINDOW = 200
const PAUSES = [0, 120, 300]

const lifecycle = fc
  .record({
    told: fc.constantFrom('module', 'mark', 'none'),
    seen: fc.constantFrom(', watchdog: 9s', ', watchdog: 9s, boot-limit: 20s', ', boot-limit: 6s', ''),
    poweroff: action,
    reboot: action,
    crash: action,
    hang: action,
    max: fc.integer({ min: 1, max: 3 }),
    then: fc.constantFrom('stop', 'reset-platform'),
    first: fc.constantFrom('1s', '2s', '3s'),
  })
  .map(({ told, seen, poweroff, reboot, crash, hang, max, then, first }) => ({
    fixed: `reboot-told-by: ${told}${seen}, may-reset-platform: why, attempts: { max: ${max}, window: ${WINDOW}s, then: ${then} }, backoff: { first: ${first}, max: 5s }`,
    actions: { poweroff, reboot: told === 'none' ? crash : reboot, crash, ...(seen === '' ? {} : { hang }) },
  }))

interface Written {
  readonly fixed: string
  readonly actions: Readonly<Partial<Record<Death, string>>>
}

/** A backend brings its frontends back with it. */
const written = ({ fixed, actions }: Written, { isBackend = false, more = '' } = {}): string => {
  const words = Object.entries(actions).map(
    ([death, does]) => `on-${death}: ${isBackend && does === 'restart' ? 'restart-dependents' : does}`,
  )
  return `{ ${[fixed, ...words].join(', ')}${more} }`
}

const DISK = "extra-xl: { disk: ['backend=store,vdev=xvda,target=/d'] }"

/** One alone; two side by side; a backend, its frontend, and one that waits for that. */
const system = fc.oneof(
  fc.tuple(lifecycle).map(([one]) => [booted('one', written(one))]),
  fc
    .tuple(lifecycle, lifecycle)
    .map(([one, two]) => [created('two', written(two, { more: ', start: manual' })), created('one', written(one))]),
  fc
    .tuple(lifecycle, lifecycle, lifecycle)
    .map(([store, app, ui]) => [
      created('ui', written(ui, { more: ', after: [app]' })),
      created('app', written(app, { isBackend: true }), DISK),
      booted('store', written(store, { isBackend: true })),
    ]),
)

/** Which domain, counted from the first, or what is not about one. */
const what = fc.oneof(
  { arbitrary: fc.constantFrom<Death | 'xenstored' | 'reset'>('poweroff', 'reboot', 'crash', 'hang'), weight: 9 },
  { arbitrary: fc.constantFrom<Death | 'xenstored' | 'reset'>('xenstored', 'reset'), weight: 1 },
)
const happening = fc.record({
  after: fc.oneof({ arbitrary: fc.constant(0), weight: 3 }, { arbitrary: fc.constantFrom(...PAUSES), weight: 1 }),
  which: fc.oneof({ arbitrary: fc.constant(0), weight: 2 }, { arbitrary: fc.nat(2), weight: 1 }),
  what,
})

const trial = fc.record({
  domains: system,
  happenings: fc.array(happening, { minLength: 4, maxLength: 9 }),
  resets: fc.integer({ min: 1, max: 2 }),
})
type Drawn = typeof trial extends fc.Arbitrary<infer Value> ? Value : never

/** Only a domain that has just begun a life can fail to say that it is up. */
function seriesOf({ domains }: PlannedLifecycle, happenings: Drawn['happenings']): readonly Happening[] {
  let before: string | undefined
  return happenings.flatMap(({ after, which, what: happens }, index): readonly Happening[] => {
    if (happens === 'xenstored' || happens === 'reset') {
      before = undefined
      return [{ after, trial: { kind: happens } }]
    }
    const managed = domains[which % domains.length]
    if (!managed) return []
    const domain = managed.domain.name
    const isFresh = index === 0 || before === domain
    before = domain
    const death = seenAs(managed, happens) === 'silent' && !isFresh ? 'poweroff' : happens
    return [{ after, trial: { kind: 'death', death, domain } }]
  })
}

/** What xl and xenstore show of each; first those are asked for that nobody else starts. */
function inWords({ domains }: PlannedLifecycle, series: readonly Happening[]): string {
  const word = (happens: Trial): string => {
    if (happens.kind !== 'death') return `${happens.kind} -`
    const managed = domains.find(({ domain }) => domain.name === happens.domain)
    const seen = managed && seenAs(managed, happens.death)
    return `${(seen && FLAGS[seen]) ?? seen ?? 'unseen'} ${happens.domain}`
  }
  const asked = domains.filter((managed) => isAsked(managed, series)).map(({ domain }) => `0 asked ${domain.name}`)
  // Resets are forgotten when the supervisor looks, and somebody may ask for one in between.
  const lines = series.map(({ after, trial: happens }) =>
    after > 0 && happens.kind === 'reset' ? `${after} unseen -\n0 reset -` : `${after} ${word(happens)}`,
  )
  return [...asked, ...lines, ''].join('\n')
}

const FLAGS: Readonly<Record<string, string>> = {
  poweroff: '---s--',
  reboot: '---sr-',
  crash: '---sc-',
  hang: '---sw-',
}

const isAsked = ({ domain, lifecycle: { start } }: PlannedLifecycle['domains'][number], series: readonly Happening[]) =>
  start === 'manual' && series.some(({ trial: each }) => each.kind === 'death' && each.domain === domain.name)

/** Line by line as the supervisor logs it, without times and ids; that no reset is left, once a boot. */
function told(lifecycle: PlannedLifecycle, series: readonly Happening[], { steps }: Simulation): readonly string[] {
  const { domains } = lifecycle
  const atBoot = domains.filter(({ bootId, lifecycle: { start } }) => bootId === undefined && start === 'auto')
  const boot = atBoot.map(({ domain }) => `${domain.name} runs`)
  const asked = domains.filter((managed) => isAsked(managed, series)).map(({ domain }) => `${domain.name} runs`)
  let stays = false
  const lines = steps.flatMap((step): readonly string[] => {
    if (step.what === 'reset') stays = false
    const isAgain = step.what === 'stays' && stays
    if (step.what === 'stays') stays = true
    return isAgain ? [] : [...line(step), ...(step.what === 'reset' ? boot : [])]
  })
  return [...boot, ...asked, ...lines]
}

function line(step: Step): readonly string[] {
  switch (step.what) {
    case 'seen':
      return [`${step.domain} ${step.as}`]
    case 'stopped':
      // That no reset is left is all that the supervisor says of it.
      return step.why === 'no-reset' ? [] : [`${step.domain} stop`]
    case 'attempt':
      return [`${step.domain} attempt ${step.number} of ${step.of} in ${step.delay} s`]
    case 'removed':
      return [`${step.domain} is removed`]
    case 'created':
      return [`${step.domain} runs`]
    case 'reset':
      return [`reset ${step.number} of ${step.of}`]
    case 'stays':
      return ['no reset is left']
    default:
      return []
  }
}

/** The same of the supervisor's log. */
function logged(log: string): readonly string[] {
  return log.split('\n').flatMap((text): readonly string[] => {
    const decided = / domforge: (\S+) \(id \S+\): (\w+): (\w+)$/.exec(text)
    if (decided?.[2] === 'asked') return []
    if (decided) return [`${decided[1]} ${decided[2]}`, ...(decided[3] === 'stop' ? [`${decided[1]} stop`] : [])]
    const attempt = / domforge: (\S+): comes back in (\d+) s \(attempts before: (\d+) of (\d+)\)$/.exec(text)
    if (attempt) return [`${attempt[1]} attempt ${Number(attempt[3]) + 1} of ${attempt[4]} in ${attempt[2]} s`]
    const does = / domforge: (\S+)(?:: id \S+ (is removed)|: (runs) with id \S+)$/.exec(text)
    if (does) return [`${does[1]} ${does[2] ?? does[3]}`]
    const reset = / domforge: (reset \d+ of \d+): /.exec(text)
    if (reset?.[1] !== undefined) return [reset[1]]
    return text.includes('no reset is left') ? ['no reset is left'] : []
  })
}

/** Each domain, and why it stays down. */
function endsOf({ domains }: PlannedLifecycle, { steps, ends }: Simulation): readonly string[] {
  const why = new Map<string, string>()
  for (const step of steps) {
    if (step.what === 'reset') why.clear()
    if (step.what === 'stopped') why.set(step.domain, step.why === 'no-reset' ? 'reset' : step.why)
  }
  const usual = (name: string): string => {
    const managed = domains.find(({ domain }) => domain.name === name)
    const hasDied = steps.findLastIndex((step) => step.what === 'seen' && step.domain === name)
    const wasReset = steps.findLastIndex((step) => step.what === 'reset')
    return managed?.lifecycle.start === 'manual' && hasDied <= wasReset ? 'manual' : 'reset'
  }
  return ends.map(({ domain, runs }) => (runs ? `${domain} run` : `${domain} stop ${why.get(domain) ?? usual(domain)}`))
}

const FAKE = join(import.meta.dirname, '../lifecycle/fake')
let runs = 0

function compare(shell: string, { domains, happenings, resets }: Drawn): void {
  runs += 1
  const { folder, plan, supervisor } = machines.install(`run${runs}`, domains, [
    `platform-resets: { max: ${resets}, good-after: ${WINDOW}s }`,
  ])
  const planned = lifecycleOf(plan)
  const series = seriesOf(planned, happenings)
  writeFileSync(join(folder, 'series'), inWords(planned, series))
  writeFileSync(join(folder, 'scenario'), `. ${join(FAKE, 'series.sh')}; series\n`)
  const said = execFileSync('dash', [join(FAKE, 'run.sh'), shell, folder, supervisor, '900', 'none'], {
    encoding: 'utf8',
  })
  const log = readFileSync(join(folder, 'log'), 'utf8')
  const simulated = simulateSeries(planned, series)
  const lives = said.slice(0, said.indexOf('; |')).split('; ')
  const ends = lives.map((life) => {
    const [name, state, , why] = life.split(' ')
    return state === 'run' ? `${name} run` : `${name} ${state} ${why}`
  })
  const about = `${domains.join('\n')}\n${inWords(planned, series)}\n${log}`
  expect(said, about).not.toContain('FAULTS')
  expect(logged(log), about).toEqual(told(planned, series, simulated))
  expect(ends.toSorted(), about).toEqual(endsOf(planned, simulated).toSorted())
}

const happened = (...words: readonly (readonly [Drawn['happenings'][number]['what'], number?, number?])[]) =>
  words.map(([happens, which = 0, after = 0]) => ({ what: happens, which, after }))

const LIMITS = `attempts: { max: 2, window: ${WINDOW}s }, backoff: { first: 2s, max: 3s }`

/** What chance may miss in few runs. */
const EXAMPLES: readonly Drawn[] = [
  {
    domains: [booted('one', `{ reboot-told-by: module, boot-limit: 6s, on-poweroff: restart, ${LIMITS} }`)],
    happenings: happened(['hang'], ['hang', 0, 120], ['hang', 0, 120], ['crash'], ['reboot'], ['crash']),
    resets: 1,
  },
  {
    domains: [
      booted(
        'one',
        `{ reboot-told-by: mark, watchdog: 9s, on-reboot: restart, on-crash: reset-platform, on-hang: restart, may-reset-platform: why, ${LIMITS.replace('200s', '200s, then: reset-platform')} }`,
      ),
    ],
    happenings: happened(
      ...(['reboot', 'reboot', 'reboot', 'hang', 'hang'] as const).map((death) => [death] as const),
      ...(['crash', 'xenstored', 'reset'] as const).map((each) => [each] as const),
    ),
    resets: 2,
  },
  {
    domains: [
      created('ui', `{ after: [app], reboot-told-by: module, on-crash: restart, ${LIMITS} }`),
      created('app', `{ reboot-told-by: module, on-crash: restart, on-poweroff: stop, ${LIMITS} }`, DISK),
      booted('store', `{ reboot-told-by: module, on-crash: restart-dependents, ${LIMITS} }`),
    ],
    happenings: happened(
      ['crash', 1],
      ['crash'],
      ['reboot'],
      ['poweroff', 1],
      ['crash'],
      ['crash', 2, 120],
      ['poweroff'],
    ),
    resets: 1,
  },
  {
    domains: [booted('one', '{ on-poweroff: reset-platform, on-hang: stop, watchdog: 9s, may-reset-platform: why }')],
    happenings: happened(['poweroff'], ['poweroff'], ['reboot'], ['hang', 0, 300], ['xenstored'], ['poweroff']),
    resets: 1,
  },
  {
    domains: [booted('one', '{}'), created('two', `{ start: manual, on-poweroff: restart, ${LIMITS} }`)],
    happenings: happened(
      ['poweroff', 1],
      ['reset'],
      ['reset', 0, 300],
      ['xenstored'],
      ['xenstored', 0, 300],
      ['reset'],
    ),
    resets: 2,
  },
]

describe.each([
  ['dash', 12],
  ['busybox ash', 8],
])('in %s', (shell, numRuns) => {
  it('simulate and the supervisor agree', () => {
    fc.assert(
      fc.property(trial, (drawn) => compare(shell, drawn)),
      // A smaller case takes as long as the whole run, and the log tells enough.
      { numRuns, endOnFailure: true, examples: EXAMPLES.map((example) => [example]) },
    )
  }, 300_000)
})
