/** The supervisor's shell against the decisions that it is made from, and against a machine of files, in every shell that it is for. */
import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { decide, EVENTS, STATES } from '../../src/lifecycle/decide.ts'
import { lifecycleOf } from '../../src/lifecycle/managed.ts'
import { BUDGETS } from '../../src/lifecycle/table.ts'
import { Machines } from './installed.ts'
import { booted, created } from './lives.ts'

const SHELLS = ['dash', 'busybox ash']

const machines = new Machines()
const { install } = machines
afterAll(() => machines.remove())

/** A command line in one of the shells. */
const inShell = (shell: string, script: string, ...words: readonly string[]) =>
  spawnSync('env', [...shell.split(' '), '-c', script, ...words], { encoding: 'utf8' })

const withStaticMemory = (name: string): string =>
  booted(name, '{}', 'static-mem: auto').replace('enhanced: enabled', 'enhanced: no-xenstore')

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

describe.each(SHELLS)('in %s, a log', (shell) => {
  const { folder, supervisor } = install(`log-${shell.replaceAll(/[^a-z]/g, '-')}`, [booted('one', '{}')])
  const log = join(folder, 'domforge.log')
  const functions = readFileSync(supervisor, 'utf8').split("\nnames=''")[0] ?? ''
  mkdirSync(join(folder, 'proc'))
  writeFileSync(join(folder, 'proc/uptime'), '100.5 3.0\n')
  writeFileSync(join(folder, 'talk'), `${functions}\nwhile [ $said -lt 500 ]; do log word; done\n`)
  const sizes = (of: number): readonly (number | undefined)[] => {
    writeFileSync(log, 'x'.repeat(of))
    rmSync(`${log}.1`, { force: true })
    const { stderr } = inShell(
      shell,
      `export DOMFORGE_LOG=${log} DOMFORGE_PROC=${folder}/proc; . ${folder}/talk >>${log}`,
    )
    expect(stderr).toBe('')
    return [log, `${log}.1`].map((path) => statSync(path, { throwIfNoEntry: false })?.size)
  }
  const said = 500 * '100 domforge: word\n'.length

  it('that has grown too long is begun anew, and the one before it is kept', () => {
    expect(sizes(1_000_000)).toEqual([0, 1_000_000 + said])
    expect(sizes(1000)).toEqual([1000 + said, undefined])
  })

  it('that is kept by others is left to them', () => {
    const { stdout } = inShell(shell, `export DOMFORGE_PROC=${folder}/proc; . ${folder}/talk`)
    expect(stdout).toHaveLength(said)
  })
})

