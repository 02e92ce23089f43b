/** Disks and networks that domains other than dom0 serve, and the security module that Xen selects. */
import { afterAll, describe, expect, it } from 'vitest'
import { Bench, codesOf, manifestOf } from '../../support/checks/systems.ts'

const bench = new Bench()
afterAll(() => bench.remove())

const guest = (name: string, more: string): string =>
  `${name}: { boot: dom0less, kernel: { image: Image }, ramdisk: ramdisk, memory: 64MiB, ${more} }`
const DOM0 = 'dom0: { boot: dom0, kernel: { image: Image }, ramdisk: ramdisk, memory: 256MiB }'

describe('a disk or a network of another domain', () => {
  const served = (config: string, bootargs: string): readonly string[] =>
    codesOf(
      bench.buildText(
        manifestOf({
          config,
          bootargs,
          domains: [
            DOM0,
            guest('router', 'enhanced: enabled'),
            guest('app', 'enhanced: enabled, networks: { lan: { backend: router } }'),
          ],
        }),
      ),
    )

  it.each([
    ['silo.config', '', ['PV-004']],
    ['silo.config', 'xsm=dummy', []],
    ['silo.config', 'xsm=dummy xsm=silo', ['PV-004']],
    ['silo.config', 'xsm=dumb', ['PV-004']],
    ['xen.config', '', []],
  ])('%s, %s: %s', (config, bootargs, codes) => {
    expect(served(config, bootargs).filter((code) => code.startsWith('PV'))).toEqual(codes)
  })
})

describe('a domain that may control others', () => {
  const codes = (server: string, app: string): readonly string[] =>
    codesOf(bench.buildText(manifestOf({ config: 'silo.config', release: '4.21', domains: [DOM0, server, app] })))
  const control = guest('router', 'enhanced: enabled, capabilities: [control]')

  it('serves domains of Xen and of xl', () => {
    expect(codes(control, guest('app', 'enhanced: enabled, networks: { lan: { backend: router } }'))).toEqual([])
    const byXl = (more: string) =>
      `app: { boot: xl, kernel: { image: Image }, ramdisk: ramdisk, memory: 64MiB, ${more} }`
    expect(codes(control, byXl('networks: { lan: { backend: router } }'))).toEqual([])
    expect(codes(control, byXl('extra-xl: { vif: ["backend=1"] }'))).toEqual([])
  })

  it('is served by any', () => {
    const app = guest('app', 'enhanced: enabled, capabilities: [control], networks: { lan: { backend: router } }')
    expect(codes(guest('router', 'enhanced: enabled'), app)).toEqual([])
  })
})

it('one finding says that a domain of xl cannot serve another', () => {
  const byXl = (name: string, more: string) =>
    `${name}: { boot: xl, kernel: { image: Image }, ramdisk: ramdisk, memory: 64MiB${more} }`
  const domains = [DOM0, byXl('router', ''), byXl('app', ', networks: { lan: { backend: router } }')]
  expect(codesOf(bench.buildText(manifestOf({ config: 'silo.config', domains })))).toEqual(['PV-004'])
})
