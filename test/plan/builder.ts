/** Plans made by hand, for tests of the stages behind planning. Addresses are those of QEMU's `virt`. */
import { cells, node, property, strings, text, wideCells } from '../../src/devicetree/build.ts'
import type { DeviceTree, DtNode } from '../../src/devicetree/model.ts'
import type { Board, FileFacts, ImageFormat } from '../../src/facts/facts.ts'
import type {
  Boot,
  Dom0,
  Dom0lessDomain,
  Domain,
  FileReference,
  LoadMethod,
  NamedRange,
  SystemModel,
  XlDomain,
} from '../../src/model/system-model.ts'
import type {
  LoadedFile,
  NotRecreatable,
  PlannedDom0,
  PlannedDom0less,
  SystemPlan,
} from '../../src/plan/system-plan.ts'
import { alignUp, type Bytes, bytes, guestPhys, hostPhys, KiB, MiB, offset, times } from '../../src/units/quantities.ts'
import { range } from '../../src/units/range.ts'
import type { Release } from '../../src/xen/releases.ts'
import { xenRelease } from '../support/model/xen.ts'

export interface PlanOptions {
  readonly name?: string
  readonly release?: Release
  readonly bootargs?: string
  readonly load?: LoadMethod
  readonly boot?: Partial<Boot>
  readonly domains?: readonly Domain[]
  readonly reserved?: readonly NamedRange[]
  readonly root?: DtNode
  readonly gic?: 'v2' | 'v3'
  /** Why boot-time domains are not recreatable; absent with dom0: they are. */
  readonly notRecreatable?: NotRecreatable
  readonly sizes?: Readonly<Record<string, bigint>>
}

export const file = (path: string, pointer: string): FileReference => ({ path, pointer, folder: '/inputs' })

const common = (name: string) => ({
  name,
  pointer: `/domains/${name}`,
  kernel: {
    pointer: `/domains/${name}/kernel`,
    image: file('Image', `/domains/${name}/kernel/image`),
    bootargs: 'console=ttyAMA0',
  },
  ramdisk: file(`${name}.cpio.gz`, `/domains/${name}/ramdisk`),
  memory: times(128, MiB),
  vcpus: 1,
  os: 'linux' as const,
})

export const dom0 = (changes: Partial<Dom0> = {}): Dom0 => ({
  ...common('dom0'),
  boot: 'dom0',
  memory: times(512, MiB),
  'files-at': '/boot/guests',
  ...changes,
})

export const dom0less = (name: string, changes: Partial<Dom0lessDomain> = {}): Dom0lessDomain => ({
  ...common(name),
  boot: 'dom0less',
  console: 'vpl011',
  enhanced: 'disabled',
  'direct-map': false,
  'extra-properties': [],
  disks: [],
  networks: [],
  passthrough: [],
  'extra-xl': [],
  ...changes,
})

export const xlDomain = (name: string, changes: Partial<XlDomain> = {}): XlDomain => ({
  ...common(name),
  boot: 'xl',
  console: 'pv',
  disks: [],
  networks: [],
  passthrough: [],
  'extra-xl': [],
  ...changes,
})

/** A board in miniature: 2 GiB at 0x40000000, one UART, a `/chosen` with a console and a seed. */
export const boardRoot: DtNode = node('', {
  properties: [
    property('#address-cells', [cells([2])]),
    property('#size-cells', [cells([2])]),
    property('model', [text('test,board')]),
    property('compatible', strings(['linux,dummy-virt'])),
  ],
  children: [
    node('memory@40000000', {
      properties: [
        property('device_type', [text('memory')]),
        property('reg', [wideCells(0x4000_0000n, 2), wideCells(0x8000_0000n, 2)]),
      ],
    }),
    node('pl011@9000000', {
      properties: [
        property('compatible', strings(['arm,pl011', 'arm,primecell'])),
        property('reg', [wideCells(0x900_0000n, 2), wideCells(0x1000n, 2)]),
      ],
    }),
    node('chosen', {
      properties: [
        property('stdout-path', [text('/pl011@9000000')]),
        property('rng-seed', [{ kind: 'bytes', data: Uint8Array.of(1, 2, 3, 4) }]),
      ],
    }),
  ],
})

const tree = (root: DtNode): DeviceTree => ({ root, reservations: [], bootCpuid: 0 })

const board = ({ root = boardRoot, gic = 'v3', reserved = [] }: PlanOptions): Board => ({
  tree: tree(root),
  model: 'test,board',
  ram: [range(hostPhys(0x4000_0000n), times(2048, MiB))],
  owned: reserved.map((area) => ({
    range: area.range,
    owner: `platform.reserved.${area.name}`,
    by: 'manifest',
    noMap: false,
  })),
  firmware: [],
  unused: [],
  overlays: [],
  dynamicReservations: [],
  cpus: [0n, 1n].map((mpidr) => ({ path: `/cpus/cpu@${mpidr}`, mpidr, compatible: ['arm,cortex-a57'] })),
  gic: { path: '/intc@8000000', version: gic, reg: [range(hostPhys(0x800_0000n), times(64, KiB))] },
  stdout: '/pl011@9000000',
})

