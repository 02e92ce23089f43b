/** The supervisor's shell against the decisions that it is made from, and against a machine of files, in every shell that it is for. */
import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { encode } from '../../src/emit/encode.ts'
import { decide, EVENTS, STATES } from '../../src/lifecycle/decide.ts'
import { lifecycleOf } from '../../src/lifecycle/managed.ts'
import { BUDGETS } from '../../src/lifecycle/table.ts'
import { Bench, manifestOf } from '../support/checks/systems.ts'
import { booted, created, DOM0 } from './lives.ts'

const SHELLS = ['dash', 'busybox ash']

const bench = new Bench()
const work = mkdtempSync(join(tmpdir(), 'domforge-supervisor-'))
afterAll(() => {
  bench.remove()
  rmSync(work, { recursive: true })
})

/** Builds a system into a folder as `install.list` says; gives its plan. */
function install(name: string, domains: readonly string[], end: readonly string[] = []) {
  const text = manifestOf({ board: 'given-board.dts', domains: [DOM0, ...domains], end })
  const outcome = bench.outcomeOf(text.replace('given-board.dts', 'given-board.dts, enable: [/iommu@9050000]'))
  const wrong = outcome.findings.all.filter(({ severity }) => severity === 'error')
  if (!outcome.assembly || wrong.length > 0) throw new Error(wrong.map(({ message }) => message).join('; '))
  const { plan } = outcome.assembly
  const files = new Map(encode(outcome.assembly).artifacts.map(({ path, contents }) => [path, contents]))
  const folder = join(work, name)
  const list = String(files.get('control/install.list')).trim().split('\n').slice(1)
  for (const [, mode = '', , path = '', destination = ''] of list.map((line) => line.split(' '))) {
    const place = join(folder, destination.replace('/etc/domforge/', 'config/'))
    mkdirSync(dirname(place), { recursive: true })
    writeFileSync(place, files.get(path) ?? '')
    chmodSync(place, Number.parseInt(mode, 8))
  }
  const boot = plan.dom0less.map(({ domain, id }) => `${id.value} ${domain.name}\n`)
  writeFileSync(join(folder, 'boot-domains'), boot.join(''))
  return { folder, plan, supervisor: join(folder, 'usr/lib/domforge/supervisor') }
}

/** A command line in one of the shells. */
const inShell = (shell: string, script: string, ...words: readonly string[]) =>
  spawnSync('env', [...shell.split(' '), '-c', script, ...words], { encoding: 'utf8' })

const STORE =
  '{ on-crash: restart-dependents, on-reboot: restart-dependents, reboot-told-by: mark, attempts: { max: 2 } }'
const DISK = "extra-xl: { disk: ['backend=store,vdev=xvda,target=/d'] }"

describe.each(SHELLS)('in %s, the table', (shell) => {
  it('gives every decision', () => {
    const domains = [
      booted('store', STORE),
      created('app', '{ on-crash: reset-platform, may-reset-platform: why }', DISK),
      booted(
        'one',
        '{ watchdog: 5s, reboot-told-by: module, attempts: { then: reset-platform }, may-reset-platform: why }',
      ),
      created('o.e', '{ on-crash: stop, on-reboot: stop }'),
      created('two', '{ start: manual, on-crash: stop }', "extra-xl: { irqs: ['80'] }"),
    ]
    const { folder, plan, supervisor } = install('table', domains, ['platform-resets: { max: 3 }'])
    const cases = lifecycleOf(plan).domains.flatMap((managed) =>
      STATES.flatMap((state) =>
        EVENTS.flatMap((event) =>
          BUDGETS.flatMap((reboots) =>
            BUDGETS.map((attempts) => ({ managed, state, event, reboots, attempts, name: managed.domain.name })),
          ),
        ),
      ),
    )
    const functions = readFileSync(supervisor, 'utf8').split("\nnames=''")[0] ?? ''
    const used = (budget: string, max: number): string => (budget === 'left' ? '-' : Array(max).fill('100').join(','))
    const calls = cases.map(({ managed: { lifecycle }, name, state, event, reboots, attempts }) => {
      const lists = [used(reboots, lifecycle.attempts.max), used(attempts, lifecycle.attempts.max)]
      return `columns ${name}; state=${state} reboots=${lists[0]} attempts=${lists[1]}; decide ${name} ${event}; echo $verb $detail $targets`
    })
    for (const name of ['proc', 'run']) mkdirSync(join(folder, name), { recursive: true })
    writeFileSync(join(folder, 'proc/uptime'), '100.5 3.0\n')
    writeFileSync(join(folder, 'calls'), `${functions}\n${calls.join('\n')}\n`)
    const env = `DOMFORGE_CONFIG=${folder}/config DOMFORGE_PROC=${folder}/proc DOMFORGE_STATES=${folder}/run`
    const { stdout, stderr } = inShell(shell, `${env}; . ${folder}/calls`)
    expect(stderr).toBe('')
    const expected = cases.map(({ managed, state, event, reboots, attempts }) => {
      const decision = decide(managed, state, event, { reboots, attempts })
      if (decision.do === 'stop') return `stop ${decision.why} -`
      return decision.do === 'restart'
        ? `restart ${decision.counts} ${decision.targets.join(',')}`
        : `${decision.do} - -`
    })
    expect(stdout.trim().split('\n')).toEqual(expected)
  }, 120_000)
})

