import { execFile } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import { type AptRoot, unpack } from './apt-root.ts'
import { type DebianRelease, fetchFromDebian, onlyDependency, xenReleases } from './fetch.ts'

const run = promisify(execFile)

/** What a dom0 needs beside Xen: a kernel with its modules, and Xen's tools with every library that they need. */
export interface Dom0Pieces {
  /** Raw arm64 `Image`, of the same build as the modules. */
  readonly image: string
  /** Folder of `.ko` files. */
  readonly modules: string
  /** Folder of the programs of Xen's tools. */
  readonly programs: string
  /** Folder of shared libraries and the program loader, under the names by which they are asked for. */
  readonly libraries: string
}

const tools = ['xl', 'xenstored', 'xenconsoled', 'xenconsole', 'init-dom0less', 'xen-init-dom0']
const storeTools = ['xenstore-read', 'xenstore-ls', 'xenstore-write', 'xenstore-rm', 'xenstore-chmod']
/** What scripts in dom0 call and busybox lacks, with the package that has it. */
const shellTools = { package: 'util-linux', programs: ['flock'] }
/** In the order in which they are loaded. */
export const dom0Modules: readonly string[] = ['xen-privcmd', 'xenfs', 'xen-evtchn', 'xen-gntdev', 'xen-gntalloc']
const libraryPackages = [
  ...['libxencall1', 'libxenevtchn1', 'libxenforeignmemory1', 'libxengnttab1', 'libxenstore4', 'libxentoollog1'],
  ...['libxentoolcore1', 'libxendevicemodel1', 'libxenhypfs1', 'libyajl2', 'libfdt1', 'libuuid1', 'zlib1g', 'libc6'],
  ...['libgcc-s1', 'libncurses6', 'libtinfo6', 'libnl-3-200', 'libnl-route-3-200'],
  ...['libbz2-1.0', 'liblzma5', 'liblzo2-2', 'libzstd1'],
]

/** Fetches the pieces on first use. xl and Xen have to be of one release: they speak a private interface. */
export async function dom0Pieces(release: DebianRelease): Promise<Dom0Pieces> {
  const directory = await fetchFromDebian(`${release}/dom0-pieces`, release, '4', async (apt, scratch, into) => {
    await fetchKernel(apt, scratch, into)
    await fetchTools(apt, xenReleases[release], join(scratch, 'tools'), into)
  })
  return {
    image: join(directory, 'Image'),
    modules: join(directory, 'modules'),
    programs: join(directory, 'programs'),
    libraries: join(directory, 'libraries'),
  }
}

async function fetchKernel(apt: AptRoot, scratch: string, into: string): Promise<void> {
  const kernel = await onlyDependency(apt, 'linux-image-cloud-arm64', /^linux-image-[0-9]/)
  const [deb = ''] = await apt.download([kernel])
  await unpack(deb, join(scratch, 'kernel'), ['./boot/vmlinuz-*', '*/drivers/xen/*'])
  copyFileSync(fileNamed(join(scratch, 'kernel'), /^vmlinuz-/), join(into, 'Image'))
  mkdirSync(join(into, 'modules'))
  for (const name of dom0Modules) {
    const module = fileNamed(join(scratch, 'kernel'), new RegExp(`^${name}\\.ko(\\.xz)?$`))
    const copy = join(into, 'modules', basename(module))
    copyFileSync(module, copy)
    if (copy.endsWith('.xz')) await run('xz', ['-d', copy])
  }
}

async function fetchTools(apt: AptRoot, xen: string, scratch: string, into: string): Promise<void> {
  const packages = [`xen-utils-${xen}`, `libxenmisc${xen}`, 'xenstore-utils', shellTools.package, ...libraryPackages]
  for (const deb of await apt.download(packages)) await run('dpkg', ['-x', deb, scratch])
  for (const folder of ['programs', 'libraries']) mkdirSync(join(into, folder))
  const programs = [
    ...tools.map((name) => join(scratch, `usr/lib/xen-${xen}/bin`, name)),
    ...[...storeTools, ...shellTools.programs].map((name) => join(scratch, 'usr/bin', name)),
  ]
  for (const program of programs) copyFileSync(program, join(into, 'programs', basename(program)))
  // libpthread asks for libgcc by name when a thread is cancelled, which xl does.
  const asked = ['libgcc_s.so.1', 'ld-linux-aarch64.so.1', ...(await neededBy(programs))]
  for (let name = asked.pop(); name !== undefined; name = asked.pop()) {
    const copy = join(into, 'libraries', name)
    if (existsSync(copy)) continue
    copyFileSync(libraryNamed(scratch, name), copy)
    asked.push(...(await neededBy([copy])))
  }
  writeFileSync(join(into, 'xen-release'), xen)
}

async function neededBy(files: readonly string[]): Promise<string[]> {
  const { stdout } = await run('readelf', ['-d', ...files])
  return [...stdout.matchAll(/\(NEEDED\).*\[(.*)\]/g)].map(([, name = '']) => name)
}

function fileNamed(folder: string, pattern: RegExp): string {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  const file = files.find((candidate) => pattern.test(basename(candidate)))
  if (file === undefined) throw new Error(`no file in the packages is named ${pattern}`)
  return join(folder, file)
}

/** Links that lead out of the unpacked packages are passed over. */
function libraryNamed(folder: string, name: string): string {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  const file = files.map((path) => join(folder, path)).find((path) => basename(path) === name && existsSync(path))
  if (file === undefined) throw new Error(`no package has ${name}`)
  return file
}
