/** The report's lines on domains that end: what follows each death, limits, who can reset the machine, and what was left open. */
import { afterAll, describe, expect, it } from 'vitest'
import { lifecycleChoices, lifecycleLines, resetterLines } from '../../../src/emit/report/lifecycle.ts'
import { booted, created, DOM0 } from '../../lifecycle/lives.ts'
import { Bench } from '../../support/checks/systems.ts'
import { createdAlone, livesOf, managed, withoutDom0 } from '../../support/emit/lives.ts'

const bench = new Bench()
afterAll(() => bench.remove())

/** Rows of the table, and bullets, each in one line. */
function shown(lines: readonly string[]): { readonly rows: readonly string[]; readonly bullets: readonly string[] } {
  const rows = lines.slice(0, lines.indexOf('')).map((line) => line.trim().replaceAll(/ {2,}/g, ' | '))
  const text = lines.join(' ').replaceAll(/\s+/g, ' ')
  return { rows, bullets: text.split(' - ').slice(1) }
}

const { assembly } = managed(bench)
const whole = shown(lifecycleLines(assembly))
const alone = shown(lifecycleLines(createdAlone(bench).assembly))
const hostless = shown(lifecycleLines(withoutDom0(bench).assembly))

describe('the table', () => {
  it('has what follows each death, and the loss of xenstored', () => {
    expect(whole.rows.slice(2)).toEqual([
      'one | poweroff | stays down',
      'one | reboot | comes back at once',
      'one | crash | comes back after 2 s: attempt 1 of 5 in 10 min',
      'one | hang | the machine is reset',
      'two | poweroff | stays down',
      'two | reboot | stays down',
      'two | crash | stays down',
      expect.stringMatching(/^two \| hang \| /),
      'xenstored | lost | the machine is reset',
    ])
  })

  it('says where the machine may not be reset, and leaves xenstored out without dom0', () => {
    expect(alone.rows.at(-1)).toBe('xenstored | lost | nothing: resets are not allowed')
    const of = hostless.rows.slice(2).map((row) => row.split(' | ').slice(0, 2))
    expect(of).toEqual(['poweroff', 'reboot', 'crash', 'hang'].map((death) => ['one', death]))
  })

  it('is empty where no domain is looked after', () => {
    const { assembly: plain } = livesOf(bench, [DOM0, created('a', '').replace(', lifecycle: ', '')])
    expect([lifecycleLines(plain), resetterLines(plain), lifecycleChoices(plain.plan)]).toEqual([[], [], []])
  })
})