interface Scenario {
  readonly about: string
  readonly domains: readonly string[]
  readonly end?: readonly string[]
  /** Shell, after each pause. */
  readonly happens: string
  readonly until: number
  /** Lives with attempts and reboots, then the domains of Xen, then how many resets are counted and were done. */
  readonly expected: string
}

const told = (more: string): string => `{ reboot-told-by: module, ${more} }`
const RESETTING = told('on-hang: reset-platform, watchdog: 5s, may-reset-platform: why')

const NETWORK = created(
  'one',
  told('on-crash: restart, attempts: { max: 3 }'),
  'passthrough: { network: { path: /ethernet@a000000, quiesce: { hook: /usr/lib/board/silence } } }',
)

const SCENARIOS: readonly Scenario[] = [
  {
    about: 'a domain that crashes twice is there again after two attempts',
    domains: [booted('one', told('on-crash: restart'))],
    happens: 'dies one ---sc- 2',
    until: 30,
    expected: 'one run 2/0 -; | one:r----- | resets 0 of 0',
  },
  {
    about: 'one with metadata gets it in each life',
    domains: [booted('one', told('on-crash: restart, watchdog: 5s'), 'ramdisk: ramdisk')],
    happens: 'dies one ---sc- 2',
    until: 30,
    expected: 'one run 2/0 -; | one:r----- | resets 0 of 0',
  },
  {
    about: 'one that never stays up is given up',
    domains: [booted('one', told('attempts: { max: 2 }'))],
    happens: 'dies one ---sc- 9',
    until: 30,
    expected: 'one stop 0/0 given-up; | one:---sc- | resets 0 of 0',
  },
  {
    about: 'one that switches itself off stays down',
    domains: [booted('one', told('on-crash: restart')), booted('two', '{}')],
    happens: 'at 4 && die one ---s--',
    until: 14,
    expected: 'one stop 0/0 poweroff; two run 0/0 -; | one:---s-- two:r----- | resets 0 of 0',
  },
  {
    about: 'a reboot with the mark takes no attempt, and one without takes one',
    domains: [booted('one', '{ reboot-told-by: mark }')],
    happens: `at 4 && running one && { echo reboot >"$W/store/$who"; die one ---sr-; }
      at 20 && die one ---sr-`,
    until: 40,
    expected: 'one run 1/1 -; | one:r----- | resets 0 of 0',
  },
  {
    about: 'a domain that somebody has removed stays away',
    domains: [booted('one', '{}')],
    happens: 'at 4 && rm -f "$W/doms/1"',
    until: 14,
    expected: 'one stop 0/0 gone; | | resets 0 of 0',
  },
  {
    about: 'a domain that cannot be created is tried again',
    domains: [booted('one', told('on-crash: restart'))],
    happens: 'at 2 && echo 2 >"$W/failures"; at 4 && die one ---sc-',
    until: 60,
    expected: 'one run 3/0 -; | one:r----- | resets 0 of 0',
  },
  {
    about: 'a corpse that does not go holds nobody up',
    domains: [booted('one', told('on-crash: restart'))],
    happens: 'at 2 && : >"$W/held"; at 4 && die one ---sc-',
    until: 60,
    expected: 'one run 1/0 -; | (null):--psrd one:r----- | resets 0 of 0',
  },
  {
    about: 'a corpse that holds devices is waited for',
    domains: [created('one', told('on-crash: restart'), "extra-xl: { irqs: ['80'] }")],
    happens: `at 2 && : >"$W/held"; at 4 && die one ---sc-
      at 30 && for x in $(ids); do dom "$x"; [ "$d_name" != '(null)' ] || rm "$W/doms/$x"; done`,
    until: 120,
    expected: 'one run 2/0 -; | one:r----- | resets 0 of 0',
  },
  {
    about: 'devices are silenced before their domain comes back',
    domains: [NETWORK],
    happens: 'dies one ---sc- 2',
    until: 40,
    expected: 'one run 2/0 -; | one:r----- | resets 0 of 0',
  },
  {
    about: 'devices are silenced by what is written into their registers',
    domains: [NETWORK.replace('{ hook: /usr/lib/board/silence }', '{ write: { 0x10: 1, 0x0: 0 } }')],
    happens: 'dies one ---sc- 2',
    until: 40,
    expected: 'one run 2/0 -; | one:r----- | resets 0 of 0',
  },
  {
    about: 'a device that is not silenced at first is tried again',
    domains: [NETWORK],
    happens: 'at 4 && : >"$W/stubborn"; at 6 && die one ---sc-; at 9 && rm "$W/stubborn"',
    until: 40,
    expected: 'one run 2/0 -; | one:r----- | resets 0 of 0',
  },
  {
    about: 'a device that cannot be silenced keeps its domain away',
    domains: [NETWORK],
    happens: 'at 4 && : >"$W/stubborn"; at 6 && die one ---sc-',
    until: 60,
    expected: 'one stop 0/0 given-up; | | resets 0 of 0',
  },
  {
    about: 'dependents come back with what they need',
    domains: [created('ui', '{ after: [app] }'), created('app', '{}', DISK), booted('store', STORE)],
    happens: 'dies store ---sc- 1',
    until: 30,
    expected: 'app run 0/0 -; store run 1/0 -; ui run 0/0 -; | store:r----- app:r----- ui:r----- | resets 0 of 0',
  },
  {
    about: 'dependents stay away when what they need does',
    domains: [created('app', '{}', DISK), booted('store', STORE)],
    happens: 'at 2 && echo 99 >"$W/failures"; at 4 && die store ---sc-',
    until: 60,
    expected: 'app stop 0/0 bereft; store stop 0/0 given-up; | | resets 0 of 0',
  },
  {
    about: 'a machine is reset until no reset is left',
    domains: [booted('one', RESETTING), booted('two', '{}')],
    end: ['platform-resets: { max: 2 }'],
    happens: 'dies one ---sw- 9',
    until: 60,
    expected: 'one stop 0/0 reset; two run 0/0 -; | one:---sw- two:r----- | resets 2 of 2',
  },
  {
    about: 'where reboot does nothing, Xen is asked',
    domains: [booted('one', RESETTING)],
    end: ['platform-resets: { max: 1 }'],
    happens: 'at 2 && : >"$W/no-reboot"; dies one ---sw- 1',
    until: 60,
    expected: 'one run 0/0 -; | one:r----- | resets 1 of 1',
  },
  {
    about: 'resets are forgotten after a good run',
    domains: [booted('one', RESETTING)],
    end: ['platform-resets: { max: 1, good-after: 20s }'],
    happens: 'at 4 && die one ---sw-; at 60 && die one ---sw-',
    until: 72,
    expected: 'one run 0/0 -; | one:r----- | resets 1 of 2',
  },
  {
    about: 'xenstored that is gone is a reset',
    domains: [booted('one', '{}')],
    end: ['platform-resets: { max: 3 }'],
    happens: 'at 6 && rm -f "$W/proc/77/comm"',
    until: 20,
    expected: 'one run 0/0 -; | one:r----- | resets 1 of 1',
  },
  {
    about: 'xenstored that is silent for a minute is a reset',
    domains: [booted('one', '{}')],
    end: ['platform-resets: { max: 3 }'],
    happens: 'at 6 && : >"$W/mute"',
    until: 200,
    expected: 'one run 0/0 -; | one:r----- | resets 1 of 1',
  },
  {
    about: 'xl that does not answer, and a xenstored that is slow, reset nothing',
    domains: [booted('one', told('on-crash: restart'))],
    end: ['platform-resets: { max: 3 }'],
    happens: 'at 6 && : >"$W/deaf" && : >"$W/mute"; at 30 && rm -f "$W/deaf" "$W/mute" && die one ---sc-',
    until: 60,
    expected: 'one run 1/0 -; | one:r----- | resets 0 of 0',
  },
  {
    about: 'a domain that is started on demand comes when it is asked for',
    domains: [created('one', '{ start: manual }'), created('two', '{ start: manual }')],
    happens: 'at 4 && echo yes >"$W/run/one.asked"',
    until: 16,
    expected: 'one run 0/0 -; two stop 0/0 manual; | one:r----- | resets 0 of 0',
  },
  {
    about: 'a domain that does not say in time that it is up hangs, and one that does is left alone',
    domains: [booted('one', told('boot-limit: 10s, attempts: { max: 1 }')), booted('two', told('boot-limit: 10s'))],
    happens: 'running two && echo up >"$W/store/$who"',
    until: 60,
    expected: 'one stop 0/0 given-up; two run 0/0 -; | two:r----- one:r----- | resets 0 of 0',
  },
  {
    about: 'a guest that feigns the death of another in its name changes nothing',
    domains: [booted('one', told('on-crash: restart')), booted('two', '{}')],
    happens: `at 4 && printf 'x 7\\none 1 96 1 ---sc- 0.5 0-0 3 -\\nx' >"$W/names/2"`,
    until: 14,
    expected: 'one run 0/0 -; two run 0/0 -; | one:r----- two:r----- | resets 0 of 0',
  },
  {
    about: "a guest that takes another's name is given its own again",
    domains: [booted('one', told('on-crash: restart')), booted('two', '{}')],
    happens: 'at 4 && { set_dom 2 one r----- 0-0; set_dom 1 one ---sc- 0-0; }',
    until: 30,
    expected: 'one run 2/0 -; two run 0/0 -; | two:r----- one:r----- | resets 0 of 0',
  },
]

