/** Ports of links with Argo: given, kept, lowest. */
import { expect, it } from 'vitest'
import { lockText } from '../../../src/emit/lock-file.ts'
import type { ArgoLink } from '../../../src/model/partition.ts'
import { argoPortKey, planArgo } from '../../../src/plan/links/argo.ts'
import { Bench, manifestOf } from '../../support/checks/systems.ts'

const link = (name: string, first: string, second: string, port: number | 'auto' = 'auto'): ArgoLink => ({
  pointer: `/argo/${name}`,
  name,
  ends: [
    { pointer: `/argo/${name}/ends/${first}`, domain: first },
    { pointer: `/argo/${name}/ends/${second}`, domain: second },
  ],
  port,
})
const portsOf = (links: readonly ArgoLink[], locked: Readonly<Record<string, string>> = {}) =>
  planArgo(links, {
    entries: new Map(Object.entries(locked).map(([name, port]) => [argoPortKey(name), port])),
    updated: new Set(),
  } as never).map(({ port }) => port.value)

it('the lowest that neither end has for another link; domains that are apart have the same', () => {
  const links = [
    link('a', 'one', 'two'),
    link('b', 'two', 'three'),
    link('c', 'one', 'three'),
    link('d', 'four', 'five'),
  ]
  expect(portsOf(links)).toEqual([1, 2, 3, 1])
})

it('one that is given keeps others away from it, whoever comes first', () => {
  expect(portsOf([link('a', 'one', 'two'), link('b', 'one', 'three', 1)])).toEqual([2, 1])
})

it('what the lock has stays while it is free, and is no port past 32 bits', () => {
  const links = [link('a', 'one', 'two'), link('b', 'one', 'three')]
  expect(portsOf(links, { a: '9', b: '9' })).toEqual([9, 1])
  expect(portsOf(links, { a: '4294967295' })).toEqual([4294967295, 1])
  for (const text of ['4294967296', '0', '-1', '1.5', 'x']) expect(portsOf(links, { a: text })).toEqual([1, 2])
})

it('one that is added moves none', () => {
  const before = [link('b', 'one', 'three')]
  expect(portsOf([link('a', 'one', 'two'), ...before], { b: '1' })).toEqual([2, 1])
})

it('the next build reads the lock that this one writes, and keeps every port', () => {
  const bench = new Bench()
  const guest = (name: string): string =>
    `${name}: { boot: dom0less, kernel: { image: Image }, ramdisk: ramdisk, memory: 64MiB, enhanced: no-xenstore }`
  const built = (links: readonly string[]) => {
    const domains = ['one', 'two', 'three'].map(guest)
    const end = ['argo:', ...links]
    const { plan, findings } = bench.outcomeOf(
      manifestOf({ config: 'argo.config', bootargs: 'argo=1 xsm=dummy', domains, end }),
    )
    expect(findings.all).toEqual([])
    if (!plan) throw new Error('no plan')
    bench.put('system.lock.yaml', lockText(plan))
    return Object.fromEntries(plan.argo.map(({ link: { name }, port }) => [name, port.value]))
  }
  try {
    const second = '  second: { ends: { two: {}, three: {} } }'
    expect(built([second])).toEqual({ second: 1 })
    expect(built(['  first: { ends: { one: {}, two: {} } }', second])).toEqual({ first: 2, second: 1 })
    expect(built([second])).toEqual({ second: 1 })
  } finally {
    bench.remove()
  }
})
