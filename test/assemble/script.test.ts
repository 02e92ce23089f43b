import { describe, expect, it } from 'vitest'
import { assemble } from '../../src/assemble/assemble.ts'
import type { BootCommand } from '../../src/assemble/assembly.ts'
import { flattened } from '../../src/assemble/flattened.ts'
import type { ImageFormat } from '../../src/facts/facts.ts'
import type { LoadedFile, SystemPlan } from '../../src/plan/system-plan.ts'
import { bytes, hostPhys, MiB, times } from '../../src/units/quantities.ts'
import { range } from '../../src/units/range.ts'
import { dom0, dom0less, file, makePlan, type PlanOptions } from '../plan/builder.ts'

const loads = (options: PlanOptions = {}) =>
  assemble(makePlan(options)).script.filter((command) => command.kind === 'load')

describe('the boot script', () => {
  it('loads every file once, then the tree and Xen, and starts Xen with the tree', () => {
    const { script, plan } = assemble(makePlan())
    expect(loads().map(({ path }) => path)).toEqual(['Image', 'control.cpio.gz', 'logger.cpio.gz', 'xen.dtb', 'xen'])
    expect(script.at(-1)).toEqual({
      kind: 'boot-xen',
      command: 'booti',
      xen: plan.load.xen.address.value,
      deviceTree: plan.load.deviceTree.address.value,
    })
  })

  it('keeps U-Boot from moving the tree', () => {
    expect(assemble(makePlan()).script.filter(({ kind }) => kind === 'set')).toEqual([
      { kind: 'set', name: 'fdt_high', value: '0xffffffffffffffff' },
    ])
  })

  it('knows the exact size of every file, that of the tree too', () => {
    const { hostTree } = assemble(makePlan())
    const blob = flattened(hostTree)
    expect(loads().map(({ size }) => size)).toEqual([
      0x123_4567n,
      0x1_2345n,
      0x1_2345n,
      blob.ok ? BigInt(blob.value.length) : undefined,
      0x123_4567n,
    ])
  })

  it('says nothing of the size of a file that is missing', () => {
    const plan = makePlan()
    const [kernel, ...others] = plan.load.modules
    const missing = kernel && {
      ...kernel,
      contents: {
        kind: 'file' as const,
        facts: { path: 'Image', size: kernel.size, format: { kind: 'missing' as const } },
      },
    }
    const script = assemble({ ...plan, load: { ...plan.load, modules: missing ? [missing, ...others] : [] } }).script
    expect(script.find((command) => command.kind === 'load')).not.toHaveProperty('size')
  })

  it('puts the prefix before every path', () => {
    const load = { from: 'virtio' as const, device: '0:1', prefix: 'boot/', pointer: '/boot/load' }
    expect(loads({ load })[0]).toMatchObject({ from: { kind: 'virtio', device: '0:1' }, path: 'boot/Image' })
  })

  it('says for whom it loads', () => {
    expect(loads({ domains: [dom0(), dom0less('a'), dom0less('b'), dom0less('c')] }).map(({ what }) => what)).toEqual([
      'kernel of dom0',
      'ramdisk of dom0',
      'kernel of a, b and c',
      'ramdisk of a',
      'ramdisk of b',
      'ramdisk of c',
      'device tree',
      'Xen',
    ])
  })

  const scriptOf = (options: PlanOptions) => assemble(makePlan(options)).script
  const usb = { from: 'usb', device: '0:1', prefix: '', pointer: '/boot/load' } as const

  it('looks for disks on the buses where U-Boot does not by itself, once', () => {
    const kinds = scriptOf({ load: usb }).filter(({ kind }) => kind !== 'comment')
    expect(kinds.slice(0, 2)).toEqual([{ kind: 'scan-bus', bus: 'usb' }, expect.objectContaining({ kind: 'load' })])
    expect(kinds.filter(({ kind }) => kind === 'scan-bus')).toHaveLength(1)
    expect(scriptOf({}).some(({ kind }) => kind === 'scan-bus')).toBe(false)
  })

  it('changes the tree when everything is loaded, children last to first', () => {
    const edits = scriptOf({ boot: { 'device-tree': 'commands' } }).flatMap((command, at) =>
      command.kind === 'edit-tree' ? [{ at, ...command }] : [],
    )
    expect(edits.map(({ what }) => what)).toEqual([
      'make room in the tree',
      '/chosen',
      '/chosen/logger',
      '/chosen/control',
    ])
    const script = scriptOf({ boot: { 'device-tree': 'commands' } })
    expect(edits[0]?.at).toBeGreaterThan(script.map(({ kind }) => kind).lastIndexOf('load'))
  })

  it('takes a tree from memory before anything is loaded over it, and loads none', () => {
    const script = scriptOf({ boot: { 'device-tree': 'commands', 'tree-from': 'fdt_addr' } })
    const [first] = script.filter(({ kind }) => kind !== 'comment')
    expect(first?.kind === 'edit-tree' && first.edits.map(({ kind }) => kind)).toEqual(['fdt-addr', 'fdt-move'])
    expect(script.flatMap((command) => (command.kind === 'load' ? [command.what] : []))).not.toContain('device tree')
  })

  it("runs the user's lines right before the boot command", () => {
    const script = scriptOf({ boot: { 'extra-commands': ['gpio set 3'], command: 'none' } })
    expect(script.slice(-3)).toEqual([
      expect.objectContaining({ kind: 'give-addresses' }),
      { kind: 'user-commands', lines: ['gpio set 3'] },
      expect.objectContaining({ kind: 'boot-xen', command: 'none' }),
    ])
  })

  it("lets the user's fdt commands work on the tree, whichever way it came", () => {
    const openings = (tree: 'merged' | 'commands', line: string) => {
      const script = scriptOf({ boot: { 'device-tree': tree, 'extra-commands': [line] } })
      const before = script.at(-3)
      return before?.kind === 'edit-tree' ? before.edits.map(({ kind }) => kind) : []
    }
    expect(openings('merged', 'fdt set /chosen a b')).toEqual(['fdt-addr'])
    expect(openings('merged', 'setenv a b')).toEqual([])
    expect(openings('commands', 'fdt set /chosen a b')).not.toEqual(['fdt-addr'])
  })
})

