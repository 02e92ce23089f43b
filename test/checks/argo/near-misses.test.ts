/** Links with Argo that just work: no finding. */
import { afterAll, describe, expect, it } from 'vitest'
import { Bench, codesOf, manifestOf } from '../../support/checks/systems.ts'

const bench = new Bench()
afterAll(() => bench.remove())

const guest = (name: string, more = 'enhanced: no-xenstore'): string =>
  `${name}: { boot: dom0less, kernel: { image: Image, bootargs: panic=5 }, ramdisk: ramdisk, memory: 64MiB, ${more} }`
const DOM0 =
  'dom0: { boot: dom0, kernel: { image: Image, bootargs: panic=5 }, ramdisk: ramdisk, memory: 256MiB, files-at: /boot/guests }'
const LINK = '  link: { ends: { one: {}, two: {} } }'

function found(
  bootargs: string,
  domains: readonly string[] = [guest('one'), guest('two')],
  links: readonly string[] = [LINK],
  more: Readonly<Record<string, string>> = {},
): readonly string[] {
  const parts = { config: 'argo.config', bootargs, domains, end: ['argo:', ...links], ...more }
  return codesOf(bench.buildText(manifestOf(parts)))
}

describe("Xen's arguments", () => {
  it.each([
    'argo=1',
    'argo=yes,mac-permissive=1',
    'argo=no-mac-permissive,on',
    'argo=off,1',
    'no-argo argo=enable',
    'argo=true argo',
    'argo=1 argo=maybe',
  ])('%s is enough', (argo) => {
    expect(found(`${argo} xsm=dummy`)).toEqual(argo.endsWith('maybe') ? expect.any(Array) : [])
    expect(found(`${argo} xsm=dummy`)).not.toContain('ARG-001')
  })

  it.each(['argo', 'argo=mac-permissive=1', 'argo=1 no-argo', 'argo=1,0', 'argo=2', 'argos=1'])('%s is not', (argo) => {
    expect(found(`${argo} xsm=dummy`)).toContain('ARG-001')
  })
})

describe('SILO', () => {
  const isKeptApart = (...given: Parameters<typeof found>): boolean => found(...given).includes('ARG-003')

  it('lets anybody talk to dom0, and to a domain that may control others', () => {
    const links = ['  link: { ends: { one: {}, dom0: {} } }']
    expect(found('argo=1', [DOM0, guest('one')], links)).toEqual([])
    const control = guest('two', 'enhanced: no-xenstore, capabilities: [control]')
    expect(isKeptApart('argo=1', [guest('one'), control], [LINK], { release: '4.21' })).toBe(false)
  })

  it.each([
    ['argo=1 xsm=flask', false],
    ['argo=1 xsm=silo xsm=dummy', false],
    ['argo=1 xsm=dummy xsm=silo', true],
    ['argo=1 xsm=dumy', true],
    ['argo=1 xsm=dummy xsm=nothing', false],
  ])('%s: %s', (bootargs, isApart) => {
    expect(isKeptApart(bootargs)).toBe(isApart)
  })

  it('is not there where the .config has another module by default', () => {
    bench.put('dummy.config', 'CONFIG_ARGO=y\nCONFIG_XSM=y\nCONFIG_XSM_SILO=y\nCONFIG_XSM_DUMMY_DEFAULT=y\n')
    expect(isKeptApart('argo=1', undefined, undefined, { config: 'dummy.config' })).toBe(false)
    expect(isKeptApart('argo=1 xsm=silo', undefined, undefined, { config: 'dummy.config' })).toBe(true)
    // Without FLASK built in its name says nothing.
    expect(isKeptApart('argo=1 xsm=silo xsm=flask', undefined, undefined, { config: 'dummy.config' })).toBe(true)
  })
})

it('one port for two peers, and for two pairs, is no problem', () => {
  const three = [guest('one'), guest('two'), guest('three')]
  const links = ['  a: { ends: { one: {}, two: {} }, port: 5 }', '  b: { ends: { one: {}, three: {} }, port: 5 }']
  expect(found('argo=1 xsm=dummy', three, links)).toEqual([])
})

it('names that are one in C belong to different domains', () => {
  const four = [guest('one'), guest('two'), guest('three'), guest('four')]
  const links = ['  a-b: { ends: { one: {}, two: {} } }', '  a.b: { ends: { three: {}, four: {} } }']
  expect(found('argo=1 xsm=dummy', four, links)).toEqual([])
})

it('a domain that is only stopped, or resets the machine, keeps its id', () => {
  const stays = 'enhanced: enabled, lifecycle: { on-poweroff: stop, on-reboot: stop, on-crash: stop }'
  expect(found('argo=1 xsm=dummy', [DOM0, guest('one'), guest('two', stays)])).toEqual([])
})

it('domains with a link are not isolated', () => {
  const assert = ['assert:', '  isolated: { apart: [one, two] }']
  expect(found('argo=1 xsm=dummy', undefined, [LINK, ...assert])).toEqual(['ISO-001'])
})
