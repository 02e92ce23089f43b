/** Models in few words, for tests of the stages after the manifest is read. */
import type {
  Boot,
  Dom0,
  Dom0lessDomain,
  Domain,
  FileReference,
  NamedRange,
  SystemModel,
  Xen,
  XlDomain,
} from '../../../src/model/system-model.ts'
import { type Bytes, bytes, hostPhys, MiB, times } from '../../../src/units/quantities.ts'
import { range } from '../../../src/units/range.ts'
import { xenRelease } from './xen.ts'

/** What a domain says; the rest has defaults. */
export interface DomainWords {
  /** Path of the kernel; default `Image`. */
  readonly kernel?: string
  readonly ramdisk?: string
  readonly memory?: Bytes
}

/** What a system says besides its domains; the rest has defaults. */
export interface ModelWords {
  readonly folder?: string
  readonly tree?: string
  readonly image?: string
  readonly config?: string
  readonly release?: Xen['release']
  readonly boot?: Partial<Boot>
  /** Half-open, [base, size]. */
  readonly loadWindow?: readonly [bigint, bigint]
  /** By name: [base, size]. */
  readonly reserved?: Readonly<Record<string, readonly [bigint, bigint]>>
}

const fileAt = (pointer: string, path: string, folder = '/nowhere'): FileReference => ({ pointer, path, folder })

function anyDomain(name: string, words: DomainWords, folder: string) {
  const pointer = `/domains/${name}`
  const image = fileAt(`${pointer}/kernel/image`, words.kernel ?? 'Image', folder)
  return {
    pointer,
    name,
    kernel: { pointer: `${pointer}/kernel`, image, bootargs: '' },
    ...(words.ramdisk === undefined ? {} : { ramdisk: fileAt(`${pointer}/ramdisk`, words.ramdisk, folder) }),
    memory: words.memory ?? times(128, MiB),
    vcpus: 1,
    os: 'linux' as const,
  }
}

type InFolder<D> = (folder: string) => D

/** Dom0. */
export const dom0 =
  (words: DomainWords = {}, name = 'dom0'): InFolder<Dom0> =>
  (folder) => ({
    ...anyDomain(name, words, folder),
    boot: 'dom0',
    'files-at': '/boot/guests',
  })

/** A domain that Xen starts. */
export const dom0less =
  (name: string, words: DomainWords = {}): InFolder<Dom0lessDomain> =>
  (folder) => ({
    ...anyDomain(name, words, folder),
    boot: 'dom0less',
    console: 'vpl011',
    enhanced: 'disabled',
    'direct-map': false,
    disks: [],
    networks: [],
    passthrough: [],
    'extra-xl': [],
    'extra-properties': [],
  })

/** A domain that xl starts. */
export const xlDomain =
  (name: string, words: DomainWords = {}): InFolder<XlDomain> =>
  (folder) => ({
    ...anyDomain(name, words, folder),
    boot: 'xl',
    console: 'pv',
    disks: [],
    networks: [],
    passthrough: [],
    'extra-xl': [],
  })

/** A system whose files lie in `folder`, by default one that does not exist. */
export function systemOf(domains: readonly InFolder<Domain>[], words: ModelWords = {}): SystemModel {
  const folder = words.folder ?? '/nowhere'
  const window = words.loadWindow
  const boot: Boot = {
    pointer: '/boot',
    load: { pointer: '/boot/load', from: 'tftp', prefix: '' },
    'device-tree': 'merged',
    command: 'booti',
    ...words.boot,
    ...(window ? { 'load-window': range(hostPhys(window[0]), bytes(window[1])) } : {}),
  }
  return {
    name: 'test',
    accept: [],
    platform: {
      pointer: '/platform',
      'device-tree': fileAt('/platform/device-tree', words.tree ?? 'board.dtb', folder),
      overlays: [],
      enable: [],
      memory: [],
      reserved: Object.entries(words.reserved ?? {}).map(([name, [base, size]]) => reserved(name, base, size)),
      'memory-from': 'device-tree',
      firmware: 'assumed',
    },
    xen: {
      pointer: '/xen',
      ...xenRelease(words.release ?? '4.20'),
      image: fileAt('/xen/image', words.image ?? 'xen', folder),
      ...(words.config === undefined ? {} : { config: fileAt('/xen/config', words.config, folder) }),
      bootargs: '',
      cpupools: [],
    },
    boot,
    domains: domains.map((make) => make(folder)),
    'shared-memory': [],
    'event-channels': [],
    argo: [],
    virtio: [],
    assert: { isolated: [], onlyReaches: [] },
    defaulted: new Set(window ? [] : ['/boot/load-window']),
  }
}

const reserved = (name: string, base: bigint, size: bigint): NamedRange => ({
  pointer: `/platform/reserved/${name}`,
  name,
  range: range(hostPhys(base), bytes(size)),
})
