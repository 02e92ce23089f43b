/** The script that ends domains before dom0 goes down, against the machine of files that the supervisor has looked after, in every shell that it is for. */
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { Machines } from './installed.ts'
import { booted, created } from './lives.ts'

const machines = new Machines()
afterAll(() => machines.remove())

const HERE = join(import.meta.dirname, 'fake')
const SERVED = (backend: string) => `disks: { data: { target: /d, backend: ${backend} } }`
const STORE = booted('store', '{ on-crash: restart-dependents, on-reboot: restart-dependents }')
const APP = created('app', '{}', SERVED('store'))
const without = (domain: string) => domain.replace('enhanced: enabled', 'enhanced: no-xenstore')
const unmanaged = (domain: string) => domain.replace(', lifecycle: {}', '')

interface Case {
  readonly about: string
  readonly domains: readonly string[]
  readonly end?: readonly string[]
  /** Shell, after each pause: of the supervisor, which stops at second 10, and of the script. */
  readonly happens?: string
  /** Shell, when the supervisor has been stopped; `@` is the machine. */
  readonly before?: string
  /** What xl is told, the script's status, domains that are left, and when it ends. */
  readonly expected: string
}

const CASES: readonly Case[] = [
  {
    about: 'what others need ends after them',
    domains: [created('ui', '{ after: [app] }'), STORE, APP],
    expected: 'ask ui;destroy ui;ask app;destroy app;ask store;destroy store; | 0 | | 10',
  },
  {
    about: 'one that takes its time is waited for',
    domains: [STORE, APP],
    before: ': >@/busy.app',
    happens: 'at 20 && die app ---s--',
    expected: 'ask app;destroy app;ask store;destroy store; | 0 | | 21',
  },
  {
    about: 'one that restarts has ended, too',
    domains: [created('one', '{}')],
    before: ': >@/busy.one',
    happens: 'at 20 && die one ---sr-',
    expected: 'ask one;destroy one; | 0 | | 21',
  },
  {
    about: 'what does not end in time is removed where it is served, and goes on otherwise',
    domains: [STORE, APP],
    before: ': >@/busy.app; : >@/busy.store',
    expected: 'ask app;destroy app;ask store; | 0 | store:r----- | 130',
  },
  {
    about: 'the limit is what dom0 says',
    domains: [created('one', '{}')],
    before: ': >@/busy.one; echo DOMFORGE_END_LIMIT=5 >@/../defaults',
    expected: 'ask one; | 0 | one:r----- | 15',
  },
  {
    about: 'a limit that is no number is the usual one',
    domains: [created('one', '{}')],
    before: ': >@/busy.one; echo DOMFORGE_END_LIMIT=5min >@/../defaults',
    expected: 'ask one; | 0 | one:r----- | 70',
  },
  {
    about: 'one that does not answer is not waited for',
    domains: [STORE, APP],
    before: ': >@/silent.app; : >@/silent.store',
    expected: 'ask app;destroy app;ask store; | 0 | store:r----- | 10',
  },
  {
    about: 'one without xenstore is not asked, and goes on',
    domains: [without(booted('one', '{}'))],
    expected: ' | 0 | one:r----- | 10',
  },
  {
    about: 'one without xenstore whose device a program serves is removed',
    domains: [without(booted('one', '{}'))],
    end: ['virtio: { rng: { type: entropy, transport: mmio, frontend: one, backend: dom0 } }'],
    expected: 'destroy one; | 0 | | 10',
  },
  {
    about: 'one in a further life is asked by its new id',
    domains: [booted('one', '{}'), booted('two', '{}')],
    happens: 'at 2 && die one ---sc-',
    expected: 'ask one;ask two;destroy one;destroy two; | 0 | | 10',
  },
  {
    about: 'one that the supervisor had created and not put down is asked',
    domains: [created('one', '{}')],
    before: 'echo torn - begun - - - >@/run/one.life',
    expected: 'ask one;destroy one; | 0 | | 10',
  },
  {
    about: 'one that is being created is not asked',
    domains: [created('one', '{}', SERVED('dom0'))],
    before:
      'echo torn - begun - - - >@/run/one.life; for x in @/doms/*; do read -r n f u <$x; echo $n --p--- $u >$x; done',
    expected: 'destroy one; | 0 | | 10',
  },
  {
    about: 'those that nothing looks after are asked, too',
    domains: [STORE, unmanaged(booted('two', '{}')), unmanaged(created('six', '{}')), unmanaged(created('ten', '{}'))],
    before: 'echo six r----- 1-1 >@/doms/8',
    expected: 'ask six;ask store;ask two;destroy six;destroy store;destroy two; | 0 | | 10',
  },
  {
    about: 'a guest that feigns another id in its name is asked by its own',
    domains: [booted('one', '{}'), created('two', '{}')],
    before:
      'echo torn - begun - - - >@/run/two.life; u=$(sed -n \'s/^uuid = "\\(.*\\)"$/\\1/p\' @/../config/domains/two.cfg); printf "x 1 96 1 r----- 0.5 $u - -\\nx" >@/names/1; rm @/doms/9',
    expected: 'ask one;destroy one; | 0 | | 10',
  },
  {
    about: 'one that is gone is left out',
    domains: [STORE, APP],
    before: 'rm @/doms/1',
    expected: 'ask app;destroy app; | 0 | | 10',
  },
  {
    about: 'nobody is asked while the supervisor runs',
    domains: [STORE],
    before: 'mkdir @/proc/55; echo 55 >@/run/pid; echo /bin/sh/supervisor >@/proc/55/cmdline',
    expected: ' | 1 | store:r----- | 20',
  },
  {
    about: 'nothing is done where xl does not answer',
    domains: [STORE],
    before: ': >@/deaf',
    expected: ' | 1 | store:r----- | 10',
  },
]

/** What is done at once has no order of its own. */
const inOrder = (told: string): string =>
  told.replaceAll(/(?:ask \w+;)+|(?:destroy \w+;)+/g, (same) =>
    same
      .split(/(?<=;)/)
      .toSorted()
      .join(''),
  )

describe.each(CASES)('$about', ({ about, domains, end, happens = '', before = '', expected }) => {
  it.each(['dash', 'busybox ash'])('in %s', (shell) => {
    const name = `${about}-${shell}`.replaceAll(/[^a-z]+/g, '-')
    const { folder, supervisor } = machines.install(name, domains, end, 'ioreq.config')
    writeFileSync(join(folder, 'scenario'), `${happens}\n`)
    execFileSync('dash', [join(HERE, 'run.sh'), shell, folder, supervisor, '10', 'none'])
    const world = join(folder, 'world')
    execFileSync('dash', ['-c', before.replaceAll('@', world)])
    const lives = () =>
      readdirSync(join(world, 'run'))
        .filter((file) => file.endsWith('.life'))
        .map((file) => readFileSync(join(world, 'run', file), 'utf8'))
    const livesBefore = lives()
    const told = execFileSync('dash', [join(HERE, 'shutdown.sh'), shell, folder, '900'], { encoding: 'utf8' })
    expect(inOrder(told.trimEnd()), readFileSync(join(folder, 'log'), 'utf8')).toBe(expected)
    expect(lives()).toEqual(livesBefore)
  })
})