describe('below it', () => {
  it('are the limits of those that come back, the watchdog, the others, resets and the supervisor', () => {
    expect(whole.bullets).toEqual([
      'one: attempts wait 2 s, then twice as long each time, up to 1 min; after 5 in 10 min it stays down',
      'one: its watchdog of 5 s is armed and fed by the guest; until then it has 1 min to report that it is up',
      expect.stringMatching(/^one: domforge install puts/),
      expect.stringMatching(
        /^one: data.domforge .* domforge install .* rc has to call .etc.domforge.mark start and stop$/,
      ),
      expect.stringContaining('free: not supervised'),
      expect.stringContaining('reset at most 3 times; after a run of 10 min'),
      'when dom0 goes down it asks free, two, then one to end, and waits 1 min for each such step at most, and not for those that do not answer',
      expect.stringContaining('control/install.list'),
    ])
    expect(alone.bullets).toEqual([
      expect.stringMatching(/^two: attempts wait 2 s, .* up to 1 min; after 5 in 10 min it stays down$/),
      expect.stringMatching(/^two: its watchdog of 3 s .* a hang before that is not detected$/),
      expect.stringMatching(/^two: domforge install puts/),
      expect.stringMatching(/^when dom0 goes down it asks two to end/),
      expect.stringContaining('control/install.list'),
    ])
  })

  it('is what a guest without xenstore, and a machine without dom0, cannot know or do', () => {
    expect(hostless.bullets).toEqual([
      expect.stringMatching(/^one: its watchdog of 3 s/),
      expect.stringMatching(/^one: domforge install puts/),
      expect.stringMatching(/^one: without xenstore/),
      expect.stringMatching(/^without dom0 .* stop is the only possible policy/),
      expect.stringMatching(/^what helps there is a watchdog of the board/),
      expect.stringMatching(/^so that .*CONFIG_BOOTCOUNT_LIMIT.* bootlimit .* altbootcmd/),
    ])
  })

  it('is who cannot be asked to end when dom0 goes down', () => {
    const mute = (name: string): string => booted(name, '{}').replace('enabled', 'no-xenstore')
    const { assembly: silent } = livesOf(
      bench,
      [DOM0, mute('one'), mute('two')],
      ['virtio: { rng: { type: entropy, transport: mmio, frontend: two, backend: dom0 } }'],
    )
    expect(shown(lifecycleLines(silent)).bullets.slice(-3, -1)).toEqual([
      'two: without xenstore cannot be asked to end: removed when its turn comes, since its devices are served',
      'one: without xenstore cannot be asked to end: goes on until the machine stops',
    ])
  })

  it('is where a guest with a ramdisk has what arms its watchdog, and in its next life', () => {
    const said = (lifecycle: string, more = '') => {
      const { assembly: armed } = livesOf(bench, [DOM0, booted('one', lifecycle, `ramdisk: ramdisk${more}`)])
      return shown(lifecycleLines(armed)).bullets.filter((line) => /metadata/.test(line))
    }
    const has = expect.stringMatching(/^one: its metadata.cpio has .etc.domforge.watchdog/)
    const again =
      'one: before it is created again the supervisor appends its metadata to /boot/guests/ramdisk, in /var/lib/domforge/one.ramdisk'
    expect(said('{ watchdog: 3s }')).toEqual([has, again])
    expect(said('{ boot-limit: 3s }')).toEqual([
      expect.stringMatching(/^one: data.domforge .* its metadata.cpio has .etc.domforge.mark/),
      again,
    ])
    const stopped = 'watchdog: 3s, on-crash: stop, on-reboot: stop, on-hang: stop'
    expect(said(`{ ${stopped} }`, ', direct-map: true')).toEqual([has])
    expect(said('{}')).toEqual([])
  })

  it('counts one reset as once', () => {
    const { assembly: single } = livesOf(bench, [DOM0, created('two', '{}')], ['platform-resets: { max: 1 }'])
    expect(shown(lifecycleLines(single)).bullets.join()).toContain('reset at most once; ')
  })
})

it('who can reset the machine: dom0, and those that may, with their keys and reasons', () => {
  const who = (lines: readonly string[]) => shown(['', ...lines]).bullets.map((line) => line.replace(/when.*/, ''))
  expect(who(resetterLines(assembly))).toEqual(['dom0: ', 'one: by on-hang (why)'])
  expect(who(resetterLines(createdAlone(bench).assembly))).toEqual(['dom0: '])
  expect(who(resetterLines(withoutDom0(bench).assembly))).toEqual([])
  const { assembly: without } = withoutDom0(bench)
  const [guest] = without.plan.model.domains
  if (guest?.boot !== 'dom0less') throw new Error('no guest')
  const hardware = { ...guest, name: 'hw', capabilities: ['hardware'] as const }
  const model = { ...without.plan.model, domains: [guest, hardware, { ...guest, name: 'other' }] }
  expect(who(resetterLines({ ...without, plan: { ...without.plan, model } }))).toEqual(['hw: '])
})

it('what was left open: actions, attempts and delays that the manifest does not give', () => {
  expect(lifecycleChoices(assembly.plan)).toEqual([
    'one when it ends, by default: on-poweroff stop, on-reboot restart, on-crash restart, at most 5 attempts, in 10 min, then stop, first delay 2 s, longest 1 min',
    'two when it ends, by default: at most 5 attempts, in 10 min, then stop, first delay 2 s, longest 1 min',
  ])
  const actions = 'on-poweroff: stop, on-reboot: stop, on-crash: stop, on-hang: stop'
  const given = `{ ${actions}, attempts: { max: 3, window: 1min, then: stop }, backoff: { first: 1s, max: 9s } }`
  expect(lifecycleChoices(livesOf(bench, [DOM0, created('two', given)]).assembly.plan)).toEqual([])
})
