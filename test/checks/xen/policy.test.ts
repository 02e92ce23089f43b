import { afterAll, expect, it } from 'vitest'
import { Bench, DOM0, manifestOf } from '../../support/checks/systems.ts'

const bench = new Bench()
afterAll(() => bench.remove())

it.each([
  ['', 'note'],
  ['xsm=flask', undefined],
  ['xsm=silo', 'error'],
])('a policy without a .config, with the arguments %j: %s', (bootargs, severity) => {
  const text = manifestOf({ bootargs, xenMore: 'xsm-policy: xenpolicy', domains: [DOM0] }).replace(
    ', config: xen.config',
    '',
  )
  expect(bench.buildText(text).find(({ code }) => code === 'MOD-029')?.severity).toBe(severity)
})
