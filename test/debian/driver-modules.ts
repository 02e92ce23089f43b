/** Debian's kernels with drivers that are modules there, for guests that are given devices. */
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { unpack } from './apt-root.ts'
import { dom0Modules } from './dom0-pieces.ts'
import { fetchFromDebian, onlyDependency } from './fetch.ts'

/** `cloud` for QEMU's own devices; `full` has the drivers of boards, and is larger. */
export type KernelFlavour = 'cloud' | 'full'

/** Each with what it needs. */
const DRIVERS: Readonly<Record<KernelFlavour, readonly string[]>> = {
  cloud: [
    ...['virtio_mmio', 'virtio_pci', 'virtio_blk', 'virtio_net', 'virtio_rng'],
    ...['xen_blkfront', 'xen_netfront', 'xen_blkback', 'xen_netback', 'loop', 'tun', 'bridge'],
    ...dom0Modules.map((name) => name.replaceAll('-', '_')),
  ],
  full: ['macb'],
}

const META: Readonly<Record<KernelFlavour, string>> = { cloud: 'linux-image-cloud-arm64', full: 'linux-image-arm64' }

export interface DriverKernel {
  /** Raw arm64 `Image`, of the same build as the modules. */
  readonly image: string
  /** Folder of all its modules that are here. */
  readonly modules: string
  /** The modules that a guest loads for `drivers`, in the order in which they are loaded. */
  modulesFor(drivers: readonly string[]): readonly string[]
}

/** Of bookworm. Fetched on first use. */
export async function driverKernel(flavour: KernelFlavour): Promise<DriverKernel> {
  const drivers = DRIVERS[flavour]
  const recipe = `1\n${drivers.join('\n')}`
  const directory = await fetchFromDebian(
    `bookworm/kernel-${flavour}`,
    'bookworm',
    recipe,
    async (apt, scratch, into) => {
      const kernel = await onlyDependency(apt, META[flavour], /^linux-image-[0-9]/)
      const [deb = ''] = await apt.download([kernel])
      await unpack(deb, scratch, ['./boot/vmlinuz-*', '*.ko'])
      const files = readdirSync(scratch, { recursive: true, encoding: 'utf8' })
      const image = files.find((path) => path.startsWith('boot/vmlinuz-'))
      copyFileSync(join(scratch, image ?? ''), join(into, 'Image'))
      mkdirSync(join(into, 'modules'))
      const modules = new Map(
        files.filter((path) => path.endsWith('.ko')).map((path) => [nameOf(path), join(scratch, path)]),
      )
      for (const path of inOrder(drivers, modules)) copyFileSync(path, join(into, 'modules', basename(path)))
    },
  )
  return {
    image: join(directory, 'Image'),
    modules: join(directory, 'modules'),
    modulesFor: (wanted) =>
      inOrder(
        wanted,
        new Map(
          readdirSync(join(directory, 'modules')).map((file) => [nameOf(file), join(directory, 'modules', file)]),
        ),
      ),
  }
}

/** A module is known by its file's name, in which `-` and `_` are the same. */
export const nameOf = (path: string): string => basename(path, '.ko').replaceAll('-', '_')

/** Paths of the modules that `wanted` needs, each after what it needs itself; `modules`: by their names. */
export function inOrder(wanted: readonly string[], modules: ReadonlyMap<string, string>): readonly string[] {
  const ordered: string[] = []
  const add = (name: string): void => {
    const path = modules.get(name)
    if (path === undefined || !existsSync(path)) throw new Error(`the kernel has no module ${name}`)
    if (ordered.includes(path)) return
    for (const needed of needs(path)) add(needed)
    ordered.push(path)
  }
  for (const name of wanted) add(name)
  return ordered
}

/** `depends=` of the section .modinfo. */
function needs(path: string): readonly string[] {
  const [, list = ''] = /\0depends=([^\0]*)\0/.exec(readFileSync(path, 'latin1')) ?? []
  return list
    .split(',')
    .filter((name) => name !== '')
    .map(nameOf)
}
