/** `simulate` against the supervisor's shell on a machine of files: for random systems and deaths both say who runs in the end, who was created how often, and how often the machine was reset. */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { lifecycleOf, type ManagedDomain, type PlannedLifecycle } from '../../src/lifecycle/managed.ts'
import { seenAs } from '../../src/lifecycle/seen.ts'
import { simulate } from '../../src/lifecycle/simulate.ts'
import type { Death } from '../../src/model/lifecycle/policy.ts'
import { Machines } from '../lifecycle/installed.ts'
import { booted, created } from '../lifecycle/lives.ts'

const machines = new Machines()
afterAll(() => machines.remove())

const ACTIONS = ['stop', 'restart', 'reset-platform'] as const
const action = fc.constantFrom(...ACTIONS)
const TOLD = ['module', 'mark', 'none'] as const

/** With delays of seconds, so that a run is short, and all of it in one window. */
const lifecycle = fc
  .record({
    told: fc.constantFrom(...TOLD),
    poweroff: action,
    reboot: action,
    crash: action,
    hang: action,
    max: fc.integer({ min: 1, max: 3 }),
    then: fc.constantFrom('stop', 'reset-platform'),
    first: fc.constantFrom('1s', '2s'),
  })
  .map(({ told, poweroff, reboot, crash, hang, max, then, first }) => ({
    fixed: `reboot-told-by: ${told}, watchdog: 9s, may-reset-platform: why, attempts: { max: ${max}, then: ${then} }, backoff: { first: ${first}, max: 3s }`,
    actions: { poweroff, reboot: told === 'none' ? crash : reboot, crash, hang },
  }))

/** A backend brings its frontends back with it. */
const written = (
  { fixed, actions }: { readonly fixed: string; readonly actions: Readonly<Record<Death, string>> },
  { isBackend = false, more = '' } = {},
): string => {
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
      created('app', written(app), DISK),
      booted('store', written(store, { isBackend: true })),
    ]),
)

const trial = fc.record({
  domains: system,
  which: fc.nat(),
  death: fc.constantFrom<Death>('poweroff', 'reboot', 'crash', 'hang'),
  times: fc.integer({ min: 1, max: 5 }),
  resets: fc.integer({ min: 1, max: 2 }),
})

/** What xl shows of a domain that has died so; a mark is left before. */
function flagsOf(managed: ManagedDomain, death: Death): string {
  switch (seenAs(managed, death)) {
    case 'poweroff':
      return '---s--'
    case 'crash':
      return '---sc-'
    case 'hang':
      return '---sw-'
    default:
      return '---sr-'
  }
}

interface Ends {
  readonly runs: Readonly<Record<string, boolean>>
  readonly created: Readonly<Record<string, number>>
  readonly resets: number
}

function simulated(planned: PlannedLifecycle, domain: string, death: Death, times: number): Ends {
  const { steps, ends } = simulate(planned, { kind: 'death', death, domain }, times)
  const resets = steps.filter(({ what }) => what === 'reset').length
  const made = (name: string): number => steps.filter((step) => step.what === 'created' && step.domain === name).length
  const atBoot = ({ bootId, lifecycle: { start }, domain: { name } }: ManagedDomain): number => {
    if (bootId !== undefined) return 0
    return start === 'auto' ? resets + 1 : Number(name === domain)
  }
  return {
    runs: Object.fromEntries(ends.map((end) => [end.domain, end.runs])),
    created: Object.fromEntries(
      planned.domains.map((managed) => [managed.domain.name, atBoot(managed) + made(managed.domain.name)]),
    ),
    resets,
  }
}

const FAKE = join(import.meta.dirname, '../lifecycle/fake')
let runs = 0

describe.each(['dash', 'busybox ash'])('in %s', (shell) => {
  it('simulate and the supervisor agree', () => {
    fc.assert(
      fc.property(trial, ({ domains, which, death, times, resets }) => {
        runs += 1
        const { folder, plan, supervisor } = machines.install(`run${runs}`, domains, [
          `platform-resets: { max: ${resets}, good-after: 1h }`,
        ])
        const planned = lifecycleOf(plan)
        const managed = planned.domains[which % planned.domains.length]
        if (!managed) throw new Error('no domain')
        const { name } = managed.domain
        const mark = seenAs(managed, death) === 'marked' ? 'running NAME && echo reboot >"$W/store/$who"; ' : ''
        const ask = managed.lifecycle.start === 'manual' ? 'at 0 && echo yes >"$W/run/NAME.asked"; ' : ''
        const happens = `${ask}${mark}dies NAME ${flagsOf(managed, death)} ${times}\n`
        writeFileSync(join(folder, 'scenario'), happens.replaceAll('NAME', name))
        const expected = simulated(planned, name, death, times)
        const said = execFileSync('dash', [join(FAKE, 'run.sh'), shell, folder, supervisor, '70', 'none'], {
          encoding: 'utf8',
        })
        const lines = (file: string): readonly string[] => {
          const path = join(folder, 'world', file)
          return existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n') : []
        }
        const names = planned.domains.map(({ domain }) => domain.name)
        const seen: Ends = {
          runs: Object.fromEntries(names.map((each) => [each, said.includes(`${each} run `)])),
          created: Object.fromEntries(
            names.map((each) => [each, lines('created').filter((made) => made === each).length]),
          ),
          resets: lines('rebooted').length,
        }
        expect(said).not.toContain('FAULTS')
        expect(seen, `${domains.join('\n')}\n${death} of ${name}, ${times} times\n${lines('log').join('\n')}`).toEqual(
          expected,
        )
      }),
      { numRuns: 10 },
    )
  }, 300_000)
})