describe('an FPGA', () => {
  const bitstreamAt = hostPhys(0x6000_0000n)

  /** A system whose bitstream is a file of that format. */
  function planWith(format: ImageFormat): SystemPlan {
    const image = file('system.bit', '/boot/bitstream/image')
    const plan = makePlan({ boot: { bitstream: { pointer: '/boot/bitstream', image, device: 3 } } })
    const bitstream: LoadedFile = {
      id: 'bitstream',
      kind: 'bitstream',
      path: image.path,
      load: plan.model.boot.load,
      contents: { kind: 'file', facts: { path: image.path, size: bytes(0x5001), format } },
      size: bytes(0x5001),
      address: { value: bitstreamAt, by: 'allocated', reason: '' },
      room: range(bitstreamAt, bytes(0x6000)),
      usedBy: [],
      pointer: image.pointer,
    }
    return { ...plan, load: { ...plan.load, bitstream } }
  }

  it('is configured once, when its bitstream is loaded and before Xen starts', () => {
    const { script } = assemble(planWith({ kind: 'unknown' }))
    expect(script.filter(({ kind }) => kind === 'configure-fpga')).toEqual([
      { kind: 'configure-fpga', command: 'load', device: 3, address: bitstreamAt, size: 0x5001n },
    ])
    const at = (wanted: (command: BootCommand) => boolean) => script.findIndex(wanted)
    const loaded = at((command) => command.kind === 'load' && command.path === 'system.bit')
    expect(script[loaded]).toMatchObject({ address: bitstreamAt, size: 0x5001n, what: 'FPGA' })
    const configured = at(({ kind }) => kind === 'configure-fpga')
    expect(configured).toBeGreaterThan(loaded)
    expect(configured).toBeLessThan(at(({ kind }) => kind === 'boot-xen'))
  })

  it("is given a file with Xilinx's header by the command that reads it", () => {
    const { script } = assemble(planWith({ kind: 'xilinx-bit' } as ImageFormat))
    expect(script.find(({ kind }) => kind === 'configure-fpga')).toMatchObject({ command: 'loadb' })
  })

  it('is given as much as the file has that appears later, by the command that its name says', () => {
    const plan = planWith({ kind: 'missing' })
    const { bitstream } = plan.load
    if (bitstream?.contents.kind !== 'file') throw new Error('no bitstream')
    const declared = { pointer: '/boot/bitstream/image/size', size: bytes(0x5001) }
    const awaited = (path: string) => {
      const facts = { path, size: bytes(0x5001), format: { kind: 'missing' }, declared } as const
      const file = { ...bitstream, path, contents: { kind: 'file', facts } } as const
      return assemble({ ...plan, load: { ...plan.load, bitstream: file } }).script
    }
    const size = { variable: 'domforge_size_60000000' }
    const configuring = (script: readonly BootCommand[]) => script.find(({ kind }) => kind === 'configure-fpga')
    expect(configuring(awaited('system.bit'))).toMatchObject({ command: 'loadb', size })
    expect(configuring(awaited('system.bin'))).toMatchObject({ command: 'load', size })
    const load = awaited('system.bin').find((command) => command.kind === 'load' && command.path === 'system.bin')
    expect(load).toMatchObject({ limit: { sizeTo: size.variable, size: 0x5001n } })
  })

  it('is left alone where there is no bitstream', () => {
    expect(assemble(makePlan()).script.some(({ kind }) => kind === 'configure-fpga')).toBe(false)
  })
})

