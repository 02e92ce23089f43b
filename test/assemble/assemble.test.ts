import { describe, expect, it } from 'vitest'
import { assemble } from '../../src/assemble/assemble.ts'
import { cells, node, property, text, wideCells } from '../../src/devicetree/build.ts'
import { childNamed, type DtNode, type DtProperty, nodeAt, propertyNamed, walk } from '../../src/devicetree/model.ts'
import { bytes, hostPhys, KiB, MiB, times } from '../../src/units/quantities.ts'
import { range } from '../../src/units/range.ts'
import { boardRoot, dom0, dom0less, makePlan, type PlanOptions } from '../plan/builder.ts'

const chosenOf = (options: PlanOptions = {}): DtNode => {
  const chosen = nodeAt(assemble(makePlan(options)).hostTree.root, '/chosen')
  if (!chosen) throw new Error('no /chosen')
  return chosen
}

/** The value of a property: strings as they are, cells as numbers. */
function value(of: DtNode | undefined, name: string): readonly (string | bigint)[] | undefined {
  return (
    of &&
    propertyNamed(of, name)?.value.flatMap((part): readonly (string | bigint)[] => {
      if (part.kind === 'string') return [part.text]
      return part.kind === 'cells' ? part.cells.map((cell) => (typeof cell === 'bigint' ? cell : -1n)) : []
    })
  )
}

const originOf = (of: DtNode | undefined, name: string) => of && propertyNamed(of, name)?.origin

describe('/chosen', () => {
  it("keeps what the board's has", () => {
    expect(value(chosenOf(), 'stdout-path')).toEqual(['/pl011@9000000'])
    expect(propertyNamed(chosenOf(), 'rng-seed')).toEqual(
      propertyNamed(childNamed(boardRoot, 'chosen') as DtNode, 'rng-seed'),
    )
  })

  it('has 64-bit cells, whatever the root has', () => {
    const root = { ...boardRoot, properties: [property('#address-cells', [cells([1])])] }
    expect(value(chosenOf({ root }), '#address-cells')).toEqual([2n])
    expect(value(chosenOf({ root }), '#size-cells')).toEqual([2n])
  })

  it('is made where the board has none', () => {
    const root = { ...boardRoot, children: boardRoot.children.filter(({ name }) => name !== 'chosen') }
    expect(chosenOf({ root }).children.map(({ name }) => name)).toEqual(['control', 'logger'])
  })

  it("replaces arguments that are left in the board's tree", () => {
    const chosen = node('chosen', { properties: [property('xen,xen-bootargs', [text('noreboot')])] })
    expect(value(chosenOf({ root: { ...boardRoot, children: [chosen] } }), 'xen,xen-bootargs')).toEqual([
      'console=dtuart dtuart=serial0 bootscrub=0',
    ])
  })

  it('has one place per name when a left-over node is in the way', () => {
    const chosen = node('chosen', { children: [node('control', { properties: [property('passthrough', [])] })] })
    const made = chosenOf({ root: { ...boardRoot, children: [chosen] } })
    expect(made.children.map(({ name }) => name)).toEqual(['control', 'logger'])
    expect(value(made.children[0], 'passthrough')).toBeUndefined()
  })
})

describe("Xen's arguments", () => {
  it("are the manifest's without dom0, even when empty", () => {
    expect(value(chosenOf({ bootargs: '' }), 'xen,xen-bootargs')).toEqual([''])
    expect(value(chosenOf(), 'xen,dom0-bootargs')).toBeUndefined()
  })

  it.each([
    [times(512, MiB), 'dom0_mem=512M'],
    [times(1025, KiB), 'dom0_mem=1025K'],
    [bytes(1025), 'dom0_mem=1025B'],
  ])('say how much memory dom0 gets: %s', (memory, option) => {
    const domains = [dom0({ memory, vcpus: 3 })]
    expect(value(chosenOf({ domains, bootargs: 'sync_console' }), 'xen,xen-bootargs')).toEqual([
      `sync_console ${option} dom0_max_vcpus=3`,
    ])
    expect(value(chosenOf({ domains, bootargs: '' }), 'xen,xen-bootargs')).toEqual([`${option} dom0_max_vcpus=3`])
  })

  it('leave the number of its virtual CPUs to Xen', () => {
    expect(value(chosenOf({ domains: [dom0({ vcpus: 'all' })], bootargs: '' }), 'xen,xen-bootargs')).toEqual([
      'dom0_mem=512M',
    ])
  })

  it("leave dom0's own arguments alone", () => {
    const kernel = { ...dom0().kernel, bootargs: ' console=hvc0  root=/dev/vda ' }
    expect(value(chosenOf({ domains: [dom0({ kernel })] }), 'xen,dom0-bootargs')).toEqual([kernel.bootargs])
  })
})

