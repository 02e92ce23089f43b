import { chmodSync, copyFileSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { type AptRoot, openAptRoot, unpack } from './apt-root.ts'
import { cached } from './cache.ts'

/** A Debian release that the tests take packages from. */
export type DebianRelease = 'bookworm' | 'trixie'

/** What every boot needs, as files of the cache: real arm64 binaries from Debian's archive. */
export interface BootPieces {
  /** Raw arm64 `Image`: the cloud kernel, since the generic one is gzipped and has fewer drivers built in. */
  readonly image: string
  /** The Xen binary as `booti` takes it. */
  readonly xen: string
  /** The `.config` that Xen was built with. */
  readonly xenConfig: string
  /** busybox for arm64, statically linked. */
  readonly busybox: string
  /** Xen's release, as a manifest's `xen.release` states it. */
  readonly xenRelease: string
}

/** The release of Xen in each Debian release, as a manifest's `xen.release` states it. */
export const xenReleases = { bookworm: '4.17', trixie: '4.20' } as const satisfies Record<DebianRelease, string>

/** Fetches the pieces on first use. Later uses, also those of parallel test workers, find them in the cache. */
export async function bootPieces(release: DebianRelease): Promise<BootPieces> {
  const xenRelease = xenReleases[release]
  const directory = await fetchFromDebian(`${release}/boot-pieces`, release, '1', async (apt, scratch, into) => {
    const kernel = await onlyDependency(apt, 'linux-image-cloud-arm64', /^linux-image-[0-9]/)
    const debs = await apt.download([kernel, `xen-hypervisor-${xenRelease}-arm64`, 'busybox-static'])
    const patterns = [['./boot/vmlinuz-*'], [`./boot/xen-${xenRelease}-arm64*`], ['*bin/busybox']]
    for (const [index, deb] of debs.entries()) await unpack(deb, scratch, patterns[index] ?? [])
    copyFileSync(onlyFile(scratch, /^boot\/vmlinuz-/), join(into, 'Image'))
    copyFileSync(join(scratch, `boot/xen-${xenRelease}-arm64`), join(into, 'xen'))
    copyFileSync(join(scratch, `boot/xen-${xenRelease}-arm64.config`), join(into, 'xen.config'))
    copyFileSync(onlyFile(scratch, /bin\/busybox$/), join(into, 'busybox'))
    chmodSync(join(into, 'busybox'), 0o755)
  })
  return {
    image: join(directory, 'Image'),
    xen: join(directory, 'xen'),
    xenConfig: join(directory, 'xen.config'),
    busybox: join(directory, 'busybox'),
    xenRelease,
  }
}

/**
 * Fills the folder `name` of the cache from packages for arm64, or for another `architecture` as Debian names it. `fill`
 * gets a private apt root, a scratch folder that is removed afterwards, and the folder to fill. `version` changes when
 * `fill` does.
 */
export async function fetchFromDebian(
  name: string,
  release: DebianRelease,
  version: string,
  fill: (apt: AptRoot, scratch: string, into: string) => Promise<void>,
  architecture = 'arm64',
): Promise<string> {
  return cached(`debian/${name}`, version, async (into) => {
    const root = join(into, 'apt')
    mkdirSync(join(root, 'scratch'), { recursive: true })
    try {
      await fill(await openAptRoot(root, release, architecture), join(root, 'scratch'), into)
    } finally {
      rmSync(root, { recursive: true, force: true })
    }
  })
}

/** The package behind a meta package: the kernel's own name moves with every security update. */
export async function onlyDependency(apt: AptRoot, metaPackage: string, pattern: RegExp): Promise<string> {
  const names = (await apt.dependencies(metaPackage)).filter((name) => pattern.test(name))
  if (names.length !== 1 || names[0] === undefined) throw new Error(`${metaPackage} depends on [${names.join(', ')}]`)
  return names[0]
}

export function onlyFile(directory: string, pattern: RegExp): string {
  const files = readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((file) => pattern.test(file))
  if (files.length !== 1 || files[0] === undefined) throw new Error(`${pattern} matches [${files.join(', ')}]`)
  return join(directory, files[0])
}