describe('a ramdisk with metadata after it', () => {
  const metadata = { path: 'domains/control/metadata.cpio', offset: times(1, MiB), size: bytes(0x5000) }

  /** The ramdisk's own commands, and what writes sizes into the tree, where the file is like this. */
  function commandsFor(ramdisk: Pick<LoadedFile, 'contents'>): {
    readonly own: readonly BootCommand[]
    readonly sizes: readonly BootCommand[]
    readonly at: bigint
  } {
    const plan = makePlan({ domains: [dom0less('control')] })
    const modules = plan.load.modules.map((module) =>
      module.kind === 'ramdisk' ? { ...module, ...ramdisk, size: bytes(0x10_5000), behind: metadata } : module,
    )
    const { script } = assemble({ ...plan, load: { ...plan.load, modules } })
    const at = modules.find(({ kind }) => kind === 'ramdisk')?.address.value ?? hostPhys(0n)
    const isOwn = (command: BootCommand): boolean =>
      (command.kind === 'load' || command.kind === 'clear') && command.address >= at && command.address < at + MiB * 2n
    return { own: script.filter(isOwn), sizes: script.filter(({ kind }) => kind === 'edit-tree'), at }
  }

  const there = { path: 'control.cpio.gz', size: bytes(0x1_2345), format: { kind: 'cpio' } } as const
  const awaited = {
    path: 'control.cpio.gz',
    size: times(1, MiB),
    format: { kind: 'missing' },
    declared: { size: times(1, MiB), pointer: '/domains/control/ramdisk/size' },
  } as const

  it('is loaded first; the bytes between its end and the metadata are cleared then', () => {
    const { own, at } = commandsFor({ contents: { kind: 'file', facts: there } })
    expect(own).toMatchObject([
      { kind: 'load', path: 'control.cpio.gz', address: at, size: 0x1_2345n },
      { kind: 'clear', address: at + 0x1_2345n, size: MiB - 0x1_2345n },
      { kind: 'load', path: metadata.path, address: at + MiB, size: 0x5000n },
    ])
  })

  it('is loaded into cleared memory where its size is not known yet, and its module keeps the size that the tree says', () => {
    const { own, sizes, at } = commandsFor({ contents: { kind: 'file', facts: awaited } })
    expect(own).toMatchObject([
      { kind: 'clear', address: at, size: MiB },
      { kind: 'load', path: 'control.cpio.gz', address: at, limit: { size: MiB } },
      { kind: 'load', path: metadata.path, address: at + MiB, size: 0x5000n },
    ])
    expect(sizes).toEqual([])
  })

  it('without metadata has its real size written into the tree', () => {
    const plan = makePlan({ domains: [dom0less('control')] })
    const modules = plan.load.modules.map((module) =>
      module.kind === 'ramdisk' ? { ...module, contents: { kind: 'file' as const, facts: awaited } } : module,
    )
    const { script } = assemble({ ...plan, load: { ...plan.load, modules } })
    const [open, ...edits] = script.flatMap((command) => (command.kind === 'edit-tree' ? command.edits : []))
    expect(open).toEqual({ kind: 'fdt-addr', address: plan.load.deviceTree.address.value })
    expect(edits).toMatchObject([{ kind: 'fdt-set', property: 'reg' }])
  })
})

describe('options that Xen must have', () => {
  const options = (given: PlanOptions) => assemble(makePlan(given)).options

  it('are those of what the system uses', () => {
    expect(options({ release: '4.20' })).toEqual([
      { name: 'GICV3', value: 'y', because: ['/platform/device-tree'] },
      { name: 'DOM0LESS_BOOT', value: 'y', because: ['/domains/control/boot', '/domains/logger/boot'] },
      { name: 'SBSA_VUART_CONSOLE', value: 'y', because: ['/domains/control/console', '/domains/logger/console'] },
    ])
  })

  it('exist in that release', () => {
    expect(options({ release: '4.18', gic: 'v2' }).map(({ name }) => name)).toEqual(['SBSA_VUART_CONSOLE'])
  })

  it('are none for dom0 alone', () => {
    expect(options({ release: '4.20', gic: 'v2', domains: [dom0()] })).toEqual([])
  })
})
