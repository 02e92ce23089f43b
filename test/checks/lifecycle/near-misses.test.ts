/** Lifecycles that look like those which are refused, and are right. */
import { afterAll, describe, expect, it } from 'vitest'
import { booted, created, DOM0, RESETS } from '../../lifecycle/lives.ts'
import { Bench, codesOf, manifestOf } from '../../support/checks/systems.ts'

const bench = new Bench()
afterAll(() => bench.remove())

const codes = (domains: readonly string[], end: readonly string[] = []) =>
  codesOf(bench.buildText(manifestOf({ domains, end }))).filter((code) => code.startsWith('LIF'))

const bare = (line: string, bootargs = ''): string => line.replace('bootargs: panic=5', `bootargs: "${bootargs}"`)
const disabled = (line: string, enhanced = 'disabled'): string =>
  line.replace('enhanced: enabled', `enhanced: ${enhanced}`)
const zephyr = (lifecycle: string): string => bare(booted('one', lifecycle, 'os: zephyr'))
const THEN = '{ on-crash: stop, attempts: { then: reset-platform }, may-reset-platform: why }'
const RAMDISK = 'ramdisk: ramdisk'
const DISK = "extra-xl: { disk: ['backend=store,vdev=xvda,target=/d'] }"

describe('without a finding', () => {
  it.each<[string, readonly string[], (readonly string[])?]>([
    [
      'LIF-001: stop and reset of what cannot come back',
      [booted('one', '{ on-crash: reset-platform, may-reset-platform: why }', 'static-mem: auto')],
      [RESETS],
    ],
    ['LIF-001: what cannot come back, by default', [booted('one', '{}', 'static-mem: auto')]],
    ['LIF-001: ids of others in a tree', [booted('one', '{}'), booted('two', '{}')]],
    ['LIF-002: on-hang with a watchdog', [booted('one', '{ on-hang: restart, watchdog: 5s }', RAMDISK)]],
    ['LIF-002: on-hang with a limit', [booted('one', '{ on-hang: restart, boot-limit: 5s }', RAMDISK)]],
    ['LIF-002: nothing to be done about it', [booted('one', '{ on-hang: stop }')]],
    ['LIF-003: no watchdog', [disabled(booted('one', '{}'))]],
    [
      'LIF-003: no xenstore is Xen enough',
      [disabled(booted('one', '{ watchdog: 5s, reboot-told-by: module }', RAMDISK), 'no-xenstore')],
    ],
    ['LIF-004: a mark in xenstore', [booted('one', '{ reboot-told-by: mark, boot-limit: 1min }', RAMDISK)]],
    ['LIF-004: of a domain of xl', [created('one', '{ reboot-told-by: mark, boot-limit: 1min }')]],
    ['LIF-005: told apart', [booted('one', '{ on-crash: stop, on-reboot: restart, reboot-told-by: mark }', RAMDISK)]],
    ['LIF-005: alike', [booted('one', '{ on-crash: stop, on-reboot: stop }')]],
    ['LIF-005: as on-crash, where nothing else is said', [booted('one', '{ on-crash: stop }')]],
    ['LIF-007: a module in place of panic=', [bare(booted('one', '{ reboot-told-by: module }'))]],
    ['LIF-007: a crash that nothing is done about', [bare(booted('one', '{ on-crash: stop }'))]],
    ['LIF-007: at once', [bare(booted('one', '{}'), 'panic=-1')]],
    ['LIF-007: the last one counts', [bare(booted('one', '{}'), 'panic=0 panic=1')]],
    ['LIF-007: a panic is at least a hang', [bare(booted('one', '{ watchdog: 5s }', RAMDISK))]],
    ['LIF-007: another system', [bare(booted('one', '{}', 'os: other'))]],
    ['LIF-009: after one that Xen starts', [booted('one', '{}'), created('two', '{ after: [one], start: manual }')]],
    [
      'LIF-010: a chain, and a diamond',
      [
        created('a', '{ after: [b, c] }'),
        created('b', '{ after: [d] }'),
        created('c', '{ after: [d] }'),
        created('d', '{}'),
      ],
    ],
    ['LIF-010: after dom0', [created('a', '{ after: [dom0] }')]],
    ['LIF-012: with its frontends', [booted('store', '{ on-crash: restart-dependents }'), created('app', '{}', DISK)]],
    ['LIF-012: only an order', [booted('store', '{}'), created('app', '{ after: [store] }')]],
    ['LIF-012: it stays down', [booted('store', '{ on-crash: stop }'), created('app', '{}', DISK)]],
    ['LIF-014: reported', [zephyr('{ reboot-told-by: module, watchdog: 5s }')]],
    ['LIF-014: nothing is done about it', [zephyr('{ on-crash: stop }')]],
    [
      'LIF-015: for a reason',
      [booted('one', '{ on-crash: reset-platform, may-reset-platform: why }'), booted('two', '{}')],
      [RESETS],
    ],
    ['LIF-015: nobody else is there', [booted('one', '{ on-crash: reset-platform }')], [RESETS]],
    ['LIF-017: other keys', [booted('one', '{}', 'extra-xl: { on_xend_start: "1" }')]],
    ['LIF-018: just enough', [booted('one', '{ attempts: { max: 5, window: 63s } }')]],
    ['LIF-018: nothing is attempted', [booted('one', '{ on-crash: stop, attempts: { max: 100 } }')]],
    ['LIF-019: it stays down', [created('one', '{ on-crash: stop }', "extra-xl: { dtdev: ['/soc/ethernet@1'] }")]],
    [
      'LIF-020: on demand, both',
      [created('one', '{ start: manual, after: [two] }'), created('two', '{ start: manual }')],
    ],
    [
      'LIF-021: another number',
      [
        booted('store', '{ on-crash: restart-dependents }'),
        created('app', '{}', "extra-xl: { vif: ['bridge=br1,backend=store,mac=00:16:3e:00:00:01'] }"),
      ],
    ],
    ['LIF-022: the same', [booted('one', '{ backoff: { first: 60s } }')]],
    ['LIF-024: behind the ramdisk', [booted('one', '{ watchdog: 1s }', RAMDISK)]],
    ['LIF-024: installed in a domain of xl', [created('one', '{ watchdog: 1s }')]],
    [
      'LIF-024: by the file that has the handler',
      [zephyr('{ watchdog: 1s, on-crash: stop, on-hang: stop, reboot-told-by: module }')],
    ],
    ['LIF-024, LIF-025: behind the ramdisk', [booted('one', '{ boot-limit: 1s }', RAMDISK)]],
    ['LIF-025: installed in a domain of xl', [created('one', '{ boot-limit: 1s, reboot-told-by: mark }')]],
    ['LIF-026: it comes back from one death', [booted('one', THEN.replace('{', '{ on-poweroff: restart,'))], [RESETS]],
    ['LIF-026: a corpse may keep its devices', [created('one', THEN, "extra-xl: { irqs: ['80'] }")], [RESETS]],
  ])('%s', (_, domains, end) => {
    expect(codes([DOM0, ...domains], end)).toEqual([])
  })

  it('attempts that nothing uses up can reset nothing (LIF-011, LIF-015), which is said', () => {
    const idle = booted('one', '{ on-crash: stop, attempts: { then: reset-platform } }')
    expect(codes([DOM0, idle, booted('two', '{}')])).toEqual(['LIF-026'])
  })

  it('LIF-006: a domain of xl, whose files stand where they always did', () => {
    expect(codes([DOM0.replace(', files-at: /boot/guests', ''), created('one', '{}')])).toEqual([])
  })

  it('LIF-008: nothing is looked after', () => {
    expect(codes([bare(DOM0), 'one: { boot: xl, kernel: { image: Image }, memory: 64MiB }'])).toEqual([])
  })

  it('LIF-011 and LIF-016: nothing is reset', () => {
    expect(codes([disabled(booted('one', '{ on-crash: stop }'), 'no-xenstore')])).toEqual([])
  })
})

