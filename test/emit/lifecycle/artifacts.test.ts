/** Where the files of `control/` go, and what the hook is told. */
import { afterAll, describe, expect, it } from 'vitest'
import { created, DOM0 } from '../../lifecycle/lives.ts'
import { Bench } from '../../support/checks/systems.ts'
import { livesOf, managed } from '../../support/emit/lives.ts'

const bench = new Bench()
afterAll(() => bench.remove())
const { artifacts } = managed(bench)
const textAt = (path: string, of = artifacts): string => String(of.find((artifact) => artifact.path === path)?.contents)

describe('the files', () => {
  it('go to dom0, units to systemd alone, and the scripts of one name to their own init system', () => {
    const installed = artifacts.flatMap(({ path, install = [] }) =>
      path.startsWith('control/') ? install.map((place) => [path, place]) : [],
    )
    const place = (at: string, mode: string, init?: string) => ({ domain: 'dom0', at, mode, ...(init ? { init } : {}) })
    expect(installed).toEqual([
      ['control/prepare', place('/usr/lib/domforge/prepare', '0755')],
      ['control/domforge-prepare.service', place('/etc/systemd/system/domforge-prepare.service', '0644', 'systemd')],
      ['control/domforge-prepare.init', place('/etc/init.d/domforge-prepare', '0755', 'sysvinit')],
      ['control/domforge-prepare.openrc', place('/etc/init.d/domforge-prepare', '0755', 'openrc')],
      ['control/lifecycle.json', place('/etc/domforge/lifecycle.json', '0644')],
      ['control/lifecycle.tab', place('/etc/domforge/lifecycle.tab', '0644')],
      ['control/supervisor', place('/usr/lib/domforge/supervisor', '0755')],
      ['control/shutdown', place('/usr/lib/domforge/shutdown', '0755')],
      ['control/hook', place('/usr/lib/domforge/hook', '0755')],
      [
        'control/domforge-supervisor.service',
        place('/etc/systemd/system/domforge-supervisor.service', '0644', 'systemd'),
      ],
      ['control/domforge-guests.service', place('/etc/systemd/system/domforge-guests.service', '0644', 'systemd')],
      ['control/domforge-guests.init', place('/etc/init.d/domforge-guests', '0755', 'sysvinit')],
      ['control/domforge-guests.openrc', place('/etc/init.d/domforge-guests', '0755', 'openrc')],
      ['control/domforge.init', place('/etc/init.d/domforge', '0755', 'sysvinit')],
      ['control/domforge.openrc', place('/etc/init.d/domforge', '0755', 'openrc')],
    ])
  })

  it('say the same of the init systems in install.list', () => {
    const rows = textAt('control/install.list').trim().split('\n')
    expect(rows[0]).toBe('# for mode sha256 file destination')
    expect(rows.slice(1).map((row) => row.replace(/ [0-9a-f]{64} /, ' '))).toEqual([
      'all 0644 control/lifecycle.json /etc/domforge/lifecycle.json',
      'all 0644 control/lifecycle.tab /etc/domforge/lifecycle.tab',
      'all 0755 control/supervisor /usr/lib/domforge/supervisor',
      'all 0755 control/shutdown /usr/lib/domforge/shutdown',
      'all 0755 control/hook /usr/lib/domforge/hook',
      'systemd 0644 control/domforge-supervisor.service /etc/systemd/system/domforge-supervisor.service',
      'systemd 0644 control/domforge-guests.service /etc/systemd/system/domforge-guests.service',
      'sysvinit 0755 control/domforge-guests.init /etc/init.d/domforge-guests',
      'openrc 0755 control/domforge-guests.openrc /etc/init.d/domforge-guests',
      'sysvinit 0755 control/domforge.init /etc/init.d/domforge',
      'openrc 0755 control/domforge.openrc /etc/init.d/domforge',
      'all 0644 domains/two/two.cfg /etc/domforge/domains/two.cfg',
      'all 0644 domains/one/one.cfg /etc/domforge/domains/one.cfg',
      'all 0755 control/prepare /usr/lib/domforge/prepare',
      'systemd 0644 control/domforge-prepare.service /etc/systemd/system/domforge-prepare.service',
      'sysvinit 0755 control/domforge-prepare.init /etc/init.d/domforge-prepare',
      'openrc 0755 control/domforge-prepare.openrc /etc/init.d/domforge-prepare',
    ])
  })

  it('have the configuration of a domain where the supervisor finds it, and that of another where people look', () => {
    const cfg = artifacts.flatMap(({ path, install }) => (path.endsWith('.cfg') ? [[path, install]] : []))
    const at = (path: string) => [{ domain: 'dom0', at: path, mode: '0644' }]
    expect(cfg).toEqual([
      ['domains/two/two.cfg', at('/etc/domforge/domains/two.cfg')],
      ['domains/one/one.cfg', at('/etc/domforge/domains/one.cfg')],
      ['domains/free/free.cfg', at('/etc/xen/free.cfg')],
    ])
  })
})

it('the table has one row a line, its words apart', () => {
  const rows = textAt('control/lifecycle.tab').split('\n')
  expect(rows).toContain('platform 3 600 2')
  expect(rows).toContain('domain one 1 auto mark 60 5 600 2 60 - two')
  expect(rows).toContain('on two stop asked * * restart nothing two')
})

it('the hook knows the programs of the domains that are looked after, and of no other', () => {
  const device = (name: string, frontend: string) =>
    `  ${name}: { type: entropy, transport: mmio, frontend: ${frontend}, backend: dom0, backend-program: { command: [rng, "{ready}"] } }`
  const free = created('free', '').replace(', lifecycle: ', '')
  const domains = [DOM0, created('app', '{}'), created('bare', '{}'), free]
  const served = livesOf(bench, domains, ['virtio:', device('first', 'app'), device('other', 'free')])
  const hook = textAt('control/hook', served.artifacts).split('\n')
  expect(hook.filter((line) => line.includes(') programs='))).toEqual([
    "  app) programs='virtio-first' keys='domforge/virtio/first' ;;",
  ])
})