function lazy<T>(make: () => T): () => T {
  let made: T | undefined
  return () => {
    made ??= make()
    return made
  }
}

const HERE = join(import.meta.dirname, 'fake')

describe.each(SCENARIOS)('$about', ({ domains, end, happens, until, expected, about }) => {
  const installed = lazy(() => {
    const { folder, supervisor } = install(about.replaceAll(/[^a-z]+/g, '-'), domains, end)
    writeFileSync(join(folder, 'scenario'), `${happens}\n`)
    return { folder, supervisor }
  })
  const run = (shell: string, ...kills: readonly string[]) => {
    const { folder, supervisor } = installed()
    const words = [join(HERE, 'run.sh'), shell, folder, supervisor, String(until), ...kills]
    const lines = execFileSync('dash', words, { encoding: 'utf8' }).trim().split('\n')
    return { lines, log: readFileSync(join(folder, 'log'), 'utf8') }
  }

  it('in dash, without a kill and with one at each new step', () => {
    const { lines, log } = run('dash', 'none', 'each')
    expect(lines, log).toEqual([expected, expected])
  }, 120_000)

  it('in BusyBox ash, with a kill at each new step', () => {
    const { lines, log } = run('busybox ash', 'each')
    expect(lines, log).toEqual([expected])
  }, 120_000)
})