describe('a domain', () => {
  it('has its node in planned order, with its modules', () => {
    const chosen = chosenOf()
    expect(chosen.children.map(({ name }) => name)).toEqual(['control', 'logger'])
    const [kernel, ramdisk] = chosen.children[1]?.children ?? []
    expect(kernel?.name).toBe('module@40400000')
    expect(value(kernel, 'compatible')).toEqual(['multiboot,kernel', 'multiboot,module'])
    expect(value(kernel, 'reg')).toEqual([0n, 0x4040_0000n, 0n, 0x123_4567n])
    expect(value(kernel, 'bootargs')).toEqual(['console=ttyAMA0'])
    expect(ramdisk?.name).toBe('module@41a00000')
    expect(value(ramdisk, 'compatible')).toEqual(['multiboot,ramdisk', 'multiboot,module'])
    expect(value(ramdisk, 'bootargs')).toBeUndefined()
  })

  it('says what the manifest says, in the units of Xen', () => {
    const domain = dom0less('a', {
      memory: times(5n << 10n, MiB),
      vcpus: 3,
      enhanced: 'no-xenstore',
      'nr-spis': 64,
      'max-grant-version': 1,
      'max-grant-frames': 70,
      'max-maptrack-frames': 80,
      'p2m-mem': times(6, MiB),
    })
    const made = chosenOf({ domains: [domain] }).children[0]
    const values = Object.fromEntries((made?.properties ?? []).map(({ name }) => [name, value(made, name)]))
    expect(values).toEqual({
      compatible: ['xen,domain'],
      '#address-cells': [2n],
      '#size-cells': [2n],
      memory: [0n, 5n << 20n],
      cpus: [3n],
      vpl011: [],
      'xen,enhanced': ['no-xenstore'],
      nr_spis: [64n],
      max_grant_version: [1n],
      max_grant_frames: [70n],
      max_maptrack_frames: [80n],
      'xen,domain-p2m-mem-mb': [6n],
    })
    expect(originOf(made, 'nr_spis')).toEqual({ kind: 'manifest', pointer: '/domains/a/nr-spis', on: 'value' })
    expect(originOf(made, 'memory')).toEqual({ kind: 'manifest', pointer: '/domains/a/memory', on: 'value' })
  })

  it('splits a memory of 4 TiB into two cells', () => {
    const made = chosenOf({ domains: [dom0less('a', { memory: times(4n << 20n, MiB) })] }).children[0]
    expect(value(made, 'memory')).toEqual([1n, 0n])
  })

  it('without console has no vpl011, and without arguments no bootargs', () => {
    const plain = dom0less('a', { console: 'none' })
    const made = chosenOf({ domains: [{ ...plain, kernel: { ...plain.kernel, bootargs: '' } }] }).children[0]
    expect(value(made, 'vpl011')).toBeUndefined()
    expect(value(made?.children[0], 'bootargs')).toBeUndefined()
  })

  it('takes extra properties of every type, and they win without a second property of that name', () => {
    const extra = (name: string, v: true | string | readonly string[] | readonly bigint[]) => ({
      name,
      value: v,
      pointer: `/domains/a/extra-properties/${name}`,
    })
    const made = chosenOf({
      domains: [
        dom0less('a', {
          'extra-properties': [
            extra('x', true),
            extra('y', 'one'),
            extra('z', ['one', 'two']),
            extra('cpus', [4n, 5n]),
          ],
        }),
      ],
    }).children[0]
    expect(value(made, 'x')).toEqual([])
    expect(value(made, 'y')).toEqual(['one'])
    expect(value(made, 'z')).toEqual(['one', 'two'])
    expect(value(made, 'cpus')).toEqual([4n, 5n])
    expect(made?.properties.filter(({ name }) => name === 'cpus')).toHaveLength(1)
    expect(originOf(made, 'cpus')).toEqual({
      kind: 'manifest',
      pointer: '/domains/a/extra-properties/cpus',
      on: 'value',
    })
  })
})

