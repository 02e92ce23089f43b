/** Sections of the report over plans made by hand: whose each thing is, which file goes where, and what was left open. */
import { afterAll, describe, expect, it } from 'vitest'
import { assemble } from '../../src/assemble/assemble.ts'
import type { BootCommand } from '../../src/assemble/assembly.ts'
import { node, property, text } from '../../src/devicetree/build.ts'
import { choiceLines } from '../../src/emit/report/choices.ts'
import { ownershipLines } from '../../src/emit/report/ownership.ts'
import { startLines } from '../../src/emit/report/start.ts'
import { summaryLines } from '../../src/emit/report/summary.ts'
import { virtioLines } from '../../src/emit/report/virtio.ts'
import type { LoadedFile, SystemPlan } from '../../src/plan/system-plan.ts'
import { bytes, hostPhys } from '../../src/units/quantities.ts'
import { dom0, dom0less, file, makePlan, type PlanOptions, xlDomain } from '../plan/builder.ts'
import { Bench, manifestOf } from '../support/checks/systems.ts'
import { RPMSG_LINK, systemWith } from '../support/virtio/arbitrary-devices.ts'

const bench = new Bench()
afterAll(() => bench.remove())

const joined = (lines: readonly string[]): string => lines.join(' ').replaceAll(/\s+/g, ' ')
const domains = [dom0(), dom0less('camera'), dom0less('radio', { console: 'none' }), xlDomain('viewer')]

/** A partial tree that gives a guest the device at `path`. */
const giving = (path: string, compiled?: Uint8Array) => ({
  pointer: '/domains/camera/passthrough',
  source: {
    path: 'camera.dts',
    size: bytes(100),
    tree: {
      root: node('', {
        children: [
          node('passthrough', { children: [node('uart', { properties: [property('xen,path', [text(path)])] })] }),
        ],
      }),
      reservations: [],
      bootCpuid: 0,
    },
    ...(compiled ? { compiled } : {}),
  },
})
const generated = { ...giving('/uart'), kind: 'generated' as const, output: 'domains/camera/passthrough.dtb' }
const ofTheUser = {
  ...giving('/uart'),
  kind: 'file' as const,
  reference: file('trees/own.dtb', '/domains/viewer/device-tree'),
}

function planOf(parts: Parameters<typeof manifestOf>[0]): SystemPlan {
  const { plan, findings } = bench.outcomeOf(manifestOf(parts))
  if (!plan) throw new Error(findings.all.map(({ message }) => message).join('; '))
  return plan
}

describe('who owns what', () => {
  const plan = makePlan({ domains })
  const of = (changes: Partial<SystemPlan>): string => joined(ownershipLines({ ...plan, ...changes }))
  const bound = [{ vcpu: 0, cpus: [1], pointer: '' }]
  const withAffinity = <G extends SystemPlan['dom0less'][number] | SystemPlan['xl'][number]>(guests: readonly G[]) =>
    guests.map((guest) => ({ ...guest, affinity: bound }))

  it('tells of virtual CPUs with an affinity, whoever creates their domain', () => {
    expect(of({})).not.toContain('affinity')
    expect(of({ dom0less: withAffinity(plan.dom0less) })).toContain('affinity')
    expect(of({ xl: withAffinity(plan.xl) })).toContain('affinity')
  })

  it('has each cpupool with its processors and its domains', () => {
    const cpu = { path: '/cpus/cpu@1', id: 1, phandle: 2, isNumbered: true }
    const poolOf = (name: string) => ({ pool: { pointer: `/xen/cpupools/${name}`, name, cpus: [] }, phandle: 3 })
    const fast = { ...poolOf('fast'), id: 0, cpus: [cpu] }
    const idle = { ...poolOf('idle'), id: 1, cpus: [] }
    const guests = plan.dom0less.map((guest) => (guest.domain.name === 'radio' ? { ...guest, cpupool: fast } : guest))
    const lines = of({ cpupools: [fast, idle], dom0less: guests })
    expect(lines).toContain('CPUs: 2 (cpu@0, cpu@1), shared by the domains of a cpupool')
    expect(lines).toContain('cpupool fast (cpu@1): radio -')
    expect(lines).toContain('cpupool idle (): no domain')
  })

  it('leaves to the hardware domain what nobody else has, and to each guest what it is given', () => {
    expect(of({})).toContain('every other device of the host: dom0')
    const { dom0: _, ...without } = plan
    const unused = joined(ownershipLines(without))
    expect(unused).toContain('every other device of the host: unused')
    const [camera, ...others] = plan.dom0less
    if (!camera) throw new Error('no camera')
    const given = { ...camera, partialTree: { ...generated, module: plan.load.xen } }
    expect(of({ dom0less: [given, ...others] })).toContain('/uart: camera')
    const hardware = { ...camera, domain: { ...camera.domain, capabilities: ['hardware'] as const } }
    expect(joined(ownershipLines({ ...without, dom0less: [...others, hardware] }))).toContain(
      'every other device of the host: camera',
    )
  })

  it("shows on Xen's console what guests with a vpl011 write", () => {
    expect(of({})).toContain("output of camera appears on Xen's console")
    const silent = plan.dom0less.filter(({ domain }) => domain.name !== 'camera')
    expect(of({ dom0less: silent })).not.toContain('appears on')
  })
})