describe.each(SHELLS)('with real programs, in %s', (shell) => {
  const program = (folder: string, name: string, script: string): void => {
    const path = join(folder, 'bin', name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, `#!/bin/sh\n${script}\n`)
    chmodSync(path, 0o755)
  }

  it('names what Xen has started, once', () => {
    const { folder, supervisor } = install(`prepare-${shell.slice(-3)}`, [booted('one', '{}'), created('two', '{}')])
    program(folder, 'xl', `echo "xl $*" >>${folder}/calls`)
    program(folder, 'init-dom0less', `echo init >>${folder}/calls`)
    program(folder, 'xenstore-read', 'exit 0')
    const env = {
      PATH: `${folder}/bin:${process.env['PATH']}`,
      DOMFORGE_CONFIG: `${folder}/config`,
      DOMFORGE_STATES: `${folder}/run`,
      DOMFORGE_KEPT: `${folder}/kept`,
      DOMFORGE_INIT: `${folder}/bin/init-dom0less`,
    }
    for (let again = 0; again < 2; again++)
      spawnSync('env', [...shell.split(' '), supervisor, 'prepare'], { env, encoding: 'utf8' })
    expect(readFileSync(join(folder, 'calls'), 'utf8')).toBe('init\nxl rename 1 one\nxl rename 1 one\n')
    expect(readFileSync(join(folder, 'run/one.life'), 'utf8')).toBe('run 1 0 - - -\n')
    expect(readFileSync(join(folder, 'run/two.life'), 'utf8')).toBe('torn - 0 - - -\n')
    const unknown = spawnSync('env', [...shell.split(' '), supervisor, 'start', 'three'], { env, encoding: 'utf8' })
    expect([unknown.status, unknown.stdout]).toEqual([2, "no domain is named 'three'\n"])
  })
})

it('has fewer than 250 lines', () => {
  const { supervisor } = install('size', [booted('one', '{}')])
  expect(readFileSync(supervisor, 'utf8').trim().split('\n').length).toBeLessThan(250)
})
