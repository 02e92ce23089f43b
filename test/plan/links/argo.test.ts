/** Ports of links with Argo: given, kept, lowest. */
import { expect, it } from 'vitest'
import type { ArgoLink } from '../../../src/model/partition.ts'
import { argoPortKey, planArgo } from '../../../src/plan/links/argo.ts'

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
