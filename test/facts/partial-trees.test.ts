/** Partial trees with overlays: what is read, how often, and what is said of files that are none of it. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { nodeAt, propertyNamed } from '../../src/devicetree/model.ts'
import { u32 } from '../../src/devicetree/readings/values.ts'
import { runPipeline } from '../../src/pipeline.ts'
import { makeInputs } from '../support/checks/inputs.ts'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'domforge-partial-'))
  makeInputs(folder)
  const put = (name: string, text: string): void => writeFileSync(join(folder, name), text)
  put('base.dts', '/dts-v1/; / { pass: passthrough { value = <1>; }; };')
  put('two.dtso', '/dts-v1/; /plugin/; &pass { value = <2>; two: second { }; };')
  put('three.dtso', '/dts-v1/; /plugin/; &pass { value = <3>; }; &two { found; };')
  put('text.txt', 'no tree, only text\n')
  put('empty.dtbo', '')
  put('path.dtso', '/dts-v1/; /plugin/; &{/nowhere} { value = <4>; };')
  mkdirSync(join(folder, 'folder.dtbo'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function run(...lists: readonly string[]) {
  const domains = lists.map(
    (files, index) => `  d${index}: { boot: dom0less, kernel: { image: Image }, memory: 64MiB, device-tree: ${files} }`,
  )
  const head = ['api-version: domforge/v1', 'name: trees', 'platform: { device-tree: board.dts }']
  const text = [
    ...head,
    'xen: { release: "4.20", image: xen }',
    'boot: { load: { from: tftp } }',
    'domains:',
    ...domains,
  ]
  writeFileSync(join(folder, 'system.yaml'), `${text.join('\n')}\n`)
  const { findings, plan, source } = runPipeline(join(folder, 'system.yaml'))
  const found = findings.all.filter(({ severity }) => severity !== 'note')
  const values = plan?.dom0less.map(({ partialTree }) => {
    const node = partialTree && nodeAt(partialTree.source.tree.root, '/passthrough')
    return node && u32(propertyNamed(node, 'value'))
  })
  return { found, codes: found.map(({ code }) => code), plan, values, source }
}

describe('a list of files', () => {
  it('is the first with the others laid over it, in their order', () => {
    const { codes, values } = run('[base.dts, two.dtso, three.dtso]', '[base.dts, two.dtso]', 'base.dts', '[base.dts]')
    expect(codes).toEqual([])
    expect(values).toEqual([3, 2, 1, 1])
  })

  it('leaves the tree of another domain that has the same base as it is', () => {
    const alone = run('base.dts').plan?.dom0less[0]?.partialTree?.source.size
    const { plan } = run('[base.dts, two.dtso]', 'base.dts')
    expect(plan?.dom0less[1]?.partialTree?.source.size).toBe(alone)
  })

  it('has each of its files among the inputs once', () => {
    const { plan } = run('[base.dts, two.dtso, three.dtso]', '[base.dts, two.dtso]')
    const paths = plan?.inputs.map(({ path }) => path).filter((path) => /dts/.test(path))
    expect(paths).toEqual(['board.dts', 'base.dts', 'two.dtso', 'three.dtso'])
  })

  it('says once what is wrong with a file that two domains name', () => {
    expect(run('[base.dts, path.dtso]', '[base.dts, path.dtso]').codes).toEqual(['REF-018'])
    expect(run('[base.dts, empty.dtbo]', '[base.dts, two.dtso, empty.dtbo]').codes).toEqual(['REF-012'])
  })
})

it('tells how to refer to the interrupt controller, which is in no partial tree', () => {
  writeFileSync(join(folder, 'gic.dts'), '/dts-v1/; / { passthrough { device { interrupt-parent = <&gic>; }; }; };')
  const { found } = run('gic.dts')
  expect(found).toMatchObject([{ code: 'REF-026', help: expect.stringContaining('<65000>') }])
})

describe('what is no tree with its overlays', () => {
  it.each([
    ['[]', 'MAN-012', ''],
    ['[base.dts, two.dtso, two.dtso]', 'MAN-019', ''],
    ['[base.dts, three.dtso]', 'REF-018', 'three.dtso does not fit base.dts'],
    ['[base.dts, path.dtso]', 'REF-018', '/nowhere'],
    ['[base.dts, base.dts, two.dtso]', 'MAN-019', ''],
    ['[base.dts, board.dts]', 'REF-018', 'board.dts is not an overlay'],
    ['[two.dtso, three.dtso]', 'REF-026', 'two.dtso is an overlay, and there is no tree below it'],
    ['[two.dtso]', 'REF-026', 'two.dtso is an overlay'],
    ['two.dtso', 'REF-026', 'two.dtso is an overlay'],
    ['[base.dts, text.txt]', 'REF-018', ''],
    ['[text.txt, two.dtso]', 'REF-026', ''],
    ['[base.dts, folder.dtbo]', 'REF-011', ''],
    ['[base.dts, missing.dtbo]', 'REF-010', 'missing.dtbo'],
    ['[base.dts, empty.dtbo]', 'REF-012', 'empty.dtbo'],
    ['[base.dts, "two.dtso/"]', 'MAN-022', ''],
  ])('%s is refused by %s alone', (files, code, words) => {
    const { codes, found } = run(files)
    expect(codes).toEqual([code])
    expect(found[0]?.message).toContain(words)
    expect(found[0]?.help).toBeTruthy()
  })
})