describe('the summary', () => {
  const of = (options: PlanOptions): string => joined(summaryLines(makePlan(options)))

  it('counts domains and their memory by who starts them', () => {
    expect(of({ domains })).toContain('dom0, 2 started by Xen at boot, 1 created by dom0 with xl')
    expect(of({ domains })).toContain('2 GiB of RAM, 768 MiB for the domains that Xen starts, 128 MiB for those of xl')
    const none = of({ domains: [dom0less('a'), dom0less('b')] })
    expect(none).toContain('no dom0, 2 started by Xen at boot memory 2 GiB of RAM, 256 MiB for')
    expect(none).not.toContain('xl')
  })

  it("says what U-Boot does with the board's tree", () => {
    expect(of({})).toContain('U-Boot loads from the TFTP server and starts Xen with booti')
    expect(of({ boot: { 'device-tree': 'commands' } })).toContain("server, changes the board's device tree, and starts")
    const memory = { from: 'memory', addresses: new Map(), pointer: '/boot/load' } as const
    expect(of({ load: memory })).toContain('U-Boot finds its files in memory')
  })
})

describe('how to start it', () => {
  const memory = { from: 'memory', addresses: new Map(), pointer: '/boot/load' } as const
  const assembled = (plan: SystemPlan) => assemble(plan)
  const of = (plan: SystemPlan, script?: readonly BootCommand[]): string =>
    joined(startLines({ ...assembled(plan), plan, ...(script ? { script } : {}) }))

  it('gives the place of each file in memory, with what lies after it as a file of its own', () => {
    const plan = makePlan({ domains: [dom0less('a')], load: memory, sizes: { 'a.cpio.gz': 0x2000n } })
    const behind = { path: 'domains/a/virtio.cpio', offset: bytes(0x2000), size: bytes(0x300) }
    const modules = plan.load.modules.map(
      (own): LoadedFile => (own.kind === 'ramdisk' ? { ...own, path: 'a,b.gz', size: bytes(0x2300), behind } : own),
    )
    const ramdisk = modules.find(({ kind }) => kind === 'ramdisk')
    const base = ramdisk?.address.value ?? hostPhys(0n)
    const lines = of({ ...plan, load: { ...plan.load, modules } })
    const at = (offset: bigint): string => `0x${(base + offset).toString(16)}`
    expect(lines).toContain(`a,b.gz ${at(0n)} 8192 bytes`)
    expect(lines).toContain(`domains/a/virtio.cpio ${at(0x2000n)} 768 bytes metadata, right after the ramdisk`)
    expect(lines).toContain(`file=a,,b.gz,addr=${at(0n)},force-raw=on`)
    expect(lines).toContain(`file=domains/a/virtio.cpio,addr=${at(0x2000n)},force-raw=on`)
    expect(lines).toContain('file=xen.dtb,')
  })

  it('leaves out the tree that U-Boot has, and says which one that must be', () => {
    const boot = { 'device-tree': 'commands', 'tree-from': 'fdtcontroladdr' } as const
    const plan = makePlan({ load: memory, boot })
    const lines = of(plan)
    expect(lines).toContain('file=Image,')
    expect(lines).not.toContain('file=xen.dtb,')
    expect(lines).toContain('The tree that fdtcontroladdr points to must match board.dtb')
    expect(lines).not.toContain('fdt apply')
    const overlay = { reference: file('a.dtbo', '/platform/overlays/0'), size: bytes(100), growth: bytes(100) }
    const script: readonly BootCommand[] = []
    expect(
      joined(
        startLines({ ...assembled(plan), script, plan: { ...plan, board: { ...plan.board, overlays: [overlay] } } }),
      ),
    ).toContain('`fdt apply`')
  })

  it('has the size of each file that is loaded, or the most that it may be', () => {
    const load = { kind: 'load', from: { kind: 'tftp' }, address: hostPhys(0x4040_0000n), what: 'module' } as const
    const limit = { size: bytes(0x20_0000), sizeTo: 'x', runsInPlace: false }
    const lines = of(makePlan(), [
      { ...load, path: 'exact', size: bytes(1234) },
      { ...load, path: 'later', size: bytes(1), limit },
      { ...load, path: 'other' },
    ])
    expect(lines).toContain('exact 0x40400000 1234 bytes module')
    expect(lines).toContain('later 0x40400000 at most 2 MiB module')
    expect(lines).toContain('other 0x40400000 unknown module')
  })

  it('lists for dom0 the images of domains that xl can create, each once, and the trees that are theirs', () => {
    const plan = makePlan({ domains })
    const contained = (changes: Partial<SystemPlan>): readonly string[] =>
      /must contain (.*)\.$/
        .exec(joined(startLines({ ...assembled(plan), plan: { ...plan, ...changes } })))?.[1]
        ?.split(', ') ?? []
    expect(contained({})).toEqual(
      ['Image', 'viewer.cpio.gz', 'camera.cpio.gz', 'radio.cpio.gz'].map((name) => `/boot/guests/${name}`),
    )
    const [camera, radio] = plan.dom0less
    const [viewer] = plan.xl
    if (!camera || !radio || !viewer) throw new Error('no guests')
    const trees = contained({
      dom0less: [
        { ...camera, partialTree: { ...generated, module: plan.load.xen } },
        { ...radio, notRecreatable: [{ because: 'static-mem' }] },
      ],
      xl: [{ ...viewer, partialTree: ofTheUser }],
    })
    expect(trees).toEqual([
      '/boot/guests/Image',
      '/boot/guests/viewer.cpio.gz',
      '/boot/guests/own.dtb',
      '/boot/guests/camera.cpio.gz',
      '/boot/guests/camera-passthrough.dtb (domains/camera/passthrough.dtb of the output)',
    ])
  })
})

