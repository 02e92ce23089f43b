/** What ends of links with Argo are given, and that it has room. */
import { afterAll, expect, it } from 'vitest'
import { emitAll } from '../../../src/emit/registry.ts'
import { Bench, manifestOf } from '../../support/checks/systems.ts'

const bench = new Bench()
afterAll(() => bench.remove())

const guest = (name: string): string =>
  `${name}: { boot: dom0less, kernel: { image: Image }, ramdisk: ramdisk, memory: 64MiB, enhanced: no-xenstore }`

const artifactsOf = (domains: readonly string[], links: readonly string[], system = 'near-miss') => {
  const text = manifestOf({ config: 'argo.config', bootargs: 'argo=1 xsm=dummy', domains, end: ['argo:', ...links] })
  const { assembly, findings } = bench.outcomeOf(text.replace('name: near-miss', `name: ${JSON.stringify(system)}`))
  expect(findings.all).toEqual([])
  return assembly ? emitAll(assembly) : []
}

it('each end has three files, two of them in its file system; nobody else has any', () => {
  const artifacts = artifactsOf(
    [guest('one'), guest('two'), guest('three')],
    ['  link: { ends: { one: {}, two: {} } }'],
  )
  const own = artifacts.filter(({ path }) => path.includes('/argo.'))
  expect(own.map(({ path, install = [] }) => [path, install.map(({ at }) => at)])).toEqual(
    ['one', 'two'].flatMap((name) => [
      [`domains/${name}/argo.json`, ['/etc/domforge/argo.json']],
      [`domains/${name}/argo.h`, []],
      [`domains/${name}/argo.env`, ['/etc/domforge/argo.env']],
    ]),
  )
})

it('metadata fits with the longest names', () => {
  const long = (name: string): string => name.padEnd(40, '-x')
  const links = Array.from(
    { length: 200 },
    (_, index) => `  ${long(`link${index}`)}: { ends: { ${long('one')}: {}, ${long('two')}: {} } }`,
  )
  const artifacts = artifactsOf(
    ['one', 'two'].map((name) => guest(long(name))),
    links,
    '$"\\'.repeat(33),
  )
  const archive = artifacts.find(({ path }) => path === `domains/${long('one')}/metadata.cpio`)
  const text = Buffer.from(archive?.contents ?? '').toString('latin1')
  expect(text.includes(`"${long('link199')}": {`)).toBe(true)
})
