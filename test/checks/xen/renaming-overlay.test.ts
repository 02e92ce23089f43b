/** The overlay that the help of FDT-028 prints does what it says. */
import { afterAll, describe, expect, it } from 'vitest'
import { renamingOverlay } from '../../../src/checks/xen/renaming-overlay.ts'
import { parseDts } from '../../../src/devicetree/parse/parse-dts.ts'
import { Bench, codesOf } from '../../support/checks/systems.ts'

const bench = new Bench()
afterAll(() => bench.remove())

const BOARD = `/include/ "board.dts"
/ { reserved-memory { #address-cells = <2>; #size-cells = <2>; ranges; NODE }; };`

const manifest = (release: string, overlays: string) => `api-version: domforge/v1
name: board
platform: { device-tree: own.dts${overlays} }
xen: { release: "${release}", image: xen, config: xen.config }
boot: { load: { from: tftp }, device-tree: commands }
domains:
  guest: { boot: dom0less, kernel: { image: Image }, memory: 64MiB }
`

describe.each(['4.17', '4.18', '4.19'])('Xen %s', (release) => {
  it('reads the tree as meant with the overlay of the help', () => {
    bench.put('own.dts', BOARD.replace('NODE', 'memory@60000000 { reg = <0 0x60000000 0 0x100000>; no-map; };'))
    const [found, ...others] = bench.buildText(manifest(release, ''))
    expect([found?.code, ...codesOf(others)]).toEqual(['FDT-028'])
    const overlay = /(\/dts-v1\/.*)$/.exec(found?.remedy ?? '')?.[1] ?? ''
    bench.put('rename.dtso', overlay)
    const { findings, plan } = bench.outcomeOf(manifest(release, ', overlays: [rename.dtso]'))
    expect(codesOf(findings.all)).toEqual([])
    expect(plan?.board.owned.map(({ owner, range }) => [owner, range.base, range.size])).toEqual([
      ['/reserved-memory/memory-region@60000000', 0x6000_0000n, 0x10_0000n],
    ])
  })

  it('or, where other nodes refer to it, says the other ways', () => {
    const node = 'b: memory@60000000 { reg = <0 0x60000000 0 0x100000>; };'
    bench.put('own.dts', `${BOARD.replace('NODE', node)} / { user { memory-region = <&b>; }; };`)
    const [found] = bench.buildText(manifest(release, ''))
    expect(found?.code).toBe('FDT-028')
    expect(found?.remedy).toMatch(/merged.*4\.20/)
    expect(found?.remedy).not.toContain('/plugin/')
    expect(codesOf(bench.buildText(manifest(release, '').replace(', device-tree: commands', '')))).toEqual(['REF-028'])
  })
})

it('FDT-006: a node of that name without ranges', () => {
  bench.put('own.dts', BOARD.replace('NODE', 'memory@60000000 { };'))
  const [found] = bench.buildText(manifest('4.19', ''))
  expect([found?.code, found?.remedy]).toEqual(['FDT-006', expect.stringContaining('memory-region@60000000')])
})

it('is not made of what would not fit into a message', () => {
  const tree = parseDts(
    `/dts-v1/; / { a { memory { x = "${'y'.repeat(2000)}"; }; b: memory@1 { }; c { d = <&b>; }; }; };`,
    {
      file: 'a.dts',
    },
  )
  if (!tree.ok) throw new Error('no tree')
  expect(renamingOverlay(tree.value, '/a/memory')).toBeUndefined()
  expect(renamingOverlay(tree.value, '/a/memory@1')).toBeUndefined()
})