interface Scenario {
  readonly about: string
  readonly domains: readonly string[]
  readonly end?: readonly string[]
  /** Shell, after each pause. */
  readonly happens: string
  readonly until: number
  /** Kills would take time, and what is tested is how long it takes. */
  readonly isTimed?: true
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
    about: 'a list that could not be written down whole removes nobody',
    domains: [booted('one', told('on-crash: restart'))],
    happens: 'at 4 && : >"$W/full"; at 10 && rm "$W/full"; at 14 && die one ---sc-',
    until: 30,
    expected: 'one run 1/0 -; | one:r----- | resets 0 of 0',
  },
  {
    about: 'a domain that is in the table only since the machine runs stays away',
    domains: [booted('one', '{}'), created('two', '{ start: manual }')],
    happens: 'at 4 && rm "$W/run/two.life"; at 10 && die one ---sc-',
    until: 30,
    expected: 'one run 1/0 -; two stop 0/0 new; | one:r----- | resets 0 of 0',
  },
  {
    about: 'a domain that cannot come back is left as it is when somebody asks for it',
    domains: [withStaticMemory('one')],
    happens: 'at 4 && die one ---s--; at 8 && echo yes >"$W/run/one.asked"',
    until: 16,
    expected: 'one stop 0/0 poweroff; | one:---s-- | resets 0 of 0',
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
    about: 'a backend, which keeps pages of its frontends, is destroyed before any of them is waited for',
    domains: [
      created('ui', '{ after: [app] }'),
      created('app', '{}', `${DISK.slice(0, -2)}, irqs: ['80'] }`),
      booted('store', STORE),
    ],
    happens: 'at 2 && : >"$W/pages"; dies store ---sc- 1',
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
    about: 'a count of resets that cannot be read counts as used up, until a good run',
    domains: [booted('one', RESETTING)],
    end: ['platform-resets: { max: 3, good-after: 20s }'],
    happens:
      'at 2 && : >"$W/kept/resets"; at 4 && die one ---sw-; at 30 && echo yes >"$W/run/one.asked"; at 40 && die one ---sw-',
    until: 52,
    expected: 'one run 0/0 -; | one:r----- | resets 1 of 1',
  },
  ...['-5', '01'].map((count) => ({
    about: `a count of resets that is ${count} counts as used up, too`,
    domains: [booted('one', RESETTING)],
    end: ['platform-resets: { max: 3, good-after: 20s }'],
    happens: `at 2 && echo ${count} >"$W/kept/resets"; at 4 && die one ---sw-`,
    until: 30,
    expected: 'one stop 0/0 reset; | one:---sw- | resets 0 of 0',
  })),
  {
    about: 'a reset does not wait for a domain that is to be removed at once',
    domains: [booted('one', RESETTING), booted('two', told('on-reboot: restart'))],
    end: ['platform-resets: { max: 3 }'],
    happens: `at 4 && : >"$W/hangs" && die two ---sr- && die one ---sw-
      [ ! -e "$W/rebooted" ] || rm -f "$W/hangs"`,
    until: 16,
    isTimed: true,
    expected: 'one run 0/0 -; two run 0/0 -; | one:r----- two:r----- | resets 1 of 1',
  },
  {
    about: 'a reset does not wait for domains that are created',
    domains: [
      booted('one', RESETTING),
      booted('two', told('on-crash: restart')),
      booted('six', told('on-crash: restart')),
    ],
    end: ['platform-resets: { max: 3 }'],
    happens: `at 2 && : >"$W/slow" && die two ---sc- && die six ---sc-; at 4 && die one ---sw-
      [ ! -e "$W/rebooted" ] || rm -f "$W/slow"`,
    until: 30,
    isTimed: true,
    expected: 'one run 0/0 -; six run 0/0 -; two run 0/0 -; | one:r----- two:r----- six:r----- | resets 1 of 1',
  },
  {
    about: 'domains are looked at between two that are created',
    domains: [
      booted('one', RESETTING),
      booted('two', told('on-crash: restart')),
      booted('six', told('on-crash: restart')),
    ],
    end: ['platform-resets: { max: 3 }'],
    happens: `at 2 && : >"$W/slow" && die two ---sc- && die six ---sc-; at 6 && die one ---sw-
      [ ! -e "$W/rebooted" ] || rm -f "$W/slow"`,
    until: 50,
    isTimed: true,
    expected: 'one run 0/0 -; six run 0/0 -; two run 0/0 -; | one:r----- two:r----- six:r----- | resets 1 of 1',
  },
  {
    about: 'domains are looked at between two that are removed, where hooks hang',
    domains: [
      booted('one', RESETTING),
      booted('two', told('on-crash: restart')),
      booted('six', told('on-crash: restart')),
    ],
    end: ['platform-resets: { max: 3 }'],
    happens: `at 2 && : >"$W/hangs" && die two ---sc- && die six ---sc-; at 6 && die one ---sw-
      [ ! -e "$W/rebooted" ] || rm -f "$W/hangs"`,
    until: 60,
    isTimed: true,
    expected: 'one run 0/0 -; six run 0/0 -; two run 0/0 -; | one:r----- two:r----- six:r----- | resets 1 of 1',
  },
  {
    about: 'a guest that cannot say that it is up, since xenstored is slow, has not hung',
    domains: [booted('one', told('boot-limit: 10s, on-hang: reset-platform, may-reset-platform: why'))],
    end: ['platform-resets: { max: 3 }'],
    happens: 'at 2 && : >"$W/mute"; at 30 && rm -f "$W/mute" && echo up >"$W/store/1"',
    until: 60,
    expected: 'one run 0/0 -; | one:r----- | resets 0 of 0',
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

describe.each(SCENARIOS)('$about', ({ domains, end, happens, until, isTimed, expected, about }) => {
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

  it('in dash', () => {
    const kills = isTimed ? ['none'] : ['none', 'each']
    const { lines, log } = run('dash', ...kills)
    expect(lines, log).toEqual(kills.map(() => expected))
  }, 120_000)

  it('in BusyBox ash', () => {
    const { lines, log } = run('busybox ash', isTimed ? 'none' : 'each')
    expect(lines, log).toEqual([expected])
  }, 120_000)
})

describe.each(SHELLS)('with real programs, in %s', (shell) => {
  /** An installed system whose programs are those in `programs`; calls are noted. */
  function machine(name: string, programs: Readonly<Record<string, string>>) {
    const domains = [booted('one', '{}'), created('two', '{}'), withStaticMemory('six')]
    const { folder, supervisor } = install(`${name}-in-${shell.replaceAll(' ', '-')}`, domains)
    for (const [program, script] of Object.entries(programs)) {
      const path = join(folder, 'bin', program)
      mkdirSync(dirname(path), { recursive: true })
      writeFileSync(path, `#!/bin/sh\n${script.replaceAll('@', folder)}\n`)
      chmodSync(path, 0o755)
    }
    mkdirSync(join(folder, 'proc/xen'), { recursive: true })
    writeFileSync(join(folder, 'proc/uptime'), '100.5 3.0\n')
    const env = {
      PATH: `${folder}/bin:${process.env['PATH']}`,
      DOMFORGE_CONFIG: `${folder}/config`,
      DOMFORGE_STATES: `${folder}/run`,
      DOMFORGE_KEPT: `${folder}/kept`,
      DOMFORGE_PROC: `${folder}/proc`,
      DOMFORGE_INIT: `${folder}/bin/init-dom0less`,
    }
    const call = (...words: readonly string[]) =>
      spawnSync('env', [...shell.split(' '), supervisor, ...words], { env, encoding: 'utf8', timeout: 10_000 })
    return { folder, call, file: (path: string) => readFileSync(join(folder, path), 'utf8') }
  }

  const PROGRAMS = { xl: 'echo "xl $*" >>@/calls', 'init-dom0less': 'echo init >>@/calls', 'xenstore-read': 'exit 0' }

  it('names what Xen has started, once', () => {
    const { call, file } = machine('prepare', PROGRAMS)
    for (let again = 0; again < 2; again++) call('prepare')
    const names = 'xl rename 1 one\nxl rename 2 six\n'
    expect(file('calls')).toBe(`init\n${names}${names}`)
    expect(file('run/one.life')).toBe('run 1 100 - - -\n')
    expect(file('run/two.life')).toBe('torn - 0 - - -\n')
  })

  it('is asked for domains that it can create, and for resets that are left', () => {
    const { call, file } = machine('asked', PROGRAMS)
    call('prepare')
    const said = [['start', 'three'], ['start', 'six'], ['start', 'two'], ['reset'], ['stop']].map((words) => {
      const { status, stdout } = call(...words)
      return `${status} ${stdout}`.trim()
    })
    expect(said).toEqual([
      "2 no domain is named 'three'",
      "1 'six' can only be started with the machine",
      '0',
      '1 100 domforge: asked for: no reset is left: the machine goes on',
      expect.stringMatching(/^2 usage: .*/),
    ])
    expect(file('run/two.asked')).toBe('yes\n')
  })

  it('ends when another has taken its place', () => {
    const { call } = machine('two', {
      ...PROGRAMS,
      xl: `echo "xl $*" >>@/calls; [ "$1" != list ] || { echo 1 >@/run/pid; }`,
    })
    const { status, stdout } = call()
    expect([status, stdout]).toEqual([3, expect.stringContaining('run/pid no longer names this process: it ends')])
  })

  it.each([
    ['without Xen', { timeout: 'exit 0' }, 'Xen is not running', true],
    [
      'without xenstore-read',
      { timeout: 'case $4 in xenstore-read) exit 127 ;; esac' },
      'timeout -k or xenstore-read cannot be called',
      false,
    ],
    ['with a timeout that has no -k', { timeout: 'exit 1' }, 'timeout -k or xenstore-read cannot be called', false],
  ])('%s it ends at once, and resets nothing', (name, programs, message, isBare) => {
    const { folder, call } = machine(name.replaceAll(' ', '-'), programs)
    if (isBare) rmSync(join(folder, 'proc/xen'), { recursive: true })
    const { status, stdout } = call()
    expect([status, stdout]).toEqual([1, `100 domforge: ${message}\n`])
  })
})

it('has fewer than 250 lines', () => {
  const { supervisor } = install('size', [booted('one', '{}')])
  expect(readFileSync(supervisor, 'utf8').trim().split('\n').length).toBeLessThan(250)
})