it('every policy that cannot be kept is said in one run', () => {
  const one = '{ on-crash: restart, on-hang: restart, on-poweroff: reset-platform, reboot-told-by: mark, watchdog: 5s }'
  expect(codes([DOM0, disabled(booted('one', one, 'static-mem: auto')), booted('two', '{}')]).toSorted()).toEqual([
    'LIF-001',
    'LIF-001',
    'LIF-001',
    'LIF-003',
    'LIF-004',
    'LIF-011',
    'LIF-015',
  ])
})

it('LIF-019: a device that is given away counts where it does DMA', () => {
  const found = (path: string, more = '') => {
    const domains = [DOM0, created('one', '{}', `passthrough: { device: { path: ${path}${more} } }`)]
    const text = manifestOf({ board: 'given-board.dts', domains })
    const enabled = text.replace('given-board.dts', 'given-board.dts, enable: [/iommu@9050000]')
    return codesOf(bench.buildText(enabled)).filter((code) => code.startsWith('LIF'))
  }
  expect([found('/ethernet@a000000'), found('/rtc@a002000')]).toEqual([['LIF-019'], []])
  expect(found('/ethernet@a000000', ', quiesce: { hook: /usr/lib/board/silence }')).toEqual([])
  expect(found('/ethernet@a000000', ', quiesce: { reason: its reset line }')).toEqual([])
  expect(found('/ethernet@a000000', ', quiesce: { write: { 0x0: 0x0 } }')).toEqual([])
})

it('LIF-023: a hook is called whenever somebody asks for the domain, whatever its policy', () => {
  const found = (domain: string) => {
    const text = manifestOf({ board: 'given-board.dts, enable: [/iommu@9050000]', domains: [DOM0, domain] })
    return codesOf(bench.buildText(text)).filter((code) => code.startsWith('LIF'))
  }
  const given = (quiesce: string): string =>
    `passthrough: { device: { path: /ethernet@a000000, quiesce: { ${quiesce} } } }`
  const hook = given('hook: /usr/lib/board/silence')
  expect(found(created('one', '{ on-crash: stop }', hook))).toEqual([])
  expect(found(booted('one', '{ on-crash: stop, on-reboot: stop }', hook))).toEqual([])
  expect(found(booted('one', '{ on-crash: stop }', `static-mem: auto, ${hook}`))).toEqual(['LIF-023'])
  expect(found(created('one', '{ on-crash: stop }', given('write: { 0x0: 0x0 }')))).toEqual([])
  expect(found(booted('one', '{ on-crash: stop }', `static-mem: auto, ${given('write: { 0x0: 0x0 }')}`))).toEqual([
    'LIF-023',
  ])
  expect(found(booted('one', '{ on-crash: stop }', `static-mem: auto, ${given('reason: it never does')}`))).toEqual([])
})

it('LIF-023 says why nothing calls the hook', () => {
  const domain = created('one', '{}', 'passthrough: { device: { path: /rtc@a002000, quiesce: { hook: /bin/still } } }')
  const { findings } = bench.outcomeOf(manifestOf({ board: 'given-board.dts', domains: [DOM0, domain] }))
  expect(findings.all.map(({ code, message }) => `${code} ${message}`)).toContain(
    "LIF-023 nothing calls /bin/still for 'device' of 'one': /rtc@a002000 does no DMA",
  )
})