describe("dom0's modules", () => {
  it('stand below /chosen, before the domains, without arguments of their own', () => {
    const chosen = chosenOf({ domains: [dom0less('a'), dom0()] })
    expect(chosen.children.map(({ name }) => name)).toEqual(['module@40400000', 'module@41800000', 'a'])
    expect(value(chosen.children[0], 'bootargs')).toBeUndefined()
  })
})

describe('origins', () => {
  it('are on every node, property and part that was added', () => {
    const reserved = [
      { name: 'r', pointer: '/platform/reserved/r', range: range(hostPhys(0xb000_0000n), times(1, MiB)) },
    ]
    const { additions } = assemble(makePlan({ domains: [dom0(), dom0less('a', { enhanced: 'enabled' })], reserved }))
    const bare: string[] = []
    for (const { node: added, path } of walk(additions)) {
      if (path !== '/' && !added.origin) bare.push(path)
      for (const { name, origin, value: parts } of added.properties) {
        if (!origin || parts.some((part) => !part.origin)) bare.push(`${path}:${name}`)
      }
    }
    expect(bare).toEqual([])
  })
})

describe('/reserved-memory', () => {
  const area = (name: string, base: bigint) => ({
    name,
    pointer: `/platform/reserved/${name}`,
    range: range(hostPhys(base), times(1, MiB)),
  })
  const made = (root: DtNode, base = 0xb000_0000n) =>
    childNamed(assemble(makePlan({ root, reserved: [area('secure', base)] })).hostTree.root, 'reserved-memory')

  it("is made with the root's cells", () => {
    const reserved = made(boardRoot)
    expect(value(reserved, '#address-cells')).toEqual([2n])
    expect(value(reserved, '#size-cells')).toEqual([2n])
    expect(value(reserved, 'ranges')).toEqual([])
    expect(reserved?.children.map(({ name }) => name)).toEqual(['secure@b0000000'])
    expect(value(reserved?.children[0], 'reg')).toEqual([0n, 0xb000_0000n, 0n, 0x10_0000n])
  })

  it.each<[string, readonly DtProperty[], bigint, bigint]>([
    ['narrow sizes', [property('#address-cells', [cells([2])]), property('#size-cells', [cells([1])])], 2n, 1n],
    ['narrow addresses', [property('#address-cells', [cells([1])]), property('#size-cells', [cells([2])])], 1n, 2n],
    // Devicetree Specification 2.3.5.
    ['nothing: the defaults', [], 2n, 1n],
  ])('has the same cells as a root that says %s', (_, properties, address, size) => {
    const reserved = made({ ...boardRoot, properties }, 0xb000_0000n)
    expect(value(reserved, '#address-cells')).toEqual([address])
    expect(value(reserved, '#size-cells')).toEqual([size])
    const words = (count: bigint, number: bigint) => (count === 2n ? [0n, number] : [number])
    expect(value(reserved?.children[0], 'reg')).toEqual([...words(address, 0xb000_0000n), ...words(size, 0x10_0000n)])
  })

  it('is extended where it exists, in its own cells', () => {
    const own = node('reserved-memory', {
      properties: [
        property('#address-cells', [cells([1])]),
        property('#size-cells', [cells([1])]),
        property('ranges', []),
      ],
      children: [
        node('optee@7e000000', { properties: [property('reg', [wideCells(0x7e00_0000n, 1), wideCells(1n, 1)])] }),
      ],
    })
    const reserved = made({ ...boardRoot, children: [...boardRoot.children, own] })
    expect(reserved?.children.map(({ name }) => name)).toEqual(['optee@7e000000', 'secure@b0000000'])
    expect(value(reserved?.children[1], 'reg')).toEqual([0xb000_0000n, 0x10_0000n])
  })

  it('leaves out what 32-bit cells cannot say', () => {
    const narrow = {
      ...boardRoot,
      properties: [property('#address-cells', [cells([1])]), property('#size-cells', [cells([1])])],
    }
    expect(made(narrow, 0x1_0000_0000n)?.children).toEqual([])
  })

  it('is not touched when nothing is reserved', () => {
    expect(childNamed(assemble(makePlan()).hostTree.root, 'reserved-memory')).toBeUndefined()
  })
})