describe('regions with virtio devices', () => {
  const queues = { rx: { size: 8 }, tx: { size: 4, notify: 'kick' } }
  const line = { ...RPMSG_LINK, queues, buffers: { count: 6, size: 100 } }
  const plan = planOf(
    systemWith([
      { name: 'upper', lines: { ...line, offset: 8192 } },
      { name: 'lower', lines: { ...line, offset: 4096, queues: { rx: { size: 8 }, tx: { size: 4 } } } },
      { name: 'other', lines: { ...line, memory: 'log', offset: 0 } },
    ]),
  )
  const lines = virtioLines(plan)
  const rows = lines.flatMap((text) => {
    const [, from, to, rest] = /^ +(0x[0-9a-f]+) +(0x[0-9a-f]+) +(\S.*)$/.exec(text) ?? []
    return from === undefined || to === undefined || rest === undefined ? [] : [{ from, to, rest }]
  })
  const first = rows.findIndex(({ from }, index) => index > 0 && from === '0x0')

  it('are listed from bottom to top, each with its own devices', () => {
    const frames = rows.slice(0, first)
    expect(frames.at(-1)?.to).toBe('0x1000000')
    const starts = frames.map(({ from }) => Number(from))
    expect(starts).toEqual(starts.toSorted((one, other) => one - other))
    const of = (name: string) =>
      frames.flatMap(({ from, rest }) => (rest.startsWith(`${name}:`) ? [from] : [])).slice(0, 2)
    expect([of('lower'), of('upper')]).toEqual([
      ['0x1000', '0x1040'],
      ['0x2000', '0x2040'],
    ])
    expect(frames.flatMap(({ from, to, rest }) => (rest === 'free' ? [`${from} ${to}`] : []))).toEqual([
      '0x0 0x1000',
      '0x15c0 0x2000',
      '0x25c0 0x1000000',
    ])
    expect(frames.some(({ rest }) => rest.includes('other:'))).toBe(false)
    expect(rows.slice(first).every(({ rest }) => rest === 'free' || rest.includes('other:'))).toBe(true)
  })

  it('have addresses of both ends where something lies, and none where it is free', () => {
    const seen = plan.regions[0]?.parties.map(({ access, guest }) => [access.domain, guest.value.base] as const)
    const baseOf = new Map(seen)
    const identity = rows.find(({ rest }) => rest.startsWith('upper:'))
    const addresses = ['two', 'one'].map((name) => `0x${((baseOf.get(name) ?? 0n) + 0x2000n).toString(16)}`)
    expect(identity?.rest.split(/ {2,}/).slice(-2)).toEqual(addresses)
    expect(rows.filter(({ rest }) => rest.startsWith('free')).every(({ rest }) => rest === 'free')).toBe(true)
  })

  it('have queues with their buffers, and the port of each end', () => {
    const all = joined(lines)
    expect(all).toContain("upper, queue 0 'rx': 8 descriptors, split; buffers 0 to 3; both ends poll")
    expect(all).toContain(
      "upper, queue 1 'tx': 4 descriptors, split; buffers 4 to 5; 'kick' notifies: port 8 in two, port 8 in one",
    )
  })

  it('are found by each guest where it looks for them', () => {
    const found = (changes: Partial<SystemPlan>, os = 'linux'): string => {
      const named = plan.model.domains.map((own) => (own.name === 'two' ? { ...own, os: os as 'linux' } : own))
      const all = joined(virtioLines({ ...plan, model: { ...plan.model, domains: named }, ...changes }))
      return /two finds its configuration in (.*?\))/.exec(all)?.[1] ?? ''
    }
    const trees = plan.dom0less.map(({ partialTree: _, ...guest }) => guest)
    expect(found({ metadata: new Map([['two', bytes(1)]]), dom0less: trees })).toBe(
      '/etc/domforge/virtio.json and virtio.env, loaded right after its ramdisk; virtio.h for programs in C and C++ (domains/two/)',
    )
    expect(found({ metadata: new Map(), dom0less: trees }, 'zephyr')).toBe(
      'virtio.overlay for its build; virtio.h for programs in C and C++ (domains/two/)',
    )
    const module = plan.load.xen
    const withTrees = trees.map((guest) => ({ ...guest, partialTree: { ...generated, module } }))
    expect(found({ metadata: new Map(), dom0less: withTrees })).toMatch(/^\/passthrough\/virtio-static-shm of/)
  })
})

