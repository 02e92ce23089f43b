import { describe, expect, it } from 'vitest'
import { node, property, strings } from '../../../src/devicetree/build.ts'
import { aliases, resolvePath, stdoutPath } from '../../../src/devicetree/readings/paths.ts'
import { indexTree } from '../../../src/devicetree/readings/tree-index.ts'

const tree = (aliasList: Record<string, string>, chosen: Record<string, string> = {}) =>
  indexTree(
    node('', {
      children: [
        node('aliases', {
          properties: Object.entries(aliasList).map(([name, path]) => property(name, strings([path]))),
        }),
        node('chosen', { properties: Object.entries(chosen).map(([name, path]) => property(name, strings([path]))) }),
        node('soc', { children: [node('uart@0', { children: [node('port', {})] }), node('uart@10', {})] }),
      ],
    }),
  )
const target = (...[index, text]: Parameters<typeof resolvePath>): unknown => {
  const found = resolvePath(index, text)
  return found.ok ? [found.value.place.path, found.value.options] : found.reason
}

describe('resolvePath', () => {
  const index = tree({ serial0: '/soc/uart@0', bad: 'soc', gone: '/x' })

  it.each([
    ['/', '/', undefined],
    ['/soc/uart@0', '/soc/uart@0', undefined],
    ['/soc/uart@10:9600', '/soc/uart@10', '9600'],
    ['serial0', '/soc/uart@0', undefined],
    ['serial0:115200n8', '/soc/uart@0', '115200n8'],
    ['serial0:', '/soc/uart@0', ''],
    ['serial0/port:a:b', '/soc/uart@0/port', 'a:b'],
  ])('finds %s', (text, path, options) => {
    expect(target(index, text)).toEqual([path, options])
  })

  it.each([
    ['/soc/uart', 'no node /soc/uart'],
    ['/soc/uart@1', 'no node /soc/uart@1'],
    ['serial1', "no 'serial1'"],
    ['bad', 'not a full path'],
    ['gone', 'no node /x'],
    ['', "no ''"],
  ])('does not find %s', (text, reason) => {
    expect(target(index, text)).toContain(reason)
  })
})

describe('stdoutPath', () => {
  it('follows aliases and keeps options', () => {
    const found = stdoutPath(tree({ serial0: '/soc/uart@0' }, { 'stdout-path': 'serial0:115200n8' }))
    expect(found).toMatchObject({ ok: true, value: { place: { path: '/soc/uart@0' }, options: '115200n8' } })
  })

  it('takes the old name, but not before the new one', () => {
    const old = { 'linux,stdout-path': '/soc/uart@10' }
    expect(stdoutPath(tree({}, old))).toMatchObject({ ok: true, value: { place: { path: '/soc/uart@10' } } })
    expect(stdoutPath(tree({}, { ...old, 'stdout-path': '/soc/uart@0' }))).toMatchObject({
      value: { place: { path: '/soc/uart@0' } },
    })
  })

  it('says why there is none', () => {
    expect(stdoutPath(tree({}))).toMatchObject({ ok: false, reason: "/chosen has no 'stdout-path'" })
    expect(stdoutPath(indexTree(node('', {}))).ok).toBe(false)
  })
})

describe('aliases', () => {
  it('lists those that lead to a node', () => {
    const found = aliases(tree({ serial0: '/soc/uart@0', gone: '/x', bad: 'soc' }))
    expect([...found].map(([name, place]) => [name, place.path])).toEqual([['serial0', '/soc/uart@0']])
  })
})
