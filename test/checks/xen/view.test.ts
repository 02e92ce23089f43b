import { describe, expect, it } from 'vitest'
import type { XenView } from '../../../src/checks/xen/view.ts'
import { readAsXen } from '../../../src/checks/xen/view.ts'
import { parseDts } from '../../../src/devicetree/parse/parse-dts.ts'
import { inFile } from '../../../src/diagnostics/diagnostic.ts'
import type { Release } from '../../../src/xen/releases.ts'

function read(body: string, release: Release = '4.20', head = '', entry: 'booti' | 'bootefi' = 'booti'): XenView {
  const tree = parseDts(`/dts-v1/; ${head} / { #address-cells = <2>; #size-cells = <1>; ${body} };`, {
    file: 'board.dts',
  })
  if (!tree.ok) throw new Error(tree.problems[0]?.message)
  return readAsXen({ tree: tree.value, entry, release, origin: inFile('board.dts') })
}

const module = (name: string, reg: string, kind = 'kernel'): string =>
  `${name} { compatible = "multiboot,${kind}", "multiboot,module"; reg = <${reg}>; };`

const outcomes = (view: XenView) => view.modules.map(({ registration }) => registration?.outcome)

describe('cells', () => {
  it('are inherited from as far up as needed, and start as 2 and 1', () => {
    const { modules } = read(
      `chosen { #size-cells = <2>; a { compatible = "xen,domain"; ${module('k', '1 2 3 4')} }; };`,
    )
    expect(modules[0]?.range).toEqual({ base: 0x1_0000_0002n, size: 0x3_0000_0004n })
  })

  it("of /reserved-memory are its own or the defaults, never the root's", () => {
    const reserved = (cells: string) => {
      const body = `reserved-memory { ${cells} a@1 { reg = <0 0x1000 0x2000>; }; }; }; / { #size-cells = <2>;`
      return read(body).claims.map(({ range }) => range)
    }
    expect(reserved('')).toEqual([{ base: 0x1000n, size: 0x2000n }])
    expect(reserved('#address-cells = <1>;')).toEqual([{ base: 0n, size: 0x1000n }])
    expect(reserved('#size-cells = <2>;')).toEqual([])
  })
})

describe('RAM', () => {
  const two =
    'memory@0 { device_type = "memory"; reg = <0 0 0x1000 0 0x4000 0>; }; soc { memory@8000 { reg = <0 0x8000 0x1000>; }; };'

  it('counts for firmware with EFI as well, which passes on the same banks, but what Xen does not read is no fault', () => {
    const { ram, unreadable } = read(`${two} memory@1 { device_type = "memory"; };`, '4.20', '', 'bootefi')
    expect(ram.map(({ range }) => range.base)).toEqual([0n])
    expect(unreadable).toEqual([])
    expect(read('memory@1 { device_type = "memory"; };').unreadable).toHaveLength(1)
  })

  it('is any node called memory up to 4.19, a proper one from 4.20 on, and never of size 0', () => {
    expect(read(two, '4.19').ram.map(({ range }) => range.base)).toEqual([0n, 0x8000n])
    expect(read(two, '4.20').ram.map(({ range }) => range.base)).toEqual([0n])
  })

  it('is not there where a node is disabled, from 4.19 on', () => {
    const disabled = 'memory@0 { device_type = "memory"; status = "disabled"; reg = <0 0 0x1000>; };'
    expect(read(disabled, '4.18').ram).toHaveLength(1)
    expect(read(disabled, '4.19').ram).toEqual([])
  })
})

describe('registration of modules', () => {
  const pair = (first: string, second: string): string =>
    `chosen { a { compatible = "xen,domain"; ${module('k', first)} }; b { compatible = "xen,domain"; ${module('k', second)} }; };`

  it('shares what is the same, and sees what overlaps', () => {
    expect(outcomes(read(pair('0 0x1000 0x1000', '0 0x1000 0x1000')))).toEqual(['registered', 'shared'])
    expect(outcomes(read(pair('0 0x1000 0x1000', '0 0x2000 0x1000')))).toEqual(['registered', 'registered'])
    expect(outcomes(read(pair('0 0x1000 0x1001', '0 0x2000 0x1000')))).toEqual(['registered', 'overlap'])
  })

  it('tolerates a memory reservation around a module, and from 4.19 on no other overlap with one', () => {
    const at = (reg: string, release: Release) =>
      outcomes(
        read(
          `chosen { a { compatible = "xen,domain"; ${module('k', reg)} }; };`,
          release,
          '/memreserve/ 0x1000 0x1000;',
        ),
      )
    expect(at('0 0x1000 0x1000', '4.20')).toEqual(['registered'])
    expect(at('0 0x1800 0x1000', '4.20')).toEqual(['overlap'])
    expect(at('0 0x1800 0x1000', '4.18')).toEqual(['registered'])
  })

  it('guesses a kernel, then a ramdisk, where nodes do not say', () => {
    const bare = (name: string, at: string) => `${name} { compatible = "multiboot,module"; reg = <0 ${at} 0x100>; };`
    const { modules } = read(`chosen { ${bare('a', '0x1000')} ${bare('b', '0x2000')} ${bare('c', '0x3000')} };`)
    expect(modules.map(({ kind, guessed }) => [kind, guessed])).toEqual([
      ['kernel', true],
      ['ramdisk', true],
      ['unknown', true],
    ])
  })
})

describe("Xen's arguments", () => {
  const property = (chosen: string) => read(`chosen { ${chosen} };`).commandLine.property
  const kernel = (more: string) =>
    `k { compatible = "multiboot,kernel", "multiboot,module"; reg = <0 0x1000 0x100>; ${more} };`

  it("are its own property's, else bootargs where dom0's stand elsewhere", () => {
    expect(property('bootargs = "a"; xen,xen-bootargs = "b";')).toBe('xen,xen-bootargs')
    expect(property('bootargs = "a"; xen,dom0-bootargs = "b";')).toBe('bootargs')
    expect(property(`bootargs = "a"; ${kernel('bootargs = "b";')}`)).toBe('bootargs')
    expect(property(`bootargs = "a"; ${kernel('bootargs = "";')}`)).toBeUndefined()
    expect(property('bootargs = "a";')).toBeUndefined()
  })
})

it('findings point at the place in the source', () => {
  const [domain] = read('chosen {\na {\ncompatible = "xen,domain"; }; };').domains
  expect(domain?.node.origin).toMatchObject({ file: 'board.dts', line: 2 })
})

describe('CPUs', () => {
  const board = `cpus { #address-cells = <1>; #size-cells = <0>; ${[0, 1, 0x100].map((id) => `cpu@${id.toString(16)} { device_type = "cpu"; reg = <${id}>; };`).join(' ')} };`
  const named = (bootCpuid: number) => {
    const { context } = read(board)
    return readAsXen({ ...context, tree: { ...context.tree, bootCpuid } }).cpus.map(({ node }) => node.name)
  }

  it('are numbered from the boot CPU on, then in tree order', () => {
    expect(named(0)).toEqual(['cpu@0', 'cpu@1', 'cpu@100'])
    expect(named(0x100)).toEqual(['cpu@100', 'cpu@0', 'cpu@1'])
    expect(named(7)).toEqual(['cpu@0', 'cpu@1', 'cpu@100'])
  })
})