const model = (options: PlanOptions): SystemModel => ({
  name: options.name ?? 'bench',
  platform: {
    pointer: '/platform',
    'device-tree': file('board.dtb', '/platform/device-tree'),
    overlays: [],
    enable: [],
    memory: [],
    reserved: options.reserved ?? [],
    'memory-from': 'device-tree',
    firmware: 'assumed',
  },
  xen: {
    pointer: '/xen',
    ...xenRelease(options.release ?? '4.17'),
    image: file('xen', '/xen/image'),
    bootargs: options.bootargs ?? 'console=dtuart dtuart=serial0 bootscrub=0',
    cpupools: [],
  },
  boot: {
    pointer: '/boot',
    ...options.boot,
    load: options.load ?? { from: 'tftp', prefix: '', pointer: '/boot/load' },
    'device-tree': options.boot?.['device-tree'] ?? 'merged',
    command: options.boot?.command ?? 'booti',
  },
  domains: options.domains ?? [dom0less('control'), dom0less('logger')],
  'shared-memory': [],
  'event-channels': [],
  argo: [],
  virtio: [],
  accept: [],
  assert: { isolated: [], onlyReaches: [] },
  defaulted: new Set(),
})

const formatOf = (kind: LoadedFile['kind'], size: Bytes): ImageFormat =>
  kind === 'ramdisk'
    ? { kind: 'gzip', uncompressedSize: bytes(4096) }
    : { kind: 'arm64-image', textOffset: 0n, imageSize: size, anywhere: true, bigEndian: false, headerComplete: true }

/** Places files one after the other at multiples of 2 MiB; dom0's are its own, domUs share equal paths. */
class Loader {
  readonly modules: LoadedFile[] = []
  #next = hostPhys(0x4040_0000n)
  readonly #sizes: Readonly<Record<string, bigint>>
  readonly #load: LoadMethod

  constructor(sizes: Readonly<Record<string, bigint>>, load: LoadMethod) {
    this.#sizes = sizes
    this.#load = load
  }

  place(id: string, kind: LoadedFile['kind'], path: string, pointer: string, usedBy: readonly string[]): LoadedFile {
    const size = bytes(this.#sizes[path] ?? (kind === 'ramdisk' ? 0x1_2345n : 0x123_4567n))
    const room = range(this.#next, alignUp(kind === 'device-tree' ? times(2, MiB) : size, times(2, MiB)))
    this.#next = offset(this.#next, room.size)
    const facts: FileFacts = { path, size, format: formatOf(kind, size) }
    const placed = {
      id,
      kind,
      path,
      address: { value: room.base, by: 'allocated' as const, reason: 'lowest free 2 MiB in the load window' },
      room,
      load: this.#load,
      usedBy,
      pointer,
    }
    return kind === 'device-tree'
      ? { ...placed, size: room.size, contents: { kind: 'host-tree' } }
      : { ...placed, size, contents: { kind: 'file', facts } }
  }

  module(domain: Domain, kind: 'kernel' | 'ramdisk', reference: FileReference): LoadedFile {
    const shared = this.modules.findIndex(
      (m) => domain.boot !== 'dom0' && m.path === reference.path && m.usedBy[0] !== 'dom0',
    )
    const known = this.modules[shared]
    const loaded = known
      ? { ...known, usedBy: [...known.usedBy, domain.name] }
      : this.place(`domains/${domain.name}/${kind}`, kind, reference.path, reference.pointer, [domain.name])
    if (known) this.modules[shared] = loaded
    else this.modules.push(loaded)
    return loaded
  }
}

function planned<D extends Dom0 | Dom0lessDomain>(loader: Loader, domain: D) {
  const kernel = loader.module(domain, 'kernel', domain.kernel.image)
  return domain.ramdisk
    ? { domain, kernel, ramdisk: loader.module(domain, 'ramdisk', domain.ramdisk) }
    : { domain, kernel }
}

const GUEST_RAM = guestPhys(0x4000_0000n)

export function makePlan(options: PlanOptions = {}): SystemPlan {
  const system = model(options)
  const loader = new Loader(options.sizes ?? {}, system.boot.load)
  const zero = system.domains.find((d) => d.boot === 'dom0')
  const plannedDom0: PlannedDom0 | undefined = zero && planned(loader, zero)
  const why = options.notRecreatable ?? (zero ? undefined : { because: 'no-dom0' as const })
  const boot = system.domains
    .filter((d) => d.boot === 'dom0less')
    .map(
      (domain, index): PlannedDom0less => ({
        ...planned(loader, domain),
        id: { value: index + 1, by: 'allocated', reason: 'order of nodes' },
        ram: [range(GUEST_RAM, domain.memory)],
        devices: [],
        affinity: [],
        ...(why === undefined ? {} : { notRecreatable: [why] as const }),
      }),
    )
  const xen = loader.place('xen', 'xen', 'xen', '/xen/image', [])
  const deviceTree = loader.place('device-tree', 'device-tree', 'xen.dtb', '/platform/device-tree', [])
  return {
    model: system,
    board: board(options),
    kernelConfigs: new Map(),
    inputs: [
      {
        path: 'board.dtb',
        absolutePath: '/system/board.dtb',
        size: bytes(1000),
        sha256: 'ab'.repeat(32),
        read: 'whole',
      },
    ],
    loadWindow: [range(hostPhys(0x4000_0000n), times(1984, MiB))],
    load: { xen, deviceTree, modules: loader.modules, overlays: [] },
    ...(plannedDom0 ? { dom0: plannedDom0 } : {}),
    dom0less: boot,
    xl: system.domains
      .filter((d) => d.boot === 'xl')
      .map((domain) => ({ domain, ram: [range(GUEST_RAM, domain.memory)], devices: [], affinity: [] })),
    staticHeap: [],
    regions: [],
    channels: [],
    argo: [],
    cpupools: [],
    virtio: [],
    metadata: new Map(),
  }
}
