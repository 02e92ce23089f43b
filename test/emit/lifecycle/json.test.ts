/** Numbers and decisions of `control/lifecycle.json`; the schema is tried beside it. */
import { afterAll, expect, it } from 'vitest'
import { booted, created, DOM0 } from '../../lifecycle/lives.ts'
import { Bench } from '../../support/checks/systems.ts'
import { createdAlone, type Lives, livesOf, managed } from '../../support/emit/lives.ts'

const bench = new Bench()
afterAll(() => bench.remove())

function documentOf({ artifacts }: Lives) {
  const contents = artifacts.find(({ path }) => path === 'control/lifecycle.json')?.contents
  return JSON.parse(String(contents))
}

const document = documentOf(managed(bench))
const alone = documentOf(createdAlone(bench))

it('has times in seconds, and says of resets that there are none where none are allowed', () => {
  expect([document.pause, document.resets]).toEqual([2, { max: 3, goodAfter: 600 }])
  expect(alone.resets).toEqual({ max: 0, goodAfter: 0 })
})

it('has what each domain is, and leaves out what it has not', () => {
  const of = ({ domains }: { domains: { decisions?: unknown }[] }) => domains.map(({ decisions: _, ...rest }) => rest)
  const usual = { attempts: { max: 5, window: 600 }, backoff: { first: 2, max: 60 } }
  const two = { name: 'two', config: '/etc/domforge/domains/two.cfg', start: 'auto', rebootToldBy: 'none', ...usual }
  expect(of(document)).toEqual([
    {
      ...{ name: 'one', bootId: 1, config: '/etc/domforge/domains/one.cfg', start: 'auto', rebootToldBy: 'mark' },
      ...{ watchdog: 5, bootLimit: 60, ...usual, needs: [], dependents: ['two'], mayResetPlatform: 'why' },
    },
    { ...two, needs: ['one'], dependents: [] },
  ])
  expect(of(alone)).toEqual([{ ...two, watchdog: 3, needs: [], dependents: [] }])
})

it('has a decision for each state, event and what is left, where something is done', () => {
  const { decisions } = document.domains[0]
  const of = (state: string, event: string) =>
    decisions.flatMap((decision: { state: string; event: string }) =>
      decision.state === state && decision.event === event ? [decision] : [],
    )
  const marked = { state: 'run', event: 'marked' }
  const back = { do: 'restart', targets: ['one'] }
  expect(of('run', 'marked')).toEqual([
    { ...marked, reboots: 'left', attempts: 'left', ...back, counts: 'reboots' },
    { ...marked, reboots: 'left', attempts: 'over', ...back, counts: 'reboots' },
    { ...marked, reboots: 'over', attempts: 'left', ...back, counts: 'attempts' },
    { ...marked, reboots: 'over', attempts: 'over', do: 'stop', why: 'given-up' },
  ])
  expect(of('run', 'hang').map((decision: { do: string }) => decision.do)).toEqual(Array(4).fill('reset'))
  expect(of('run', 'stuck')).toEqual([])
  expect(decisions.filter((decision: { do: string }) => decision.do === 'nothing')).toEqual([])
})

it('has in which order domains end before dom0, and what happens to those that do not', () => {
  const uuid = expect.stringMatching(/^[0-9a-f-]{36}$/)
  const asked = { asked: true, otherwise: 'leave' }
  expect(document.ends).toEqual({
    limit: 60,
    levels: [
      [
        { name: 'free', bootId: 2, ...asked },
        { name: 'two', uuid, ...asked },
      ],
      [{ name: 'one', bootId: 1, uuid, ...asked }],
    ],
  })
})

it('says which domain cannot be asked, and which one has to be removed before what serves it ends', () => {
  const disk = 'disks: { data: { target: /dev/vg/two } }'
  const silent = booted('one', '{ watchdog: 3s }').replace('enabled', 'no-xenstore')
  const { ends } = documentOf(livesOf(bench, [DOM0, silent, created('two', '{}', disk)]))
  const of = ends.levels.map((level: { name: string; asked: boolean; otherwise: string }[]) =>
    level.map(({ name, asked, otherwise }) => [name, asked, otherwise]),
  )
  expect(of).toEqual([
    [
      ['one', false, 'leave'],
      ['two', true, 'remove'],
    ],
  ])
})