describe('choices that were made', () => {
  const of = (plan: SystemPlan): string => joined(choiceLines({ ...assemble(makePlan()), plan }))

  it('are what was chosen now: nothing that the lock or the manifest says', () => {
    const plan = makePlan({ domains: [dom0less('a'), dom0less('b')] })
    const [a, b] = plan.dom0less
    if (!a || !b) throw new Error('no guests')
    const kept = { ...a, id: { value: 1, by: 'lock' as const, at: 'domains/a/order' } }
    const lines = of({ ...plan, dom0less: [kept, b] })
    expect(lines).toContain('order of nodes: b has id 2')
    expect(lines).not.toContain('a has id')
  })

  it('have files from bottom to top, whatever is loaded first', () => {
    const lines = of(makePlan({ domains: [dom0less('a')] }))
    expect(lines).toContain(
      'window: Image at 0x40400000, a.cpio.gz at 0x41800000, xen at 0x41a00000, xen.dtb at 0x42e00000',
    )
  })

  it('have virtio-mmio devices with their numbers', () => {
    const mmio = 'transport: mmio, frontend: guest, backend: dom0'
    const plan = planOf({
      config: 'ioreq.config',
      domains: [
        'dom0: { boot: dom0, kernel: { image: Image }, memory: 256MiB }',
        'guest: { boot: dom0less, kernel: { image: Image, config: modules.config }, ramdisk: ramdisk, memory: 64MiB, enhanced: enabled }',
      ],
      end: ['virtio:', `  own: { type: entropy, ${mmio}, backend-program: { command: ["/bin/own", "{ready}"] } }`],
    })
    const [device] = plan.virtio
    if (device?.transport !== 'mmio') throw new Error('no device')
    expect(of(plan)).toContain(`'own' at 0x${device.window.value.base.toString(16)} in guest`)
    expect(of(plan)).toContain(`'own' has INTID ${device.interrupt.value} in guest`)
  })

  it('have the id of each region, and the defaults of what the manifest leaves out', () => {
    const plan = planOf(systemWith([]))
    const long = plan.regions.map((own) => ({
      ...own,
      id: { value: `${own.region.name}-x`, by: 'allocated' as const, reason: 'short' },
    }))
    expect(of({ ...plan, regions: long })).toContain("'frames' is found by the id frames-x")
    const left = makePlan({ domains: [dom0less('a', { vcpus: 3 })] })
    const model = { ...left.model, defaulted: new Set(['/domains/a/vcpus', '/domains/a/pointer']) }
    expect(of({ ...left, model })).toMatch(/a, by default: vcpus 3$/)
    expect(of(left)).not.toContain('by default')
  })
})
